//! Errors for the tables of decisions in tests.

use bytes::Bytes;
use http::Response;
use http::header::RETRY_AFTER;

use super::{Attempted, Error, judge, unanswered};
use crate::credentials::Credentials;
use crate::replay::Replay;
use crate::reply;
use crate::transport_error::{Sent, TransportError, TransportKind};

fn call() -> Attempted {
    Attempted {
        operation: "scan",
        replay: Replay::Unsafe,
        host: "api-acme.example".into(),
        attempts: 1,
        selection: None,
    }
}

/// The error for an answer with this status, this `Retry-After` and no body.
pub(crate) fn status(status: u16, retry_after: &str) -> Error {
    answered(status, retry_after, "")
}

/// The same with a page that is not the tenant's.
pub(crate) fn page(status: u16, retry_after: &str) -> Error {
    answered(status, retry_after, "<html>Blocked by policy</html>")
}

/// The error for this answer.
pub(crate) fn answered(status: u16, retry_after: &str, body: &'static str) -> Error {
    let response =
        Response::builder().status(status).header(RETRY_AFTER, retry_after).body(Bytes::from(body));
    let unreadable = reply::read::<u8>(body.as_bytes()).err();
    let credentials = Credentials::standard("7", "s3cret-key").expect("a good key");
    judge(call(), Ok(response.expect("a valid response")), unreadable, 0, &credentials)
}

/// The error for an exchange without an answer.
pub(crate) fn transport(sent: Sent, kind: TransportKind) -> Error {
    unanswered(call(), TransportError::new(sent, kind))
}
