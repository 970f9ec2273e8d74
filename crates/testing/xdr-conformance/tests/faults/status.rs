//! Statuses of refusals and of failures of the tenant.

use std::time::Duration;

use xdr_conformance::fault_server::{Server, Stage, WireFault, answers};
use xdr_model::{Error, Scan, error::Refusal};

use crate::case::{Caller, KINDS};
use crate::expected::Row;

const LONG_AGO: &str = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
const HALF_A_MINUTE_LATER: &str = "retry-after: Sun, 06 Nov 1994 08:50:07 GMT\r\n";
const A_YEAR_LATER: &str = "retry-after: Mon, 06 Nov 1995 08:49:37 GMT\r\n";
const NOBODY: &str = r#"{"reply":{"err_code":500,"err_msg":"No endpoint was found for creating the requested action","err_extra":null}}"#;
const NEWER: &str = r#"{"data":{"err_msg":"bad filter","metadata":{"err_code":400,"err_extra":"filters"}}}"#;
const MISSING: &str = r#"{"reply":{"err_code":500,"err_msg":"An error occurred","err_extra":"group_action_id param is missing"}}"#;
const PAGE: &str = "<html><body>Blocked by policy</body></html>";
const NO_GROUP: &str = r#"{"reply":{"err_code":500,"err_msg":"An error occurred","err_extra":"can't create group action id for 7"}}"#;

pub(crate) fn faults() -> Vec<(WireFault, Row)> {
    let says = |name, status, headers: &str, row| {
        (WireFault::answering(name, answers::answer(status, headers, "")), row)
    };
    let body =
        |name, status, body: &str, row| (WireFault::answering(name, answers::answer(status, "", body)), row);
    let dated = |retry_after| format!("{LONG_AGO}{retry_after}");
    let early = |name, status| {
        let answer = answers::answer(status, "connection: close\r\n", "");
        (WireFault::new(name).at(Stage::Head).saying(answer), Row::Refused)
    };
    let failure = Row::ServerFailure;
    vec![
        early("early 401", "401 Unauthorized"),
        early("early 413", "413 Content Too Large"),
        says("300", "300 Multiple Choices", "", Row::Refused),
        says("304", "304 Not Modified", "", Row::Refused),
        says("307 without a place", "307 Temporary Redirect", "", Row::Refused),
        says("400", "400 Bad Request", "", Row::Refused),
        says("401", "401 Unauthorized", "", Row::Refused),
        says("401 by another clock", "401 Unauthorized", LONG_AGO, Row::Refused),
        says("402", "402 Payment Required", "", Row::Refused),
        says("403", "403 Forbidden", "", Row::Refused),
        says("404", "404 Not Found", "", Row::Refused),
        says("417", "417 Expectation Failed", "", Row::Refused),
        says("421", "421 Misdirected Request", "", Row::Refused),
        says("425", "425 Too Early", "", Row::Refused),
        says("499", "499 Odd", "", Row::Refused),
        says("408", "408 Request Timeout", "", failure),
        (
            WireFault::new("408 and closed").saying(answers::answer(
                "408 Request Timeout",
                "connection: close\r\n",
                "",
            )),
            failure,
        ),
        says("429", "429 Too Many Requests", "", Row::RateLimited),
        says("429 for seconds", "429 Too Many Requests", "retry-after: 7\r\n", Row::RateLimited),
        says("429 until a date", "429 Too Many Requests", &dated(HALF_A_MINUTE_LATER), Row::RateLimited),
        says("429 for nonsense", "429 Too Many Requests", "retry-after: soon\r\n", Row::RateLimited),
        says("429 for too long", "429 Too Many Requests", "retry-after: 61\r\n", Row::Refused),
        says("429 until a distant date", "429 Too Many Requests", &dated(A_YEAR_LATER), Row::Refused),
        body("500 empty", "500 Internal Server Error", "", failure),
        body("500 text", "500 Internal Server Error", "Internal Server Error", failure),
        body("500 HTML", "500 Internal Server Error", "<html><h1>500</h1></html>", failure),
        body("500 bare", "500 Odd", r#"{"err_code":"500","err_msg":"no","err_extra":"x"}"#, failure),
        body(
            "500 wrapped",
            "500 Odd",
            r#"{"reply":{"err_code":500,"err_msg":"no","err_extra":null}}"#,
            failure,
        ),
        body("500 list", "500 Odd", r#"[{"err_code":500,"err_msg":"no"}]"#, failure),
        body("500 message object", "500 Odd", r#"{"reply":{"err_code":500,"err_msg":{"line":1}}}"#, failure),
        body("500 without a code", "500 Odd", r#"{"reply":{"err_msg":"no","err_extra":[1]}}"#, failure),
        body("500 that says 400", "500 Odd", r#"{"reply":{"err_code":400,"err_msg":"no"}}"#, failure),
        body("400 that says 500", "400 Odd", r#"{"reply":{"err_code":500,"err_msg":"no"}}"#, Row::Refused),
        body("401 that says 500", "401 Odd", r#"{"reply":{"err_code":500,"err_msg":"no"}}"#, Row::Refused),
        body("500 with a good reply", "500 Odd", &answers::REPLY, failure),
        body("400 by newer calls", "400 Odd", NEWER, Row::Refused),
        body("200 by newer calls", "200 Odd", NEWER, Row::Refused),
        body("403 HTML", "403 Forbidden", PAGE, Row::Foreign),
        body("407 HTML", "407 Proxy Authentication Required", PAGE, Row::Foreign),
        body("400 other JSON", "400 Odd", r#"{"error":"no"}"#, Row::Foreign),
        body("404 HTML", "404 Not Found", PAGE, Row::Refused),
        body("302 HTML", "302 Found", PAGE, Row::Refused),
        body("429 HTML", "429 Too Many Requests", PAGE, Row::RateLimited),
        (
            WireFault::answering(
                "429 HTML for too long",
                answers::answer("429 Too Many Requests", "retry-after: 3600\r\n", PAGE),
            ),
            Row::RateLimited,
        ),
        body("500 missing parameter", "500 Odd", MISSING, Row::Refused),
        body("500 no endpoint", "500 Odd", NOBODY, Row::Refused),
        body("500 no group", "500 Odd", NO_GROUP, Row::Refused),
        (
            WireFault::new("500 cut").saying("HTTP/1.1 500 Odd\r\ncontent-length: 1000\r\n\r\n{\"reply\":"),
            failure,
        ),
        (
            WireFault::new("403 cut").saying("HTTP/1.1 403 Odd\r\ncontent-length: 1000\r\n\r\n{\"reply\":"),
            Row::Refused,
        ),
        says("501", "501 Not Implemented", "", failure),
        says("502", "502 Bad Gateway", "", failure),
        says("503", "503 Service Unavailable", "", failure),
        says("503 for seconds", "503 Service Unavailable", "retry-after: 7\r\n", failure),
        says("503 for too long", "503 Service Unavailable", "retry-after: 3600\r\n", Row::FailureForLong),
        says("504", "504 Gateway Timeout", "", failure),
        says("599", "599 Odd", "", failure),
    ]
}

/// The errors of both clients for a scan that always gets this answer, and how long they waited.
fn scans(status: &str, headers: &str) -> [(Error, Duration); 2] {
    KINDS.map(|kind| {
        let fault = WireFault::answering("answer", answers::answer(status, headers, ""));
        let server = Server::start(fault.clone()).expect("a port is free");
        let outcome = Caller::of(kind, &fault, &server).send(&Scan::all());
        (outcome.error.expect("it is refused"), outcome.waited)
    })
}

#[test]
fn a_401_names_the_difference_of_the_clocks() {
    for (error, _) in scans("401 Unauthorized", LONG_AGO) {
        let Error::Refused(refused) = &error else { panic!("{error}") };
        let Refusal::Authentication { clock_ahead: Some(ahead) } = refused.reason else { panic!("{error}") };
        assert!(ahead > 24 * 3600, "{error}");
    }
}

#[test]
fn a_429_is_waited_for_as_long_as_it_says() {
    for (headers, seconds) in [("retry-after: 7\r\n", 7), (&*format!("{LONG_AGO}{HALF_A_MINUTE_LATER}"), 30)]
    {
        for (_, waited) in scans("429 Too Many Requests", headers) {
            assert_eq!(waited, Duration::from_secs(4 * seconds), "{headers}");
        }
    }
    for (error, waited) in scans("429 Too Many Requests", "retry-after: 61\r\n") {
        assert_eq!((waited, error.retry_after()), (Duration::ZERO, Some(Duration::from_secs(61))));
    }
}
