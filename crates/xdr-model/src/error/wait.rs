//! The error of an action that was accepted and is no longer followed.

use std::fmt;
use std::sync::Arc;

use super::Error;
use crate::coverage::Coverage;
use crate::flow::Cancelled;
use crate::report::ActionReport;

/// Following an action, or cancelling it, ended before all of its endpoints had settled. The action is still running;
/// resume it with the report.
#[derive(Debug)]
#[non_exhaustive]
pub struct WaitEnded {
    /// What is known about the action. It holds no endpoint if no reply has named one. For a cancellation, it is the
    /// report from before the cancellation.
    pub report: ActionReport,
    /// Why it ended.
    pub why: WaitEnd,
}

/// Why following an action ended. To resume, give the [report](WaitEnded::report) or the action's id to a wait.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitEnd {
    /// The deadline passed. Resume the action.
    Deadline {
        /// The failure of the last status request; `None` if it did not fail.
        trouble: Option<Arc<Error>>,
    },
    /// The caller stopped the flow. Resume the action.
    Stopped,
    /// The tenant names no endpoint for this id: the id is wrong or has expired. At least three replies in a row
    /// named none, and the wait lasted for at least a minute. Look in the Action Center.
    UnknownAction,
    /// The tenant accepted the scan, but names no endpoint for it. The limits are those of
    /// [`UnknownAction`](Self::UnknownAction). Look in the Action Center before you start another scan.
    NoEndpoint {
        /// The number of endpoints that the tenant said it took.
        accepted: Option<u64>,
    },
    /// The tenant has named endpoints before, and several replies in a row name none: the tenant may have forgotten
    /// the action, or have a fault. Resume the action later.
    Vanished,
    /// The tenant has named more endpoints than a report holds: 330,000 endpoints, or 12 MiB of their ids. Look in
    /// the Action Center.
    TooManyEndpoints,
    /// A status request cannot succeed, or these requests failed for too long. Fix the cause that the error names,
    /// then resume the action.
    ///
    /// A wrong key, a missing licence or permission and a wrong certificate end a wait at once. A redirect and a page
    /// that is not the tenant's end it at once if the tenant has not answered before. Any other refusal ends it when
    /// the same one occurs three times in a row over at least a minute. Every other failure ends it after 20 failures
    /// in a row over at least 15 minutes.
    Failed(Arc<Error>),
    /// A status request failed, and the answer asks to wait until after the deadline
    /// ([`Error::retry_after`]). Resume the action after that time.
    RetryTooLate(Arc<Error>),
    /// A cancellation failed after the tenant had accepted a part of it. It is safe to cancel again: this cancels the
    /// rest.
    CancelledInPart {
        /// What was accepted before.
        cancelled: Cancelled,
        /// The failure of the next request.
        error: Arc<Error>,
    },
}

impl WaitEnded {
    /// The failed request that ended the flow, or the last request before the deadline if it failed.
    pub fn cause(&self) -> Option<&Error> {
        match &self.why {
            WaitEnd::Deadline { trouble } => trouble.as_deref(),
            WaitEnd::Failed(error)
            | WaitEnd::RetryTooLate(error)
            | WaitEnd::CancelledInPart { error, .. } => Some(error),
            WaitEnd::Stopped
            | WaitEnd::UnknownAction
            | WaitEnd::NoEndpoint { .. }
            | WaitEnd::Vanished
            | WaitEnd::TooManyEndpoints => None,
        }
    }
}

impl WaitEnded {
    /// Writes what happened.
    fn event(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.report.action_id();
        match &self.why {
            WaitEnd::Deadline { trouble } => {
                write!(f, "the deadline passed before action {id} ended")?;
                match trouble {
                    Some(error) => write!(f, ", and the last status request failed: {error}"),
                    None => Ok(()),
                }
            }
            WaitEnd::Stopped => write!(f, "you stopped following action {id}"),
            WaitEnd::UnknownAction => write!(f, "the tenant names no endpoint for action {id}"),
            WaitEnd::NoEndpoint { accepted } => {
                let plural = if *accepted == Some(1) { "" } else { "s" };
                let accepted = accepted.map(|n| format!(" for {n} endpoint{plural}")).unwrap_or_default();
                write!(f, "action {id} was accepted{accepted}, and the tenant names none")
            }
            WaitEnd::Vanished => write!(f, "the tenant names no endpoint for action {id} any more"),
            WaitEnd::TooManyEndpoints => {
                write!(f, "the tenant names more endpoints for action {id} than a report can hold")
            }
            WaitEnd::Failed(error) => write!(f, "action {id} could not be followed to its end: {error}"),
            WaitEnd::RetryTooLate(error) => {
                write!(f, "the next status request for action {id} would come after the deadline: {error}")
            }
            WaitEnd::CancelledInPart { cancelled: Cancelled { endpoints, left, .. }, error } => write!(
                f,
                "action {id} was cancelled in part: the tenant accepted the cancellation of {endpoints} endpoints; {left} are left, because the next request failed ({error})"
            ),
        }
    }

    /// Writes the last known state of the action.
    fn standing(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &self.report;
        if report.named() == 0 || matches!(self.why, WaitEnd::CancelledInPart { .. }) {
            return Ok(());
        }
        write!(f, "; {} of {} endpoints had settled", report.counts().settled(), report.expected())?;
        match report.vanished().count() {
            0 => Ok(()),
            1 => f.write_str(", 1 has vanished"),
            n => write!(f, ", {n} have vanished"),
        }
    }

    fn advice(&self) -> &'static str {
        match self.why {
            WaitEnd::UnknownAction => ": the id is wrong or has expired; look in the Action Center",
            WaitEnd::NoEndpoint { .. } => ": look for it in the Action Center before you start another",
            WaitEnd::CancelledInPart { .. } => "; cancel it again for what is left",
            WaitEnd::Vanished => {
                ". Resume the action later from its report or by its id, or look for it in the Action Center"
            }
            WaitEnd::TooManyEndpoints => ". The action is still running: look for it in the Action Center",
            // An id for which no endpoint was ever named can be wrong.
            _ if self.report.named() == 0 => {
                ". The state of the action is not known: resume it from its report or by its id"
            }
            // The deadline or the stop came before the reply that would have confirmed this.
            _ if self.report.counts().settled() == self.report.expected() => {
                ". It is not certain yet that these are all endpoints: resume the action from its report or by its id"
            }
            _ => ". The action is still running: resume it from its report or by its id",
        }
    }
}

impl fmt::Display for WaitEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.event(f)?;
        self.standing(f)?;
        f.write_str(self.advice())?;
        match self.report.coverage().filter(Coverage::proves_gap) {
            Some(coverage) => write!(f, ". {coverage}"),
            None => Ok(()),
        }
    }
}
