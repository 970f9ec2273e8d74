//! `Retry-After`, in seconds and as a date on the tenant's clock. The first line of the input is that header, the
//! second is `Date`; two numbers instead are moments, and written as dates.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use xdr_model::bytes::Bytes;
use xdr_model::http::{HeaderValue, Response, StatusCode};
use xdr_model::{
    Error, Scan, StartedAction,
    error::Refusal,
    flow::Call,
    transport::{Context, Event, Flow, Step},
};

use crate::promises::{check_error, session};

/// 2025-06-15 15:06:40 UTC.
const NOW: u64 = 1_750_000_000;
/// The last second of the year 9999, where HTTP dates end.
const LAST: u64 = 253_402_300_799;

pub(super) fn run(input: &[u8]) {
    let (after, date) = split(input);
    check_header(after, date);
    if let (Some(after), Some(date)) = (moment(after), moment(date)) {
        check_dates(after, date);
    }
}

fn split(input: &[u8]) -> (&[u8], &[u8]) {
    let end = input.iter().position(|b| *b == b'\n').unwrap_or(input.len());
    let rest = input.get(end + 1..).unwrap_or_default();
    (&input[..end], rest.strip_suffix(b"\n").unwrap_or(rest))
}

fn moment(text: &[u8]) -> Option<SystemTime> {
    let seconds: u64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some(UNIX_EPOCH + Duration::from_secs(seconds.min(LAST)))
}

/// Any two headers at all: what is read is what the header says, and a pause is what the table says.
fn check_header(after: &[u8], date: &[u8]) {
    let Some(asked) = asked(after, date) else { return };
    let text = if after.is_ascii() { std::str::from_utf8(after).unwrap_or_default().trim() } else { "" };
    let seconds = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_date = httpdate::parse_http_date(text);
    assert_eq!(asked.is_some(), seconds || is_date.is_ok(), "{asked:?}");
    if seconds {
        assert_eq!(asked, Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX))));
    }
}

fn check_dates(after: SystemTime, date: SystemTime) {
    let write = |time| httpdate::fmt_http_date(time).into_bytes();
    let expected = |now| Some(Some(after.duration_since(now).unwrap_or_default()));
    assert_eq!(asked(&write(after), &write(date)), expected(date), "on the tenant's clock");
    assert_eq!(asked(&write(after), b"soon"), expected(UNIX_EPOCH + Duration::from_secs(NOW)), "on this one");
}

/// What a 429 with these headers asks for; `None` when they are no headers.
fn asked(after: &[u8], date: &[u8]) -> Option<Option<Duration>> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert("retry-after", HeaderValue::from_bytes(after).ok()?);
    response.headers_mut().insert("date", HeaderValue::from_bytes(date).ok()?);
    let mut call: Call<StartedAction> = session(false).call(&Scan::all()).expect("a valid request");
    let context = Context { now: Instant::now(), unix_ms: NOW * 1000, entropy: &|| [255; 32] };
    let Step::Send(_) = call.step(&context, Event::Resume) else { panic!("a call begins with a request") };
    let (pause, error) = match call.step(&context, Event::Received(Ok(response))) {
        Step::Wait(pause) => (Some(pause), call.stop().expect_err("it was refused")),
        Step::Done(end) => (None, end.expect_err("it was refused")),
        Step::Send(_) | Step::Progress(_) => panic!("a request without a pause"),
    };
    check_error(&error);
    check_pause(&error, pause);
    Some(error.retry_after())
}

/// A call waits from a second to a minute; a longer `Retry-After` ends it. Without one the first pause is about 4 s.
fn check_pause(error: &Error, pause: Option<Duration>) {
    let second = Duration::from_secs(1);
    let expected = error.retry_after().map(|asked| (asked <= 60 * second).then_some(asked.max(second)));
    match expected {
        Some(expected) => assert_eq!(pause, expected),
        None => assert!(pause.is_some_and(|pause| (3 * second..=5 * second).contains(&pause)), "{pause:?}"),
    }
    let Error::Refused(refused) = error else { panic!("{error}") };
    assert_eq!(refused.reason, Refusal::RateLimited);
}
