//! What one request may cost, and which resources a request without the key may use.

use serde_json::{Value, json};
use xdr_sim::{Config, Fault, KeyKind, Limits, Sim};

use crate::support::{ABORT, NOW, SCAN, STATUS, VALIDATE, all, by_id, call, config, matching, post, send};

/// `printf '%s%s%s' demo $NONCE 1750000000000 | sha256sum` for a nonce of one letter, 64 times.
const SIGNED_A: &str = "c832a22edde3c2f0fc690f1672116cd5e5426594f31a714288d1818de1b9004e";
const SIGNED_B: &str = "cc1823d2062ee3f1e5fc2d54a122b90629cd43a43587147b94b43098f054a837";
const SIGNED_C: &str = "03678c8297840c77cbf80bbb50d75617330404e443dfeef59ab09d31fb7988f1";

#[test]
fn json_that_needs_too_much_memory_is_too_large() {
    let limits = Limits { json_bytes: 100_000, ..Limits::default() };
    let mut sim = Sim::new(config().with_limits(limits));
    for (unit, most) in [("0,", 1500), ("[],", 700), (r#"{"a":0},"#, 120), (r#""word","#, 1500)] {
        for (count, expected) in [(most, 400), (2 * most, 413)] {
            let body = format!("[{}0]", unit.repeat(count));
            let (status, reply) = send(&mut sim, &post(SCAN, body));
            assert_eq!(
                (status, &reply["reply"]["err_code"]),
                (expected, &json!(expected)),
                "{count} × {unit}"
            );
        }
    }
}

#[test]
fn the_default_limits_take_a_scan_by_100_000_ids() {
    let ids: Vec<String> = (0..100_000_u128).map(|number| format!("{number:032x}")).collect();
    let mut sim = Sim::new(config());
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let known = sim.endpoints()[7].id.clone();
    ids.push(&known);
    let body = by_id(&ids).to_string();
    assert!(body.len() * 2 < Limits::default().body_bytes);
    assert_eq!(send(&mut sim, &post(SCAN, body)).0, 200);
    assert_eq!(sim.actions()[0].endpoints_count(), 1);
}

#[test]
fn too_many_filters_are_refused() {
    let one =
        json!({ "field": "platform", "operator": "in", "value": ["windows", "linux", "macos", "android"] });
    for (count, expected) in [(100, 200), (101, 400)] {
        let (status, reply) = call(&mut Sim::new(config()), SCAN, &matching(vec![one.clone(); count].into()));
        assert_eq!(status, expected, "{reply}");
        if expected == 400 {
            assert_eq!(reply["reply"]["err_extra"], "/request_data/filters");
        }
    }
}

#[test]
fn an_incident_id_that_an_action_would_keep_is_short() {
    for (length, expected) in [(1000, 200), (1001, 400)] {
        let body = json!({ "request_data": { "filters": "all", "incident_id": "7".repeat(length) } });
        assert_eq!(call(&mut Sim::new(config()), SCAN, &body).0, expected);
    }
}

#[test]
fn a_refusal_does_not_repeat_a_long_word_of_the_request() {
    let long = "é".repeat(1_000_000);
    let mut key = json!({ "request_data": {} });
    key["request_data"][&long] = Value::Null;
    let word = matching(json!([{ "field": "platform", "operator": "in", "value": [long] }]));
    for body in [key, word] {
        let answer = Sim::new(config()).handle(&post(ABORT, body.to_string()), NOW);
        let response = answer.response().unwrap();
        assert_eq!(response.status(), 400);
        assert!(response.body().len() < 2000, "{}", response.body().len());
    }
}

#[test]
fn requests_without_the_key_do_not_use_up_the_rate_limit() {
    let mut sim = Sim::new(Config::new().with_rate_limit(Some(1)));
    for _ in 0..100 {
        let mut request = post(STATUS, "{}");
        request.headers_mut().remove("authorization");
        assert_eq!(send(&mut sim, &request).0, 401);
    }
    assert_eq!(call(&mut sim, VALIDATE, &json!({})).0, 200);
    assert_eq!(call(&mut sim, VALIDATE, &json!({})).0, 429);
}

#[test]
fn the_latest_nonces_are_remembered() {
    let limits = Limits { nonces: 2, ..Limits::default() };
    let config = config().with_key("1", "demo", KeyKind::Advanced).with_limits(limits);
    let mut sim = Sim::new(config);
    let mut use_nonce = |letter: &str| {
        let signature = match letter {
            "a" => SIGNED_A,
            "b" => SIGNED_B,
            _ => SIGNED_C,
        };
        let mut request = post(VALIDATE, "{}");
        let headers = request.headers_mut();
        headers.insert("authorization", signature.parse().unwrap());
        headers.insert("x-xdr-nonce", letter.repeat(64).parse().unwrap());
        headers.insert("x-xdr-timestamp", NOW.to_string().parse().unwrap());
        send(&mut sim, &request).0
    };
    let statuses = ["a", "b", "a", "b", "c", "b", "c", "a"].map(&mut use_nonce);
    assert_eq!(statuses, [200, 200, 401, 401, 200, 401, 401, 200]);
}

#[test]
fn faults_without_an_end_can_be_counted() {
    let mut sim = Sim::new(config());
    for operation in ["scan", "abort_scan", "scan"] {
        sim.fault(Fault::on(operation).times(usize::MAX).answer(500, &[], ""));
    }
    assert_eq!(sim.outstanding_faults(), usize::MAX);
    assert_eq!(sim.handle(&post(SCAN, all().to_string()), NOW).response().unwrap().status(), 500);
}
