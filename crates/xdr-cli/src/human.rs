//! What a person is told while an action is followed, and at its end.

use xdr_model::{ActionReport, CancelProgress, Cancelled, Coverage, Error, Progress};

use crate::bar;
use crate::exit_code::Outcome;
use crate::job::Job;
use crate::next_step::{Commands, next_steps};
use crate::output::{Mode, Output, width};
use crate::poll_summary::PollSummary;
use crate::target::Target;
use crate::text::{clock, endpoints, number, seconds};
use crate::tracker::TrackedAction;

mod failures;
mod progress_lines;
mod report;
mod throughput;

pub use progress_lines::{bar_lines, plain_line};
pub use report::report;
pub use throughput::Throughput;

/// Tells a person what happens, and how it ended.
pub(crate) struct Human {
    output: Output,
    commands: Commands,
    throughput: Throughput,
    shown: Option<PollSummary>,
}

impl Human {
    pub(crate) fn new(output: Output, commands: Commands) -> Self {
        Self { output, commands, throughput: Throughput::default(), shown: None }
    }

    /// Says what is about to happen.
    pub(crate) fn begin(&self, target: &Target, job: &Job) {
        self.output.say(&match job {
            Job::Scan(_) => format!("Scanning {target}"),
            Job::Follow(report) => format!("Following action {} of {target}", report.action_id()),
            Job::Cancel(report) => {
                format!("Cancelling what is left of action {} of {target}", report.action_id())
            }
        });
    }

    pub(crate) fn progress(&mut self, progress: Progress) {
        match progress {
            Progress::Started { report } => self.started(&report),
            Progress::Polled { report, elapsed } => self.polled(PollSummary::new(&report, elapsed)),
            Progress::Trouble { message, in_a_row, next_in, .. } => {
                let times =
                    if in_a_row == 1 { String::new() } else { format!(" ({in_a_row} times in a row)") };
                let next = seconds(next_in);
                self.output.say(&format!(
                    "The status request failed{times}; the next attempt is in {next}. Reason: {message}"
                ));
            }
            _ => {}
        }
    }

    pub(crate) fn cancelling(&self, progress: CancelProgress) {
        match progress {
            CancelProgress::Found { unsettled, settled } => {
                let (unsettled, settled) = (endpoints(unsettled as u64), number(settled as u64));
                self.output.say(&format!("{unsettled} to cancel, {settled} settled already"));
                self.output.status("cancelling");
            }
            CancelProgress::Accepted(abort) => {
                let count = abort.endpoints_count.map_or(String::new(), |n| format!(" for {}", endpoints(n)));
                self.output.say(&format!("Cancellation accepted{count}: action {}", abort.action_id));
            }
            CancelProgress::Refused { endpoints: count } => {
                self.output.say(&format!("Nothing left to cancel for {}", endpoints(count as u64)));
            }
            _ => {}
        }
    }

    /// Says how it ended, and how to go on.
    pub(crate) fn end(&self, end: &Result<Outcome, Error>, exit_code: u8, action: &TrackedAction) {
        match end {
            Ok(Outcome::Followed(ended)) => self.followed(ended, exit_code),
            Ok(Outcome::Cancelled(cancelled)) => self.cancelled(cancelled),
            Err(error) => self.failed(error),
        }
        let hint = action.action_id.as_ref().map(|id| self.commands.hint(next_steps(end, action), id));
        let hint = hint.unwrap_or_default();
        if !hint.is_empty() {
            self.output.block(&hint);
        }
    }

    fn started(&self, report: &ActionReport) {
        let count = report.endpoints_count().map_or(String::new(), |n| format!(" for {}", endpoints(n)));
        self.output.say(&format!("Accepted as action {}{count}", report.action_id()));
        self.gap(report);
        if let Mode::Terminal(bar) = &self.output.mode {
            bar::begin(bar, report.endpoints_count().unwrap_or(0));
        }
    }

    /// What was asked for and not taken, if that is certain.
    fn gap(&self, report: &ActionReport) {
        if let Some(coverage) = report.coverage().filter(Coverage::proves_gap) {
            self.output.say(&coverage.to_string());
        }
    }

    fn polled(&mut self, summary: PollSummary) {
        self.throughput.record(&summary);
        match &self.output.mode {
            Mode::Terminal(bar) => {
                bar::show(bar, &summary, bar_lines(&summary, &self.throughput, width()));
            }
            _ if self.shown.as_ref().is_some_and(|shown| shown.says_the_same_as(&summary)) => {}
            _ => self.output.say(&plain_line(&summary, &self.throughput)),
        }
        self.shown = Some(summary);
    }

    fn followed(&self, ended: &ActionReport, exit_code: u8) {
        let (done, all) = (ended.counts().successful(), ended.expected());
        let how_many = match done == all {
            true if !ended.is_success() => format!("{} completed", endpoints(all)),
            true if all == 1 => "its only endpoint completed".to_owned(),
            true => format!("all {} completed", endpoints(all)),
            false => format!("{} completed, {} did not", endpoints(done), number(all - done)),
        };
        let after = self.shown.as_ref().map_or(String::new(), |s| format!(" after {}", clock(s.elapsed)));
        let id = ended.action_id();
        self.output.say(&match ended.counts().settled() == all {
            true => format!("Action {id} has ended{after}: {how_many}"),
            false => {
                format!("Stopped following action {id}{after}, since nothing changes any more: {how_many}")
            }
        });
        self.gap(ended);
        if !ended.is_success() {
            self.output.say(match exit_code {
                0 => "This is not a success: outside of a demonstration the exit code would be 2",
                _ => "This is not a success: the exit code is 2",
            });
        }
        if ended.coverage().is_none() {
            self.output.say("What the scan asked for is not known, so the result is not compared with it");
        }
        self.report(ended);
    }

    /// On a terminal a long list is cut, if there is a command that shows it whole.
    fn report(&self, ended: &ActionReport) {
        let command = match &self.output.mode {
            Mode::Terminal(_) => self.commands.list(ended.action_id()),
            _ => None,
        };
        self.output.block(&report(ended, width(), command.as_deref()));
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
            part(ended.vanished.len(), "not cancelled, for the tenant names them no more"),
            part(
                usize::try_from(ended.never_named).unwrap_or(usize::MAX),
                "not cancelled, for the tenant has never named them",
            ),
        ];
        self.output.say(&format!("{count} of action {id} cancelled{}", parts.concat()));
        if !ended.vanished.is_empty() {
            let ids = ended.vanished.iter().map(|id| format!("{id}\n"));
            self.output.block(&format!(
                "Not cancelled, for the tenant names them no more:\n{}",
                ids.collect::<String>()
            ));
        }
    }

    fn failed(&self, error: &Error) {
        if let Error::Wait(ended) = error
            && ended.report.named() > 0
        {
            let id = ended.report.action_id();
            self.output.say(&format!("How action {id} stood when the tenant last said so:"));
            self.report(&ended.report);
        }
        self.output.tell_problem(&format!("error: {error}"));
    }
}
