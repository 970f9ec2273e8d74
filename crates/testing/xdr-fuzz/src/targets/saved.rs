//! Documents that programs save: a report, progress, coverage. The input is the document; the oracle is its JSON Schema, as
//! it is published, and what the document says by another reading.

use std::fmt::Debug;

use jsonschema::Validator;
use serde_json::Value;
use xdr_model::{ActionReport, Coverage, Invalid, Progress};

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

/// A document is read exactly when its schema takes it, and what is read comes back as it was: what was read, what was
/// read again, and the document.
fn check<T: Debug>(
    input: &[u8],
    read: fn(&str) -> Result<T, Invalid>,
    write: fn(&T) -> serde_json::Result<String>,
    schema: &Validator,
) -> Option<(T, T, Value)> {
    let text = std::str::from_utf8(input).ok()?;
    let (accepted, document) = (read(text), serde_json::from_str::<Value>(text));
    let valid = document.as_ref().is_ok_and(|document| schema.is_valid(document));
    assert_eq!(accepted.is_ok(), valid, "the schema says otherwise than {accepted:?}");
    let value = accepted.inspect_err(check_invalid).ok()?;
    let written = write(&value).expect("it can be written");
    let document_again = serde_json::from_str(&written).expect("it is JSON");
    assert!(schema.is_valid(&document_again), "the schema does not take what is written: {written}");
    let again = read(&written).unwrap_or_else(|invalid| panic!("{invalid}: {written}"));
    assert_eq!(write(&again).ok().as_ref(), Some(&written));
    Some((value, again, document.ok()?))
}
