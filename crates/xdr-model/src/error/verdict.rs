//! The one place that says which error an answer, or the lack of one, is.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};

use super::failed::{Instead, UnreadableSource};
use super::{
    Answer, Attempted, Error, NotSent, OutcomeUnknown, Refusal, Refused, Sent, ServerFailure, TransportError,
    Unreadable,
};
use crate::api_error::ApiError;
use crate::credentials::Credentials;
use crate::operation::Replay;
use crate::redact::Secrets;
use crate::reply::DecodeError;
use crate::text::{FOUND_TEXT, sanitise};

/// The error that a failed exchange is.
pub(crate) fn judge(
    call: Attempted,
    received: Result<Response<Bytes>, TransportError>,
    decode_error: Option<DecodeError>,
    unix_ms: u64,
    credentials: &Credentials,
) -> Error {
    let (response, cut) = match received {
        Ok(response) => (response, None),
        Err(mut source) => match source.take_begun() {
            Some(begun) => (begun, Some(UnreadableSource::Transport(source))),
            None => return unanswered(call, source),
        },
    };
    let secrets = &Secrets::of(credentials);
    let unreadable = cut.or(decode_error.map(|error| UnreadableSource::Decode(error.redacted(secrets))));
    let answer = Answer::new(response.status(), response.headers(), response.body(), unix_ms, secrets);
    judge_answer(call, answer, response.headers(), unreadable, unix_ms, secrets)
}

/// The error of a call without an answer.
pub(crate) fn unanswered(call: Attempted, source: TransportError) -> Error {
    match source.sent() {
        Sent::No => Error::NotSent(Box::new(NotSent { call, source })),
        Sent::Maybe => {
            Error::OutcomeUnknown(Box::new(OutcomeUnknown { call, instead: Instead::Failure(source) }))
        }
    }
}

/// What an answer means, the more certain first: the order decides between several error objects.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Refused(Refusal),
    ServerFailure,
    Unreadable,
    Unknown,
}

impl Verdict {
    fn doubt(&self) -> u8 {
        match self {
            Self::Refused(_) => 0,
            Self::ServerFailure => 1,
            Self::Unreadable => 2,
            Self::Unknown => 3,
        }
    }

    /// The row of the table for a status or for the `err_code` of an error object.
    fn of(status: i64, no_endpoint: bool, headers: &HeaderMap, unix_ms: u64) -> Self {
        match status {
            500 if no_endpoint => Self::Refused(Refusal::NoEndpointMatched),
            200..300 => Self::Unreadable,
            408 | 500..600 => Self::ServerFailure,
            _ => Refusal::of_status(status, headers, unix_ms).map_or(Self::Unknown, Self::Refused),
        }
    }
}

/// What an answer means: of all that it says, the least certain.
fn verdict(replay: Replay, answer: &Answer, headers: &HeaderMap, unix_ms: u64) -> Verdict {
    let said = answer
        .errors()
        .filter(|_| !is_definite(answer.status, replay))
        .map(|error| verdict_of_error(answer.status, error, headers, unix_ms));
    let verdict = said
        .max_by_key(Verdict::doubt)
        .unwrap_or_else(|| Verdict::of(i64::from(answer.status.as_u16()), false, headers, unix_ms));
    match (answer.names_action(), answer.status.is_success()) {
        // An action that is named may run, whatever is said of it.
        (true, true) => Verdict::Unreadable,
        (true, false) if matches!(verdict, Verdict::Refused(_)) => Verdict::Unknown,
        _ => verdict,
    }
}

/// Whether a status leaves nothing open, so that no `err_code` in its body counts: a 401 with the code 500 inside is a
/// wrong key, not an outage. The tenant has been seen to send a code that differs from the status.
///
/// A rate limit is different for an action. It is sent again after a 429, and so must be certain not to have been
/// carried out.
fn is_definite(status: StatusCode, replay: Replay) -> bool {
    match status.as_u16() {
        408 => false,
        429 => replay == Replay::Safe,
        status => (300..500).contains(&status),
    }
}

fn verdict_of_error(status: StatusCode, error: &ApiError, headers: &HeaderMap, unix_ms: u64) -> Verdict {
    let of = |status| Verdict::of(status, error.is_no_endpoint(), headers, unix_ms);
    if status.is_success() {
        // Inside of a success an error stands for itself.
        return match error.err_code {
            Some(code) => of(code),
            None if error.is_no_endpoint() => of(500),
            None => Verdict::Unreadable,
        };
    }
    // Elsewhere it can only add doubt, and a code that is no HTTP error says nothing.
    let by_code = error.err_code.filter(|code| (400..600).contains(code)).map(of);
    match (of(i64::from(status.as_u16())), by_code) {
        (by_status, Some(by_code)) if by_code.doubt() > by_status.doubt() => by_code,
        (by_status, _) => by_status,
    }
}

fn judge_answer(
    call: Attempted,
    answer: Answer,
    headers: &HeaderMap,
    unreadable: Option<UnreadableSource>,
    unix_ms: u64,
    secrets: &Secrets,
) -> Error {
    match (verdict(call.replay, &answer, headers, unix_ms), unreadable) {
        (Verdict::Refused(Refusal::Redirect { to }), _) => {
            let reason =
                Refusal::Redirect { to: to.map(|host| sanitise(&secrets.redact(&host), FOUND_TEXT)) };
            Error::Refused(Box::new(Refused { call, reason, answer }))
        }
        (Verdict::Refused(reason), _) => Error::Refused(Box::new(Refused { call, reason, answer })),
        (Verdict::ServerFailure, _) => Error::ServerFailure(Box::new(ServerFailure { call, answer })),
        (Verdict::Unreadable, Some(source)) => {
            Error::Unreadable(Box::new(Unreadable { call, answer, source }))
        }
        (Verdict::Unreadable | Verdict::Unknown, _) => {
            Error::OutcomeUnknown(Box::new(OutcomeUnknown { call, instead: Instead::Answer(answer) }))
        }
    }
}
