//! The job of a run.

use xdr_model::{ActionId, ActionReport, EpochMillis, GetEndpoints, Scan, ScanBatches, ScanPlan};

/// What to do at the tenant.
#[derive(Debug, PartialEq)]
pub enum Job {
    /// Start this scan and follow it.
    Scan(ScanPlan),
    /// Start this scan in batches of at most this many endpoints, and follow them.
    ScanInBatches(ScanPlan, usize),
    /// Send the batches that were not sent, and follow all of them.
    Resume(ScanBatches),
    /// List the endpoints that this scan would reach, and start nothing.
    DryRun(ScanPlan),
    /// Follow the action of this report.
    Follow(ActionReport),
    /// Cancel what is left of this action.
    Cancel(ActionReport),
    /// Read which endpoints of this scan are being scanned. The scan was attempted at this time.
    Reconcile(Scan, Option<EpochMillis>),
    /// Tell which endpoints of the batches in doubt, attempted at this time, are being scanned.
    ReconcileBatches(ScanBatches, Option<EpochMillis>),
    /// List these endpoints.
    List(GetEndpoints),
}

impl Job {
    /// The action that the command line names. A scan has no action yet.
    pub(crate) fn action(&self) -> Option<&ActionId> {
        match self {
            Self::Scan(_)
            | Self::ScanInBatches(..)
            | Self::Resume(_)
            | Self::DryRun(_)
            | Self::Reconcile(..)
            | Self::ReconcileBatches(..)
            | Self::List(_) => None,
            Self::Follow(report) | Self::Cancel(report) => Some(report.action_id()),
        }
    }
}
