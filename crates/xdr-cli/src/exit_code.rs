//! The exit codes.

use xdr_model::{
    ActionReport, Cancelled, EndpointActivity, Error, Invalid, PlannedScan, Preview, Reconciled,
    error::{WaitEnd, WaitEnded},
};

use crate::batches::BatchesOutcome;
use crate::found::Found;

/// A run that reached its end.
#[derive(Debug)]
pub enum Outcome {
    /// Every endpoint of the action has settled.
    Followed(ActionReport),
    /// A scan in batches has ended, or ended early.
    InBatches(BatchesOutcome),
    /// The tenant accepted the cancellation.
    Cancelled(Cancelled),
    /// The endpoints that a scan would reach were listed. Nothing was started.
    Previewed(DryRun),
    /// It was read which endpoints of an attempt are being scanned.
    Reconciled(Reconciled),
    /// Endpoints were listed.
    Listed(Found),
}

/// What a scan would do now.
#[derive(Debug)]
pub struct DryRun {
    /// The endpoints that match.
    pub preview: Preview,
    /// What would be sent, or why nothing would be sent.
    pub planned: Result<PlannedScan, Invalid>,
}

impl DryRun {
    /// Whether a name in the filters matches nothing.
    fn has_unmatched_names(&self) -> bool {
        !self.preview.unmatched_ids().is_empty() || !self.preview.unmatched_hostnames().is_empty()
    }
}

/// The exit code of the program:
///
/// | code | meaning |
/// |---|---|
/// | 0 | everything that was asked for completed or was listed, or the tenant accepted every cancellation |
/// | 1 | nothing was done: wrong usage, not sent, or refused; or a dry run found that the scan would be refused |
/// | 2 | some endpoints did not complete, vanished, were not taken, or could not be cancelled; a list may lack some |
/// | 3 | waiting (or cancelling) ended early; or not every batch was sent |
/// | 4 | the outcome is unknown: a scan, a batch, a cancellation or a part of one may have been carried out |
pub fn exit_code(end: &Result<Outcome, Error>) -> u8 {
    match end {
        Ok(Outcome::Followed(report)) if report.is_success() => 0,
        Ok(Outcome::Followed(_)) => INCOMPLETE,
        Ok(Outcome::InBatches(outcome)) => outcome.exit_code(),
        Ok(Outcome::Cancelled(cancelled)) if cancelled.left > 0 => STOPPED,
        Ok(Outcome::Cancelled(cancelled)) if is_incomplete(cancelled) => INCOMPLETE,
        Ok(Outcome::Cancelled(_)) => 0,
        Ok(Outcome::Previewed(dry_run)) if dry_run.planned.is_err() => NOTHING_DONE,
        Ok(Outcome::Previewed(dry_run)) if dry_run.has_unmatched_names() => INCOMPLETE,
        Ok(Outcome::Listed(found)) if !found.is_complete() => INCOMPLETE,
        Ok(Outcome::Reconciled(now)) if !is_certain(now) => INCOMPLETE,
        Ok(Outcome::Previewed(_) | Outcome::Listed(_) | Outcome::Reconciled(_)) => 0,
        Err(Error::Wait(ended)) if is_in_doubt(ended) => UNKNOWN,
        Err(Error::Wait(_)) => STOPPED,
        Err(error) if error.may_have_taken_effect() => UNKNOWN,
        Err(_) => NOTHING_DONE,
    }
}

/// Whether there are endpoints, and the activity of each is known.
fn is_certain(now: &Reconciled) -> bool {
    !now.endpoints.is_empty()
        && !now.may_have_missed
        && now.unmatched_hostnames.is_empty()
        && now.count(EndpointActivity::Unknown) == 0
}

/// Whether the tenant did not accept the cancellation for some endpoints, or does not name some of them.
fn is_incomplete(cancelled: &Cancelled) -> bool {
    cancelled.refused > 0 || !cancelled.vanished.is_empty() || cancelled.never_named > 0
}

/// Whether a part of a cancellation has an unknown outcome.
fn is_in_doubt(ended: &WaitEnded) -> bool {
    matches!(&ended.why, WaitEnd::CancelledInPart { error, .. } if error.may_have_taken_effect())
}

/// Also the code of usage errors: for a script both mean that nothing was done.
pub(crate) const NOTHING_DONE: u8 = 1;
pub(crate) const INCOMPLETE: u8 = 2;
pub(crate) const STOPPED: u8 = 3;
pub(crate) const UNKNOWN: u8 = 4;
