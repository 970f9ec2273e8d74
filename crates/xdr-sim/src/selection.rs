//! The request body of `scan` and `abort_scan`, which selects endpoints.

use serde_json::{Map, Value};

use crate::endpoint::Endpoint;
use crate::filters::Filters;
use crate::read::request_data;
use crate::wire::Refusal;

/// The maximum bytes of an `incident_id`. An action keeps it, so it must be shorter than a body.
const INCIDENT_ID_BYTES: usize = 1_000;

/// The content of a valid body.
#[derive(Debug)]
pub(crate) struct Selection {
    filters: Filters,
    pub(crate) incident_id: Option<String>,
}

impl Selection {
    /// Reads a body with at most `most_filters` filters, because each filter is tested on every endpoint.
    pub(crate) fn read(body: &Value, most_filters: usize) -> Result<Self, Refusal> {
        let data = request_data(body, &["filters", "incident_id"])?;
        let filters = Filters::of_action(data.get("filters"), most_filters)?;
        Ok(Self { filters, incident_id: incident_id(data)? })
    }

    /// Whether the endpoint is selected.
    pub(crate) fn matches(&self, endpoint: &Endpoint, scan_status: &'static str) -> bool {
        self.filters.match_all(endpoint, scan_status)
    }
}

/// Whether a body names no endpoints at all. On a real tenant, this may mean every endpoint.
///
/// In such a body, `filters` is absent, null or empty, or the `value` of a filter is absent, null or empty.
pub(crate) fn is_dangerous(body: &Value) -> bool {
    let nothing = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    let filters = &body["request_data"]["filters"];
    let list = filters.as_array().map_or(&[][..], Vec::as_slice);
    nothing(filters) || list.iter().any(|filter| filter.is_object() && nothing(&filter["value"]))
}

fn incident_id(data: &Map<String, Value>) -> Result<Option<String>, Refusal> {
    match data.get("incident_id") {
        None => Ok(None),
        Some(Value::String(id)) if id.len() <= INCIDENT_ID_BYTES => Ok(Some(id.clone())),
        Some(_) => {
            let right = format!("must be a string of at most {INCIDENT_ID_BYTES} bytes");
            Err(Refusal::invalid("/request_data/incident_id", right))
        }
    }
}
