//! The output for people, during a run and at its end.

use std::time::SystemTime;

use xdr_model::{
    ActionReport, CancelProgress, Cancelled, Coverage, EndpointPage, EndpointSummary, Error, Progress,
};

use crate::bar;
use crate::exit_code::{DryRun, Outcome};
use crate::found::Found;
use crate::human::listing::{UNMATCHED_HOSTS, list, skipped_in_numbers, unmatched};
use crate::job::Job;
use crate::names::Names;
use crate::next_step::{Commands, next_steps};
use crate::output::{Mode, Output, width};
use crate::poll_summary::PollSummary;
use crate::target::Target;
use crate::text::{all_completed, clock, endpoints, number, seconds};
use crate::tracker::TrackedAction;

mod batches;
mod listing;
mod progress_lines;
mod reconciled;
mod report;
mod table;
mod throughput;

pub use listing::dry_run;
pub use progress_lines::{bar_lines, plain_line};
pub use report::report;
pub use throughput::Throughput;

/// Writes for people what happens, and how the run ended.
pub(crate) struct Human {
    output: Output,
    commands: Commands,
    throughput: Throughput,
    shown: Option<PollSummary>,
    /// The polls since the last line about a scan in batches.
    polls: usize,
    /// The endpoints that were listed so far.
    listed: Vec<EndpointSummary>,
}

impl Human {
    /// Replaces the commands.
    pub(crate) fn set_commands(&mut self, commands: Commands) {
        self.commands = commands;
    }

    pub(crate) fn new(output: Output, commands: Commands) -> Self {
        Self {
            output,
            commands,
            throughput: Throughput::default(),
            shown: None,
            polls: 0,
            listed: Vec::new(),
        }
    }

    /// Says what is about to happen.
    pub(crate) fn begin(&self, target: &Target, job: &Job) {
        self.output.say(&match job {
            Job::Scan(_) | Job::ScanInBatches(..) => format!("Scanning {target}"),
            Job::Resume(_) => format!("Resuming a scan of {target}"),
            Job::DryRun(_) => {
                format!("Listing the endpoints that a scan of {target} would reach. Nothing is started")
            }
            Job::Reconcile(..) | Job::ReconcileBatches(..) => {
                format!("Reading which endpoints of {target} are being scanned. Nothing is started")
            }
            Job::List(_) => format!("Listing endpoints of {target}"),
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
                    "The status request failed{times}. The next attempt is in {next}. Reason: {message}"
                ));
            }
            _ => {}
        }
    }

    pub(crate) fn listing(&self, count: usize) {
        self.output.status(&format!("{} read", endpoints(count as u64)));
    }

    pub(crate) fn page(&mut self, page: EndpointPage) {
        self.listed.extend(page.endpoints);
        self.listing(self.listed.len());
    }

    pub(crate) fn cancelling(&self, progress: CancelProgress) {
        match progress {
            CancelProgress::Found { unsettled, settled } => {
                let (unsettled, settled) = (endpoints(unsettled as u64), number(settled as u64));
                self.output.say(&format!("{unsettled} to cancel, {settled} already settled"));
                self.output.status("cancelling");
            }
            CancelProgress::Accepted(abort) => {
                let count = abort.endpoints_count.map_or(String::new(), |n| format!(" for {}", endpoints(n)));
                self.output.say(&format!("Cancellation accepted as action {}{count}", abort.action_id));
            }
            CancelProgress::Refused { endpoints: count } => {
                self.output
                    .say(&format!("The tenant found nothing to cancel on {}", endpoints(count as u64)));
            }
            _ => {}
        }
    }

    /// Says how the run ended, and how to continue.
    pub(crate) fn end(
        &self,
        end: &Result<Outcome, Error>,
        names: &Names,
        exit_code: u8,
        action: &TrackedAction,
    ) {
        match end {
            Ok(Outcome::Followed(ended)) => self.followed(ended, names, exit_code),
            Ok(Outcome::InBatches(outcome)) => self.in_batches(outcome, names, exit_code),
            Ok(Outcome::Previewed(dry_run)) => self.previewed(dry_run),
            Ok(Outcome::Reconciled(now)) => self.reconciled(now),
            Ok(Outcome::Listed(found)) => self.listed(found),
            Ok(Outcome::Cancelled(cancelled)) => self.cancelled(cancelled),
            Err(error) => self.failed(error, names),
        }
        let hint = match (end, &action.action_id) {
            (Ok(Outcome::InBatches(outcome)), _) => self.hint_to_resume(outcome.batches()),
            (_, Some(id)) => self.commands.hint(next_steps(end, action), id),
            _ => String::new(),
        };
        if !hint.is_empty() {
            self.output.block(&hint);
        }
    }

    fn started(&self, report: &ActionReport) {
        let count = report.endpoints_count().map_or(String::new(), |n| format!(" for {}", endpoints(n)));
        self.output.say(&format!("Accepted as action {}{count}", report.action_id()));
        self.gap(report);
        if !report.skipped().is_empty() {
            self.output.say(&skipped_in_numbers(report.skipped()));
        }
        if let Mode::Terminal(bar) = &self.output.mode {
            bar::begin(bar, report.endpoints_count().unwrap_or(0));
        }
    }

    /// Says which part of the scan the tenant did not take, if that is certain.
    fn gap(&self, report: &ActionReport) {
        if let Some(coverage) = report.coverage().filter(Coverage::proves_gap) {
            self.output.say(&coverage.to_string());
            if coverage.hostnames().next().is_some() {
                self.output.say("To see which host names match no endpoint, use `xdr endpoints --hostname`");
            }
        }
        if let Some(line) = unmatched(UNMATCHED_HOSTS, report.unmatched_hostnames()) {
            self.output.say(&line);
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

    fn previewed(&self, dry: &DryRun) {
        let is_cut = matches!(self.output.mode, Mode::Terminal(_));
        self.output.block(&dry_run(dry, width(), is_cut));
        match &dry.planned {
            Ok(planned) => {
                let left = dry.preview.len() - planned.skipped.len();
                if !planned.skipped.is_empty() {
                    self.output.say(&skipped_in_numbers(&planned.skipped));
                }
                self.output.say(&format!(
                    "Nothing was started. Without --dry-run, {} would be scanned",
                    endpoints(left as u64)
                ));
            }
            Err(refusal) => self.output.tell_problem(&format!(
                "error: {refusal}. Nothing was started. Without --dry-run, nothing would be started either"
            )),
        }
    }

    fn listed(&self, found: &Found) {
        let ended = &found.list;
        if !self.listed.is_empty() {
            self.output.block(&list(&self.listed, SystemTime::now(), width()));
        }
        self.output.say(&match ended.endpoints {
            0 => "No endpoint matches".to_owned(),
            count => endpoints(count),
        });
        let unmatched = [
            unmatched(UNMATCHED_HOSTS, &found.unmatched_hostnames),
            unmatched("Endpoint ids that match no endpoint", &found.unmatched_ids),
        ];
        unmatched.iter().flatten().for_each(|line| self.output.say(line));
        if ended.has_shrunk {
            self.output.say("Endpoints disappeared while the list was read");
        }
        if ended.may_have_missed {
            self.output.say(
                "Endpoints may be missing from this list, so the exit code is 2. Run the command again later",
            );
        }
    }

    fn followed(&self, ended: &ActionReport, names: &Names, exit_code: u8) {
        let (done, all) = (ended.counts().successful(), ended.expected());
        let how_many = match done == all {
            true if !ended.is_success() => format!("{} completed", endpoints(all)),
            true => all_completed(all),
            false => format!("{} completed, {} did not", endpoints(done), number(all - done)),
        };
        let after = self.shown.as_ref().map_or(String::new(), |s| format!(" after {}", clock(s.elapsed)));
        let id = ended.action_id();
        self.output.say(&match ended.counts().settled() == all {
            true => format!("Action {id} has ended{after}: {how_many}"),
            false => {
                format!("xdr stopped following action {id}{after}, because nothing changed any more: {how_many}. The action may still be running")
            }
        });
        self.gap(ended);
        if !ended.is_success() {
            self.output.say(&no_success(exit_code));
        }
        if ended.coverage().is_none() {
            self.output.say(NOT_COMPARED);
        }
        self.report(ended, names);
    }

    /// On a terminal, a long list is cut if there is a command that shows all of it.
    fn report(&self, ended: &ActionReport, names: &Names) {
        let command = match &self.output.mode {
            Mode::Terminal(_) => self.commands.list(ended.action_id()),
            _ => None,
        };
        self.output.block(&report(ended, names, width(), command.as_deref()));
    }

    fn cancelled(&self, ended: &Cancelled) {
        let part = |count: usize, what: &str| match count {
            0 => String::new(),
            count => format!("; {} {what}", number(count as u64)),
        };
        let (count, id) = (endpoints(ended.endpoints as u64), &ended.action_id);
        let parts = [
            part(ended.settled, "already settled"),
            part(ended.refused, "not cancelled: the tenant found nothing to cancel"),
            part(ended.left, "not cancelled: you stopped xdr first"),
            part(ended.vanished.len(), "not cancelled: no longer named by the tenant"),
            part(
                usize::try_from(ended.never_named).unwrap_or(usize::MAX),
                "not cancelled: never named by the tenant",
            ),
        ];
        self.output.say(&format!("Cancellation accepted for {count} of action {id}{}", parts.concat()));
        if !ended.vanished.is_empty() {
            let ids = ended.vanished.iter().map(|id| format!("{id}\n"));
            self.output.block(&format!(
                "Not cancelled (no longer named by the tenant):\n{}",
                ids.collect::<String>()
            ));
        }
    }

    fn failed(&self, error: &Error, names: &Names) {
        if let Error::Wait(ended) = error
            && ended.report.named() > 0
        {
            let id = ended.report.action_id();
            self.output.say(&format!("Last known state of action {id}:"));
            self.report(&ended.report, names);
        }
        self.output.tell_problem(&format!("error: {error}"));
    }
}

/// The line about an end that is not a success.
fn no_success(exit_code: u8) -> String {
    match exit_code {
        0 => "This is not a success: outside the demonstration, the exit code would be 2".to_owned(),
        code => format!("This is not a success: the exit code is {code}"),
    }
}

/// What is said if the scan itself is not known.
const NOT_COMPARED: &str =
    "xdr does not know what the scan asked for, so it cannot tell whether the result lacks endpoints";
