//! POST /public_api/v1/endpoints/abort_scan

use serde::Serialize;

use super::started::selects_endpoints;
use crate::filter::{Filter, Filters};
use crate::ids::IncidentId;

/// Cancels scans that are pending or in progress on the selected endpoints, regardless of who started them.
///
/// Filters that are sent a second time can match more endpoints than before and cancel other people's scans. To cancel
/// one scan, use [`Session::cancel_action`](crate::Session::cancel_action), which names the endpoints by id. The tenant
/// refuses the call for a single endpoint that is not being scanned. It accepts a list if some of the endpoints are
/// being scanned.
///
/// A cancellation is an action, too. It needs the same licence as a [`Scan`](crate::Scan).
///
/// Source: the page [Cancel Scan Endpoints].
///
/// [Cancel Scan Endpoints]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Cancel-Scan-Endpoints?contentId=Zo8a669Rm_fRHFr74vjifg
///
/// ```
/// use xdr_model::{AbortScan, Filter, Operation};
///
/// let abort = AbortScan::matching([Filter::endpoint_ids(["9f2c4b1e0d7a4c55a1b2c3d4e5f60718"])]);
/// assert!(abort.validate().is_ok());
/// assert!(AbortScan::matching([]).validate().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[cfg_attr(feature = "schema", schemars(
    example = Self::matching(vec![Filter::endpoint_ids(vec!["9f2c4b1e0d7a4c55a1b2c3d4e5f60718"])]),
))]
#[non_exhaustive]
pub struct AbortScan {
    /// The endpoints whose scans are cancelled.
    pub filters: Filters,
    /// The incident whose timeline shows the cancellation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::shape::Text"))]
    pub incident_id: Option<IncidentId>,
}

selects_endpoints! {
    AbortScan, "abort_scan", "/public_api/v1/endpoints/abort_scan",
    all: " Cancels every scan of the tenant.",
    matching: " Cancels the scans of the endpoints that match every one of `filters`."
}
