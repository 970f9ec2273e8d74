//! Errors for the tables of decisions in tests.

use bytes::Bytes;
use http::Response;
use http::header::RETRY_AFTER;

use super::{Attempted, Error, Sent, TransportError, TransportKind, judge};
use crate::credentials::Credentials;
use crate::operation::Replay;
use crate::redact::Secrets;
use crate::reply;

fn call() -> Attempted {
    Attempted { operation: "scan", replay: Replay::Unsafe, host: "api-acme.example".into(), attempts: 1 }
}

fn secrets() -> Secrets {
    Secrets::of(&Credentials::standard("7", "s3cret-key").expect("a good key"))
}

/// What an answer with this status, this `Retry-After` and no body is.
pub(crate) fn status(status: u16, retry_after: &str) -> Error {
    let response = Response::builder().status(status).header(RETRY_AFTER, retry_after).body(Bytes::new());
    let unreadable = reply::read::<u8>(b"").err();
    judge(call(), Ok(response.expect("a valid response")), unreadable, 0, &secrets())
}

/// What an exchange without an answer is.
pub(crate) fn transport(sent: Sent, kind: TransportKind) -> Error {
    judge(call(), Err(TransportError::new(sent, kind)), None, 0, &secrets())
}
