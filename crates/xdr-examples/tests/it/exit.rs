//! The exit codes.

use std::time::Duration;

use serde_json::{Value, json};
use xdr_examples::{Outcome, exit_code};
use xdr_model::{ActionId, Cadence, Error, Flow, Scan, Sent, TransportError, TransportKind};

use crate::support::{Received, answer, play, session, statuses};

const CADENCE: Cadence = Cadence::within(Duration::from_secs(7200));

/// A scan that is accepted with one endpoint, then these answers.
fn followed(answers: impl IntoIterator<Item = Received>) -> Result<Outcome, Error> {
    let accepted = answer(200, r#"{"reply":{"action_id":42,"endpoints_count":1}}"#);
    scanned(std::iter::once(accepted).chain(answers))
}

fn scanned(answers: impl IntoIterator<Item = Received>) -> Result<Outcome, Error> {
    play(session().scan_and_wait(&Scan::all(), CADENCE)?, answers).map(Outcome::Followed)
}

fn stopped_at_once() -> Result<Outcome, Error> {
    session().scan_and_wait(&Scan::all(), CADENCE)?.stop().map(Outcome::Followed)
}

fn cancelled(answers: impl IntoIterator<Item = Received>) -> Result<Outcome, Error> {
    play(session().cancel_action(ActionId::from(42)), answers).map(Outcome::Cancelled)
}

fn lost(sent: Sent) -> Received {
    Err(TransportError::new(sent, TransportKind::Certificate))
}

fn settled(word: &str) -> Received {
    statuses(&json!({ "e1": word }))
}

/// More endpoints than go into one request.
fn many() -> Received {
    let data: serde_json::Map<_, _> = (0..1001).map(|n| (format!("e{n}"), Value::from("PENDING"))).collect();
    statuses(&Value::from(data))
}

#[test]
fn each_ending_has_its_code() {
    let unavailable = || answer(503, "");
    let table: [(&str, u8, Result<Outcome, Error>); 18] = [
        ("completed", 0, followed([settled("COMPLETED_SUCCESSFULLY")])),
        ("completed with exceptions", 0, followed([settled("COMPLETED_SUCCESSFULLY_WITH_EXCEPTIONS")])),
        ("failed", 2, followed([settled("FAILED")])),
        ("partly completed", 2, followed([settled("COMPLETED_PARTIAL")])),
        ("cancelled", 2, followed([settled("CANCELED")])),
        ("stopped", 3, followed([settled("PENDING")])),
        ("stopped before the first answer", 3, followed([])),
        ("deadline", 3, followed(std::iter::repeat_with(|| settled("IN_PROGRESS")).take(1000))),
        ("unknown action", 3, followed(std::iter::repeat_with(|| statuses(&json!({}))).take(1000))),
        ("permission lost", 3, followed([answer(403, "")])),
        ("stopped before it was sent", 1, stopped_at_once()),
        ("not sent", 1, scanned([lost(Sent::No)])),
        ("refused", 1, scanned([answer(401, "")])),
        ("lost on the way", 4, scanned([lost(Sent::Maybe)])),
        ("server failure", 4, scanned([unavailable()])),
        ("unreadable", 4, scanned([answer(200, "{}")])),
        (
            "status not readable before a cancellation",
            1,
            cancelled(std::iter::repeat_with(unavailable).take(9)),
        ),
        ("nothing to cancel", 0, cancelled([settled("FAILED")])),
    ];
    for (name, code, end) in table {
        assert_eq!(exit_code(&end), code, "{name}: {end:?}");
    }
}

#[test]
fn a_cancellation_in_part_is_not_a_success() {
    let accepted = || answer(200, r#"{"reply":{"action_id":43,"endpoints_count":1000}}"#);
    assert_eq!(exit_code(&cancelled([many(), accepted()])), 3);
    assert_eq!(exit_code(&cancelled([many(), accepted(), accepted()])), 0);
    let refused =
        || answer(500, r#"{"reply":{"err_msg":"No endpoint was found for creating the requested action"}}"#);
    assert_eq!(exit_code(&cancelled([many(), accepted(), refused()])), 2);
}
