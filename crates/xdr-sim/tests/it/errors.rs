//! All refusals of the tenant, and their shape.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use xdr_sim::Sim;

use crate::support::{
    ABORT, LIST, NOW, SCAN, STATUS, VALIDATE, all, by_id, call, config, matching, post, send, sim, start,
};

/// Sends the same mistake to both operations. Both must refuse it and point to it.
fn assert_invalid(body: &Value, pointer: &str) {
    for path in [SCAN, ABORT] {
        let (status, reply) = call(&mut sim(), path, body);
        assert_eq!(status, 400, "{body}");
        assert_eq!(reply["reply"]["err_code"], 400);
        assert!(reply["reply"]["err_msg"].is_string(), "{reply}");
        assert_eq!(reply["reply"]["err_extra"], pointer, "{body}: {reply}");
    }
}

fn filter(field: &str, operator: &str, value: Value) -> Value {
    let mut filter = json!({ "field": field, "operator": operator });
    filter["value"] = value;
    matching(Value::Array(vec![filter]))
}

#[test]
fn a_wrong_operator_is_invalid() {
    let operator = "/request_data/filters/0/operator";
    assert_invalid(&filter("hostname", "gte", json!(["a"])), operator);
    assert_invalid(&filter("ip_list", "lte", json!(["::1"])), operator);
    assert_invalid(&filter("first_seen", "in", json!([1])), operator);
    assert_invalid(&filter("last_seen", "eq", json!(1)), operator);
    assert_invalid(&filter("hostname", "IN", json!(["a"])), operator);
}

#[test]
fn a_wrong_value_is_invalid() {
    let value = "/request_data/filters/0/value";
    for wrong in [json!("a"), json!([1]), json!(["a", null]), json!({}), json!(1), json!(true)] {
        assert_invalid(&filter("hostname", "in", wrong), value);
    }
    let units =
        [json!(1_790_000_000), json!(1_790_000_000_000_000_u64), json!(1_790_000_000_000_000_000_u64)];
    for wrong in
        [json!(0), json!(-1), json!(1.5), json!("1"), json!([1]), json!(["1"])].into_iter().chain(units)
    {
        assert_invalid(&filter("first_seen", "gte", wrong.clone()), value);
        assert_invalid(&filter("last_seen", "lte", wrong), value);
    }
    for (field, wrong) in [
        ("platform", "Windows"),
        ("platform", "AGENT_OS_WINDOWS"),
        ("isolate", "yes"),
        ("scan_status", "cancelled"),
        ("ip_list", "10.0.0"),
        ("ip_list", "10.0.0.0/8"),
        ("ip_list", "10.0.0.01"),
    ] {
        assert_invalid(&filter(field, "in", json!([wrong])), value);
    }
}

#[test]
fn what_is_not_understood_is_invalid() {
    assert_invalid(&filter("tags", "in", json!(["a"])), "/request_data/filters/0/field");
    assert_invalid(&filter("endpoint_status", "in", json!(["connected"])), "/request_data/filters/0/field");
    assert_invalid(&matching(json!(["all"])), "/request_data/filters/0");
    assert_invalid(&matching(json!([{ "operator": "in", "value": ["a"] }])), "/request_data/filters/0/field");
    assert_invalid(
        &matching(json!([{ "field": "alias", "value": ["a"] }])),
        "/request_data/filters/0/operator",
    );
    assert_invalid(&matching(json!("ALL")), "/request_data/filters");
    assert_invalid(&matching(json!({})), "/request_data/filters");
    let extra = json!([{ "field": "alias", "operator": "in", "value": ["a"], "negate": true }]);
    assert_invalid(&matching(extra), "/request_data/filters/0");
    assert_invalid(&json!({ "request_data": { "filters": "all", "dry_run": true } }), "/request_data");
    assert_invalid(&json!({ "request_data": { "filters": "all" }, "more": 1 }), "");
    for incident_id in [json!(7), json!(null)] {
        let body = json!({ "request_data": { "filters": "all", "incident_id": incident_id } });
        assert_invalid(&body, "/request_data/incident_id");
    }
    let second = json!([
        { "field": "alias", "operator": "in", "value": ["a"] },
        { "field": "alias", "operator": "in", "value": [2] },
    ]);
    assert_invalid(&matching(second), "/request_data/filters/1/value");
}

#[test]
fn a_request_that_names_no_endpoints_is_refused_and_counted() {
    let mut sim = sim();
    let dangerous = [
        json!({}),
        json!({ "request_data": null }),
        json!({ "request_data": {} }),
        matching(json!(null)),
        matching(json!([])),
        filter("hostname", "in", json!([])),
        filter("hostname", "in", json!(null)),
        matching(json!([{ "field": "hostname", "operator": "in" }])),
        matching(json!([
            { "field": "hostname", "operator": "in", "value": ["a"] },
            { "field": "alias", "operator": "in", "value": [] },
        ])),
    ];
    for (index, body) in dangerous.iter().enumerate() {
        for (offset, path) in [SCAN, ABORT].into_iter().enumerate() {
            assert_eq!(call(&mut sim, path, body).0, 400, "{body}");
            assert_eq!(sim.dangerous_requests(), 2 * index + offset + 1, "{body}");
        }
    }
    assert_eq!(sim.handle(&post(SCAN, ""), NOW).response().unwrap().status(), 400);
    assert_eq!(sim.dangerous_requests(), 19);
    assert!(sim.actions().is_empty());
}

#[test]
fn a_dangerous_request_is_counted_although_the_key_is_wrong() {
    let mut sim = Sim::new(config().with_key("1", "other", xdr_sim::KeyKind::Standard));
    assert_eq!(call(&mut sim, SCAN, &matching(json!([]))).0, 401);
    assert_eq!(sim.dangerous_requests(), 1);
}

#[test]
fn harmless_requests_are_not_counted_as_dangerous() {
    let mut sim = sim();
    call(&mut sim, SCAN, &all());
    call(&mut sim, SCAN, &filter("hostname", "in", json!(["x"])));
    call(&mut sim, SCAN, &filter("first_seen", "gte", json!(1_000_000_000_000_u64)));
    call(&mut sim, SCAN, &matching(json!(["all"])));
    call(&mut sim, STATUS, &json!({}));
    call(&mut sim, LIST, &matching(json!([])));
    call(&mut sim, VALIDATE, &json!({}));
    send(&mut sim, &post(SCAN, "{"));
    assert_eq!(sim.dangerous_requests(), 0);
}

#[test]
fn a_body_that_is_not_json_is_answered_with_its_place() {
    let (status, reply) = send(&mut sim(), &post(SCAN, "{\"request_data\":\n  oops}"));
    assert_eq!(status, 400);
    assert_eq!(reply["reply"]["err_code"], 400);
    assert_eq!(reply["reply"]["err_msg"]["line"], 2);
    assert_eq!(reply["reply"]["err_msg"]["column"], 3);
    assert!(reply["reply"]["err_msg"]["message"].is_string());
}

#[test]
fn licence_and_permission_are_asked_for_by_everything_but_validate() {
    for (config, code) in [(config().with_license(false), 402), (config().with_permission(false), 403)] {
        let mut sim = Sim::new(config);
        for path in [SCAN, ABORT, STATUS, LIST] {
            let (status, reply) = call(&mut sim, path, &all());
            assert_eq!(status, code);
            assert_eq!(reply["reply"]["err_code"], code);
            assert!(reply["reply"]["err_msg"].is_string());
            assert_eq!(reply["reply"]["err_extra"], Value::Null);
        }
        assert_eq!(call(&mut sim, VALIDATE, &json!({})), (200, json!(true)));
        assert!(sim.actions().is_empty());
    }
}

#[test]
fn the_permission_for_one_operation_can_be_lacking() {
    for (name, path) in
        [("scan", SCAN), ("abort_scan", ABORT), ("get_action_status", STATUS), ("get_endpoint", LIST)]
    {
        let mut sim = Sim::new(config().without_permission_for(name));
        for other in [SCAN, ABORT, STATUS, LIST, VALIDATE] {
            assert_eq!(call(&mut sim, other, &json!({})).0 == 403, other == path, "{name}: {other}");
        }
    }
}

#[test]
#[should_panic(expected = "no permission is needed for `get_endpoints`")]
fn an_operation_that_needs_no_permission_is_noticed() {
    let _ = config().without_permission_for("get_endpoints");
}

#[test]
fn an_unknown_path_is_not_found() {
    for path in ["/", "/public_api/v1/endpoints/scans", "/public_api/v1/endpoints/scan//", "/scan"] {
        let (status, reply) = call(&mut sim(), path, &all());
        assert_eq!((status, &reply["reply"]["err_code"]), (404, &json!(404)), "{path}");
    }
}

#[test]
fn only_post_is_allowed() {
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        let request = Request::builder().method(method).uri(SCAN).body(Bytes::new()).unwrap();
        let answer = sim().handle(&request, NOW);
        let response = answer.response().unwrap();
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "POST");
    }
}

#[test]
fn a_trailing_slash_makes_no_difference() {
    for path in xdr_sim::PATHS {
        let plain = call(&mut sim(), path, &all());
        assert_eq!(call(&mut sim(), &format!("{path}/"), &all()), plain);
        assert_ne!(plain.0, 404);
    }
}

#[test]
fn what_cannot_be_done_to_any_endpoint_is_the_definite_refusal() {
    let mut sim = sim();
    let id = sim.endpoints()[0].id.clone();
    let assert_refused = |sim: &mut Sim, path: &str, body: &Value| {
        let (status, reply) = call(sim, path, body);
        assert_eq!(status, 500);
        assert_eq!(reply["reply"]["err_code"], 500);
        let message = reply["reply"]["err_msg"].as_str().unwrap();
        assert!(message.contains("No endpoint was found for creating the requested action"), "{message}");
    };
    assert_refused(&mut sim, SCAN, &by_id(&["no such endpoint"]));
    assert_refused(&mut sim, ABORT, &by_id(&[&id]));
    start(&mut sim, SCAN, &by_id(&[&id]));
    assert_refused(&mut sim, SCAN, &by_id(&[&id]));
    assert_eq!(sim.actions().len(), 1);
}

#[test]
fn an_action_id_is_an_integer_or_text() {
    for wrong in [json!({}), json!({ "group_action_id": null }), json!({ "group_action_id": 1.5 })] {
        assert_eq!(call(&mut sim(), STATUS, &json!({ "request_data": wrong })).0, 400, "{wrong}");
    }
    for wrong in
        [json!({ "group_action_id": "" }), json!({ "group_action_id": [1] }), json!({ "action_id": 1 })]
    {
        assert_eq!(call(&mut sim(), STATUS, &json!({ "request_data": wrong })).0, 400, "{wrong}");
    }
    for unknown in [json!(1), json!(-1), json!("1"), json!("some-text"), json!(u64::MAX)] {
        let body = json!({ "request_data": { "group_action_id": unknown } });
        assert_eq!(call(&mut sim(), STATUS, &body), (200, json!({ "reply": { "data": {} } })));
    }
}

#[test]
fn validate_answers_a_bare_true() {
    assert_eq!(call(&mut sim(), VALIDATE, &json!({})), (200, json!(true)));
    assert_eq!(call(&mut sim(), VALIDATE, &json!([])).0, 400);
}
