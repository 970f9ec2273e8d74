//! Decides which error an answer, or a missing answer, becomes. No other place decides this.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};

use super::answer::{clock_ahead, redirect_host};
use super::failed::{Instead, UnreadableSource};
use super::known::known_refusal;
use super::{Answer, Attempted, Error, NotSent, OutcomeUnknown, Refusal, Refused, ServerFailure, Unreadable};
use crate::api_error::ApiError;
use crate::body_findings::BodyFindings;
use crate::credentials::Credentials;
use crate::redact::Secrets;
use crate::replay::Replay;
use crate::reply::DecodeError;
use crate::text::{FOUND_TEXT, sanitise};
use crate::transport_error::{Sent, TransportError};

/// The error of a failed exchange.
pub(crate) fn judge(
    call: Attempted,
    received: Result<Response<Bytes>, TransportError>,
    mut decode_error: Option<DecodeError>,
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
    let findings = decode_error.as_mut().and_then(DecodeError::take_findings);
    let findings = findings.unwrap_or_else(|| BodyFindings::in_body(response.body(), cut.is_none()));
    let unreadable = cut.or(decode_error.map(|error| UnreadableSource::Decode(error.redacted(secrets))));
    let answer = Answer::new(&response, findings, unix_ms, secrets);
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

/// What an answer means, from the most to the least certain. The order decides between several error objects.
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

    /// The verdict on a status, or on the `err_code` of an error object. `known` is the refusal that the text of the
    /// object stands for.
    fn of(status: i64, known: Option<Refusal>, headers: &HeaderMap, unix_ms: u64) -> Self {
        match (status, known) {
            (500, Some(refusal)) => Self::Refused(refusal),
            (200..300, _) => Self::Unreadable,
            (408 | 500..600, _) => Self::ServerFailure,
            _ => refusal_of(status, headers, unix_ms).map_or(Self::Unknown, Self::Refused),
        }
    }

    /// The same for a page that is not the tenant's: a filter can have replaced any answer with it.
    fn of_foreign(status: StatusCode) -> Option<Self> {
        match status.as_u16() {
            404 | 405 => Some(Self::Refused(Refusal::WrongAddress)),
            408 | 429 => None,
            400..500 => Some(Self::Unknown),
            _ => None,
        }
    }
}

/// A smaller difference of the clocks, in seconds, is not reported.
const CLOCK_TOLERANCE: i64 = 120;

/// The refusal that a status stands for.
fn refusal_of(status: i64, headers: &HeaderMap, unix_ms: u64) -> Option<Refusal> {
    let clock_ahead = || clock_ahead(headers, unix_ms).filter(|ahead| ahead.abs() > CLOCK_TOLERANCE);
    Some(match status {
        300..400 => Refusal::Redirect { to: redirect_host(headers) },
        401 => Refusal::Authentication { clock_ahead: clock_ahead() },
        402 => Refusal::Licence,
        403 => Refusal::Permission,
        408 => return None,
        429 => Refusal::RateLimited,
        400..500 => Refusal::BadRequest,
        _ => return None,
    })
}

/// What an answer means: the least certain of all that it says.
fn verdict(replay: Replay, answer: &Answer, headers: &HeaderMap, unix_ms: u64) -> Verdict {
    let foreign = Verdict::of_foreign(answer.status).filter(|_| answer.is_foreign());
    if let Some(foreign) = foreign {
        return foreign;
    }
    // An action is sent again after a 429, so all that the body says must be known.
    if answer.status == StatusCode::TOO_MANY_REQUESTS && replay == Replay::Unsafe && answer.is_unread() {
        return if answer.names_action() { Verdict::Unknown } else { Verdict::ServerFailure };
    }
    let said = answer.errors().map(|error| verdict_of_error(answer.status, error, headers, unix_ms));
    // Errors that were not kept can say anything.
    let said = said.chain(answer.has_more_errors().then_some(Verdict::Unknown));
    let said = said.filter(|_| !is_definite(answer.status, replay));
    let verdict = said
        .max_by_key(Verdict::doubt)
        .unwrap_or_else(|| Verdict::of(i64::from(answer.status.as_u16()), None, headers, unix_ms));
    match (answer.names_action(), answer.status.is_success()) {
        // An action that the answer names may run, whatever else the answer says.
        (true, true) => Verdict::Unreadable,
        (true, false) if matches!(verdict, Verdict::Refused(_)) => Verdict::Unknown,
        _ => verdict,
    }
}

/// Whether the status alone decides, whatever `err_code` is in the body: a 401 with the code 500 inside is a wrong
/// key, not an outage. Tenants have been observed to send a code that differs from the status.
///
/// A rate limit is different for an action. The action is sent again after a 429, so nothing in the body may hint
/// that it was carried out.
fn is_definite(status: StatusCode, replay: Replay) -> bool {
    match status.as_u16() {
        408 => false,
        429 => replay == Replay::Safe,
        status => (300..500).contains(&status),
    }
}

fn verdict_of_error(status: StatusCode, error: &ApiError, headers: &HeaderMap, unix_ms: u64) -> Verdict {
    let may_be_known = status.is_success() || status == StatusCode::INTERNAL_SERVER_ERROR;
    let known = known_refusal(error).filter(|_| may_be_known);
    let of = |status| Verdict::of(status, known.clone(), headers, unix_ms);
    if status.is_success() {
        // Inside a success, only the error counts.
        return match error.err_code {
            Some(code) => of(code),
            None if known.is_some() => of(500),
            None => Verdict::Unreadable,
        };
    }
    // With any other status, the code can only add doubt. A code that is not an HTTP error status is ignored.
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
