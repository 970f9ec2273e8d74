//! What is known of an action while a run goes on: all that is left if the program must end at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use xdr_model::{ActionId, ActionReport, CancelProgress, Error, Progress, StartedAction};

use crate::args::Job;
use crate::exit_code::{NOTHING_DONE, Outcome, STOPPED, UNKNOWN};

/// What is known; clones share it.
#[derive(Debug, Clone)]
pub struct Known(Arc<Mutex<Facts>>);

/// What is known at one moment.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub(crate) action_id: Option<ActionId>,
    /// Whether nothing but a broken answer names the action: it may run.
    pub(crate) is_in_doubt: bool,
    /// Whether it is there to cancel.
    pub(crate) cancels: bool,
    /// How the action stood when the tenant last said so.
    pub(crate) last: Option<ActionReport>,
    /// Since the action's endpoints were read; before that no cancellation is sent.
    pub(crate) tally: Option<Tally>,
}

/// A cancellation so far, in the words of the model's `Cancelled`.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Tally {
    pub(crate) aborts: Vec<StartedAction>,
    pub(crate) endpoints: u64,
    settled: u64,
    refused: u64,
    /// Not known to be accepted or refused.
    pub(crate) left: u64,
}

impl Known {
    /// What the command line says.
    pub fn of(job: &Job) -> Self {
        let cancels = matches!(job, Job::Cancel(_));
        Self(Arc::new(Mutex::new(Facts { action_id: job.action().cloned(), cancels, ..Facts::default() })))
    }

    /// What is known now.
    pub fn now(&self) -> Facts {
        self.facts().clone()
    }

    pub(crate) fn note(&self, progress: &Progress) {
        match progress {
            Progress::Started { report } => self.facts().action_id = Some(report.action_id().clone()),
            Progress::Polled { report, .. } => self.facts().last = Some(report.clone()),
            _ => {}
        }
    }

    pub(crate) fn note_cancelling(&self, progress: &CancelProgress) {
        self.facts().tally.get_or_insert_default().note(progress);
    }

    /// Takes in how it ended: an error may be the only one that names the action.
    pub fn note_end(&self, end: &Result<Outcome, Error>) {
        let mut facts = self.facts();
        if let (None, Err(error)) = (&facts.action_id, end) {
            facts.action_id = error.action_id().cloned();
            facts.is_in_doubt = error.may_have_taken_effect() && !matches!(error, Error::Wait(_));
        }
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tally {
    fn note(&mut self, progress: &CancelProgress) {
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

impl Facts {
    /// The code of a program that ends at once: a request whose answer is not waited for may be carried out.
    pub(crate) fn exit_code(&self) -> u8 {
        match (self.cancels, &self.tally, &self.action_id) {
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

    fn facts(job: &Job, told: &[CancelProgress]) -> Facts {
        let known = Known::of(job);
        told.iter().for_each(|progress| known.note_cancelling(progress));
        known.now()
    }

    fn seven() -> ActionReport {
        ActionId::from(7).into()
    }

    #[test]
    fn the_code_says_whether_something_may_be_on_its_way() {
        let found = CancelProgress::Found { unsettled: 3, settled: 1 };
        assert_eq!(facts(&Job::Scan(xdr_model::Scan::all()), &[]).exit_code(), UNKNOWN);
        assert_eq!(facts(&Job::Resume(seven()), &[]).exit_code(), STOPPED);
        assert_eq!(facts(&Job::Cancel(seven()), &[]).exit_code(), NOTHING_DONE);
        assert_eq!(facts(&Job::Cancel(seven()), &[found]).exit_code(), UNKNOWN);
    }

    #[test]
    fn what_was_neither_accepted_nor_refused_is_left() {
        let told = [
            CancelProgress::Found { unsettled: 2500, settled: 1 },
            CancelProgress::Refused { endpoints: 1000 },
        ];
        let tally = facts(&Job::Cancel(seven()), &told).tally.unwrap_or_default();
        assert_eq!((tally.settled, tally.refused, tally.left), (1, 1000, 1500));
    }
}
