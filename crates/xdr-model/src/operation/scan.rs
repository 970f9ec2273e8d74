//! POST /public_api/v1/endpoints/scan

use serde::Serialize;

use super::started::selects_endpoints;
use crate::filter::{Filter, Filters};
use crate::ids::IncidentId;

/// Starts a malware scan on endpoints. The reply holds an action id, which is used to follow the scan.
///
/// The call acts on real machines and has no idempotency key. So it is never sent twice, unless it is certain that the
/// first request was not carried out. The reply does not name endpoints that the tenant leaves out: only
/// [`endpoints_count`](crate::StartedAction::endpoints_count) shows that there are fewer.
///
/// It needs a licence for Cortex XDR Prevent, Pro per Endpoint or Pro per GB.
///
/// Source: the page [Scan Endpoints].
///
/// [Scan Endpoints]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Scan-Endpoints?contentId=YLqHYo5LC0bVOoDVlBzgug
///
/// ```
/// use xdr_model::{Filter, Operation, Scan};
///
/// let scan = Scan::matching([Filter::hostname(["web-1", "web-2"])]).with_incident("42");
/// assert_eq!(
///     scan.encode()?,
///     r#"{"request_data":{"filters":[{"field":"hostname","operator":"in","value":["web-1","web-2"]}],"incident_id":"42"}}"#
/// );
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[cfg_attr(feature = "schema", schemars(
    example = Self::matching(vec![Filter::hostname(vec!["web-1", "web-2"])]).with_incident("42"),
    example = Self::all(),
))]
#[non_exhaustive]
pub struct Scan {
    /// The endpoints to scan.
    pub filters: Filters,
    /// The incident whose timeline shows the scan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::shape::Text"))]
    pub incident_id: Option<IncidentId>,
}

selects_endpoints! {
    Scan, "scan", "/public_api/v1/endpoints/scan",
    all: " A scan of every endpoint of the tenant.",
    matching: " A scan of the endpoints that match every one of `filters`."
}
