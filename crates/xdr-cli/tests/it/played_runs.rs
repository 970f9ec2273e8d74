//! Runs played to their ends without a network.

use std::time::Duration;

use serde_json::{Value, json};
use xdr_cli::Outcome;
use xdr_model::{
    ActionId, Error, Polling, Scan,
    transport::{Flow, Sent, TransportError, TransportKind},
};

use crate::support::{Received, answer, play, session, statuses};

const CADENCE: Polling = Polling::within(Duration::from_secs(7200));

/// A scan that is accepted with one endpoint, then these answers.
pub(crate) fn followed(answers: impl IntoIterator<Item = Received>) -> Result<Outcome, Error> {
    let accepted = answer(200, r#"{"reply":{"action_id":42,"endpoints_count":1}}"#);
    scanned(std::iter::once(accepted).chain(answers))
}

/// An action that another run started.
pub(crate) fn resumed(answers: impl IntoIterator<Item = Received>) -> Result<Outcome, Error> {
    play(session().wait(ActionId::from(42), CADENCE), answers).map(Outcome::Followed)
}

pub(crate) fn scanned(answers: impl IntoIterator<Item = Received>) -> Result<Outcome, Error> {
    play(session().scan_and_wait(Scan::all(), CADENCE)?, answers).map(Outcome::Followed)
}

pub(crate) fn stopped_at_once() -> Result<Outcome, Error> {
    session().scan_and_wait(Scan::all(), CADENCE)?.stop().map(Outcome::Followed)
}

pub(crate) fn cancelled(answers: impl IntoIterator<Item = Received>) -> Result<Outcome, Error> {
    play(session().cancel_action(ActionId::from(42)), answers).map(Outcome::Cancelled)
}

pub(crate) fn lost(sent: Sent) -> Received {
    Err(TransportError::new(sent, TransportKind::Certificate))
}

pub(crate) fn settled(word: &str) -> Received {
    statuses(&json!({ "e1": word }))
}

/// More endpoints than go into one request.
pub(crate) fn many() -> Received {
    let data: serde_json::Map<_, _> = (0..1001).map(|n| (format!("e{n}"), Value::from("PENDING"))).collect();
    statuses(&Value::from(data))
}

/// The tenant takes in the first thousand of them.
pub(crate) fn accepted() -> Received {
    answer(200, r#"{"reply":{"action_id":43,"endpoints_count":1000}}"#)
}

pub(crate) fn nothing_matched() -> Received {
    answer(500, r#"{"reply":{"err_msg":"No endpoint was found for creating the requested action"}}"#)
}
