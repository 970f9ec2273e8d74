//! What is known of an action during a run, so that the program can report it even if it ends at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use xdr_model::{ActionId, ActionReport, CancelProgress, Error, Progress, ScanBatches, StartedAction};

use crate::batches;
use crate::exit_code::{NOTHING_DONE, Outcome, STOPPED, UNKNOWN};
use crate::job::Job;

/// Records what is known of an action. Clones share the record.
#[derive(Debug, Clone)]
pub struct Tracker(Arc<Mutex<TrackedAction>>);

/// What is known of an action.
#[derive(Debug, Clone, Default)]
pub struct TrackedAction {
    pub(crate) action_id: Option<ActionId>,
    /// Whether the action is known from an unusable answer only. The action may be running.
    pub(crate) is_in_doubt: bool,
    /// Whether the run cancels the action.
    pub(crate) cancels: bool,
    /// Whether the run only lists endpoints.
    pub(crate) only_lists: bool,
    /// The exit code, if the run has reached its end.
    pub(crate) result: Option<u8>,
    /// The latest report from the tenant's replies.
    pub(crate) last: Option<ActionReport>,
    /// What was cancelled so far. `None` until the action's endpoints were read. No cancellation is sent before that.
    pub(crate) tally: Option<CancelTally>,
    /// The batches of a scan. `None` until a batch is about to be sent.
    pub(crate) batches: Option<ScanBatches>,
}

/// A cancellation so far. The fields are named like those of the model's `Cancelled`.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct CancelTally {
    pub(crate) aborts: Vec<StartedAction>,
    pub(crate) endpoints: u64,
    settled: u64,
    refused: u64,
    /// The endpoints whose cancellation is not known to be accepted or refused.
    pub(crate) left: u64,
}

impl Tracker {
    /// What is known from the command line.
    pub fn of(job: &Job) -> Self {
        let cancels = matches!(job, Job::Cancel(_));
        let only_lists = match job {
            Job::DryRun(_) | Job::Reconcile(..) | Job::ReconcileBatches(..) | Job::List(_) => true,
            // Until the endpoints have been listed.
            Job::Scan(plan) => plan.lists_first(),
            // Until a batch is about to be sent.
            Job::ScanInBatches(..) => true,
            Job::Follow(_) | Job::Cancel(_) | Job::Resume(_) => false,
        };
        let batches = match job {
            Job::Resume(batches) => Some(batches.clone()),
            _ => None,
        };
        Self(Arc::new(Mutex::new(TrackedAction {
            action_id: job.action().cloned(),
            cancels,
            only_lists,
            batches,
            ..TrackedAction::default()
        })))
    }

    /// Records that the scan may have been started from now on.
    pub(crate) fn record_sending(&self) {
        self.action().only_lists = false;
    }

    /// What is known now.
    pub fn snapshot(&self) -> TrackedAction {
        self.action().clone()
    }

    pub(crate) fn record(&self, progress: &Progress) {
        match progress {
            Progress::Started { report } => self.action().action_id = Some(report.action_id().clone()),
            Progress::Polled { report, .. } => self.action().last = Some(report.clone()),
            _ => {}
        }
    }

    pub(crate) fn record_batches(&self, batches: &ScanBatches) {
        self.action().batches = Some(batches.clone());
    }

    pub(crate) fn record_cancelling(&self, progress: &CancelProgress) {
        self.action().tally.get_or_insert_default().record(progress);
    }

    /// Records how the run ended. Only the error may name the action.
    pub fn record_end(&self, end: &Result<Outcome, Error>, exit_code: u8) {
        let mut action = self.action();
        action.result = Some(exit_code);
        if let Ok(Outcome::InBatches(outcome)) = end {
            action.batches = Some(outcome.batches().clone());
        }
        if let (None, Err(error)) = (&action.action_id, end) {
            action.action_id = error.action_id().cloned();
            action.is_in_doubt = error.may_have_taken_effect() && !matches!(error, Error::Wait(_));
        }
    }

    fn action(&self) -> MutexGuard<'_, TrackedAction> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CancelTally {
    fn record(&mut self, progress: &CancelProgress) {
        match progress {
            CancelProgress::Found { unsettled, settled } => {
                (self.left, self.settled) = (*unsettled as u64, *settled as u64);
            }
            CancelProgress::Accepted(abort) => {
                let taken = abort.endpoints_count.unwrap_or(0).min(self.left);
                self.endpoints += taken;
                self.left -= taken;
                self.aborts.push(abort.clone());
            }
            CancelProgress::Refused { endpoints } => {
                self.refused += *endpoints as u64;
                self.left = self.left.saturating_sub(*endpoints as u64);
            }
            _ => {}
        }
    }
}

impl TrackedAction {
    /// Whether the action has ended, so that only the report is left to show.
    pub(crate) fn has_ended(&self) -> bool {
        self.last.as_ref().is_some_and(ActionReport::has_ended)
    }

    /// The exit code if the program ends at once. A request whose answer has not come may be carried out.
    pub(crate) fn exit_code(&self) -> u8 {
        if let Some(result) = self.result {
            return result;
        }
        if let Some(batches) = &self.batches {
            return batches::exit_code(batches, false);
        }
        match (self.cancels, &self.tally, &self.action_id) {
            _ if self.only_lists => NOTHING_DONE,
            (true, None, _) => NOTHING_DONE,
            (true, Some(_), _) | (false, _, None) => UNKNOWN,
            (false, _, Some(_)) if self.is_in_doubt => UNKNOWN,
            (false, _, Some(_)) => STOPPED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(job: &Job, told: &[CancelProgress]) -> TrackedAction {
        let tracker = Tracker::of(job);
        told.iter().for_each(|progress| tracker.record_cancelling(progress));
        tracker.snapshot()
    }

    fn seven() -> ActionReport {
        ActionId::from(7).into()
    }

    #[test]
    fn the_code_says_whether_something_may_be_on_its_way() {
        let found = CancelProgress::Found { unsettled: 3, settled: 1 };
        assert_eq!(action(&Job::Scan(xdr_model::Scan::all().into()), &[]).exit_code(), UNKNOWN);
        assert_eq!(action(&Job::DryRun(xdr_model::Scan::all().into()), &[]).exit_code(), NOTHING_DONE);
        assert_eq!(action(&Job::Follow(seven()), &[]).exit_code(), STOPPED);
        assert_eq!(action(&Job::Cancel(seven()), &[]).exit_code(), NOTHING_DONE);
        assert_eq!(action(&Job::Cancel(seven()), &[found]).exit_code(), UNKNOWN);
    }

    #[test]
    fn what_was_neither_accepted_nor_refused_is_left() {
        let told = [
            CancelProgress::Found { unsettled: 2500, settled: 1 },
            CancelProgress::Refused { endpoints: 1000 },
        ];
        let tally = action(&Job::Cancel(seven()), &told).tally.unwrap_or_default();
        assert_eq!((tally.settled, tally.refused, tally.left), (1, 1000, 1500));
    }
}
