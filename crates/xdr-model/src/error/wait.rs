//! An accepted action that is not followed any more.

use std::fmt;
use std::sync::Arc;

use super::Error;
use crate::flow::{ActionReport, Cancelled};
use crate::ids::ActionId;

/// Following an action, or cancelling it, ended before all of its endpoints had settled. The action goes on; resume
/// by its id.
#[derive(Debug)]
#[non_exhaustive]
pub struct WaitEnded {
    /// The action.
    pub action_id: ActionId,
    /// What was known last; `None` if no status was read at all.
    pub last: Option<ActionReport>,
    /// Why it ended.
    pub why: WaitEnd,
}

/// Why following an action ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitEnd {
    /// The deadline came, possibly while the tenant could not be asked. Resume by the id.
    Deadline {
        /// The last failure to ask, if the last try failed.
        trouble: Option<Arc<Error>>,
    },
    /// The caller stopped it. Resume by the id.
    Stopped,
    /// The tenant names no endpoint for this id, again and again: the id is wrong or has expired. Look in the
    /// Action Center.
    UnknownAction,
    /// The tenant has accepted the scan and names no endpoint for it, again and again. Look in the Action Center before
    /// you start another.
    NoEndpoint {
        /// How many it said that it took in.
        accepted: Option<u64>,
    },
    /// The tenant has named endpoints before and names none any more, again and again: it may have forgotten the
    /// action, or be out of order. Resume by the id later.
    Vanished,
    /// The tenant refused, or could not be asked for too long. Mend what the error says, then resume by the id.
    Failed(Arc<Error>),
    /// A cancellation failed after a part of it had been accepted. Cancelling again is safe: it cancels what is left.
    CancelledInPart {
        /// What was accepted before.
        cancelled: Cancelled,
        /// The failure of the next request.
        error: Arc<Error>,
    },
}

impl WaitEnded {
    /// The failure to ask that ended it, or that was the last one.
    pub fn cause(&self) -> Option<&Error> {
        match &self.why {
            WaitEnd::Deadline { trouble } => trouble.as_deref(),
            WaitEnd::Failed(error) | WaitEnd::CancelledInPart { error, .. } => Some(error),
            WaitEnd::Stopped | WaitEnd::UnknownAction | WaitEnd::NoEndpoint { .. } | WaitEnd::Vanished => {
                None
            }
        }
    }
}

impl fmt::Display for WaitEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = &self.action_id;
        match &self.why {
            WaitEnd::UnknownAction => {
                return write!(
                    f,
                    "the tenant names no endpoint for action {id}: the id is wrong or has expired; look in the \
                     Action Center"
                );
            }
            WaitEnd::NoEndpoint { accepted } => {
                let plural = if *accepted == Some(1) { "" } else { "s" };
                let accepted = accepted.map(|n| format!(" for {n} endpoint{plural}")).unwrap_or_default();
                return write!(
                    f,
                    "action {id} was accepted{accepted}, and the tenant names none: look for it in the Action Center \
                     before you start another"
                );
            }
            WaitEnd::CancelledInPart { cancelled: Cancelled { endpoints, left, .. }, error } => {
                return write!(
                    f,
                    "action {id} was cancelled in part: {endpoints} endpoints accepted, {left} left, for the next \
                     request failed ({error}); cancel it again for what is left"
                );
            }
            WaitEnd::Deadline { trouble } => {
                write!(f, "the deadline came before action {id} had ended")?;
                if let Some(error) = trouble {
                    write!(f, ", and it could not be asked for last: {error}")?;
                }
            }
            WaitEnd::Vanished => write!(f, "the tenant names no endpoint for action {id} any more")?,
            WaitEnd::Stopped => write!(f, "it was stopped before action {id} had ended")?,
            WaitEnd::Failed(error) => write!(f, "action {id} could not be followed to its end: {error}")?,
        }
        if let Some(last) = &self.last {
            write!(f, "; {} of {} endpoints had settled", last.counts().settled(), last.expected())?;
        }
        f.write_str(match self.why {
            WaitEnd::Vanished => "; resume with its id later, or look for it in the Action Center",
            // An id that was never answered for can be wrong.
            _ if self.last.is_none() => "; its state is not known, resume with its id",
            _ => "; it goes on, resume with its id",
        })
    }
}
