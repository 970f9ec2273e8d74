//! Tests `Retry-After`, in seconds and as a date by the clock of the tenant. The first line of the input is this
//! header, and the second line is the `Date` header. If both are numbers, they are also tested as times in seconds,
//! written as dates.

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

/// The current time: 2025-06-15 15:06:40 UTC.
const NOW: u64 = 1_750_000_000;
/// The last second of the year 9999, which is the last possible HTTP date.
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

/// Checks that any `Retry-After` is read as its header says.
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

/// Returns the `Retry-After` of an error for a 429 with these headers. Returns `None` if they are not valid headers.
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

/// Checks the pause of the call. It is at least a second and at most a minute. A longer `Retry-After` ends the call.
/// Without the header, the first pause is about 4 s.
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
