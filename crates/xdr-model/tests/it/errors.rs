//! All ways in which a call can fail: the kind of the error, what it says about the action, how often the call was
//! sent, and the text for a person on call.

use std::error::Error as _;
use std::time::Duration;

use proptest::prelude::*;
use xdr_model::{
    AbortScan, ActionId, Credentials, EpochMillis, Error, Filter, Filters, GetActionStatus, Operation,
    Polling, Scan, ScanStatus, Session, Tenant, TimeBound,
    error::{Refusal, WaitEnd},
    transport::TransportKind as Kind,
};

use crate::support::{
    Drive, FQDN, KEY, Received, accepted, advanced_session, answer, chain, cut, drive, lost, millis,
    no_endpoint, ok, response, seconds, session, unsent,
};
use crate::texts::waits;

/// A failure, and the results of calls while it lasts.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) answer: fn() -> Received,
    /// The result of a scan.
    acting: Verdict,
    /// The result of a read.
    reading: Verdict,
}

#[derive(Debug, Clone, PartialEq)]
struct Verdict {
    /// The kind, and for a refusal the reason.
    kind: &'static str,
    may_have_taken_effect: bool,
    is_safe_to_retry: bool,
    sends: usize,
    pauses: Vec<Duration>,
}

/// The first answer ends the call.
fn once(kind: &'static str) -> Verdict {
    Verdict { kind, may_have_taken_effect: false, is_safe_to_retry: false, sends: 1, pauses: vec![] }
}

/// The call is sent again, with these pauses in milliseconds.
fn again(kind: &'static str, pauses: &[u64]) -> Verdict {
    let pauses: Vec<_> = pauses.iter().copied().map(millis).collect();
    Verdict { is_safe_to_retry: true, sends: pauses.len() + 1, pauses, ..once(kind) }
}

/// The call may have been carried out, so it is not sent again.
fn doubtful(kind: &'static str) -> Verdict {
    Verdict { may_have_taken_effect: true, ..once(kind) }
}

/// The pauses with average jitter.
const AGAIN: &[u64] = &[500, 1000];
/// One minute in total.
const BUSY: &[u64] = &[4000, 8000, 16_000, 32_000];

/// The call is tried again for 30 seconds.
fn unsent_case(name: &'static str, answer: fn() -> Received) -> Case {
    let halves = [1, 2, 4, 8, 16, 20, 20, 20, 20, 20, 20];
    let pauses = halves.map(|n| Duration::from_micros(187_500 * n)).to_vec();
    let verdict = Verdict { is_safe_to_retry: true, sends: pauses.len() + 1, pauses, ..once("NotSent") };
    Case { name, answer, acting: verdict.clone(), reading: verdict }
}

fn refused_case(name: &'static str, kind: &'static str, answer: fn() -> Received) -> Case {
    Case { name, answer, acting: once(kind), reading: once(kind) }
}

fn limited_case(name: &'static str, pauses: &[u64], answer: fn() -> Received) -> Case {
    let verdict = again("Refused RateLimited", pauses);
    Case { name, answer, acting: verdict.clone(), reading: verdict }
}

/// The call may have been carried out. An action is never sent again, a read is sent again.
fn doubtful_case(name: &'static str, kind: &'static str, answer: fn() -> Received) -> Case {
    Case { name, answer, acting: doubtful(kind), reading: again(kind, AGAIN) }
}

/// A rate limit for a read. An action may have been carried out.
fn open_limit(name: &'static str, answer: fn() -> Received) -> Case {
    Case { name, answer, acting: doubtful(FAILURE), reading: again("Refused RateLimited", BUSY) }
}

/// A page of another server. It shows neither whether an action was carried out nor whether the address is right.
fn foreign_case(name: &'static str, answer: fn() -> Received) -> Case {
    let reading = Verdict { is_safe_to_retry: true, ..once(UNKNOWN) };
    Case { name, answer, acting: doubtful(UNKNOWN), reading }
}

const BAD: &str = "Refused BadRequest";
const AUTH: &str = "Refused Authentication";
const ADDRESS: &str = "Refused WrongAddress";
const NONE: &str = "Refused NoEndpointMatched";
const UNKNOWN: &str = "OutcomeUnknown";
const FAILURE: &str = "ServerFailure";
const UNREADABLE: &str = "Unreadable";

pub(crate) fn headed(status: u16, headers: &[(&str, &str)]) -> Received {
    Ok(response(status, headers, r#"{"reply":{"err_code":null,"err_msg":"m"}}"#))
}

fn error_object(status: u16, code: i64, message: &str) -> Received {
    answer(status, format!(r#"{{"reply":{{"err_code":{code},"err_msg":"{message}","err_extra":null}}}}"#))
}

#[rustfmt::skip]
fn transport_cases() -> Vec<Case> {
    let certificate = Verdict { is_safe_to_retry: false, ..once("NotSent") };
    vec![
        unsent_case("the name has no address", || unsent(Kind::Resolve)),
        unsent_case("nobody answers", || unsent(Kind::Connect)),
        unsent_case("the proxy refuses", || unsent(Kind::Proxy)),
        unsent_case("no encrypted connection", || unsent(Kind::Tls)),
        unsent_case("a timeout before the body was taken", || unsent(Kind::Timeout)),
        unsent_case("closed before the body was taken", || unsent(Kind::Closed)),
        unsent_case("no file descriptors", || unsent(Kind::Exhausted)),
        unsent_case("a failure of the HTTP library", || unsent(Kind::Other)),
        Case { name: "the proxy wants other credentials", answer: || unsent(Kind::ProxyAuthentication), acting: certificate.clone(), reading: certificate.clone() },
        Case { name: "a certificate problem", answer: || unsent(Kind::Certificate), acting: certificate.clone(), reading: certificate },
        doubtful_case("a timeout after the body was taken", UNKNOWN, || lost(Kind::Timeout)),
        doubtful_case("closed after the body was taken", UNKNOWN, || lost(Kind::Closed)),
        doubtful_case("what came is not HTTP", UNKNOWN, || lost(Kind::Garbage)),
        doubtful_case("the body of a 200 is cut", UNREADABLE, || cut(200, Kind::Closed)),
        Case {
            name: "the body of a 200 is too large",
            answer: || cut(200, Kind::TooLarge),
            acting: doubtful(UNREADABLE),
            reading: Verdict { is_safe_to_retry: true, ..once(UNREADABLE) },
        },
        doubtful_case("the body of a 201 takes too long", UNREADABLE, || cut(201, Kind::Timeout)),
        doubtful_case("the body of a 500 is cut", FAILURE, || cut(500, Kind::Closed)),
        doubtful_case("the body of a 1xx is cut", UNKNOWN, || cut(103, Kind::Closed)),
        refused_case("the body of a 403 is cut", "Refused Permission", || cut(403, Kind::Closed)),
        open_limit("the body of a 429 is cut", || cut(429, Kind::Closed)),
    ]
}

#[rustfmt::skip]
fn status_cases() -> Vec<Case> {
    vec![
        doubtful_case("status 100", UNKNOWN, || answer(100, "")),
        doubtful_case("status 103", UNKNOWN, || answer(103, "")),
        refused_case("a redirect to the console", "Refused Redirect", || headed(302, &[("location", "https://acme.xdr.us.paloaltonetworks.com/login?next=%2F")])),
        refused_case("a redirect that keeps the method", "Refused Redirect", || headed(307, &[("location", "http://user:pass@evil.example:80/x")])),
        refused_case("a redirect on the same host", "Refused Redirect", || headed(301, &[("location", "/login")])),
        refused_case("a redirect to nonsense", "Refused Redirect", || headed(308, &[("location", "::::")])),
        refused_case("a redirect to nowhere", "Refused Redirect", || headed(304, &[])),
        refused_case("status 400", BAD, || error_object(400, 400, "Got an invalid JSON")),
        refused_case("status 401", AUTH, || error_object(401, 401, "Public API request unauthorized")),
        refused_case("status 401, the clock is 2 minutes ahead", AUTH, || headed(401, &[("date", "Sun, 15 Jun 2025 15:04:40 GMT")])),
        refused_case("status 401, the clock is 121 s ahead", AUTH, || headed(401, &[("date", "Sun, 15 Jun 2025 15:04:39 GMT")])),
        refused_case("status 401, the clock is an hour behind", AUTH, || headed(401, &[("date", "Sun, 15 Jun 2025 16:06:40 GMT")])),
        refused_case("status 401, the date is nonsense", AUTH, || headed(401, &[("date", "tomorrow")])),
        refused_case("status 402", "Refused Licence", || error_object(402, 402, "no license")),
        refused_case("status 403", "Refused Permission", || error_object(403, 403, "forbidden")),
        refused_case("status 404", BAD, || answer(404, "")),
        refused_case("status 405", BAD, || answer(405, "")),
        doubtful_case("status 408", FAILURE, || answer(408, "")),
        refused_case("status 413", BAD, || answer(413, "")),
        refused_case("status 499", BAD, || answer(499, "")),
        limited_case("status 429", BUSY, || error_object(429, 429, "Too many requests")),
        limited_case("status 429, again after 7 s", &[7000; 4], || headed(429, &[("retry-after", "7")])),
        limited_case("status 429, again after 60 s", &[60_000; 4], || headed(429, &[("retry-after", " 60 ")])),
        limited_case("status 429, again at once", &[1000; 4], || headed(429, &[("retry-after", "0")])),
        limited_case("status 429, again after nonsense", BUSY, || headed(429, &[("retry-after", "-5")])),
        limited_case("status 429, again at a date in the past", &[1000; 4], || headed(429, &[("retry-after", "Sun, 15 Jun 2025 15:06:39 GMT")])),
        Case {
            name: "status 429, again at a date",
            answer: || headed(429, &[("retry-after", "Sun, 15 Jun 2025 15:07:00 GMT")]),
            // The date is reached by the second attempt.
            acting: again("Refused RateLimited", &[20_000, 1000, 1000, 1000]),
            reading: again("Refused RateLimited", &[20_000, 1000, 1000, 1000]),
        },
        Case {
            name: "status 429, again after 61 s",
            answer: || headed(429, &[("retry-after", "61")]),
            acting: Verdict { is_safe_to_retry: true, ..once("Refused RateLimited") },
            reading: Verdict { is_safe_to_retry: true, ..once("Refused RateLimited") },
        },
        Case {
            name: "status 429, again after more seconds than there are",
            answer: || headed(429, &[("retry-after", "99999999999999999999999")]),
            acting: Verdict { is_safe_to_retry: true, ..once("Refused RateLimited") },
            reading: Verdict { is_safe_to_retry: true, ..once("Refused RateLimited") },
        },
        refused_case("the no-endpoint 500 by its message", NONE, no_endpoint),
        refused_case("the no-endpoint 500 in capitals and inside a text", NONE, || error_object(500, 500, "Error: NO ENDPOINT WAS FOUND for creating the requested action, sorry")),
        refused_case("the no-endpoint 500 by what is added", NONE, || answer(500, r#"{"reply":{"err_code":500,"err_msg":"An error occurred","err_extra":"Can't create group action id for [e1]"}}"#)),
        refused_case("the no-endpoint 500 as a bare object of texts", NONE, || answer(500, r#"{"err_code":"500","err_msg":"No endpoint was found for creating the requested action","err_extra":""}"#)),
        refused_case("the no-endpoint 500 with a client's code", NONE, || error_object(500, 400, "No endpoint was found for creating the requested action")),
        doubtful_case("status 500", FAILURE, || error_object(500, 500, "An error occurred while processing XDR public API")),
        doubtful_case("status 500, almost no endpoint", FAILURE, || answer(500, r#"{"reply":{"err_code":500,"err_msg":"no endpoint","err_extra":"we can't create group action id for it"}}"#)),
        doubtful_case("no endpoint with status 503", FAILURE, || error_object(503, 503, "No endpoint was found for creating the requested action")),
        doubtful_case("status 502 with a page", FAILURE, || answer(502, "<!DOCTYPE html>\n<html><body>\n<h1>502 Bad Gateway</h1>\n<hr>nginx</body></html>")),
        Case {
            name: "status 503, again after 9 s",
            answer: || headed(503, &[("retry-after", "9")]),
            acting: doubtful(FAILURE),
            reading: again(FAILURE, &[9000, 9000]),
        },
        Case {
            name: "status 503, again after an hour",
            answer: || headed(503, &[("retry-after", "3600")]),
            acting: doubtful(FAILURE),
            reading: Verdict { is_safe_to_retry: true, ..once(FAILURE) },
        },
        doubtful_case("status 599", FAILURE, || answer(599, "")),
        doubtful_case("status 600", UNKNOWN, || answer(600, "")),
        doubtful_case("status 999", UNKNOWN, || answer(999, "Request denied")),
    ]
}

/// The connection is closed after these bytes, although the head announced more.
fn cut_after(status: u16, body: &str) -> Received {
    let (head, body) = response(status, &[], body).into_parts();
    Err(xdr_model::transport::TransportError::new(xdr_model::transport::Sent::Maybe, Kind::Closed)
        .after_head(head, body))
}

/// An answer that sends the key of these cases back.
fn echo(status: u16) -> Received {
    error_object(status, i64::from(status), &format!("no such key: {KEY}, {KEY}!"))
}

#[rustfmt::skip]
fn body_cases() -> Vec<Case> {
    vec![
        // Error objects in every shape, with different HTTP statuses.
        refused_case("an error not wrapped, of texts", BAD, || answer(400, r#"{"err_code":"400","err_msg":"bad","err_extra":"more"}"#)),
        refused_case("an error in a list", BAD, || answer(400, r#"[{"err_code":400,"err_msg":"first"},{"err_code":401,"err_msg":"second"}]"#)),
        refused_case("an error whose message is an object", BAD, || answer(400, r#"{"err_code":400,"err_msg":{"column":19,"line":1,"message":"no viable alternative at input '|alter2'"}}"#)),
        refused_case("an error without a code", BAD, || answer(400, r#"{"reply":{"err_msg":"no code"}}"#)),
        refused_case("an error with nothing but a code", BAD, || answer(400, r#"{"reply":{"err_code":400}}"#)),
        refused_case("an error with an object added", BAD, || answer(400, r#"{"reply":{"err_code":400,"err_msg":"bad","err_extra":{"field":"x"}}}"#)),
        refused_case("an error with a list added", BAD, || answer(400, r#"{"reply":{"err_code":400,"err_msg":"bad","err_extra":["x","y"]}}"#)),
        refused_case("an error in the shape of newer calls", BAD, || answer(400, r#"{"data":{"err_msg":"bad filter","metadata":{"err_code":400,"err_extra":"filters"}}}"#)),
        doubtful_case("a failure in the shape of newer calls inside a 200", FAILURE, || ok(r#"{"data":{"err_msg":"m","metadata":{"err_code":500}}}"#)),
        refused_case("a refusal in the shape of newer calls inside a 200", AUTH, || ok(r#"{"data":{"err_msg":"who?","metadata":{"err_code":"401"}}}"#)),
        doubtful_case("an error in the shape of newer calls without a code inside a 200", UNREADABLE, || ok(r#"{"data":{"err_msg":"m"}}"#)),
        doubtful_case("an error in the shape of newer calls beside an action that was started", UNREADABLE, || ok(r#"{"data":{"err_msg":"m","metadata":{"err_code":400}},"reply":{"action_id":7}}"#)),
        doubtful_case("an action in the data beside an action that was started", UNKNOWN, || answer(403, r#"{"data":{"err_msg":"m","action_id":7}}"#)),
        // Pages of other servers.
        foreign_case("a page in plain text", || answer(400, "Bad Request\r\n")),
        foreign_case("a page in other JSON", || answer(400, r#"{"error":"bad"}"#)),
        foreign_case("a page not in UTF-8", || answer(400, b"caf\xe9 \xff\xfe")),
        foreign_case("a page of a web filter", || answer(403, "<html><body>Blocked by policy</body></html>")),
        foreign_case("a login page", || answer(401, "<html><body>Please log in</body></html>")),
        foreign_case("a page of a proxy", || answer(407, "Proxy Authentication Required")),
        foreign_case("a page about a body that is too large", || answer(413, "<html><head><title>413 Request Entity Too Large</title></head></html>")),
        foreign_case("a page with status 451", || answer(451, "{}")),
        foreign_case("a page that is cut", || cut_after(403, "<html><body>Blo")),
        foreign_case("a page of a megabyte", || answer(403, vec![b'x'; 1 << 21])),
        refused_case("a page that is not found", ADDRESS, || answer(404, "<html><body><h1>404 Not Found</h1>nginx</body></html>")),
        refused_case("a page for another method", ADDRESS, || answer(405, "Method Not Allowed")),
        refused_case("a redirect with a page", "Refused Redirect", || Ok(response(302, &[("location", "https://login.example/")], "<html>Moved</html>"))),
        doubtful_case("a page of a request that came too slowly", FAILURE, || answer(408, "Request Timeout")),
        limited_case("a page about too many requests", BUSY, || answer(429, "<html>Slow down</html>")),
        limited_case("a page about too many requests in an hour", &[60_000; 4], || Ok(response(429, &[("retry-after", "3600")], "<html>Slow down</html>"))),
        doubtful_case("the page of the tenant's own server", FAILURE, || answer(500, "Internal Server Error\r\n\r\nThe server encountered an unexpected internal server error\r\n\r\n(generated by waitress)")),
        refused_case("a document that is cut", "Refused Permission", || cut_after(403, r#"{"reply":{"err_co"#)),
        refused_case("a document with a byte-order mark", AUTH, || answer(401, "\u{feff}{\"reply\":{\"err_code\":401}}")),
        refused_case("a document that is no UTF-8", AUTH, || answer(401, b"{\"reply\":{\"err_code\":401,\"err_msg\":\"caf\xe9\"}}")),
        refused_case("a document with a word that JSON does not know", AUTH, || answer(401, r#"{"reply":{"err_code":401,"err_extra":NaN}}"#)),
        // A key that names an action counts everywhere, because an action that may run is never sent again.
        doubtful_case("an action deep in an answer", UNKNOWN, || answer(403, r#"{"reply":{"data":{"action_id":77}}}"#)),
        doubtful_case("the first of two replies beside an action that was started", UNKNOWN, || answer(403, r#"{"reply":{"action_id":7},"reply":{"err_code":403}}"#)),
        doubtful_case("an action in a page of another shape", UNKNOWN, || answer(404, r#"{"result":{"action_id": 77}}"#)),
        doubtful_case("an action behind other characters", UNKNOWN, || answer(429, r#")]}',{"reply":{"action_id":77}}"#)),
        doubtful_case("an action behind a byte-order mark beside an action that was started", UNKNOWN, || answer(429, "\u{feff}{\"reply\":{\"action_id\":7}}")),
        refused_case("a message about the key of an action", BAD, || error_object(400, 400, "action_id: 7 is not known")),
        // If the meaning of a 429 is unclear, an action is not sent again.
        open_limit("status 429 with the code of a failure as a float", || answer(429, r#"{"reply":{"err_code":500.0,"err_msg":"m"}}"#)),
        open_limit("status 429 with the code of a failure as the text of a float", || answer(429, r#"{"reply":{"err_code":"5.0e2","err_msg":"m"}}"#)),
        open_limit("status 429 with the code of a failure in the metadata alone", || answer(429, r#"{"data":{"err_code":null,"err_msg":"m","metadata":{"err_code":500}}}"#)),
        open_limit("status 429 with two codes that do not agree", || answer(429, r#"{"data":{"err_code":429,"err_msg":"m","metadata":{"err_code":503}}}"#)),
        open_limit("status 429 with a failure after a byte-order mark", || answer(429, "\u{feff}{\"reply\":{\"err_code\":500}}")),
        open_limit("status 429 with a body that is not searched", || answer(429, format!(r#"{{"reply":{{"err_code":500,"err_msg":"{}"}}}}"#, "x".repeat(1 << 20)))),
        open_limit("status 429 with a document that is cut", || cut_after(429, r#"{"reply":{"err_code":5"#)),
        open_limit("status 429 with a document that ends too early", || answer(429, r#"{"reply":{"err_code":5"#)),
        open_limit("status 429 with a failure that has a known text", || error_object(429, 500, "No endpoint was found for creating the requested action")),
        // A 500 with a known text.
        refused_case("a missing parameter in an object as 500", BAD, || answer(500, r#"{"reply":{"err_code":500,"err_msg":"m","err_extra":{"message":"group_action_id param is missing"}}}"#)),
        refused_case("an unsupported operator in a list as 500", BAD, || answer(500, r#"{"reply":{"err_code":500,"err_msg":"m","err_extra":["Unsupported operator 'x'"]}}"#)),
        refused_case("a missing parameter as 500", BAD, || answer(500, r#"{"reply":{"err_code":500,"err_msg":"An error occurred while processing","err_extra":"group_action_id PARAM is missing"}}"#)),
        refused_case("a missing parameter inside a 200", BAD, || answer(200, r#"{"reply":{"err_code":500,"err_msg":"An unexpected behavior occurred","err_extra":"Missing required param: `request_data`"}}"#)),
        refused_case("an unsupported operator as 500", BAD, || error_object(500, 500, "Unsupported operator 'contains'")),
        refused_case("no suitable agents as 500", NONE, || error_object(500, 500, "No suitable agents found")),
        refused_case("a feature that is not supported as 500", "Refused Licence", || error_object(500, 500, "Feature not supported")),
        doubtful_case("a missing parameter with status 503", FAILURE, || error_object(503, 500, "group_action_id param is missing")),
        doubtful_case("a known text in a page with status 500", FAILURE, || answer(500, "group_action_id param is missing")),
        doubtful_case("a page about a licence with status 500", FAILURE, || answer(500, "<html>You do not have a license for this feature</html>")),
        doubtful_case("a known text beside an action that was started", UNKNOWN, || answer(500, r#"{"reply":{"action_id":7,"err_code":500,"err_msg":"param is missing"}}"#)),
        refused_case("an error of a hostile server", BAD, || error_object(400, 400, "\\u001b[31mred\\u001b[0m \\u202egnp.exe\\n\\tforged: log line\\u0007")),
        refused_case("a refusal that sends the key back", AUTH, || echo(401)),
        refused_case("a refusal that sends the key back in escapes", AUTH, || error_object(401, 401, &KEY.replace('K', "\\u004b"))),
        refused_case("a redirect that sends the key back", "Refused Redirect", || headed(302, &[("location", concat!("/login?key=", "s3cret-K3y.that-nobody/may+see"))])),
        doubtful_case("a yes that sends the key back", UNREADABLE, || ok(format!(r#"{{"reply":{{"err_msg":"bad key {KEY}"}}}}"#))),
        doubtful_case("a yes of another shape that sends the key back", UNREADABLE, || ok(format!(r#"{{"reply":"{KEY}"}}"#))),
        doubtful_case("a failure that sends the key back", FAILURE, || echo(500)),
        foreign_case("a page without end", || answer(400, "long ".repeat(100_000))),
        refused_case("an error object without end", BAD, || error_object(400, 400, &"long ".repeat(100_000))),
        // A definite status counts, whatever the code in the body is. An action that may have been carried out is not
        // sent again.
        refused_case("status 302 with the code of a failure", "Refused Redirect", || error_object(302, 503, "m")),
        refused_case("status 400 with the code of a failure", BAD, || error_object(400, 500, "m")),
        refused_case("status 401 with the code of a failure", AUTH, || error_object(401, 500, "Public API request unauthorized")),
        refused_case("status 402 with the code of a timeout", "Refused Licence", || error_object(402, 408, "m")),
        refused_case("status 403 with the last code of a failure", "Refused Permission", || error_object(403, 599, "m")),
        refused_case("status 404 with a list of failures", BAD, || answer(404, r#"[{"err_code":500},{"reply":{"err_code":503,"err_msg":"m"}}]"#)),
        open_limit("status 429 with the code of a failure", || error_object(429, 500, "too many")),
        open_limit("status 429 with the code of a timeout", || error_object(429, 408, "too many")),
        limited_case("status 429 with the code of a refusal", BUSY, || error_object(429, 400, "m")),
        doubtful_case("status 408 with the code of a refusal", FAILURE, || error_object(408, 400, "m")),
        // If another status and the code differ, the less certain one counts.
        doubtful_case("status 500 with the code of a refusal", FAILURE, || error_object(500, 400, "m")),
        refused_case("status 403 with a code that is no status", "Refused Permission", || error_object(403, 42, "m")),
        refused_case("status 403 with another refusal's code", "Refused Permission", || error_object(403, 401, "m")),
        // In a 2xx, the code counts.
        refused_case("a 400 inside a 200", BAD, || error_object(200, 400, "bad")),
        refused_case("a 401 inside a 200", AUTH, || error_object(200, 401, "who?")),
        refused_case("a 402 inside a 200", "Refused Licence", || error_object(200, 402, "m")),
        refused_case("a 403 inside a 200, as text", "Refused Permission", || ok(r#"{"err_code":"403","err_msg":"m"}"#)),
        limited_case("a 429 inside a 200", BUSY, || error_object(200, 429, "slow down")),
        doubtful_case("a 500 inside a 200", FAILURE, || error_object(200, 500, "An error occurred")),
        refused_case("the no-endpoint 500 inside a 200", NONE, || error_object(200, 500, "No endpoint was found for creating the requested action")),
        doubtful_case("a 500 inside a 201 in a list", FAILURE, || answer(201, r#"[{"err_code":500,"err_msg":"m"}]"#)),
        doubtful_case("a 200 inside a 200", UNREADABLE, || error_object(200, 200, "fine")),
        doubtful_case("an error without a code inside a 200", UNREADABLE, || ok(r#"{"reply":{"err_msg":"something"}}"#)),
        doubtful_case("an error whose code is a word inside a 200", UNREADABLE, || ok(r#"{"reply":{"err_code":"E_FAIL","err_msg":"something"}}"#)),
        doubtful_case("an error around and beside an action that was started", UNREADABLE, || ok(r#"{"err_code":429,"reply":{"action_id":7,"endpoints_count":1}}"#)),
        doubtful_case("an error beside an action that was started, in a list", UNREADABLE, || ok(r#"[{"err_code":403},{"action_id":"7"}]"#)),
        doubtful_case("an error beside an action that was started", UNREADABLE, || ok(r#"{"reply":{"action_id":7,"err_code":400,"err_msg":"half of it"}}"#)),
        doubtful_case("a list of a refusal and a failure", FAILURE, || answer(500, r#"[{"err_code":500,"err_msg":"No endpoint was found for creating the requested action"},{"err_code":500,"err_msg":"internal error"}]"#)),
        doubtful_case("a list of a refusal and a failure inside a 200", FAILURE, || ok(r#"[{"err_code":400,"err_msg":"a"},{"err_code":500,"err_msg":"b"}]"#)),
        doubtful_case("a list of a rate limit and a failure inside a 200", FAILURE, || ok(r#"[{"err_code":429,"err_msg":"a"},{"err_code":500,"err_msg":"b"}]"#)),
        doubtful_case("a 429 beside an action that was started", UNKNOWN, || answer(429, r#"{"reply":{"action_id":7}}"#)),
        doubtful_case("a 403 beside an action that was started", UNKNOWN, || answer(403, r#"{"reply":{"action_id":"7","err_code":403}}"#)),
        doubtful_case("a 500 beside an action that was started", FAILURE, || answer(500, r#"{"err_code":500,"err_msg":"timeout","action_id":7}"#)),
        doubtful_case("an error beside an action that was started, in a notation of its own", UNREADABLE, || ok(r#"{"reply":{"action_id":0.7e1,"err_code":500}}"#)),
        refused_case("an error beside no action", AUTH, || answer(401, r#"{"reply":{"action_id":null,"err_code":401}}"#)),
        doubtful_case("an error beside an action with an odd id", UNKNOWN, || answer(429, r#"{"reply":{"action_id":1.5,"err_code":429}}"#)),
        doubtful_case("a bare yes beside an action that was started", UNREADABLE, || ok(r#"{"action_id":7}"#)),
        doubtful_case("a whole reply, cut after its end, beside an action that was started", UNREADABLE, || cut_after(200, r#"{"reply":{"action_id":"7"}}"#)),
        refused_case("a 400 whose code is a failure, cut after its end", BAD, || cut_after(400, r#"{"err_code":500,"err_msg":"m"}"#)),
        foreign_case("a page not in UTF-8 that sends the key back", || answer(401, [b"no such key: ", KEY.as_bytes(), b" \xff"].concat())),
        refused_case("a redirect to a host that is the key", "Refused Redirect", || headed(302, &[("location", "https://s3cret-K3y.that-nobody/")])),
        doubtful_case("code 42 with a null reply", UNKNOWN, || ok(r#"{"err_code":42,"reply":null}"#)),
        // Successful answers that cannot be read.
        doubtful_case("reply false", UNREADABLE, || ok(r#"{"reply":false}"#)),
        doubtful_case("an empty 200", UNREADABLE, || ok("")),
        doubtful_case("an empty 204", UNREADABLE, || answer(204, "")),
        doubtful_case("a 200 that is cut", UNREADABLE, || ok(r#"{"reply":{"act"#)),
        doubtful_case("a 200 with a page", UNREADABLE, || ok("<html><body>Please <b>log in</b></body></html>")),
        doubtful_case("a 200 not in UTF-8", UNREADABLE, || ok(b"{\"reply\":\"\xff\"}")),
        doubtful_case("a 200 with other JSON", UNREADABLE, || ok(r#"{"result":{"action_id":42}}"#)),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    [transport_cases(), status_cases(), body_cases()].into_iter().flatten().collect()
}

pub(crate) fn scan() -> Scan {
    Scan::matching([Filter::hostname(["web-1"])])
}

pub(crate) fn call<O: Operation>(operation: &O, answer: fn() -> Received) -> (Error, usize, Vec<Duration>) {
    let ended = drive(session().call(operation).unwrap(), |_| answer());
    let Err(error) = ended.output else { panic!("it went well") };
    (error, ended.sends.len(), ended.waits)
}

/// The kind, and for a refusal the reason without its details.
fn kind(error: &Error) -> String {
    let name = |debug: String| debug.split([' ', '(', '{']).next().unwrap().to_owned();
    match error {
        Error::Refused(refused) => format!("Refused {}", name(format!("{:?}", refused.reason))),
        other => name(format!("{other:?}")),
    }
}

fn check<O: Operation>(name: &str, operation: &O, answer: fn() -> Received, expected: &Verdict) {
    let (error, sends, pauses) = call(operation, answer);
    let found = (kind(&error), error.may_have_taken_effect(), error.is_safe_to_retry(), sends, pauses);
    let Verdict { kind, may_have_taken_effect, is_safe_to_retry, sends, pauses } = expected.clone();
    let expected = (kind.to_owned(), may_have_taken_effect, is_safe_to_retry, sends, pauses);
    assert_eq!(found, expected, "{name}, {}: {error}", O::NAME);
    assert_eq!(
        error.attempted().map(|call| (call.operation, call.attempts as usize)),
        Some((O::NAME, sends)),
        "{name}"
    );
    let named = name.contains("beside an action that was started");
    assert_eq!(error.action_id().map(ActionId::as_str), named.then_some("7"), "{name}");
}

#[test]
fn an_answer_is_judged_by_what_it_means_for_the_action() {
    for Case { name, answer, acting, reading } in cases() {
        check(name, &scan(), answer, &acting);
        check(name, &AbortScan::all(), answer, &acting);
        check(name, &GetActionStatus::new(42.into()), answer, &reading);
    }
}

#[test]
fn an_action_that_may_have_been_carried_out_is_never_sent_again_and_never_safe_to_retry() {
    for Case { name, answer, .. } in cases() {
        let (error, sends, _) = call(&scan(), answer);
        assert!(!(error.is_safe_to_retry() && error.may_have_taken_effect()), "{name}");
        assert!(sends == 1 || !error.may_have_taken_effect(), "{name}");
        let (error, ..) = call(&GetActionStatus::new(42.into()), answer);
        assert!(!error.may_have_taken_effect(), "{name}: a read does nothing");
    }
}

#[test]
fn a_success_after_failures_is_a_success() {
    let unlucky = || vec![unsent(Kind::Connect), headed(429, &[]), accepted(42, 1)];
    let ended = drive(session().call(&scan()).unwrap(), crate::support::script(unlucky()));
    assert_eq!(ended.output.unwrap().action_id.as_str(), "42");
    assert_eq!(ended.waits, [Duration::from_micros(187_500), seconds(4)]);
}

#[test]
fn a_call_that_could_not_be_sent_is_given_up_after_thirty_seconds() {
    let times_out = |latency| {
        let call = session().call(&scan()).unwrap();
        Drive::new(call).with_latency(seconds(latency)).run(|_| unsent(Kind::Timeout)).sends.len()
    };
    assert_eq!([times_out(9), times_out(14), times_out(15), times_out(30)], [4, 3, 2, 1]);
}

#[test]
fn a_front_end_that_returns_after_ten_seconds_is_reached() {
    for fraction in [0.0, 0.999] {
        let call = session().call(&scan()).unwrap();
        let ended = Drive::new(call)
            .with_fraction(fraction)
            .run(|sending| if sending.at < seconds(10) { unsent(Kind::Connect) } else { accepted(42, 1) });
        assert_eq!(ended.output.unwrap().action_id.as_str(), "42");
    }
}

#[test]
fn a_check_of_the_connection_makes_one_attempt() {
    let session = session().with_unsent_retry(Duration::ZERO);
    let ended = drive(session.call(&scan()).unwrap(), |_| unsent(Kind::Connect));
    assert_eq!((ended.sends.len(), ended.waits.len()), (1, 0));
}

// ---- the texts of errors ----------------------------------------------------------------------------------------

/// The log of an error is not as long as the reply.
#[test]
fn what_an_error_keeps_and_shows_of_a_reply_is_bounded() {
    let long = "\u{200b}x".repeat(500_000);
    for body in [
        format!(r#"{{"reply":"{long}"}}"#),
        format!(r#"{{"reply":{{"err_msg":"{long}","err_extra":"{long}"}}}}"#),
        long,
    ] {
        let ended = drive(session().call(&scan()).unwrap(), |_| ok(&body));
        let error = ended.output.unwrap_err();
        assert!(error.to_string().chars().count() < 1000);
        // Three times 64 KiB, each escaped.
        assert!(format!("{error:?}").len() < 2_000_000, "{}", format!("{error:?}").len());
    }
}

#[test]
fn an_error_tells_status_retry_after_and_the_raw_body() {
    let (error, ..) = call(&scan(), || headed(429, &[("retry-after", "61")]));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(429));
    assert_eq!(error.retry_after(), Some(seconds(61)));
    assert_eq!(error.answer().unwrap().api_error.as_ref().unwrap().err_msg.as_deref(), Some("m"));
    let (error, ..) = call(&scan(), || ok(b"\xff".repeat(100_000)));
    assert_eq!(error.answer().unwrap().body().len(), 64 * 1024);
    let (error, ..) = call(&scan(), || unsent(Kind::Connect));
    assert!(error.status().is_none() && error.answer().is_none() && error.retry_after().is_none());
}

#[test]
fn a_date_to_come_again_at_is_read_on_the_clock_of_the_tenant() {
    let after = |headers: &[(&str, &str)]| {
        let ended = drive(session().call(&scan()).unwrap(), |_| headed(503, headers));
        ended.output.unwrap_err().retry_after()
    };
    // This machine's clock says 15:06:40.
    let again = ("retry-after", "Sun, 15 Jun 2025 15:07:00 GMT");
    assert_eq!(after(&[again]), Some(seconds(20)));
    assert_eq!(after(&[again, ("date", "Sun, 15 Jun 2025 15:06:55 GMT")]), Some(seconds(5)));
    assert_eq!(after(&[again, ("date", "Sun, 15 Jun 2025 14:07:00 GMT")]), Some(seconds(3600)));
    assert_eq!(after(&[again, ("date", "x")]), Some(seconds(20)));
    assert_eq!(after(&[again, ("date", "Sun, 15 Jun 2025 15:08:00 GMT")]), Some(seconds(0)), "it is over");
}

#[test]
fn a_call_that_ran_out_of_time_or_was_stopped_is_not_to_be_made_again() {
    for kind in [Kind::Deadline, Kind::Stopped, Kind::Certificate] {
        let ended = drive(session().call(&scan()).unwrap(), |_| unsent(kind));
        assert_eq!((ended.output.unwrap_err().is_safe_to_retry(), ended.sends.len()), (false, 1), "{kind:?}");
    }
}

#[test]
fn a_wrong_clock_is_named_only_above_two_minutes() {
    let ahead = |date: &'static str| {
        let ended = drive(session().call(&scan()).unwrap(), |_| headed(401, &[("date", date)]));
        match ended.output.unwrap_err() {
            Error::Refused(refused) => match refused.reason {
                Refusal::Authentication { clock_ahead } => clock_ahead,
                other => panic!("{other}"),
            },
            other => panic!("{other}"),
        }
    };
    assert_eq!(ahead("Sun, 15 Jun 2025 15:06:40 GMT"), None);
    assert_eq!(ahead("Sun, 15 Jun 2025 15:04:40 GMT"), None);
    assert_eq!(ahead("Sun, 15 Jun 2025 15:04:39 GMT"), Some(121));
    assert_eq!(ahead("Sun, 15 Jun 2025 15:08:40 GMT"), None);
    assert_eq!(ahead("Sun, 15 Jun 2025 15:08:41 GMT"), Some(-121));
    assert_eq!(ahead("x"), None);
}

#[test]
fn the_four_causes_of_a_401_and_what_a_role_and_a_licence_need_are_named() {
    let text = |status| call(&scan(), status).0.to_string();
    let unauthorised = text(|| answer(401, ""));
    assert!(
        ["wrong key,", "wrong key id", "wrong kind of key", "wrong clock"]
            .iter()
            .all(|s| unauthorised.contains(s))
    );
    let licence = text(|| answer(402, ""));
    assert!(["XDR Prevent", "Pro per Endpoint", "Pro per GB"].iter().all(|s| licence.contains(s)));
    let role = text(|| answer(403, ""));
    let needed =
        ["Endpoint Administrations with Endpoint Scan", "Privileged Responder", "Instance Administrator"];
    assert!(needed.iter().all(|s| role.contains(s)));
}

/// The errors of both operations for these filters if the tenant finds no endpoint.
fn causes(filters: Filters) -> [String; 2] {
    let (mut scan, mut abort) = (Scan::all(), AbortScan::all());
    (scan.filters, abort.filters) = (filters.clone(), filters);
    let text = |error: Error| {
        let text = error.to_string();
        let from = text.find("no endpoint was found").unwrap();
        text[from..text.find("; nothing").unwrap()].to_owned()
    };
    [text(call(&scan, no_endpoint).0), text(call(&abort, no_endpoint).0)]
}

#[test]
fn a_refusal_that_finds_no_endpoint_lists_only_causes_that_are_possible() {
    const UNFIT: &str = "the platform is not supported, or the endpoints are offline";
    let matching = |filters: Vec<Filter>| causes(Filters::Matching(filters));
    assert_eq!(
        causes(Filters::All),
        [
            format!("no endpoint was found; selected: all endpoints; possible causes: the endpoints are being scanned already, {UNFIT}"),
            "no endpoint was found; selected: all endpoints; possible causes: there is nothing to cancel, or the endpoints are offline"
                .to_owned(),
        ]
    );
    assert_eq!(
        matching(vec![Filter::hostname(["web-1"])]),
        [
            format!(
                "no endpoint was found; selected: hostname \"web-1\"; possible causes: no endpoint matches, the endpoints are being scanned already, {UNFIT}"
            ),
            "no endpoint was found; selected: hostname \"web-1\"; possible causes: no endpoint matches, there is nothing to cancel, or the endpoints are offline"
                .to_owned(),
        ]
    );
    let [scan, abort] = matching(vec![Filter::endpoint_ids(["e1", "e2"])]);
    assert!(
        scan.contains("endpoint_id_list \"e1\" or \"e2\"; possible causes: no endpoint matches, an id is wrong, the endpoints are"),
        "{scan}"
    );
    assert!(abort.contains("no endpoint matches, an id is wrong, there is nothing to cancel, or"), "{abort}");
    // These filters select by the scan status.
    let [scan, abort] = matching(vec![Filter::scan_status([ScanStatus::Success, ScanStatus::Error])]);
    assert!(!scan.contains("already") && abort.contains("nothing to cancel"), "{scan} {abort}");
    let [scan, abort] = matching(vec![Filter::scan_status([ScanStatus::InProgress])]);
    assert!(scan.contains("already") && !abort.contains("nothing to cancel"), "{scan} {abort}");
    // All parts are shortened.
    let moment = TimeBound::AtOrAfter(EpochMillis::new(1_790_000_000_000));
    let many = || Filter::hostname((0..50).map(|n| format!("web-{n}")));
    let [scan, _] = matching(vec![many(), Filter::last_seen(moment), many(), many(), many()]);
    let shown =
        "hostname \"web-0\", \"web-1\", \"web-2\" or 47 more and last_seen at or after 1790000000000 and ";
    assert!(
        scan.contains(shown) && scan.contains("and 2 more filters; possible causes: no endpoint matches"),
        "{scan}"
    );
    let read = call(&GetActionStatus::new(42.into()), no_endpoint).0.to_string();
    assert!(read.contains("no endpoint was found; the tenant says"), "{read}");
}

#[test]
fn no_part_of_the_key_is_shown_where_the_filters_are_echoed() {
    let key = "Abcdefghij0123456789".repeat(6);
    let credentials = Credentials::standard("7", &key).unwrap();
    let session = Session::new(Tenant::new(FQDN).unwrap(), credentials);
    for value in [key.clone(), format!("x{key}"), format!("{key} and more")] {
        let scan = Scan::matching([Filter::hostname([value])]);
        let ended = drive(session.call(&scan).unwrap(), |_| no_endpoint());
        let error = ended.output.unwrap_err();
        let shown = format!("{error} {error:?} {:?}", chain(&error));
        assert!(shown.contains("[REDACTED]") && !shown.contains(&key[..20]), "{shown}");
    }
}

proptest! {
    #[test]
    fn the_filters_of_a_refusal_are_echoed_shortened(
        names in proptest::collection::vec("[a-zA-Z0-9äß-]{1,90}", 1..9), by_id in any::<bool>(),
    ) {
        let filter = if by_id { Filter::endpoint_ids(names.clone()) } else { Filter::alias(names.clone()) };
        let count = names.len();
        for text in causes(Filters::Matching(vec![filter])) {
            prop_assert!(text.contains(&names[0].chars().next().unwrap().to_string()) && text.chars().count() < 450, "{}", text);
            prop_assert_eq!(text.contains("an id is wrong"), by_id);
            prop_assert_eq!(text.contains(&format!("or {} more", count.saturating_sub(3))), count > 3);
        }
    }
}

#[test]
fn what_an_error_was_caused_by_is_kept() {
    let causes = |answer| chain(&call(&scan(), answer).0).split_off(1);
    let words = "the library's own words";
    assert_eq!(causes(|| unsent(Kind::Resolve)), ["its name could not be resolved", words]);
    assert_eq!(causes(|| lost(Kind::Closed)), ["the connection was closed too early", words]);
    assert_eq!(causes(|| cut(200, Kind::TooLarge)), ["the reply is larger than the limit", words]);
    let json = causes(|| ok("{"));
    assert_eq!(json[0], "the reply is not JSON");
    assert!(json[1].starts_with("it ends too early"), "{json:?}");
    assert_eq!(causes(|| answer(500, "")), [""; 0]);
    assert_eq!(causes(|| answer(401, "")), [""; 0]);

    let wait = drive(session().wait(xdr_model::ActionId::from(42), Polling::within(seconds(60))), |_| {
        answer(403, "")
    });
    let error = wait.output.unwrap_err();
    assert!(error.source().is_some_and(|cause| cause.to_string().contains("role of the API key")));
}

/// The signature of an advanced key is valid for some minutes. An error does not show it either if it is sent back.
#[test]
fn no_text_of_an_error_holds_a_nonce_or_a_signature() {
    let mut signed = Vec::new();
    let ended = drive(advanced_session().call(&scan()).unwrap(), |sending| {
        signed = ["authorization", "x-xdr-nonce"].map(|name| sending.header(name).to_owned()).into();
        error_object(401, 401, &format!("bad headers: {}", signed.join(" ")))
    });
    let error = ended.output.unwrap_err();
    let body = String::from_utf8(error.answer().unwrap().body().to_vec()).unwrap();
    let shown = format!("{error} {error:?} {:?} {body}", chain(&error));
    assert!(signed.iter().all(|secret| secret.len() == 64 && !shown.contains(secret)), "{shown}");
    assert!(shown.contains("bad headers: [REDACTED] [REDACTED]"), "{shown}");
}

#[test]
fn no_text_of_an_error_holds_the_key() {
    let mut all: Vec<Error> = cases().into_iter().map(|case| call(&scan(), case.answer).0).collect();
    all.extend(waits().into_iter().map(|(_, error)| error));
    for error in all {
        let body = error.answer().map(|answer| String::from_utf8_lossy(answer.body()).into_owned());
        let shown = format!("{error} {error:?} {:?} {body:?}", chain(&error));
        assert!(!shown.contains(KEY), "{shown}");
        assert!(
            !matches!(&error, Error::Wait(ended) if matches!(ended.why, WaitEnd::Failed(_)))
                || shown.contains(FQDN)
        );
    }
}
