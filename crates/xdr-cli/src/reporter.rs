//! Passes events on to the state file, and to a person or a program.

use std::ops::ControlFlow;
use std::time::Duration;

use serde::Serialize;
use xdr_model::{BatchProgress, CancelProgress, EndpointPage, Error, Progress, ScanBatches};

use crate::batches::newly_sending;
use crate::exit_code::Outcome;
use crate::human::Human;
use crate::job::Job;
use crate::machine::{batches, events, last_line};
use crate::names::Names;
use crate::next_step::Commands;
use crate::output::{Mode, Output, write_json};
use crate::state_file::StateFile;
use crate::target::Target;
use crate::tracker::Tracker;

/// Saves the events of a run, and reports them to a person or a program.
pub(crate) struct Reporter {
    output: Output,
    human: Human,
    tracker: Tracker,
    commands: Commands,
    state: Option<StateFile>,
    /// The reason if the last attempt to save the state failed.
    not_saved: Option<String>,
    was_told_so: bool,
    /// The earliest time, since the run began, at which a poll of batches is saved again.
    save_again: Duration,
    /// The batches before the current event, and the index of the batch that is being sent.
    batches: Option<ScanBatches>,
    sent: usize,
}

/// The pause between two saves of polls. The state of 100,000 ids is several megabytes, so not every poll is saved. A
/// crash between two saves loses only the latest statuses.
const SAVE_EVERY: Duration = Duration::from_secs(60);

impl Reporter {
    pub(crate) fn new(
        output: Output,
        tracker: Tracker,
        commands: Commands,
        state: Option<StateFile>,
    ) -> Self {
        let human = Human::new(output.clone(), commands.clone());
        Self {
            output,
            human,
            tracker,
            commands,
            state,
            not_saved: None,
            was_told_so: false,
            save_again: Duration::ZERO,
            batches: None,
            sent: 0,
        }
    }

    /// Shows the job before it begins.
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

    /// Shows the batches with which a scan is sent or resumed.
    pub(crate) fn announce(&mut self, batches: &ScanBatches) {
        self.batches = Some(batches.clone());
        let output = self.output.clone();
        let _lock = output.lock();
        match &self.output.mode {
            Mode::Json => write_json(&batches::announced(batches)),
            _ => self.human.announce(batches),
        }
    }

    /// The observer of a run of batches. If the state cannot be saved, the observer ends the run before the next batch
    /// is sent. Otherwise, another run could send this batch again after a crash.
    pub(crate) fn batches(&mut self, progress: &BatchProgress) -> ControlFlow<()> {
        self.tracker.record_batches(progress.batches());
        let output = self.output.clone();
        let _lock = output.lock();
        match progress {
            BatchProgress::Sending { batches } => {
                self.try_to_save(batches);
                if self.not_saved.is_some() {
                    return ControlFlow::Break(());
                }
                let before = self.batches.as_ref();
                self.sent = before.and_then(|before| newly_sending(before, batches)).unwrap_or(0);
            }
            BatchProgress::Answered { batches } => self.save(batches),
            BatchProgress::Polled { batches, elapsed } if *elapsed >= self.save_again => {
                self.save_again = *elapsed + SAVE_EVERY;
                self.save(batches);
            }
            _ => {}
        }
        match &self.output.mode {
            Mode::Json => write_json(&batches::progress(progress, self.sent)),
            _ => self.human.batches(progress, self.sent),
        }
        self.batches = Some(progress.batches().clone());
        ControlFlow::Continue(())
    }

    /// Whether the run keeps its state in a file.
    pub(crate) fn has_state(&self) -> bool {
        self.state.is_some()
    }

    /// Returns the reason if the last attempt to save the state failed.
    pub(crate) fn not_saved(&self) -> Option<String> {
        self.not_saved.clone()
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

    /// The observer of a preview. `endpoints` is the number of endpoints that were read.
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

    /// Records that the scan is about to be sent.
    pub(crate) fn sending(&self) {
        self.tracker.record_sending();
    }

    /// Records how the run ended, before it is reported.
    pub(crate) fn record_end(&self, end: &Result<Outcome, Error>, exit_code: u8) {
        self.tracker.record_end(end, exit_code);
    }

    /// Saves the final state before the run reads the names for the report.
    pub(crate) fn naming(&mut self, end: &Result<Outcome, Error>) {
        self.save_end(end);
        self.output.status("reading the names of the endpoints");
    }

    /// Shows how the run ended.
    pub(crate) fn end(&mut self, end: &Result<Outcome, Error>, names: &Names, exit_code: u8) {
        self.tracker.record_end(end, exit_code);
        let action = self.tracker.snapshot();
        self.output.lock_for_good();
        self.output.end_bar();
        self.save_end(end);
        if !self.state.as_ref().is_some_and(StateFile::holds_something) {
            self.commands = self.commands.clone().with_state(None);
            self.human.set_commands(self.commands.clone());
        }
        match &self.output.mode {
            Mode::Json => {
                last_line::endpoints(end).iter().for_each(write_json);
                let line = last_line::last_line(end, names, exit_code, &action, &self.commands);
                write_json(&line.with("not_saved", self.not_saved.as_deref()));
            }
            _ => self.human.end(end, names, exit_code, &action),
        }
        if let Some(why) = &self.not_saved {
            self.output.tell_problem(&format!(
                "warning: {why}. The file holds an older state: keep the ids of the actions that this run has shown"
            ));
        }
    }

    /// Saves the final state.
    fn save_end(&mut self, end: &Result<Outcome, Error>) {
        match end {
            Ok(Outcome::Followed(report)) => self.save(report),
            // The final message says that the state was not saved.
            Ok(Outcome::InBatches(outcome)) if outcome.not_saved.is_some() => {
                self.try_to_save(outcome.batches());
            }
            Ok(Outcome::InBatches(outcome)) => self.save(outcome.batches()),
            Err(Error::Wait(ended)) => self.save(&ended.report),
            _ => {}
        }
    }

    /// Saves the report or the batches. If that fails, the user is told once, and the run continues.
    fn save(&mut self, content: &impl Serialize) {
        self.try_to_save(content);
        if let (Some(why), false) = (&self.not_saved, self.was_told_so) {
            self.was_told_so = true;
            self.output
                .tell_problem(&format!("warning: {why}. The scan is not affected. xdr will try again"));
        }
    }

    fn try_to_save(&mut self, content: &impl Serialize) {
        let Some(state) = &mut self.state else { return };
        self.not_saved = match state.save(content) {
            Ok(()) => None,
            Err(error) => Some(format!("the state cannot be saved in {}: {error}", state.path().display())),
        };
    }
}
