//! Tests one answer to one request: the decoders, the classification of errors, and their texts.
//!
//! The input has the form of an answer: a first line such as `scan 200`, headers, an empty line, and the body. The
//! first line contains the operation and the status. It ends with `cut closed` or similar if the body is incomplete.

use std::time::Instant;

use serde_json::Value;
use xdr_model::bytes::Bytes;
use xdr_model::http::{HeaderName, HeaderValue, Response, StatusCode};
use xdr_model::{
    Error, Operation, Replay, Scan, StartedAction,
    error::Refusal,
    operation::ActionStatus,
    registry::AnyReply,
    transport::{Context, Event, Flow, Sent, Step, TransportError},
};

use super::documents::operation_of;
use crate::promises::{KEY, check_error, session};
use crate::said::{ExpectedFindings, is_known_refusal};
use crate::script::{kind, split_word, status_of};

pub(super) fn run(input: &[u8]) {
    let (head, body) = split_head(input);
    let mut lines = head.split(|b| *b == b'\n');
    let (operation, rest) = split_word(lines.next().unwrap_or_default());
    let (status, cut) = split_word(rest);
    let status = status_of(&String::from_utf8_lossy(status)).unwrap_or(200);
    let mut response = Response::new(Bytes::copy_from_slice(body));
    *response.status_mut() = StatusCode::from_u16(status).expect("it is in range");
    lines.for_each(|line| add_header(&mut response, line));
    let answer = FuzzedAnswer { response, cut };
    check(&String::from_utf8_lossy(operation), &answer);
}

fn split_head(input: &[u8]) -> (&[u8], &[u8]) {
    match input.windows(2).position(|two| two == b"\n\n") {
        Some(end) => (&input[..end], &input[end + 2..]),
        None => (input, &[]),
    }
}

fn add_header(response: &mut Response<Bytes>, line: &[u8]) {
    let Some(colon) = line.iter().position(|b| *b == b':') else { return };
    let name = HeaderName::from_bytes(&line[..colon]);
    let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
    if let (Ok(name), Ok(value)) = (name, value) {
        response.headers_mut().append(name, value);
    }
}

/// An answer, and how the connection failed if the answer is incomplete.
struct FuzzedAnswer<'i> {
    response: Response<Bytes>,
    cut: &'i [u8],
}

impl FuzzedAnswer<'_> {
    fn is_cut(&self) -> bool {
        self.cut.starts_with(b"cut")
    }

    fn received(&self) -> Result<Response<Bytes>, TransportError> {
        if !self.is_cut() {
            return Ok(self.response.clone());
        }
        let (head, body) = self.response.clone().into_parts();
        let error = TransportError::new(Sent::Maybe, kind(split_word(self.cut).1));
        Err(error.after_head(head, body))
    }
}

fn check(operation: &str, answer: &FuzzedAnswer<'_>) {
    let (operation, document) = operation_of(operation);
    let mut call = operation.call(&session(false), document).expect("a valid request");
    let context = Context { now: Instant::now(), unix_ms: 1_750_000_000_000, entropy: &|| [255; 32] };
    let Step::Send(_) = call.step(&context, Event::Resume) else { panic!("a call begins with a request") };
    let (again, end) = match call.step(&context, Event::Received(answer.received())) {
        Step::Wait(_) => (true, call.stop()),
        Step::Done(end) => (false, end),
        Step::Send(_) | Step::Progress(_) => panic!("a request without a pause"),
    };
    match end {
        Ok(reply) => {
            assert!(answer.response.status().is_success() && !answer.is_cut());
            check_reply(&reply, answer.response.body());
        }
        Err(error) => {
            check_error(&error);
            check_verdict(&error, again, operation.replay, answer);
            check_redirect(&error, answer);
        }
    }
}

/// Checks the promises of the type of a reply.
fn check_reply(reply: &AnyReply, body: &[u8]) {
    if let Some(started) = reply.downcast_ref::<StartedAction>() {
        check_started(started, body);
    }
    if let Some(status) = reply.downcast_ref::<ActionStatus>() {
        check_status(status);
    }
}

/// Checks the action id, if the body can also be read with serde_json.
fn check_started(started: &StartedAction, body: &[u8]) {
    assert!(!started.action_id.as_str().is_empty());
    // The first of several ids counts, but serde_json returns the last one.
    let is_once = String::from_utf8_lossy(body).matches("action_id").count() == 1;
    let read: Value =
        Some(body).filter(|_| is_once).and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
    match &read["reply"]["action_id"] {
        // An empty id does not count.
        Value::String(id) if (1..=1024).contains(&id.len()) => assert_eq!(id, started.action_id.as_str()),
        Value::Number(id) if !id.is_f64() => assert_eq!(id.to_string(), started.action_id.as_str()),
        _ => {}
    }
    let reply = serde_json::to_value(started).expect("replies can be written");
    let written = serde_json::json!({ "reply": reply }).to_string();
    assert_eq!(Scan::decode(written.as_bytes()).ok().as_ref(), Some(started), "{written}");
}

fn check_status(status: &ActionStatus) {
    let counts = status.counts();
    assert_eq!(counts.total(), u64::try_from(status.endpoints().count()).expect("it is short"));
    assert!(counts.successful() <= counts.settled() && counts.settled() <= counts.total());
    let unsettled = u64::try_from(status.unsettled().count()).expect("it is short");
    assert_eq!(unsettled + counts.settled(), counts.total());
}

/// Checks an error against the documented table.
fn check_verdict(error: &Error, again: bool, replay: Replay, answer: &FuzzedAnswer<'_>) {
    let (status, body) = (answer.response.status().as_u16(), answer.response.body());
    let said = ExpectedFindings::by(body, answer.is_cut());
    let acts = replay == Replay::Unsafe;
    if said.action {
        assert!(!matches!(error, Error::Refused(_)), "an answer with an action is a refusal: {error}");
        assert!(!acts || (error.may_have_taken_effect() && !again));
    }
    if said.leaves_open(status) {
        assert!(
            matches!(error, Error::OutcomeUnknown(_)) && !again,
            "another server may have sent the answer: {error}"
        );
    }
    let refusal = matches!(status, 300..500) && status != 408 && !said.leaves_open(status);
    let explained = !said.errors.is_empty();
    match error {
        Error::Refused(_) => {
            assert!(refusal || explained || (status == 500 && is_known_refusal(body)), "{error}");
        }
        Error::Unreadable(_) => assert!((200..300).contains(&status), "{error}"),
        Error::ServerFailure(_) | Error::OutcomeUnknown(_) => {
            let limited = status == 429 && acts && (explained || said.is_unread);
            assert!(!refusal || limited || said.action || said.unread_action, "{error}");
        }
        other => panic!("an answer is not {other}"),
    }
    if let Error::Refused(refused) = error
        && !explained
    {
        let reason =
            if said.is_lost(status) { Refusal::WrongAddress } else { reason(status, &refused.reason) };
        assert_eq!(refused.reason, reason, "{error}");
    }
    assert!(
        !acts || !again || matches!(error, Error::Refused(refused) if refused.reason == Refusal::RateLimited)
    );
    assert_eq!(error.status(), Some(answer.response.status()));
}

/// Checks that the displayed host of a redirect contains no part of the key, even if the host was shortened.
fn check_redirect(error: &Error, answer: &FuzzedAnswer<'_>) {
    const PART: &str = KEY.split_at(40).0;
    let Error::Refused(refused) = error else { return };
    let Refusal::Redirect { to: Some(host) } = &refused.reason else { return };
    let location = answer.response.headers().get("location").map(HeaderValue::as_bytes);
    let elsewhere = String::from_utf8_lossy(location.unwrap_or_default()).replace(KEY, "");
    assert!(!host.contains(PART) || elsewhere.contains(PART), "a part of the key is shown: {host}");
}

/// Returns the expected reason for a status. Its details are those of `found`.
fn reason(status: u16, found: &Refusal) -> Refusal {
    match (status, found) {
        (300..=399, Refusal::Redirect { .. }) | (401, Refusal::Authentication { .. }) => found.clone(),
        (402, _) => Refusal::Licence,
        (403, _) => Refusal::Permission,
        (429, _) => Refusal::RateLimited,
        _ => Refusal::BadRequest,
    }
}
