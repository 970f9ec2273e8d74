//! How batches are saved and read again.

use std::collections::HashSet;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Batch, BatchState, ONE_ACTION, ONE_PLACE, ScanBatches};
use crate::filter::Filter;
#[cfg(feature = "schema")]
use crate::filter::SharedFilter;
use crate::ids::{ActionId, EndpointId, IncidentId};
use crate::report::ActionReport;
use crate::report::{self, SavedSkipped, read_skipped, read_texts};
use crate::request_reader::{FromDocument, RequestReader, deserialize_by_the_rules};
#[cfg(feature = "schema")]
use crate::shape::Text;
use crate::validate::Place;

#[cfg(feature = "schema")]
mod shape;

/// A scan in batches: what is sent, and what is known of each batch.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ScanBatches", deny_unknown_fields))]
pub(crate) struct Saved<'a> {
    /// The address of the tenant. The batches are sent to no other tenant. Absent if no program has sent a batch yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "String"))]
    tenant: Option<&'a str>,
    /// The incident whose timeline shows the scans.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "Text"))]
    incident_id: Option<&'a IncidentId>,
    /// The filters that every batch repeats beside its ids. None of them is on `endpoint_id_list`. Absent if there are
    /// none.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "Vec<SharedFilter>"))]
    filters: &'a [Filter],
    /// The batches in the order in which they are sent.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    batches: Vec<SavedBatch<'a>>,
    /// The endpoints that were skipped on purpose. Absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    skipped: Vec<SavedSkipped<'a>>,
    /// The ids that were asked for, but that no endpoint has. Absent if there are none.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "Vec<String>"))]
    unmatched_ids: &'a [EndpointId],
    /// The host names that were asked for, but that no endpoint has. Absent if there are none.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    unmatched_hostnames: &'a [String],
    /// Whether everything that was asked for completed. A reader ignores it, because it follows from the rest.
    #[cfg_attr(feature = "schema", schemars(default))]
    is_success: bool,
}

/// One batch.
#[derive(Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Batch", schema_with = "shape::batch"))]
enum SavedBatch<'a> {
    Started(SavedStarted<'a>),
    Unstarted(SavedUnstarted<'a>),
}

/// A batch that the tenant accepted, or an action that was started earlier and is only followed.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "StartedBatch", deny_unknown_fields))]
struct SavedStarted<'a> {
    /// The ids of its endpoints. Absent if the action was started earlier. Then its filters say what was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "Vec<Text>", length(min = 1)))]
    endpoint_ids: Vec<&'a str>,
    /// The tenant accepted it.
    #[cfg_attr(feature = "schema", schemars(schema_with = "shape::started"))]
    state: SavedState,
    /// The action. {"action_id": …, "endpoints": []} is enough. Its filters are ignored if the batch has ids.
    #[cfg_attr(feature = "schema", schemars(with = "report::Saved<'_>"))]
    action: report::Saved<'a>,
    /// Why it was in doubt. A reader ignores it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "String"))]
    message: Option<&'a str>,
}

/// A batch without a known action.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "UnstartedBatch", deny_unknown_fields))]
struct SavedUnstarted<'a> {
    /// The ids of its endpoints. The document has no id twice, so that no endpoint is sent twice.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Text>", length(min = 1)))]
    endpoint_ids: Vec<&'a str>,
    /// What is known of it. The next run sends only a batch that is not_sent. A batch that is sending may be running:
    /// look in the Action Center, and then change the state to started or not_sent. A batch that is refused was not
    /// started.
    #[cfg_attr(feature = "schema", schemars(schema_with = "shape::unstarted"))]
    state: SavedState,
    /// Why it was refused, or why it is in doubt. Absent if this is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "String"))]
    message: Option<&'a str>,
}

/// What is known of a batch.
#[derive(Serialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum SavedState {
    NotSent,
    Sending,
    Started,
    Refused,
}

impl<'a> From<&'a Batch> for SavedBatch<'a> {
    fn from(batch: &'a Batch) -> Self {
        let endpoint_ids = batch.endpoint_ids().collect();
        let (state, message) = match &batch.state {
            BatchState::Started(report) => {
                let action = report::Saved::from(report);
                // The ids of the batch say what it asked for.
                let action = if batch.ids.is_some() { action.without_filters() } else { action };
                return Self::Started(SavedStarted {
                    endpoint_ids,
                    state: SavedState::Started,
                    action,
                    message: None,
                });
            }
            BatchState::NotSent => (SavedState::NotSent, None),
            BatchState::Sending { message } => (SavedState::Sending, message.as_deref()),
            BatchState::Refused { message } => (SavedState::Refused, Some(&**message)),
        };
        Self::Unstarted(SavedUnstarted { endpoint_ids, state, message })
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
        let batches = batches.and_then(|batches| read_batches(reader, &place.key("batches"), batches));
        is_success?;
        Some(Self {
            incident_id: incident_id?,
            tenant: tenant?.map(Into::into),
            batches: batches?,
            skipped: skipped?.unwrap_or_default().into(),
            unmatched_ids: ids?.unwrap_or_default().into_iter().map(EndpointId::from).collect(),
            unmatched_hostnames: hostnames?.unwrap_or_default().into(),
            filters: filters?.unwrap_or_default(),
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

/// The ids and actions that were read so far. No two batches may name the same one.
#[derive(Default)]
struct Seen {
    ids: HashSet<String>,
    actions: HashSet<ActionId>,
}

fn read_batches(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Vec<Batch>> {
    let items = reader.array(place, value)?;
    if items.is_empty() {
        reader.note(place.breaks("must have at least one batch"));
        return None;
    }
    let mut seen = Seen::default();
    reader.list(place, items, |reader, place, item| read_batch(reader, place, item, &mut seen))
}

fn read_batch(reader: &mut RequestReader, place: &Place<'_>, value: Value, seen: &mut Seen) -> Option<Batch> {
    let mut object = reader.object(place, value, &["state"], &["endpoint_ids", "action", "message"])?;
    let state = object.remove("state").and_then(|state| read_state(reader, &place.key("state"), &state));
    let has = |key| object.contains_key(key);
    let is_started = state.map(|state| state == SavedState::Started);
    if is_started == Some(true) && !has("action") {
        reader.note(place.key("action").breaks("is required for a batch that was started"));
    }
    if is_started == Some(false) && has("action") {
        reader.note(place.key("action").breaks("must be absent unless the batch was started"));
    }
    if is_started == Some(false) && !has("endpoint_ids") {
        reader.note(place.key("endpoint_ids").breaks("is required unless the batch was started"));
    }
    let ids = reader.optional(place, &mut object, "endpoint_ids", |reader, place, ids| {
        read_ids(reader, place, ids, &mut seen.ids)
    });
    let action = reader.optional(place, &mut object, "action", |reader, place, action| {
        read_action(reader, place, action, &mut seen.actions)
    });
    let message = reader.optional(place, &mut object, "message", RequestReader::text);
    let (state, ids, action, message) = (state?, ids?, action?, message?);
    match (state, ids, action) {
        (SavedState::Started, None, Some(report)) => Some(Batch::following(report)),
        (SavedState::Started, Some(ids), Some(report)) => {
            let mut batch = Batch::new(ids);
            batch.mark_started(report);
            Some(batch)
        }
        (SavedState::NotSent, Some(ids), None) => Some(Batch::new(ids)),
        (SavedState::Sending, Some(ids), None) => {
            Some(Batch { state: BatchState::Sending { message }, ..Batch::new(ids) })
        }
        (SavedState::Refused, Some(ids), None) => {
            let message = message.unwrap_or_default();
            Some(Batch { state: BatchState::Refused { message }, ..Batch::new(ids) })
        }
        // This rule was noted above.
        _ => None,
    }
}

fn read_action(
    reader: &mut RequestReader,
    place: &Place<'_>,
    value: Value,
    seen: &mut HashSet<ActionId>,
) -> Option<ActionReport> {
    let report = ActionReport::read(reader, place, value)?;
    if !seen.insert(report.action_id().clone()) {
        reader.note(place.breaks(ONE_ACTION));
        return None;
    }
    Some(report)
}

/// The ids of a batch: at least one, and none of an earlier batch, so that no endpoint is sent twice.
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
        if !seen.insert(id.to_lowercase()) {
            reader.note(place.breaks(ONE_PLACE));
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
