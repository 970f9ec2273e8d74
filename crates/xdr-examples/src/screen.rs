//! What a person or a program is told while an action is followed, and at its end.

use std::ops::ControlFlow;

use xdr_model::{ActionReport, CancelProgress, Cancelled, EndpointId, Error, Progress, StartedAction};

use crate::arguments::Job;
use crate::commands::Commands;
use crate::exit::Outcome;
use crate::known::{Facts, Known};
use crate::lines::{bar_lines, plain_line};
use crate::output::{Mode, Output, width, write_json};
use crate::pace::Pace;
use crate::report::report;
use crate::standing::Standing;
use crate::target::Target;
use crate::text::{clock, endpoints, number};
use crate::way::ways;
use crate::{bar, endings, events};

/// Tells a person or a program what happens, and how it ended.
pub struct Screen {
    output: Output,
    pace: Pace,
    shown: Option<Standing>,
    known: Known,
    commands: Commands,
}

impl Screen {
    pub(crate) fn new(output: Output, known: Known, commands: Commands) -> Self {
        Self { output, pace: Pace::default(), shown: None, known, commands }
    }

    /// Says what is about to happen.
    pub(crate) fn begin(&mut self, target: &Target, job: &Job) {
        match (&self.output.mode, job) {
            (Mode::Json, job) => write_json(&events::begin(target, job)),
            (_, Job::Scan(_)) => self.output.say(&format!("Scanning {target}")),
            (_, Job::Resume(id)) => self.output.say(&format!("Following action {id} of {target}")),
            (_, Job::Cancel(id)) => {
                self.output.say(&format!("Cancelling what is left of action {id} of {target}"));
            }
        }
        self.output.begin_bar();
    }

    /// The observer of a scan and of a wait.
    pub fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        self.known.note(&progress);
        let output = self.output.clone();
        let _floor = output.floor();
        match (&self.output.mode, progress) {
            (Mode::Json, progress) => write_json(&events::progress(&progress)),
            (_, Progress::Started(started)) => self.started(&started),
            (_, Progress::Polled { counts, expected, elapsed }) => {
                self.polled(Standing::new(&counts, expected, elapsed));
            }
            (_, Progress::Trouble { error, in_a_row }) => {
                let times =
                    if in_a_row == 1 { String::new() } else { format!(" ({in_a_row} times in a row)") };
                self.output.say(&format!("The tenant could not be asked{times} and will be again: {error}"));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// The observer of a cancellation.
    pub fn cancelling(&mut self, progress: CancelProgress) -> ControlFlow<()> {
        self.known.note_cancelling(&progress);
        let output = self.output.clone();
        let _floor = output.floor();
        match (&self.output.mode, progress) {
            (Mode::Json, progress) => write_json(&events::cancelling(&progress)),
            (_, CancelProgress::Found { unsettled, settled }) => {
                let (unsettled, settled) = (endpoints(unsettled as u64), number(settled as u64));
                self.output.say(&format!("{unsettled} to cancel, {settled} settled already"));
                self.output.status("cancelling");
            }
            (_, CancelProgress::Accepted(abort)) => {
                let count = abort.endpoints_count.map_or(String::new(), |n| format!(" for {}", endpoints(n)));
                self.output.say(&format!("Cancellation accepted{count}: action {}", abort.action_id));
            }
            (_, CancelProgress::Refused { endpoints: count }) => {
                self.output.say(&format!("Nothing left to cancel for {}", endpoints(count as u64)));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// Says how it ended.
    pub(crate) fn end(&mut self, end: &Result<Outcome, Error>, left_out: &[EndpointId], exit_code: u8) {
        self.known.note_end(end);
        let facts = self.known.now();
        self.output.keep_floor();
        self.output.end_bar();
        match (&self.output.mode, end) {
            (Mode::Json, end) => {
                write_json(&endings::last_line(end, left_out, exit_code, &facts, &self.commands));
            }
            (_, Ok(Outcome::Followed(ended))) => {
                self.followed(ended);
                self.left_out(left_out);
            }
            (_, Ok(Outcome::Cancelled(cancelled))) => self.cancelled(cancelled),
            (_, Err(error)) => self.failed(error),
        }
        if let Mode::Plain | Mode::Live(_) = &self.output.mode {
            self.hint(end, &facts);
        }
    }

    fn started(&self, started: &StartedAction) {
        let count = started.endpoints_count.map_or(String::new(), |n| format!(" for {}", endpoints(n)));
        self.output.say(&format!("Accepted as action {}{count}", started.action_id));
        if let Mode::Live(bar) = &self.output.mode {
            bar::begin(bar, started.endpoints_count.unwrap_or(0));
        }
    }

    fn polled(&mut self, standing: Standing) {
        self.pace.note(&standing);
        match &self.output.mode {
            Mode::Live(bar) => {
                bar::show(bar, &standing, bar_lines(&standing, &self.pace, width()));
            }
            _ if self.shown.as_ref().is_some_and(|shown| shown.says_the_same_as(&standing)) => {}
            _ => self.output.say(&plain_line(&standing, &self.pace)),
        }
        self.shown = Some(standing);
    }

    fn followed(&self, ended: &ActionReport) {
        let (done, all) = (ended.counts().successful(), ended.expected());
        let how_many = match done == all {
            true => format!("all {} completed", endpoints(all)),
            false => format!("{} completed, {} did not", endpoints(done), number(all - done)),
        };
        let after = self.shown.as_ref().map_or(String::new(), |s| format!(" after {}", clock(s.elapsed)));
        self.output.say(&format!("Action {} has ended{after}: {how_many}", ended.action_id));
        self.output.block(&report(ended, width()));
    }

    fn cancelled(&self, ended: &Cancelled) {
        let part = |count: usize, what: &str| match count {
            0 => String::new(),
            count => format!("; {} {what}", number(count as u64)),
        };
        let (count, id) = (endpoints(ended.endpoints as u64), &ended.action_id);
        let parts = [
            part(ended.settled, "had settled already"),
            part(ended.refused, "not cancelled, for the tenant found nothing to cancel there"),
            part(ended.left, "not asked for, because it was stopped first"),
        ];
        self.output.say(&format!("{count} of action {id} cancelled{}", parts.concat()));
    }

    fn left_out(&self, ids: &[EndpointId]) {
        if !ids.is_empty() {
            let count = endpoints(ids.len() as u64);
            self.output.block(&format!("Asked for and left out by the tenant without a reason, {count}:\n"));
            ids.iter().for_each(|id| self.output.say(&id.to_string()));
        }
    }

    fn failed(&self, error: &Error) {
        if let Error::Wait(ended) = error
            && let Some(last) = &ended.last
        {
            self.output.say(&format!("How action {} stood when the tenant last said so:", ended.action_id));
            self.output.block(&report(last, width()));
        }
        self.output.complain(&format!("error: {error}"));
    }

    /// How to go on.
    fn hint(&self, end: &Result<Outcome, Error>, facts: &Facts) {
        let hint = facts.action_id.as_ref().map(|id| self.commands.hint(ways(end, facts), id));
        let hint = hint.unwrap_or_default();
        if !hint.is_empty() {
            self.output.block(&hint);
        }
    }
}
