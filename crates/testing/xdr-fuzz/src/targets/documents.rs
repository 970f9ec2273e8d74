//! Request documents from elsewhere. The input is the document; the oracle is the JSON Schema of the request, as
//! it is published.

use std::fmt::Debug;

use jsonschema::Validator;
use serde_json::Value;
use xdr_model::{AbortScan, GetActionStatus, Invalid, Operation, Scan};

use crate::plain::assert_plain;

pub(super) fn scan(input: &[u8]) {
    schema!(SCHEMA = "scan-request");
    check(input, Scan::from_json, &SCHEMA);
}

pub(super) fn abort_scan(input: &[u8]) {
    schema!(SCHEMA = "abort-scan-request");
    check(input, AbortScan::from_json, &SCHEMA);
}

pub(super) fn get_action_status(input: &[u8]) {
    schema!(SCHEMA = "get-action-status-request");
    check(input, GetActionStatus::from_json, &SCHEMA);
}

macro_rules! schema {
    ($name:ident = $file:literal) => {
        static $name: std::sync::LazyLock<Validator> = std::sync::LazyLock::new(|| {
            compile(include_str!(concat!("../../../../../schemas/", $file, ".schema.json")))
        });
    };
}
pub(super) use schema;

pub(super) fn compile(schema: &str) -> Validator {
    let schema = serde_json::from_str(schema).expect("a schema is JSON");
    jsonschema::draft202012::new(&schema).expect("a schema is one")
}

fn check<O: Operation + PartialEq + Debug>(
    input: &[u8],
    read: fn(&str) -> Result<O, Invalid>,
    schema: &Validator,
) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let accepted = read(text);
    let valid = serde_json::from_str::<Value>(text).is_ok_and(|value| schema.is_valid(&value));
    assert_eq!(accepted.is_ok(), valid, "the schema says otherwise than {accepted:?}");
    match accepted {
        Ok(request) => {
            assert_eq!(request.validate(), Ok(()), "accepted, and never sent");
            let written = request.encode().expect("requests can be written");
            let written = std::str::from_utf8(&written).expect("JSON is text");
            check_sent(&request, written, &read(written));
        }
        Err(invalid) => check_invalid(&invalid),
    }
}

/// What is sent is the request that was read.
fn check_sent<O: Operation + PartialEq + Debug>(request: &O, written: &str, again: &Result<O, Invalid>) {
    let sent: Value = serde_json::from_str(written).expect("requests are JSON");
    match &sent["request_data"]["group_action_id"] {
        // An id of digits is sent as an integer: leading zeros are lost, and documents hold no greater one.
        Value::Number(_) => {}
        _ => assert_eq!(again.as_ref(), Ok(request), "what is sent is another request: {written}"),
    }
}

pub(super) fn check_invalid(invalid: &Invalid) {
    assert!(!invalid.violations().is_empty());
    assert_plain(&invalid.to_string());
    for violation in invalid.violations() {
        assert!(violation.pointer.is_empty() || violation.pointer.starts_with('/'), "{violation:?}");
        assert!(violation.found.as_ref().is_none_or(|found| found.chars().count() <= 64), "{violation:?}");
    }
}
