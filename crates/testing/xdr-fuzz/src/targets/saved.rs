//! Tests the documents that programs save: a report, progress, coverage, batches. The input is a document. The oracles
//! are its published JSON Schema and a second reader.

use std::collections::HashSet;
use std::fmt::Debug;

use jsonschema::Validator;
use serde_json::{Value, json};
use xdr_model::{ActionReport, Batch, BatchState, Coverage, Invalid, Progress, ScanBatches};

use super::documents::{check_invalid, compile, schema};
use crate::heard::{Asked, Heard, integer};
use crate::plain::assert_plain;

pub(super) fn action_report(input: &[u8]) {
    schema!(SCHEMA = "action-report");
    let read = check(input, ActionReport::from_json, serde_json::to_string, &SCHEMA);
    let Some((report, again, document)) = read else { return };
    assert_eq!(report, again);
    Heard::saved(&document).check(&report);
}

pub(super) fn progress(input: &[u8]) {
    schema!(SCHEMA = "progress");
    let read = check(input, Progress::from_json, serde_json::to_string, &SCHEMA);
    let Some((progress, again, document)) = read else { return };
    assert_eq!(progress.report(), again.report());
    Heard::saved(&document["report"]).check(progress.report());
}

pub(super) fn coverage(input: &[u8]) {
    schema!(SCHEMA = "coverage");
    let read = check(input, Coverage::from_json, serde_json::to_string, &SCHEMA);
    let Some((coverage, again, document)) = read else { return };
    assert_eq!(coverage, again);
    assert_plain(&coverage.to_string());
    let asked = Asked::by(&document["filters"], integer(&document["taken"]));
    let named = integer(&document["named"]).unwrap_or(0);
    let is_missing = document["missing"].as_array().is_some_and(|missing| !missing.is_empty());
    let has_gap = asked.has_gap(named, document["complete"] == true, is_missing);
    assert_eq!((coverage.proves_gap(), coverage.taken(), coverage.named()), (has_gap, asked.count, named));
}

pub(super) fn scan_batches(input: &[u8]) {
    schema!(SCHEMA = "scan-batches");
    let read = check_unless(repeats, input, ScanBatches::from_json, serde_json::to_string, &SCHEMA);
    if let Ok(text) = std::str::from_utf8(input) {
        let is_valid = serde_json::from_str(text).is_ok_and(|document| SCHEMA.is_valid(&document));
        assert_eq!(ScanBatches::check_by_schema(text).is_ok(), is_valid);
    }
    let Some((batches, again, document)) = read else { return };
    assert_eq!(batches, again);
    let said = list(&document["batches"]);
    assert_eq!(batches.len(), said.len());
    for (batch, said) in batches.iter().zip(said) {
        check_batch(batch, said);
    }
    let taken = batches.reports().map(ActionReport::expected).sum();
    let is_success = batches.reports().filter(|report| report.is_success()).count() == said.len()
        && !Asked::by(&document["filters"], None).has_gap(taken, true, false)
        && list(&document["unmatched_ids"]).is_empty()
        && list(&document["unmatched_hostnames"]).is_empty();
    assert_eq!(batches.is_success(), is_success, "{batches:?}");
}

/// Checks a batch against its part of the document. The filters of its action are its ids, or the filters in the
/// document if the batch has no ids.
fn check_batch(batch: &Batch, said: &Value) {
    let ids: Vec<_> = list(&said["endpoint_ids"]).iter().filter_map(Value::as_str).collect();
    assert_eq!(batch.endpoint_ids().collect::<Vec<_>>(), ids);
    let state = match batch.state() {
        BatchState::NotSent => "not_sent",
        BatchState::Sending { .. } => "sending",
        BatchState::Refused { .. } => "refused",
        BatchState::Started(report) => {
            let mut action = said["action"].clone();
            if !ids.is_empty() {
                action["filters"] = json!([{"field": "endpoint_id_list", "operator": "in", "value": ids}]);
            }
            Heard::saved(&action).check(report);
            "started"
        }
        other => panic!("{other:?} is no state of a document"),
    };
    assert_eq!(state, said["state"]);
}

/// Returns whether an id or an action is repeated. The schema cannot express this rule.
fn repeats(document: &Value) -> bool {
    let (mut ids, mut actions) = (HashSet::new(), HashSet::new());
    list(&document["batches"]).iter().any(|batch| {
        let id = &batch["action"]["action_id"];
        let action = id.as_str().map(str::to_owned).or(integer(id).map(|id| id.to_string()));
        let is_new = action.is_none_or(|action| actions.insert(action));
        !(list(&batch["endpoint_ids"]).iter().all(|id| ids.insert(id.as_str().map(str::to_lowercase)))
            && is_new)
    })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Checks that a document is accepted if and only if its schema accepts it, and that the written document is equal.
/// Returns the value, the value read from the written document, and the document.
fn check<T: Debug>(
    input: &[u8],
    read: fn(&str) -> Result<T, Invalid>,
    write: fn(&T) -> serde_json::Result<String>,
    schema: &Validator,
) -> Option<(T, T, Value)> {
    check_unless(|_| false, input, read, write, schema)
}

/// As [`check`], but a document for which `breaks` returns true must be refused.
fn check_unless<T: Debug>(
    breaks: fn(&Value) -> bool,
    input: &[u8],
    read: fn(&str) -> Result<T, Invalid>,
    write: fn(&T) -> serde_json::Result<String>,
    schema: &Validator,
) -> Option<(T, T, Value)> {
    let text = std::str::from_utf8(input).ok()?;
    let (accepted, document) = (read(text), serde_json::from_str::<Value>(text));
    let valid = document.as_ref().is_ok_and(|document| schema.is_valid(document) && !breaks(document));
    assert_eq!(accepted.is_ok(), valid, "the schema disagrees: {accepted:?}");
    let value = accepted.inspect_err(check_invalid).ok()?;
    let written = write(&value).expect("it can be written");
    let document_again = serde_json::from_str(&written).expect("it is JSON");
    assert!(schema.is_valid(&document_again), "the schema refuses the written document: {written}");
    let again = read(&written).unwrap_or_else(|invalid| panic!("{invalid}: {written}"));
    assert_eq!(write(&again).ok().as_ref(), Some(&written));
    Some((value, again, document.ok()?))
}
