//! Both kinds of key, and all mistakes with a key.

use std::convert::Infallible;

use xdr_conformance::{Trial, both_with, tenant};
use xdr_model::{Credentials, Error, Scan, Settings, error::Refusal};
use xdr_sim::KeyKind;

use crate::support::start;

fn never(never: Infallible) -> std::ops::ControlFlow<()> {
    match never {}
}

fn key(kind: KeyKind, id: &str, key: &str) -> Credentials {
    match kind {
        KeyKind::Standard => Credentials::standard(id, key),
        KeyKind::Advanced => Credentials::advanced(id, key),
    }
    .expect("the key keeps its rules")
}

/// Runs a case on a tenant with the key `demo`, the key id 1 and the kind of key `theirs`.
fn with_key(theirs: KeyKind, ours: &Credentials, case: impl Fn(&Trial)) {
    both_with(&tenant().with_key("1", "demo", theirs), &Settings::default(), ours, case);
}

fn assert_refused(result: Result<impl std::fmt::Debug, Error>) -> Option<i64> {
    match result.expect_err("this key must not do") {
        Error::Refused(refused) => {
            let text = refused.to_string();
            for word in ["wrong key,", "wrong key id", "wrong kind of key", "wrong clock"] {
                assert!(text.contains(word), "{text}");
            }
            assert!(!text.contains("demo"), "{text}");
            match refused.reason {
                Refusal::Authentication { clock_ahead } => clock_ahead,
                other => panic!("{other:?}"),
            }
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_standard_key_is_sent_as_it_is() {
    with_key(KeyKind::Standard, &key(KeyKind::Standard, "1", "demo"), |trial| {
        start(trial);
        let sim = trial.server.sim();
        assert_eq!(sim.requests()[0].headers["authorization"], "demo");
        assert_eq!(sim.requests()[0].headers["x-xdr-auth-id"], "1");
    });
}

#[test]
fn an_advanced_key_never_crosses_the_wire_and_each_request_has_its_own_nonce() {
    with_key(KeyKind::Advanced, &key(KeyKind::Advanced, "1", "demo"), |trial| {
        let id = start(trial);
        trial.wait(id, crate::support::quiet).expect("it settles");
        let sim = trial.server.sim();
        let mut nonces: Vec<_> = sim.requests().iter().map(|r| r.headers["x-xdr-nonce"].as_bytes()).collect();
        let sent = nonces.len();
        nonces.sort_unstable();
        nonces.dedup();
        assert_eq!(nonces.len(), sent);
        let shown = xdr_conformance::recording(sim.requests()).join("\n");
        assert!(!shown.contains("demo"), "{shown}");
    });
}

#[test]
fn a_wrong_key_is_refused() {
    for kind in [KeyKind::Standard, KeyKind::Advanced] {
        with_key(kind, &key(kind, "1", "omed"), |trial| {
            assert_eq!(assert_refused(trial.send(&Scan::all())), None);
            assert_eq!(trial.sent("scan"), 1);
        });
    }
}

#[test]
fn a_wrong_key_id_is_refused() {
    for kind in [KeyKind::Standard, KeyKind::Advanced] {
        with_key(kind, &key(kind, "2", "demo"), |trial| {
            assert_eq!(assert_refused(trial.send(&Scan::all())), None);
        });
    }
}

#[test]
fn a_key_of_the_wrong_kind_is_refused() {
    for (theirs, ours) in [(KeyKind::Standard, KeyKind::Advanced), (KeyKind::Advanced, KeyKind::Standard)] {
        with_key(theirs, &key(ours, "1", "demo"), |trial| {
            assert_eq!(assert_refused(trial.send(&Scan::all())), None);
        });
    }
}

#[test]
fn a_wrong_clock_is_refused_and_the_difference_is_named() {
    with_key(KeyKind::Advanced, &key(KeyKind::Advanced, "1", "demo"), |trial| {
        for skew in [-600_000, 600_000] {
            let call = trial.session.call(&Scan::all()).expect("the scan keeps its rules");
            let call = trial.in_time(call).with_wall_skew_ms(skew);
            let ahead = assert_refused(trial.client.drive(call, never)).expect("more than two minutes");
            assert!((ahead - skew / 1000).abs() <= 30, "{ahead}");
        }
    });
}

#[test]
fn a_nonce_is_good_once() {
    with_key(KeyKind::Advanced, &key(KeyKind::Advanced, "1", "demo"), |trial| {
        let send = || {
            let call = trial.session.call(&Scan::all()).expect("the scan keeps its rules");
            trial.client.drive(trial.in_time(call).with_stuck_entropy(), never)
        };
        send().expect("the first is taken");
        assert_refused(send());
    });
}
