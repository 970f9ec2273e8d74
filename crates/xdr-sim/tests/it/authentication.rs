//! Which requests the tenant accepts as made with its key.

use bytes::Bytes;
use http::Request;
use serde_json::json;
use xdr_sim::{Config, KeyKind, Sim};

use crate::support::{NOW, VALIDATE, config, post};

/// `printf '%s%s%s' demo $NONCE 1750000000000 | sha256sum`
const SIGNATURE: &str = "5348bfe3d9b85c409d6ace8b7bce507403402b6df5fff4c14cededdbfbb339ba";
const NONCE: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab";
const MINUTES: u64 = 60 * 1000;

fn advanced() -> Sim {
    Sim::new(config().with_key("1", "demo", KeyKind::Advanced))
}

fn signed() -> Request<Bytes> {
    let request = Request::post(VALIDATE)
        .header("authorization", SIGNATURE)
        .header("x-xdr-auth-id", "1")
        .header("x-xdr-nonce", NONCE)
        .header("x-xdr-timestamp", NOW.to_string());
    request.body(Bytes::from("{}")).unwrap()
}

fn with(mut request: Request<Bytes>, name: &'static str, value: &str) -> Request<Bytes> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

fn without(mut request: Request<Bytes>, name: &str) -> Request<Bytes> {
    request.headers_mut().remove(name).unwrap();
    request
}

fn status(sim: &mut Sim, request: &Request<Bytes>, now_ms: u64) -> u16 {
    sim.handle(request, now_ms).response().unwrap().status().as_u16()
}

#[test]
fn a_standard_key_is_sent_as_it_is() {
    let mut sim = Sim::new(Config::new().with_key("17", "the key", KeyKind::Standard));
    let good = with(with(post(VALIDATE, "{}"), "x-xdr-auth-id", "17"), "authorization", "the key");
    assert_eq!(status(&mut sim, &good, NOW), 200);
    for bad in [
        with(good.clone(), "authorization", "the KEY"),
        with(good.clone(), "authorization", "Bearer the key"),
        with(good.clone(), "x-xdr-auth-id", "18"),
        without(good.clone(), "authorization"),
        without(good.clone(), "x-xdr-auth-id"),
    ] {
        assert_eq!(status(&mut sim, &bad, NOW), 401);
    }
}

#[test]
fn an_advanced_key_signs_nonce_and_timestamp() {
    assert_eq!(status(&mut advanced(), &signed(), NOW), 200);
    let other_nonce = NONCE.replace("abc", "abd");
    for bad in [
        with(signed(), "authorization", &SIGNATURE.to_uppercase()),
        with(signed(), "authorization", "demo"),
        with(signed(), "x-xdr-nonce", &other_nonce),
        with(signed(), "x-xdr-timestamp", "1750000000001"),
        with(signed(), "x-xdr-auth-id", "2"),
        without(signed(), "authorization"),
        without(signed(), "x-xdr-nonce"),
        without(signed(), "x-xdr-timestamp"),
    ] {
        assert_eq!(status(&mut advanced(), &bad, NOW), 401);
    }
}

#[test]
fn a_key_of_the_other_kind_is_refused() {
    assert_eq!(status(&mut advanced(), &post(VALIDATE, "{}"), NOW), 401);
    assert_eq!(status(&mut Sim::new(config()), &signed(), NOW), 401);
}

#[test]
fn a_header_that_occurs_twice_is_refused() {
    let mut request = post(VALIDATE, "{}");
    request.headers_mut().append("authorization", "demo".parse().unwrap());
    assert_eq!(status(&mut Sim::new(config()), &request, NOW), 401);
}

#[test]
fn a_nonce_is_64_letters_and_digits() {
    // Each signature is valid. Only the form of the nonce is wrong.
    for (nonce, signature) in [
        ("short", "4137142efcce1e0976efa39b230c0689db74ab11d60243e6b687924845ca1974"),
        (
            "-bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab",
            "2b9076943e538ca651c1d7d2f33ce4d2db7186d4a17964b6faa8639b626d9064",
        ),
    ] {
        let request = with(with(signed(), "x-xdr-nonce", nonce), "authorization", signature);
        assert_eq!(status(&mut advanced(), &request, NOW), 401);
    }
}

#[test]
fn a_signature_is_good_for_five_minutes_before_and_after() {
    for (now, expected) in [
        (NOW + 5 * MINUTES, 200),
        (NOW - 5 * MINUTES, 200),
        (NOW + 5 * MINUTES + 1, 401),
        (NOW - 5 * MINUTES - 1, 401),
    ] {
        assert_eq!(status(&mut advanced(), &signed(), now), expected);
    }
}

#[test]
fn a_nonce_cannot_be_used_twice_while_its_signature_is_good() {
    let mut sim = advanced();
    assert_eq!(status(&mut sim, &signed(), NOW - 5 * MINUTES), 200);
    assert_eq!(status(&mut sim, &signed(), NOW), 401);
    assert_eq!(status(&mut sim, &signed(), NOW + 5 * MINUTES), 401);
}

#[test]
fn a_nonce_is_forgotten_when_its_signature_has_expired() {
    let mut sim = advanced();
    assert_eq!(status(&mut sim, &signed(), NOW), 200);
    let later = NOW + 15 * MINUTES;
    // The signature of the same nonce and the later timestamp.
    let signature = "5bd37440fe96e9451262f7ef984360c1dd1ce875ef72aaae7d4d6d64bf00c2d6";
    let request = with(with(signed(), "x-xdr-timestamp", "1750000900000"), "authorization", signature);
    assert_eq!(status(&mut sim, &request, later), 200);
}

#[test]
fn a_timestamp_is_digits_only() {
    // The signature of exactly this timestamp.
    let signature = "d2a250a56deb8f5a7a829e1238ad998e308e1618b2e95c738ea77b440cf6768a";
    let request = with(with(signed(), "x-xdr-timestamp", "+1750000000000"), "authorization", signature);
    assert_eq!(status(&mut advanced(), &request, NOW), 401);
}

#[test]
fn a_refused_request_does_not_use_up_its_nonce() {
    let mut sim = advanced();
    assert_eq!(status(&mut sim, &with(signed(), "authorization", "wrong"), NOW), 401);
    assert_eq!(status(&mut sim, &signed(), NOW), 200);
}

#[test]
fn every_refusal_is_the_same_and_tells_the_tenants_time() {
    let refused = |mut sim: Sim, request: &Request<Bytes>| {
        let answer = sim.handle(request, NOW);
        let response = answer.response().unwrap();
        assert_eq!(response.headers()["date"], "Sun, 15 Jun 2025 15:06:40 GMT");
        assert_eq!(response.headers()["content-type"], "application/json");
        serde_json::from_slice::<serde_json::Value>(response.body()).unwrap()
    };
    let expected = json!({ "reply": {
        "err_code": 401, "err_msg": "Public API request unauthorized", "err_extra": null
    }});
    assert_eq!(refused(advanced(), &with(signed(), "x-xdr-nonce", "short")), expected);
    assert_eq!(refused(advanced(), &with(signed(), "x-xdr-auth-id", "2")), expected);
    assert_eq!(refused(Sim::new(config()), &with(post(VALIDATE, "{}"), "authorization", "x")), expected);
}

#[test]
fn debug_output_shows_no_secret() {
    let config = Config::new().with_key("1", "top-secret", KeyKind::Advanced);
    assert!(!format!("{config:?} {config:#?}").contains("top-secret"));

    let mut sim = advanced();
    status(&mut sim, &signed(), NOW);
    let recorded = &sim.requests()[0];
    assert_eq!(recorded.headers["authorization"], SIGNATURE);
    let debug = format!("{recorded:?} {recorded:#?}");
    assert!(!debug.contains(SIGNATURE) && !debug.contains(NONCE), "{debug}");
    assert!(debug.contains("x-xdr-timestamp"));
}
