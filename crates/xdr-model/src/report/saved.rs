//! How a report is written and read.

use std::sync::Arc;
use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::ActionReport;
use crate::endpoints::{EndpointActionStatus, Known, KnownEndpoints, TooMany, reason};
use crate::filter::Filters;
use crate::ids::{ActionId, LONGEST_ID};
use crate::json_integer::MAX_INTEGER;
use crate::request_reader::{FromDocument, RequestReader, deserialize_by_the_rules};
use crate::scan_plan::{SkipReason, SkippedEndpoint};
use crate::validate::Place;

/// What is known about an action: what can be saved while it is followed, and how it ended.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ActionReport", deny_unknown_fields))]
pub(crate) struct Saved<'a> {
    /// The action. An integer above 9007199254740991 is written as text, because many languages would change its last
    /// digits.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::shape::saved_action_id"))]
    action_id: &'a ActionId,
    /// The address of the tenant of the action. A program that follows or cancels the action at another tenant
    /// refuses the report. Absent if no program has followed or cancelled it yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "String"))]
    tenant: Option<&'a str>,
    /// Whether the program saw the tenant accept the action. Absent means false: the id can be wrong.
    #[cfg_attr(feature = "schema", schemars(default))]
    accepted: bool,
    /// How many endpoints the tenant took when it accepted the action. Absent if that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, schema_with = "crate::shape::saved_count"))]
    endpoints_count: Option<u64>,
    /// What the scan asked for. Absent if that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "Filters"))]
    filters: Option<&'a Filters>,
    /// Every endpoint that the tenant ever named for the action, in the order in which it was named first.
    #[serde(serialize_with = "endpoints")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<SavedEndpoint<'_>>"))]
    endpoints: &'a KnownEndpoints,
    /// Whether the last two replies that name an endpoint are equal: the same endpoints with the same statuses. If
    /// the tenant did not say how many endpoints it took, this is the only sign that it has named all of them. Absent
    /// means false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "schema", schemars(default))]
    repeated: bool,
    /// How long the action has not changed, in milliseconds: no new endpoint was named, and no endpoint that has not
    /// settled changed its status, vanished or came back. Only time in which the action was followed counts. Absent
    /// means 0.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "schema", schemars(default, schema_with = "crate::shape::saved_count"))]
    unchanged_ms: u64,
    /// The endpoints that the run skipped: the scan did not ask for them. Absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    skipped: Vec<SavedSkipped<'a>>,
    /// The host names that the run asked for and that no listed endpoint has. If there are any, the action is not a
    /// success. Absent if there are none.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    unmatched_hostnames: &'a [String],
    /// Whether the action was carried out in full on everything that was asked for. A reader ignores this value,
    /// because it follows from the others.
    #[cfg_attr(feature = "schema", schemars(default))]
    is_success: bool,
}

/// An endpoint that the run skipped.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "SkippedEndpoint", deny_unknown_fields))]
pub(crate) struct SavedSkipped<'a> {
    /// The id as the tenant wrote it.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    endpoint_id: &'a str,
    /// The name of the host. Absent if the tenant did not report it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "String"))]
    endpoint_name: Option<&'a str>,
    /// Why the run skipped it.
    why: SkipReason,
}

impl<'a> From<&'a SkippedEndpoint> for SavedSkipped<'a> {
    fn from(skipped: &'a SkippedEndpoint) -> Self {
        let SkippedEndpoint { id, name, why } = skipped;
        Self { endpoint_id: id.as_str(), endpoint_name: name.as_deref(), why: *why }
    }
}

pub(crate) fn read_skipped(
    reader: &mut RequestReader,
    place: &Place<'_>,
    value: Value,
) -> Option<Vec<SkippedEndpoint>> {
    let items = reader.array(place, value)?;
    reader.list(place, items, |reader, place, item| {
        let mut object = reader.object(place, item, &["endpoint_id", "why"], &["endpoint_name"])?;
        let id = object.remove("endpoint_id").and_then(|id| read_id(reader, &place.key("endpoint_id"), id));
        let why = object.remove("why").and_then(|why| SkipReason::read(reader, &place.key("why"), why));
        let name = reader.optional(place, &mut object, "endpoint_name", RequestReader::text);
        Some(SkippedEndpoint { id: id?.into(), name: name?, why: why? })
    })
}

pub(crate) fn read_texts(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Vec<String>> {
    let items = reader.array(place, value)?;
    reader.list(place, items, RequestReader::text)
}

/// One endpoint with its latest status.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "NamedEndpoint", deny_unknown_fields))]
struct SavedEndpoint<'a> {
    /// The id as the tenant wrote it. If two entries have the same id, an unsettled status counts before a settled
    /// one, and the worse of two settled statuses counts.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    endpoint_id: &'a str,
    /// The status of the last reply that named it. `…` stands for a word that was left out, because it is longer than
    /// 256 bytes or there are more than 1,000 unknown words.
    status: &'a EndpointActionStatus,
    /// Whether the last reply left the endpoint out. An endpoint that is left out and has not settled has vanished.
    /// Absent means false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "schema", schemars(default))]
    omitted: bool,
    /// The reason that the tenant gave for a failure, as any JSON value. Absent if it gave none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "Value"))]
    reason: Option<Value>,
    /// Whether the tenant gave a reason that was left out, because it is longer than 16 KiB, or because there were
    /// already 100,000 reasons or 8 MiB of them. Absent means false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "schema", schemars(default))]
    reason_left_out: bool,
}

impl<'a> From<Known<'a>> for SavedEndpoint<'a> {
    fn from(known: Known<'a>) -> Self {
        Self {
            endpoint_id: known.id,
            status: known.status,
            omitted: known.is_omitted,
            reason: known.reason.map(reason),
            reason_left_out: known.is_reason_left_out,
        }
    }
}

fn endpoints<S: Serializer>(known: &KnownEndpoints, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(known.iter().map(SavedEndpoint::from))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A time span in milliseconds, as documents hold it.
pub(crate) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(MAX_INTEGER).min(MAX_INTEGER)
}

impl<'a> From<&'a ActionReport> for Saved<'a> {
    fn from(report: &'a ActionReport) -> Self {
        Self {
            action_id: &report.action_id,
            tenant: report.tenant.as_deref(),
            accepted: report.is_accepted,
            endpoints_count: report.endpoints_count,
            filters: report.filters.as_deref(),
            endpoints: &report.known,
            repeated: report.is_repeated,
            unchanged_ms: millis(report.unchanged),
            skipped: report.skipped.iter().map(SavedSkipped::from).collect(),
            unmatched_hostnames: &report.unmatched_hostnames,
            is_success: report.is_success(),
        }
    }
}

impl Saved<'_> {
    /// The same without the filters, for a document that holds them elsewhere. They still count for `is_success`.
    pub(crate) fn without_filters(self) -> Self {
        Self { filters: None, ..self }
    }
}

impl Serialize for ActionReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Saved::from(self).serialize(serializer)
    }
}

impl FromDocument for ActionReport {
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        const REQUIRED: &[&str] = &["action_id", "endpoints"];
        const OPTIONAL: &[&str] = &[
            "tenant",
            "accepted",
            "endpoints_count",
            "filters",
            "repeated",
            "unchanged_ms",
            "skipped",
            "unmatched_hostnames",
            "is_success",
        ];
        let mut object = reader.object(place, value, REQUIRED, OPTIONAL)?;
        let id = object.remove("action_id");
        let action_id = id.and_then(|id| ActionId::read(reader, &place.key("action_id"), id));
        let named = object.remove("endpoints");
        let known = named.and_then(|named| read_endpoints(reader, &place.key("endpoints"), named));
        let tenant = reader.optional(place, &mut object, "tenant", RequestReader::text);
        let accepted = reader.optional(place, &mut object, "accepted", RequestReader::boolean);
        let endpoints_count = reader.optional(place, &mut object, "endpoints_count", RequestReader::count);
        let filters = reader.optional(place, &mut object, "filters", Filters::read);
        let repeated = reader.optional(place, &mut object, "repeated", RequestReader::boolean);
        let unchanged = reader.optional(place, &mut object, "unchanged_ms", RequestReader::count);
        let skipped = reader.optional(place, &mut object, "skipped", read_skipped);
        let unmatched = reader.optional(place, &mut object, "unmatched_hostnames", read_texts);
        reader.optional(place, &mut object, "is_success", RequestReader::boolean)?;
        Some(Self {
            action_id: action_id?,
            tenant: tenant?.map(Into::into),
            is_accepted: accepted?.unwrap_or(false),
            endpoints_count: endpoints_count?,
            filters: filters?.map(Arc::new),
            known: Arc::new(known?),
            is_repeated: repeated?.unwrap_or(false),
            unchanged: Duration::from_millis(unchanged?.unwrap_or(0)),
            skipped: skipped?.unwrap_or_default().into(),
            unmatched_hostnames: unmatched?.unwrap_or_default().into(),
        })
    }
}

fn read_endpoints(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<KnownEndpoints> {
    let items = reader.array(place, value)?;
    let mut known = KnownEndpoints::default();
    let mut too_many = false;
    reader.list(place, items, |reader, place, item| {
        let endpoint = read_endpoint(reader, place, item)?;
        too_many |= endpoint.add_to(&mut known).is_err();
        Some(())
    })?;
    if too_many {
        let most = KnownEndpoints::MOST;
        reader.note(
            place.breaks(format!("must hold at most {most} different endpoints and 12 MiB of their ids")),
        );
    }
    Some(known).filter(|_| !too_many)
}

/// An endpoint as it is read.
struct ReadEndpoint {
    id: String,
    word: Option<String>,
    is_omitted: bool,
    reason: Option<String>,
    is_reason_left_out: bool,
}

impl ReadEndpoint {
    fn add_to(&self, known: &mut KnownEndpoints) -> Result<(), TooMany> {
        let reason = self.reason.as_deref();
        known.restore(&self.id, self.word.as_deref(), self.is_omitted, reason, self.is_reason_left_out)
    }
}

fn read_endpoint(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<ReadEndpoint> {
    const OPTIONAL: &[&str] = &["omitted", "reason", "reason_left_out"];
    let mut object = reader.object(place, value, &["endpoint_id", "status"], OPTIONAL)?;
    let id = object.remove("endpoint_id").and_then(|id| read_id(reader, &place.key("endpoint_id"), id));
    let word = object.remove("status").and_then(|status| match status {
        Value::Null => Some(None),
        Value::String(word) => Some(Some(word)),
        other => reader.refuse(&place.key("status"), "must be a status word or null", &other),
    });
    let omitted = reader.optional(place, &mut object, "omitted", RequestReader::boolean);
    let left_out = reader.optional(place, &mut object, "reason_left_out", RequestReader::boolean);
    let reason = object.remove("reason").filter(|reason| !reason.is_null()).map(|reason| reason.to_string());
    Some(ReadEndpoint {
        id: id?,
        word: word?,
        is_omitted: omitted?.unwrap_or(false),
        reason,
        is_reason_left_out: left_out?.unwrap_or(false),
    })
}

/// Reads an id. The tenant chooses the ids, so any text is valid.
fn read_id(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<String> {
    let id = reader.text(place, value)?;
    if id.len() > LONGEST_ID {
        reader.note(place.breaks(format!("must be at most {LONGEST_ID} bytes long")));
        return None;
    }
    Some(id)
}

deserialize_by_the_rules!(ActionReport);
