//! POST /public_api/v1/endpoints/abort_scan

use serde::Serialize;

use super::{Operation, Replay, StartedAction};
use crate::document::Document;
use crate::filter::{Filter, Filters};
use crate::ids::IncidentId;
use crate::operation::started;
use crate::validate::Invalid;

/// Cancels the scans of endpoints that are pending or in progress, whoever started them.
///
/// Filters given a second time can match more than before and cancel other people's scans: to cancel one scan
/// use [`Session::cancel_action`](crate::Session::cancel_action), which names the endpoints by id. Naming one
/// endpoint that is not being scanned is refused; a list of which only some are being scanned is not.
///
/// It starts an action too. Needs the licence of [`Scan`](crate::Scan). Source: the page "Cancel Scan Endpoints".
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
    #[cfg_attr(feature = "schema", schemars(with = "IncidentId"))]
    pub incident_id: Option<IncidentId>,
}

impl AbortScan {
    /// Cancels every scan of the tenant.
    pub fn all() -> Self {
        Self { filters: Filters::All, incident_id: None }
    }

    /// Cancels the scans of the endpoints that match every one of `filters`; with none it is refused, not sent.
    pub fn matching(filters: impl IntoIterator<Item = Filter>) -> Self {
        Self { filters: Filters::Matching(filters.into_iter().collect()), incident_id: None }
    }

    /// The same cancellation, shown in the timeline of this incident.
    #[must_use]
    pub fn with_incident(mut self, incident: impl Into<IncidentId>) -> Self {
        self.incident_id = Some(incident.into());
        self
    }

    /// Reads a request document, as other programs write it by the schema.
    ///
    /// ```
    /// use xdr_model::AbortScan;
    ///
    /// assert_eq!(AbortScan::from_json(r#"{"request_data":{"filters":"all"}}"#)?, AbortScan::all());
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

impl Operation for AbortScan {
    const NAME: &'static str = "abort_scan";
    const PATH: &'static str = "/public_api/v1/endpoints/abort_scan";
    const REPLAY: Replay = Replay::Unsafe;
    type Reply = StartedAction;

    fn validate(&self) -> Result<(), Invalid> {
        started::check_selection(&self.filters, self.incident_id.as_ref())
    }
}
