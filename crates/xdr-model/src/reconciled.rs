//! What is known about the endpoints of an attempt whose outcome is unknown.

use crate::ids::EndpointId;
use crate::operation::{EndpointScanStatus, EndpointSummary};

/// The endpoints of an attempt whose outcome is unknown, and whether each of them is being scanned now.
///
/// The result says nothing about a particular action. The API does not show which action scans an endpoint. Another
/// user or program may have started that action.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Reconciled {
    /// The endpoints. If the attempt named ids, these are its ids in their order. Otherwise they are those that the
    /// tenant lists.
    pub endpoints: Vec<ReconciledEndpoint>,
    /// The host names of the attempt that no listed endpoint has.
    pub unmatched_hostnames: Vec<String>,
    /// Whether an endpoint that exists may be missing from the lists of the tenant. If so, no endpoint counts as
    /// [gone](EndpointActivity::Gone).
    pub may_have_missed: bool,
}

/// One endpoint of a [`Reconciled`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReconciledEndpoint {
    /// The id.
    pub id: EndpointId,
    /// Whether it is being scanned.
    pub activity: EndpointActivity,
    /// Whether its scan certainly began after the attempt, because the tenant saw the endpoint for the first time
    /// after the attempt. `false` means that this is not known. See
    /// [`Reconcile::attempted_at`](crate::flow::Reconcile::attempted_at).
    pub began_later: bool,
    /// The tenant's summary: the name, the scan status and more. `None` if the tenant does not list the endpoint.
    pub summary: Option<EndpointSummary>,
}

/// Whether an endpoint is being scanned, by any action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EndpointActivity {
    /// It is being scanned, or a scan waits for it. Any action can have started that scan.
    BeingScanned,
    /// It is not being scanned. A scan never began or has ended. The API does not show which of the two is true.
    NotBeingScanned,
    /// The tenant no longer lists it.
    Gone,
    /// The tenant does not report its scan status, reports an unknown word, or may have left the endpoint out of a
    /// list.
    Unknown,
}

impl EndpointActivity {
    fn of(status: &EndpointScanStatus) -> Self {
        match status {
            // The scan goes on until a cancellation is carried out.
            EndpointScanStatus::Pending
            | EndpointScanStatus::InProgress
            | EndpointScanStatus::PendingCancellation => Self::BeingScanned,
            EndpointScanStatus::None
            | EndpointScanStatus::Success
            | EndpointScanStatus::Error
            | EndpointScanStatus::Canceled
            | EndpointScanStatus::Aborted
            | EndpointScanStatus::TimedOut => Self::NotBeingScanned,
            _ => Self::Unknown,
        }
    }
}

impl ReconciledEndpoint {
    pub(crate) fn listed(id: EndpointId, summary: EndpointSummary, began_later: bool) -> Self {
        let activity = EndpointActivity::of(&summary.scan_status);
        let began_later = began_later && activity == EndpointActivity::BeingScanned;
        Self { id, activity, began_later, summary: Some(summary) }
    }

    pub(crate) fn not_listed(id: EndpointId, may_have_missed: bool) -> Self {
        let activity = if may_have_missed { EndpointActivity::Unknown } else { EndpointActivity::Gone };
        Self { id, activity, began_later: false, summary: None }
    }
}

impl Reconciled {
    /// The endpoints in a state.
    pub fn that_are(&self, activity: EndpointActivity) -> impl Iterator<Item = &ReconciledEndpoint> {
        self.endpoints.iter().filter(move |endpoint| endpoint.activity == activity)
    }

    /// The number of endpoints in a state.
    pub fn count(&self, activity: EndpointActivity) -> usize {
        self.that_are(activity).count()
    }
}
