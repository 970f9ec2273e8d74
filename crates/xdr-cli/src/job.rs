//! What to do at a tenant.

use xdr_model::{ActionId, ActionReport, Scan};

/// What to do at the tenant.
#[derive(Debug, PartialEq)]
pub enum Job {
    /// Start this scan and follow it.
    Scan(Scan),
    /// Follow this action, of which so much is known.
    Follow(ActionReport),
    /// Cancel what is left of this action.
    Cancel(ActionReport),
}

impl Job {
    /// The action that was named; a scan is none yet.
    pub(crate) fn action(&self) -> Option<&ActionId> {
        match self {
            Self::Scan(_) => None,
            Self::Follow(report) | Self::Cancel(report) => Some(report.action_id()),
        }
    }
}
