//! The rules of the model and the schemas give the same verdict on a request.

use std::cell::Cell;
use std::fmt::Debug;

use jsonschema::Validator;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::{Value, json};
use xdr_model::registry::OperationInfo;
use xdr_model::{AbortScan, GetActionStatus, GetEndpoints, Invalid, Operation, Scan};

use crate::mutate::near;
use crate::{document, validator};

/// The number of documents for each schema.
const CASES: u32 = 8_000;

/// A filter of every kind.
pub(crate) fn filters() -> Vec<Value> {
    let filters = json!([
        {"field": "endpoint_id_list", "operator": "in", "value": ["e1", "e2"]},
        {"field": "dist_name", "operator": "in", "value": ["d"]},
        {"field": "group_name", "operator": "in", "value": ["g"]},
        {"field": "alias", "operator": "in", "value": ["a"]},
        {"field": "hostname", "operator": "in", "value": ["h"]},
        {"field": "username", "operator": "in", "value": ["u"]},
        {"field": "ip_list", "operator": "in", "value": ["10.0.0.1", "::1"]},
        {"field": "platform", "operator": "in", "value": ["windows"]},
        {"field": "isolate", "operator": "in", "value": ["isolated"]},
        {"field": "scan_status", "operator": "in", "value": ["none", "error"]},
        {"field": "first_seen", "operator": "gte", "value": 1_760_000_000_000_u64},
        {"field": "last_seen", "operator": "lte", "value": 1_760_000_000_000_u64},
    ]);
    filters.as_array().unwrap().clone()
}

/// Requests with one filter, so that a change usually affects the verdict. Some requests have all filters.
fn selections() -> impl Strategy<Value = String> {
    let request = |filters| json!({"request_data": {"filters": filters, "incident_id": "42"}});
    let one = prop::sample::select(filters()).prop_map(move |filter| request(vec![filter]));
    prop_oneof![8 => one, 1 => Just(request(filters()))].prop_flat_map(near)
}

/// Compares the verdicts on many texts. Neither verdict may be rare, because then the test would compare too little.
/// Passes valid texts to `check`, with their schema.
pub(crate) fn agree<T, E: Debug>(
    name: &str,
    texts: impl Strategy<Value = String>,
    read: impl Fn(&str) -> Result<T, E>,
    check: impl Fn(&Validator, &str, T) -> Result<(), TestCaseError>,
) {
    let validator = validator(&document(name));
    let valid = Cell::new(0);
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..Default::default() };
    let run = TestRunner::new(config).run(&texts, |text| {
        let value = read(&text);
        let is_valid = validator.is_valid(&serde_json::from_str(&text).unwrap());
        prop_assert_eq!(value.is_ok(), is_valid, "{}: {:?}", text, value.err());
        let Ok(value) = value else { return Ok(()) };
        valid.set(valid.get() + 1);
        check(&validator, &text, value)
    });
    run.unwrap();
    println!("{name}: {CASES} documents, {} % of them valid, one verdict", valid.get() * 100 / CASES);
    assert!((CASES / 20..CASES - CASES / 20).contains(&valid.get()), "{} of {CASES} are valid", valid.get());
}

/// The same for requests. A valid document is sent as an equal document.
fn agree_and_send<O: Operation>(
    name: &str,
    texts: impl Strategy<Value = String>,
    read: fn(&str) -> Result<O, Invalid>,
) {
    agree(name, texts, read, |validator, text, operation| {
        prop_assert!(operation.validate().is_ok(), "{}", text);
        let sent: Value = serde_json::from_slice(&operation.encode().unwrap()).unwrap();
        prop_assert_eq!(&sent, &as_sent(serde_json::from_str(text).unwrap()), "{}", text);
        prop_assert!(validator.is_valid(&sent) || has_large_id(&sent), "{} is sent as {}", text, sent);
        Ok(())
    });
}

/// The document that is sent for `document`. It is equal, with two exceptions: integers have no fraction, and an action
/// id of digits only, without leading zeros, is sent as an integer, as the API requires.
fn as_sent(mut document: Value) -> Value {
    if let Some(id) = document.pointer_mut("/request_data/group_action_id") {
        let is_plain =
            |id: &&str| id.bytes().all(|b| b.is_ascii_digit()) && (*id == "0" || !id.starts_with('0'));
        let digits = id.as_str().filter(is_plain);
        if let Some(integer) = digits.and_then(|digits| digits.parse::<u64>().ok()) {
            *id = integer.into();
        }
    }
    with_plain_integers(document)
}

fn with_plain_integers(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let float = number.as_f64().unwrap();
            assert!(
                float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0,
                "{float} is valid nowhere"
            );
            (float as i64).into()
        }
        Value::Array(items) => items.into_iter().map(with_plain_integers).collect(),
        Value::Object(object) => {
            object.into_iter().map(|(key, value)| (key, with_plain_integers(value))).collect()
        }
        scalar => scalar,
    }
}

/// A document has a large action id as a string. The sent request has it as an integer.
fn has_large_id(sent: &Value) -> bool {
    let id = &sent["request_data"]["group_action_id"];
    id.as_u64().is_some_and(|id| id > 9_007_199_254_740_991)
}

#[test]
fn what_could_widen_a_selection_is_refused() {
    let schemas = ["scan-request", "abort-scan-request"].map(|name| validator(&document(name)));
    let filter = json!({"field": "hostname", "operator": "in", "value": ["a"]});
    for (inside, good) in [
        (json!({"filters": [filter]}), true),
        (json!({"filters": [filter, filter], "incident_id": "4 2"}), true),
        (json!({"filters": [filter], "incident_id": " "}), false),
        (json!({"filters": "all"}), true),
        (json!({"filters": "ALL"}), false),
        (json!({"filters": ["all"]}), false),
        (json!({"filters": []}), false),
        (json!({"filters": null}), false),
        (json!({"filters": {}}), false),
        (json!({"filters": filter}), false),
        (json!({"filters": [[]]}), false),
        (json!({"filters": [["hostname", "in", ["a"]]]}), false),
        (json!({"filter": [filter]}), false),
        (json!({"filters": [filter], "incident_id": ""}), false),
        (json!({"filters": [filter], "incident_id": null}), false),
        (json!({"filters": [filter], "incident_id": 42}), false),
        (json!({"filters": [filter], "incident-id": "42"}), false),
        (json!(["all"]), false),
        (json!("all"), false),
        (json!({}), false),
        (json!(null), false),
    ] {
        let request = json!({"request_data": inside});
        assert_eq!(Scan::from_json(&request.to_string()).is_ok(), good, "{request}");
        assert_eq!(AbortScan::from_json(&request.to_string()).is_ok(), good, "{request}");
        assert_eq!(schemas.each_ref().map(|schema| schema.is_valid(&request)), [good; 2], "{request}");
    }
}

/// Each character at the start, inside, at the end and alone, in a filter and as an action id.
#[test]
fn every_character_has_one_verdict() {
    let scan = validator(&document("scan-request"));
    let status = validator(&document("get-action-status-request"));
    let mut refused = 0;
    for c in (0..=0xffff).chain([0x1f4a5, 0xe0001, 0xe0100, 0x10ffff]).filter_map(char::from_u32) {
        for text in [format!("{c}ab"), format!("a{c}b"), format!("ab{c}"), c.to_string()] {
            let filter = json!({"field": "alias", "operator": "in", "value": [text]});
            let request = json!({"request_data": {"filters": [filter], "incident_id": text}});
            let is_valid = scan.is_valid(&request);
            assert_eq!(Scan::from_json(&request.to_string()).is_ok(), is_valid, "{text:?}");
            let request = json!({"request_data": {"group_action_id": text}});
            assert_eq!(status.is_valid(&request), is_valid, "{text:?}");
            assert_eq!(GetActionStatus::from_json(&request.to_string()).is_ok(), is_valid, "{text:?}");
            refused += u32::from(!is_valid);
        }
    }
    assert_eq!(refused, 95 * 4 + 17 * 3, "95 characters anywhere, 17 at either end");
}

#[test]
fn scan_has_one_verdict() {
    agree_and_send("scan-request", selections(), Scan::from_json);
}

#[test]
fn abort_scan_has_one_verdict() {
    agree_and_send("abort-scan-request", selections(), AbortScan::from_json);
}

#[test]
fn get_action_status_has_one_verdict() {
    let ids = prop_oneof![Just(json!(42)), Just(json!("42")), Just(json!("a-1")), Just(json!("a 1"))];
    let texts = ids.prop_flat_map(|id| near(json!({"request_data": {"group_action_id": id}})));
    agree_and_send("get-action-status-request", texts, GetActionStatus::from_json);
}

#[test]
fn get_endpoint_has_one_verdict() {
    let own = json!([
        {"field": "endpoint_status", "operator": "in", "value": ["lost"]},
        {"field": "public_ip_list", "operator": "in", "value": ["10.0.0.1", "::1"]},
    ]);
    let filters: Vec<_> = filters().into_iter().chain(own.as_array().unwrap().clone()).collect();
    let sort = json!({"field": "endpoint_id", "keyword": "asc"});
    let request = move |filter| {
        near(json!({"request_data": {"filters": [filter], "search_from": 0, "search_to": 42, "sort": sort}}))
    };
    let info = OperationInfo::named(GetEndpoints::NAME).unwrap();
    let is_said = move |text: &String| info.check_by_schema(text).is_ok() == info.check_request(text).is_ok();
    let texts = prop::sample::select(filters).prop_flat_map(request);
    let texts = texts.prop_filter("what no schema can say", is_said);
    agree_and_send("get-endpoint-request", texts, GetEndpoints::from_json);
}

#[test]
fn numbers_are_integers_by_their_value_whatever_their_notation() {
    let schema = validator(&document("scan-request"));
    for (number, good) in [
        ("1000000000000.0", true),
        ("1e12", true),
        ("10E11", true),
        ("1760000000001.0000000", true),
        ("17600000000010000000e-7", true),
        ("9999999999999.0", true),
        ("10000000000000.0", false),
        ("1e9", false),
        ("-0", false),
        ("1e-1", false),
        ("18446744073709551617", false),
        ("1e300", false),
    ] {
        let text = format!(
            r#"{{"request_data":{{"filters":[{{"field":"last_seen","operator":"gte","value":{number}}}]}}}}"#
        );
        assert_eq!(Scan::from_json(&text).is_ok(), good, "{number}");
        assert_eq!(schema.is_valid(&serde_json::from_str(&text).unwrap()), good, "{number}");
    }
}

#[test]
fn a_large_action_id_is_written_as_text_in_a_document() {
    let schema = validator(&document("get-action-status-request"));
    for (id, good) in [
        ("0", true),
        ("-0.0", true),
        ("9007199254740991", true),
        ("9007199254740992", false),
        ("18446744073709551615", false),
        (r#""18446744073709551615""#, true),
        (r#""""#, false),
        ("null", false),
        ("1.5", false),
    ] {
        let text = format!(r#"{{"request_data":{{"group_action_id":{id}}}}}"#);
        assert_eq!(GetActionStatus::from_json(&text).is_ok(), good, "{id}");
        assert_eq!(schema.is_valid(&serde_json::from_str(&text).unwrap()), good, "{id}");
    }
}
