//! Which requests are kept.

use bytes::Bytes;
use http::Request;
use xdr_sim::{Limits, Sim};

use crate::support::{NOW, VALIDATE, config, post};

fn recording(recorded_requests: usize, recorded_bytes: usize) -> Sim {
    Sim::new(config().with_limits(Limits { recorded_requests, recorded_bytes, ..Limits::default() }))
}

/// Sends requests that arrive at these times.
fn send(sim: &mut Sim, times: std::ops::Range<u64>, request: &Request<Bytes>) {
    times.for_each(|time| drop(sim.handle(request, NOW + time)));
}

fn times(sim: &Sim) -> Vec<u64> {
    sim.requests().iter().map(|request| request.unix_ms - NOW).collect()
}

#[test]
fn the_latest_requests_are_kept_in_their_order_and_the_others_are_counted() {
    let mut sim = recording(5, usize::MAX);
    let request = post(VALIDATE, "{}");
    for sent in 1..1000 {
        send(&mut sim, sent - 1..sent, &request);
        assert_eq!(times(&sim), (sent.saturating_sub(5)..sent).collect::<Vec<_>>());
        assert_eq!(sim.forgotten_requests(), sent.saturating_sub(5));
    }
    sim.clear_requests();
    assert_eq!((sim.requests().len(), sim.forgotten_requests()), (0, 0));
    send(&mut sim, 7..8, &request);
    assert_eq!(times(&sim), [7]);
}

#[test]
fn their_bytes_are_bounded_too() {
    let mut sim = recording(usize::MAX, 10_000);
    send(&mut sim, 0..4, &post(VALIDATE, vec![b' '; 3000]));
    assert_eq!((times(&sim), sim.forgotten_requests()), (vec![2, 3], 2));
    // A request that alone is too large removes all others and is not kept either.
    send(&mut sim, 4..5, &post(VALIDATE, vec![b' '; 10_000]));
    assert_eq!((sim.requests().len(), sim.forgotten_requests()), (0, 5));
    send(&mut sim, 5..6, &post(VALIDATE, "{}"));
    assert_eq!(times(&sim), [5]);
}

#[test]
fn headers_and_paths_count_as_bytes() {
    let mut sim = recording(usize::MAX, 10_000);
    let long = "x".repeat(6000);
    send(&mut sim, 0..2, &Request::post("/").header("x-long", &long).body(Bytes::new()).unwrap());
    assert_eq!(times(&sim), [1]);
    send(&mut sim, 2..4, &Request::post(format!("/{long}")).body(Bytes::new()).unwrap());
    assert_eq!(times(&sim), [3]);
}

#[test]
fn requests_without_the_key_are_kept_within_the_same_bounds() {
    let mut sim = recording(10, 1_000_000);
    send(&mut sim, 0..2000, &Request::post("/nowhere").body(Bytes::from(vec![b'x'; 1000])).unwrap());
    assert_eq!((times(&sim), sim.forgotten_requests()), ((1990..2000).collect(), 1990));
}
