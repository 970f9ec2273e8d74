//! The limit on requests per second.

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use xdr_sim::{Config, Fault, Sim};

use crate::support::{NOW, VALIDATE, post};

fn call_at(sim: &mut Sim, now_ms: u64) -> Response<Bytes> {
    sim.handle(&post(VALIDATE, "{}"), now_ms).response().unwrap().clone()
}

fn statuses(sim: &mut Sim, now_ms: u64, count: usize) -> Vec<u16> {
    (0..count).map(|_| call_at(sim, now_ms).status().as_u16()).collect()
}

#[test]
fn no_window_of_a_second_holds_more_than_ten_requests() {
    let mut sim = Sim::new(Config::new());
    assert_eq!(statuses(&mut sim, NOW, 5), [200; 5]);
    assert_eq!(statuses(&mut sim, NOW + 900, 6), [200, 200, 200, 200, 200, 429]);
    assert_eq!(statuses(&mut sim, NOW + 999, 1), [429]);
    assert_eq!(statuses(&mut sim, NOW + 1000, 6), [200, 200, 200, 200, 200, 429]);
}

#[test]
fn the_refusal_says_so_and_may_say_when_to_retry() {
    for (seconds, header) in [(None, None), (Some(3), Some("3"))] {
        let mut sim = Sim::new(Config::new().with_rate_limit(Some(1)).with_retry_after(seconds));
        assert_eq!(call_at(&mut sim, NOW).status(), 200);
        let refusal = call_at(&mut sim, NOW);
        assert_eq!(refusal.status(), 429);
        assert_eq!(refusal.headers().get("retry-after").map(|value| value.to_str().unwrap()), header);
        let body: Value = serde_json::from_slice(refusal.body()).unwrap();
        assert_eq!(body["reply"]["err_code"], 429);
    }
}

#[test]
fn the_limit_can_be_switched_off() {
    let mut sim = Sim::new(Config::new().with_rate_limit(None));
    assert_eq!(statuses(&mut sim, NOW, 100), [200; 100]);
}

#[test]
fn requests_that_a_fault_keeps_from_the_tenant_do_not_count() {
    let mut sim = Sim::new(Config::new().with_rate_limit(Some(1)));
    sim.fault(Fault::on("validate").times(5).answer(503, &[], ""));
    assert_eq!(statuses(&mut sim, NOW, 7), [503, 503, 503, 503, 503, 200, 429]);
}
