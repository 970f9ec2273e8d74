//! Passes on what happens: to the state file, and to a person or a program.

use std::ops::ControlFlow;

use xdr_model::{ActionReport, CancelProgress, EndpointPage, Error, Progress};

use crate::exit_code::Outcome;
use crate::human::Human;
use crate::job::Job;
use crate::machine::{events, last_line};
use crate::names::Names;
use crate::next_step::Commands;
use crate::output::{Mode, Output, write_json};
use crate::state_file::StateFile;
use crate::target::Target;
use crate::tracker::Tracker;

/// Keeps what happens, and tells it to a person or a program.
pub(crate) struct Reporter {
    output: Output,
    human: Human,
    tracker: Tracker,
    commands: Commands,
    state: Option<StateFile>,
}

impl Reporter {
    pub(crate) fn new(
        output: Output,
        tracker: Tracker,
        commands: Commands,
        state: Option<StateFile>,
    ) -> Self {
        let human = Human::new(output.clone(), commands.clone());
        Self { output, human, tracker, commands, state }
    }

    /// Says what is about to happen.
    pub(crate) fn begin(&mut self, target: &Target, job: &Job) {
        match &self.output.mode {
            Mode::Json => write_json(&events::begin(target, job)),
            _ => self.human.begin(target, job),
        }
        self.output.begin_bar();
    }

    /// The observer of a scan and of a wait.
    pub(crate) fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        self.tracker.record(&progress);
        let output = self.output.clone();
        let _lock = output.lock();
        self.save(progress.report());
        match &self.output.mode {
            Mode::Json => write_json(&events::progress(&progress)),
            _ => self.human.progress(progress),
        }
        ControlFlow::Continue(())
    }

    /// The observer of a cancellation.
    pub(crate) fn cancelling(&mut self, progress: CancelProgress) -> ControlFlow<()> {
        self.tracker.record_cancelling(&progress);
        let output = self.output.clone();
        let _lock = output.lock();
        match &self.output.mode {
            Mode::Json => write_json(&events::cancelling(&progress)),
            _ => self.human.cancelling(progress),
        }
        ControlFlow::Continue(())
    }

    /// The observer of a preview: so many endpoints were read.
    pub(crate) fn listing(&mut self, endpoints: usize) -> ControlFlow<()> {
        self.human.listing(endpoints);
        ControlFlow::Continue(())
    }

    /// The observer of a list.
    pub(crate) fn page(&mut self, page: EndpointPage) -> ControlFlow<()> {
        let output = self.output.clone();
        let _lock = output.lock();
        match &self.output.mode {
            Mode::Json => page.endpoints.iter().for_each(|endpoint| write_json(&events::endpoint(endpoint))),
            _ => self.human.page(page),
        }
        ControlFlow::Continue(())
    }

    /// The scan is sent from now on.
    pub(crate) fn sending(&self) {
        self.tracker.record_sending();
    }

    /// The run has come to its end, and only has to be told.
    pub(crate) fn record_end(&self, end: &Result<Outcome, Error>, exit_code: u8) {
        self.tracker.record_end(end, exit_code);
    }

    /// Names are read before the report is told. What is known is saved first.
    pub(crate) fn naming(&mut self, report: &ActionReport) {
        self.save(report);
        self.output.status("reading the names of the endpoints");
    }

    /// Says how it ended.
    pub(crate) fn end(&mut self, end: &Result<Outcome, Error>, names: &Names, exit_code: u8) {
        self.tracker.record_end(end, exit_code);
        let action = self.tracker.snapshot();
        self.output.lock_for_good();
        self.output.end_bar();
        match end {
            Ok(Outcome::Followed(report)) => self.save(report),
            Err(Error::Wait(ended)) => self.save(&ended.report),
            _ => {}
        }
        match &self.output.mode {
            Mode::Json => {
                last_line::endpoints(end).iter().for_each(write_json);
                write_json(&last_line::last_line(end, names, exit_code, &action, &self.commands));
            }
            _ => self.human.end(end, names, exit_code, &action),
        }
    }

    /// Saves the report. If that fails, the user is told once, and the run goes on.
    fn save(&mut self, report: &ActionReport) {
        let Some(Err(error)) = self.state.as_mut().map(|state| state.save(report)) else { return };
        if let Some(state) = self.state.take() {
            let path = state.path().display();
            self.output.tell_problem(&format!(
                "The state cannot be saved in {path}: {error}. The action is not affected. This run does not write the file \
                 again"
            ));
        }
    }
}
