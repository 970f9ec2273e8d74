//! POST /public_api/v1/endpoints/scan

use serde::Serialize;

use super::{Operation, Replay, StartedAction};
use crate::document::Document;
use crate::filter::{Filter, Filters};
use crate::ids::IncidentId;
use crate::operation::started;
use crate::validate::Invalid;

/// Starts a malware scan on endpoints; the reply's action id is what it is followed by.
///
/// It acts on real machines and has no idempotency key, so it is never sent twice unless it is certain that the
/// first one was not carried out. Endpoints that the tenant leaves out are not named: only
/// [`endpoints_count`](StartedAction::endpoints_count) shows that there were fewer.
///
/// Needs a licence for Cortex XDR Prevent, Pro per Endpoint or Pro per GB. Source: the page "Scan Endpoints".
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
    #[cfg_attr(feature = "schema", schemars(with = "IncidentId"))]
    pub incident_id: Option<IncidentId>,
}

impl Scan {
    /// A scan of every endpoint of the tenant.
    pub fn all() -> Self {
        Self { filters: Filters::All, incident_id: None }
    }

    /// A scan of the endpoints that match every one of `filters`; with none it is refused, not sent.
    pub fn matching(filters: impl IntoIterator<Item = Filter>) -> Self {
        Self { filters: Filters::Matching(filters.into_iter().collect()), incident_id: None }
    }

    /// The same scan, shown in the timeline of this incident.
    #[must_use]
    pub fn with_incident(mut self, incident: impl Into<IncidentId>) -> Self {
        self.incident_id = Some(incident.into());
        self
    }

    /// Reads a request document, as other programs write it by the schema.
    ///
    /// ```
    /// use xdr_model::Scan;
    ///
    /// assert_eq!(Scan::from_json(r#"{"request_data":{"filters":"all"}}"#)?, Scan::all());
    /// let invalid = Scan::from_json(r#"{"request_data":{"filters":[]}}"#).unwrap_err();
    /// assert_eq!(invalid.violations()[0].pointer, "/request_data/filters");
    /// # Ok::<(), xdr_model::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// All that the document breaks, each with its JSON Pointer.
    pub fn from_json(text: &str) -> Result<Self, Invalid> {
        Document::request(text, started::read_selection)
            .map(|(filters, incident_id)| Self { filters, incident_id })
    }
}

impl Operation for Scan {
    const NAME: &'static str = "scan";
    const PATH: &'static str = "/public_api/v1/endpoints/scan";
    const REPLAY: Replay = Replay::Unsafe;
    type Reply = StartedAction;

    fn validate(&self) -> Result<(), Invalid> {
        started::check_selection(&self.filters, self.incident_id.as_ref())
    }
}
