//! The readers accept every reply that is valid by its schema. They also accept other replies.

use std::cell::Cell;
use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use xdr_model::registry::OPERATIONS;
use xdr_model::{AbortScan, GetActionStatus, Operation, Scan, StartedAction};

use crate::mutate::near;
use crate::{document, validator};

const CASES: u32 = 4_000;

fn readable<O: Operation>(name: &str, seed: Value) {
    is_read(name, near(seed), |body| O::decode(body.as_bytes()).map(drop));
}

/// Checks that `read` accepts all valid texts.
pub(crate) fn is_read<E: Debug>(
    name: &str,
    texts: impl Strategy<Value = String>,
    read: impl Fn(&str) -> Result<(), E>,
) {
    let validator = validator(&document(name));
    let valid = Cell::new(0_u32);
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..Default::default() };
    let run = TestRunner::new(config).run(&texts, |text| {
        // The body has no repeated keys. The reader of statuses makes one pass over megabytes, so it also reads a value
        // that a later one replaces.
        let body: Value = serde_json::from_str(&text).unwrap();
        if validator.is_valid(&body) {
            valid.set(valid.get() + 1);
            let read = read(&body.to_string());
            prop_assert!(read.is_ok(), "{}: {:?}", body, read.err());
        }
        Ok(())
    });
    run.unwrap();
    println!(
        "{name}: {CASES} documents, {} % of them valid, all of these can be read",
        valid.get() * 100 / CASES
    );
    assert!(valid.get() > CASES / 10, "{} of {CASES} are valid", valid.get());
}

#[test]
fn a_valid_reply_of_a_scan_can_be_read() {
    let seed = json!({"reply": {"action_id": 1, "endpoints_count": "2", "status": 1, "more": {}}});
    readable::<Scan>("scan-response", seed.clone());
    readable::<AbortScan>("abort-scan-response", seed);
}

#[test]
fn a_valid_started_action_can_be_read() {
    let seed = json!({"action_id": 1, "endpoints_count": "2", "status": 1, "more": {}});
    is_read("started-action", near(seed), |text| serde_json::from_str::<StartedAction>(text).map(drop));
}

/// A reader never accepts an error, as the schema defines it, as a reply. It finds the text of the error.
#[test]
fn a_valid_error_is_an_error_to_every_reader() {
    let validator = validator(&document("error-response"));
    let valid = Cell::new(0_u32);
    let error = json!({"err_code": 500, "err_msg": "m", "err_extra": {"a": [1]}, "action_id": 1, "data": {}});
    let seeds = [json!({"reply": error}), json!([error]), error, json!({"reply": false})];
    let texts = prop::sample::select(seeds.to_vec()).prop_flat_map(near);
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..Default::default() };
    let run = TestRunner::new(config).run(&texts, |text| {
        let body: Value = serde_json::from_str(&text).unwrap();
        if validator.is_valid(&body) {
            valid.set(valid.get() + 1);
            let body = body.to_string();
            for operation in OPERATIONS {
                let refusal = operation.read_reply(body.as_bytes()).err();
                let refusal =
                    refusal.ok_or_else(|| TestCaseError::fail(format!("taken for a reply: {body}")))?;
                prop_assert!(refusal.api_error().is_some() || body.contains("false"), "{}", body);
            }
        }
        Ok(())
    });
    run.unwrap();
    println!("error-response: {CASES} documents, {} % of them valid", valid.get() * 100 / CASES);
    assert!(valid.get() > CASES / 10, "{} of {CASES} are valid", valid.get());
}

#[test]
fn a_valid_reply_of_a_status_can_be_read() {
    let data = json!({"e1": "FAILED", "e2": null, "e3": "NEW_WORD"});
    let seed = json!({"reply": {"data": data, "errorReasons": {"e1": {"why": [1]}}, "more": 1}, "more": 2});
    readable::<GetActionStatus>("get-action-status-response", seed);
}

/// Replies as tenants send them, and bodies with HTTP status 200 that are no replies.
#[test]
fn what_tenants_send_is_judged_by_the_schemas_as_by_the_readers() {
    fn agree<O: Operation>(name: &str, body: &Value, good: bool) {
        assert_eq!(validator(&document(name)).is_valid(body), good, "{body}");
        assert_eq!(O::decode(body.to_string().as_bytes()).is_ok(), good, "{body}");
    }
    let scan = |body: Value, good| agree::<Scan>("scan-response", &body, good);
    scan(json!({"reply": {"action_id": "123", "endpoints_count": "1", "status": 1}}), true);
    scan(json!({"reply": {"action_id": 4294967297_u64, "endpoints_count": 673}}), true);
    scan(json!({"reply": {"action_id": u64::MAX, "err_code": null}, "err_msg": null}), true);
    scan(json!({"reply": {"action_id": ""}}), false);
    scan(json!({"reply": {"action_id": 1, "err_code": 500}}), false);
    scan(json!({"reply": null, "err_code": 42}), false);
    scan(json!({"reply": false}), false);
    scan(json!({"reply": {}}), false);
    scan(json!({}), false);
    let status = |body: Value, good| agree::<GetActionStatus>("get-action-status-response", &body, good);
    status(json!({"reply": {"data": {"e1": "PENDING", "e2": null, "e3": "SOMETHING_NEW"}}}), true);
    status(json!({"reply": {"data": null, "errorReasons": null}}), true);
    status(json!({"reply": {}}), true);
    status(json!({"reply": {"data": {}, "err_msg": "no"}}), false);
    status(json!({"reply": {"data": []}}), false);
    status(json!({"reply": null}), false);
}
