//! Tests request documents of other programs. The input is a document. The oracle is the published JSON Schema of the
//! request.

use std::fs;
use std::sync::LazyLock;
use std::time::Instant;

use jsonschema::Validator;
use serde_json::Value;
use xdr_model::Invalid;
use xdr_model::registry::{OPERATIONS, OperationInfo};
use xdr_model::transport::{Context, Event, Flow, Step};
use xdr_workspace::{schemas, valid_examples};

use super::{Run, Target};
use crate::plain::assert_plain;
use crate::promises::session;

/// Returns the target for the documents of an operation.
pub(super) fn target(operation: &'static OperationInfo) -> Target {
    let schema = LazyLock::new(|| {
        let file = schemas().join(format!("{}.schema.json", operation.request_schema()));
        compile(&fs::read_to_string(file).expect("every operation has a schema"))
    });
    let run: Run = Box::leak(Box::new(move |input: &[u8]| check(input, operation, &schema)));
    (format!("{}_document", operation.name).leak(), run)
}

/// Returns the operation with this name, or the first operation, and a valid document of it.
pub(super) fn operation_of(name: &str) -> (&'static OperationInfo, &'static str) {
    static DOCUMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let first =
            |operation: &OperationInfo| valid_examples(&operation.request_schema()).ok()?.into_iter().next();
        OPERATIONS.iter().map(|operation| first(operation).expect("it has examples")).collect()
    });
    let at = OPERATIONS.iter().position(|operation| operation.name == name).unwrap_or(0);
    (&OPERATIONS[at], &DOCUMENTS[at])
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

fn check(input: &[u8], operation: &OperationInfo, schema: &Validator) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let accepted = operation.check_request(text);
    let document = serde_json::from_str::<Value>(text);
    let valid = document.as_ref().is_ok_and(|value| schema.is_valid(value));
    assert_eq!(operation.check_by_schema(text).is_ok(), valid, "the schema disagrees: {accepted:?}");
    match (accepted, document) {
        (Ok(()), Ok(document)) => check_sent(operation, text, document),
        (Ok(()), Err(error)) => panic!("accepted, but not JSON: {error}"),
        (Err(invalid), _) => check_invalid(&invalid),
    }
}

/// Checks that the sent request is the one in the document.
fn check_sent(operation: &OperationInfo, text: &str, document: Value) {
    let written = sent(operation, text);
    let value: Value = serde_json::from_str(&written).expect("requests are JSON");
    assert_eq!(value, as_sent(document), "the sent request differs: {written}");
    // An id that consists of digits is sent as an integer of any size. A document can contain only some of these.
    if !value["request_data"]["group_action_id"].is_number() {
        assert_eq!(sent(operation, &written), written, "the request differs when it is read again");
    }
}

/// Returns the body of the call for a document.
fn sent(operation: &OperationInfo, text: &str) -> String {
    let call = operation.call(&session(false), text);
    let mut call = call.unwrap_or_else(|error| panic!("accepted, but not sent: {error}: {text}"));
    let context = Context { now: Instant::now(), unix_ms: 1_750_000_000_000, entropy: &|| [255; 32] };
    let Step::Send(exchange) = call.step(&context, Event::Resume) else {
        panic!("a call begins with a request")
    };
    assert_eq!(exchange.request.uri().path(), operation.path);
    String::from_utf8(exchange.request.body().to_vec()).expect("JSON is text")
}

/// Returns the expected request. It differs from the document only in the notation of integers. An action id that
/// consists of digits becomes an integer.
fn as_sent(mut document: Value) -> Value {
    if let Some(id) = document.pointer_mut("/request_data/group_action_id") {
        // Another notation of a number, such as 07, is the id of a different action.
        let is_plain = |integer: &u64| Some(&*integer.to_string()) == id.as_str();
        if let Some(integer) = id.as_str().and_then(|id| id.parse().ok()).filter(is_plain) {
            *id = integer.into();
        }
    }
    with_plain_integers(document)
}

fn with_plain_integers(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let float = number.as_f64().expect("it is one");
            assert!(float.fract() == 0.0 && float.abs() < 2f64.powi(53), "{float} is valid nowhere");
            (float as i64).into()
        }
        Value::Array(items) => items.into_iter().map(with_plain_integers).collect(),
        Value::Object(object) => {
            object.into_iter().map(|(key, value)| (key, with_plain_integers(value))).collect()
        }
        scalar => scalar,
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
