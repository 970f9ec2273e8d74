//! A reply that is valid by its schema can be read. The readers take more than that.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use xdr_model::{GetActionStatus, Operation, Scan};

use crate::mutate::near;
use crate::{document, validator};

fn readable<O: Operation>(name: &str, seed: Value) {
    let validator = validator(&document(name));
    let config = ProptestConfig { cases: 4_000, failure_persistence: None, ..Default::default() };
    let run = TestRunner::new(config).run(&near(seed), |text| {
        // No key twice: the reader of statuses is one pass over megabytes, so it reads the earlier ones too.
        let body: Value = serde_json::from_str(&text).unwrap();
        if validator.is_valid(&body) {
            let read = O::decode(body.to_string().as_bytes());
            prop_assert!(read.is_ok(), "{}: {:?}", body, read.err());
        }
        Ok(())
    });
    run.unwrap();
}

#[test]
fn a_valid_reply_of_a_scan_can_be_read() {
    let seed = json!({"reply": {"action_id": 1, "endpoints_count": "2", "status": 1, "more": {}}});
    readable::<Scan>("scan-response", seed);
}

#[test]
fn a_valid_reply_of_a_status_can_be_read() {
    let data = json!({"e1": "FAILED", "e2": null, "e3": "NEW_WORD"});
    let seed = json!({"reply": {"data": data, "errorReasons": {"e1": {"why": [1]}}, "more": 1}, "more": 2});
    readable::<GetActionStatus>("get-action-status-response", seed);
}

/// Replies as clients have met them, and bodies that came with HTTP status 200 and are none.
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
