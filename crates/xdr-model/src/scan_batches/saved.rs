//! How batches are saved and read again.

use std::collections::HashSet;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Batch, BatchState, ONE_ACTION, ScanBatches};
use crate::filter::Filter;
use crate::ids::{EndpointId, IncidentId};
use crate::report::ActionReport;
use crate::report::{self, SavedSkipped, read_skipped, read_texts};
use crate::request_reader::{FromDocument, RequestReader, deserialize_by_the_rules};
use crate::validate::Place;

/// A scan in batches: what is sent, and what is known of each batch.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ScanBatches", deny_unknown_fields))]
pub(crate) struct Saved<'a> {
    /// The address of the tenant. The batches are sent to no other. Absent if no program has sent any yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "String"))]
    tenant: Option<&'a str>,
    /// The incident whose timeline shows the scans.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "String"))]
    incident_id: Option<&'a IncidentId>,
    /// The filters that every batch repeats beside its ids, none of them on `endpoint_id_list`. Absent if there are none.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "Vec<Filter>"))]
    filters: &'a [Filter],
    /// The batches in the order in which they are sent.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    batches: Vec<SavedBatch<'a>>,
    /// The endpoints that were left out on purpose. Absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    skipped: Vec<SavedSkipped<'a>>,
    /// The ids that were asked for and that no endpoint has. Absent if there are none.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "Vec<String>"))]
    unmatched_ids: &'a [EndpointId],
    /// The host names that were asked for and that no endpoint has. Absent if there are none.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    unmatched_hostnames: &'a [String],
    /// Whether everything that was asked for was scanned in full. Ignored when it is read: it follows from the rest.
    #[cfg_attr(feature = "schema", schemars(default))]
    is_success: bool,
}

/// One batch.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Batch", deny_unknown_fields))]
struct SavedBatch<'a> {
    /// The ids of its endpoints.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>", length(min = 1)))]
    endpoint_ids: Vec<&'a str>,
    /// What is known of it.
    state: SavedState,
    /// The action, if the state is `started`. It may be no more than `{"action_id": …, "endpoints": []}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "report::Saved<'_>"))]
    action: Option<report::Saved<'a>>,
    /// Why it was refused, or why it is in doubt. Absent if that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "String"))]
    message: Option<&'a str>,
}

/// What is known of a batch.
#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "BatchState"))]
enum SavedState {
    /// It was not sent. The next run sends it.
    NotSent,
    /// It was being sent, and may run. It is not sent again. Look in the Action Center, then change the state.
    Sending,
    /// The tenant accepted it.
    Started,
    /// The tenant refused it. It is not sent again.
    Refused,
}

impl<'a> From<&'a Batch> for SavedBatch<'a> {
    fn from(batch: &'a Batch) -> Self {
        let (state, action, message) = match &batch.state {
            BatchState::NotSent => (SavedState::NotSent, None, None),
            BatchState::Sending { message } => (SavedState::Sending, None, message.as_deref()),
            // The batch says what it asked for.
            BatchState::Started(report) => {
                (SavedState::Started, Some(report::Saved::from(report).without_filters()), None)
            }
            BatchState::Refused { message } => (SavedState::Refused, None, Some(&**message)),
        };
        Self { endpoint_ids: batch.endpoint_ids().collect(), state, action, message }
    }
}

impl Serialize for ScanBatches {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let saved = Saved {
            tenant: self.tenant.as_deref(),
            incident_id: self.incident_id.as_ref(),
            filters: &self.filters,
            batches: self.batches.iter().map(SavedBatch::from).collect(),
            skipped: self.skipped.iter().map(SavedSkipped::from).collect(),
            unmatched_ids: &self.unmatched_ids,
            unmatched_hostnames: &self.unmatched_hostnames,
            is_success: self.is_success(),
        };
        saved.serialize(serializer)
    }
}

impl FromDocument for ScanBatches {
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        const OPTIONAL: &[&str] = &[
            "tenant",
            "incident_id",
            "filters",
            "skipped",
            "unmatched_ids",
            "unmatched_hostnames",
            "is_success",
        ];
        let mut object = reader.object(place, value, &["batches"], OPTIONAL)?;
        let tenant = reader.optional(place, &mut object, "tenant", RequestReader::text);
        let incident_id = reader.optional(place, &mut object, "incident_id", IncidentId::read);
        let filters = reader.optional(place, &mut object, "filters", read_filters);
        let skipped = reader.optional(place, &mut object, "skipped", read_skipped);
        let ids = reader.optional(place, &mut object, "unmatched_ids", read_texts);
        let hostnames = reader.optional(place, &mut object, "unmatched_hostnames", read_texts);
        let is_success = reader.optional(place, &mut object, "is_success", RequestReader::boolean);
        let batches = object.remove("batches");
        let filters = filters?.unwrap_or_default();
        let batches = batches.and_then(|batches| read_batches(reader, &place.key("batches"), batches));
        is_success?;
        Some(Self {
            incident_id: incident_id?,
            tenant: tenant?.map(Into::into),
            batches: batches?,
            skipped: skipped?.unwrap_or_default().into(),
            unmatched_ids: ids?.unwrap_or_default().into_iter().map(EndpointId::from).collect(),
            unmatched_hostnames: hostnames?.unwrap_or_default().into(),
            filters,
        })
    }
}

fn read_filters(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Vec<Filter>> {
    let items = reader.array(place, value)?;
    reader.list(place, items, |reader, place, item| match Filter::read(reader, place, item)? {
        Filter::EndpointIds(_) => {
            reader.note(place.breaks("must not name ids: each batch has its own"));
            None
        }
        filter => Some(filter),
    })
}

fn read_batches(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Vec<Batch>> {
    let items = reader.array(place, value)?;
    if items.is_empty() {
        reader.note(place.breaks("must have at least one batch"));
        return None;
    }
    let mut seen = HashSet::new();
    let batches =
        reader.list(place, items, |reader, place, item| read_batch(reader, place, item, &mut seen))?;
    let mut actions = HashSet::new();
    for (i, batch) in batches.iter().enumerate() {
        if batch.report().is_some_and(|report| !actions.insert(report.action_id().clone())) {
            reader.note(place.index(i).key("action").breaks(ONE_ACTION));
            return None;
        }
    }
    Some(batches)
}

fn read_batch(
    reader: &mut RequestReader,
    place: &Place<'_>,
    value: Value,
    seen: &mut HashSet<String>,
) -> Option<Batch> {
    let mut object = reader.object(place, value, &["endpoint_ids", "state"], &["action", "message"])?;
    let ids =
        object.remove("endpoint_ids").and_then(|ids| read_ids(reader, &place.key("endpoint_ids"), ids, seen));
    let message = reader.optional(place, &mut object, "message", RequestReader::text);
    let action = reader.optional(place, &mut object, "action", ActionReport::read);
    let state = object.remove("state").and_then(|state| read_state(reader, &place.key("state"), &state));
    let (message, action) = (message?, action?);
    let mut batch = Batch::new(ids?);
    match (state?, action) {
        (SavedState::Started, Some(report)) => batch.mark_started(report),
        (SavedState::Started, None) => {
            reader.note(place.key("action").breaks("is required for a batch that was started"));
            return None;
        }
        (_, Some(_)) => {
            reader.note(place.key("action").breaks("must be absent unless the batch was started"));
            return None;
        }
        (SavedState::NotSent, None) => batch.state = BatchState::NotSent,
        (SavedState::Sending, None) => batch.state = BatchState::Sending { message },
        (SavedState::Refused, None) => {
            batch.state = BatchState::Refused { message: message.unwrap_or_default() };
        }
    }
    Some(batch)
}

/// The ids of a batch: at least one, and none of a batch before it, for no endpoint is sent twice.
fn read_ids(
    reader: &mut RequestReader,
    place: &Place<'_>,
    value: Value,
    seen: &mut HashSet<String>,
) -> Option<Vec<EndpointId>> {
    let items = reader.array(place, value)?;
    if items.is_empty() {
        reader.note(place.breaks("must hold at least one id"));
        return None;
    }
    reader.list(place, items, |reader, place, item| {
        let id = reader.supplied(place, item)?;
        if !seen.insert(id.clone()) {
            reader.note(place.breaks("must not be the id of another place: no endpoint is sent twice"));
            return None;
        }
        Some(id.into())
    })
}

fn read_state(reader: &mut RequestReader, place: &Place<'_>, state: &Value) -> Option<SavedState> {
    match state.as_str() {
        Some("not_sent") => Some(SavedState::NotSent),
        Some("sending") => Some(SavedState::Sending),
        Some("started") => Some(SavedState::Started),
        Some("refused") => Some(SavedState::Refused),
        _ => reader.refuse(place, "must be \"not_sent\", \"sending\", \"started\" or \"refused\"", state),
    }
}

deserialize_by_the_rules!(ScanBatches);
