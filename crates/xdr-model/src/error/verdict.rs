//! The one place that says which error an answer, or the lack of one, is.

use bytes::Bytes;
use http::{HeaderMap, Response};

use super::failed::UnreadableSource;
use super::{
    Answer, Attempted, Error, NotSent, OutcomeUnknown, Refusal, Refused, Sent, ServerFailure, TransportError,
    Unreadable,
};
use crate::api_error::ApiError;
use crate::reply::DecodeError;

/// The error that a failed exchange is.
pub(crate) fn judge(
    call: Attempted,
    received: Result<Response<Bytes>, TransportError>,
    decode_error: Option<DecodeError>,
    unix_ms: u64,
    redact: impl Fn(&str) -> String,
) -> Error {
    let answer = |response: &Response<Bytes>| {
        Answer::new(response.status(), response.headers(), response.body(), unix_ms, redact)
    };
    match received {
        Ok(response) => {
            let unreadable = decode_error.map(UnreadableSource::Decode);
            judge_answer(call, answer(&response), response.headers(), unreadable, unix_ms)
        }
        Err(mut source) => match source.take_head() {
            Some(head) => {
                let response = Response::from_parts(head, Bytes::new());
                let unreadable = Some(UnreadableSource::Transport(source));
                judge_answer(call, answer(&response), response.headers(), unreadable, unix_ms)
            }
            None => match source.sent() {
                Sent::No => Error::NotSent(Box::new(NotSent { call, source })),
                Sent::Maybe => Error::OutcomeUnknown(Box::new(OutcomeUnknown {
                    call,
                    answer: None,
                    source: Some(source),
                })),
            },
        },
    }
}

/// What an answer means, the more certain first: the order decides between a status and an error object that
/// says otherwise.
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

fn verdict(answer: &Answer, headers: &HeaderMap, unix_ms: u64) -> Verdict {
    let status = i64::from(answer.status.as_u16());
    let no_endpoint = answer.api_error.as_ref().is_some_and(ApiError::is_no_endpoint);
    let of = |status| Verdict::of(status, no_endpoint, headers, unix_ms);
    match answer.api_error.as_ref() {
        // An error object inside a 2xx stands for itself, unless it names an action that was started.
        Some(error) if answer.status.is_success() && error.action.is_some() => Verdict::Unreadable,
        Some(error) if answer.status.is_success() => match error.err_code {
            Some(code) => of(code),
            None if no_endpoint => of(500),
            None => Verdict::Unreadable,
        },
        // Elsewhere it can only add doubt, and a code that is no HTTP error says nothing.
        Some(error) => {
            let by_code = error.err_code.filter(|code| (400..600).contains(code)).map(of);
            match (of(status), by_code) {
                (by_status, Some(by_code)) if by_code.doubt() > by_status.doubt() => by_code,
                (by_status, _) => by_status,
            }
        }
        None => of(status),
    }
}

fn judge_answer(
    call: Attempted,
    answer: Answer,
    headers: &HeaderMap,
    unreadable: Option<UnreadableSource>,
    unix_ms: u64,
) -> Error {
    match (verdict(&answer, headers, unix_ms), unreadable) {
        (Verdict::Refused(reason), _) => Error::Refused(Box::new(Refused { call, reason, answer })),
        (Verdict::ServerFailure, _) => Error::ServerFailure(Box::new(ServerFailure { call, answer })),
        (Verdict::Unreadable, Some(source)) => {
            Error::Unreadable(Box::new(Unreadable { call, answer, source }))
        }
        (Verdict::Unreadable | Verdict::Unknown, _) => {
            Error::OutcomeUnknown(Box::new(OutcomeUnknown { call, answer: Some(answer), source: None }))
        }
    }
}
