//! Every known shape of an error, and every row of the table of retries that an answer can reach, through both clients:
//! the result of a scan and of a read, and how often each was sent.

use xdr_conformance::{Trial, both};
use xdr_model::{ActionId, Error, GetActionStatus, Scan, error::Refusal};
use xdr_sim::Fault;

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    BadRequest,
    Authentication,
    Licence,
    Permission,
    NoEndpoint,
    RateLimit,
    Redirect,
    WrongAddress,
    ServerFailure,
    Unreadable,
    Unknown,
    /// A page of another server.
    Foreign,
}

impl End {
    fn of(error: &Error) -> Self {
        match error {
            Error::Refused(refused) => match refused.reason {
                Refusal::Authentication { .. } => Self::Authentication,
                Refusal::Licence => Self::Licence,
                Refusal::Permission => Self::Permission,
                Refusal::NoEndpointMatched => Self::NoEndpoint,
                Refusal::RateLimited => Self::RateLimit,
                Refusal::Redirect { .. } => Self::Redirect,
                Refusal::WrongAddress => Self::WrongAddress,
                _ => Self::BadRequest,
            },
            Error::ServerFailure(_) => Self::ServerFailure,
            Error::Unreadable(_) => Self::Unreadable,
            Error::OutcomeUnknown(unknown)
                if unknown.answer().is_some_and(|it| it.status.is_client_error()) =>
            {
                Self::Foreign
            }
            Error::OutcomeUnknown(_) => Self::Unknown,
            other => panic!("an answer came: {other}"),
        }
    }

    /// Whether the call may have been carried out.
    fn is_open(self) -> bool {
        matches!(self, Self::ServerFailure | Self::Unreadable | Self::Unknown | Self::Foreign)
    }

    /// How often a call is sent if every answer is this one.
    fn sends(self, acts: bool) -> usize {
        match self {
            Self::RateLimit => 5,
            Self::Foreign => 1,
            open if open.is_open() && !acts => 3,
            _ => 1,
        }
    }
}

fn check(name: &str, end: End, status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) {
    let fault = |operation| Fault::on(operation).answer(status, headers, body.as_ref().to_vec());
    both(|trial: &Trial| {
        let sends = [end.sends(true), end.sends(false)];
        trial.server.sim().fault(fault("scan").times(sends[0]));
        trial.server.sim().fault(fault("get_action_status").times(sends[1]));
        let scan = trial.send(&Scan::all()).expect_err(name);
        let read = trial.send(&GetActionStatus::new(ActionId::from(7))).expect_err(name);
        assert_eq!((End::of(&scan), End::of(&read)), (end, end), "{name}: {scan}");
        assert_eq!(scan.may_have_taken_effect(), end.is_open(), "{name}: {scan}");
        assert!(!read.may_have_taken_effect(), "{name}: {read}");
        assert_eq!([trial.sent("scan"), trial.sent("get_action_status")], sends, "{name}");
        assert_eq!(scan.status().map(|status| status.as_u16()), Some(status), "{name}");
        [scan.to_string(), read.to_string()]
    });
}

const NO_ENDPOINT: &str = "No endpoint was found for creating the requested action";

/// The usual shape: wrapped, with an integer code.
fn wrapped(code: u16, message: &str) -> String {
    format!(r#"{{"reply":{{"err_code":{code},"err_msg":"{message}","err_extra":null}}}}"#)
}

#[test]
fn every_status_means_what_the_table_says() {
    check("invalid arguments", End::BadRequest, 400, &[], wrapped(400, "bad"));
    check("authentication", End::Authentication, 401, &[], wrapped(401, "who?"));
    check("licence", End::Licence, 402, &[], wrapped(402, "m"));
    check("permission", End::Permission, 403, &[], wrapped(403, "m"));
    check("every other 4xx: not found", End::BadRequest, 404, &[], "");
    check("every other 4xx: method", End::BadRequest, 405, &[], "");
    check("every other 4xx: too large", End::BadRequest, 413, &[], "");
    check("every other 4xx: the last of them", End::BadRequest, 499, &[], "");
    check("408", End::ServerFailure, 408, &[], "");
    check("500", End::ServerFailure, 500, &[], wrapped(500, "An error occurred"));
    check("the no-endpoint 500", End::NoEndpoint, 500, &[], wrapped(500, NO_ENDPOINT));
    check("other 5xx: 501", End::ServerFailure, 501, &[], "");
    check("other 5xx: 502", End::ServerFailure, 502, &[], "<html>Bad Gateway</html>");
    check("other 5xx: 503", End::ServerFailure, 503, &[], "");
    check("other 5xx: 504", End::ServerFailure, 504, &[], "");
    check("other 5xx: the last of them", End::ServerFailure, 599, &[], "");
    check("a status that no row names", End::Unknown, 600, &[], "");
    check("the greatest status", End::Unknown, 999, &[], "");
    check("redirect", End::Redirect, 302, &[("location", "https://acme.xdr.us.example/")], "");
    check("redirect to nowhere", End::Redirect, 304, &[], "");
}

#[test]
fn every_pause_that_a_tenant_asks_for_is_read() {
    check("in seconds", End::RateLimit, 429, &[("retry-after", "2")], wrapped(429, "m"));
    check("as a date", End::RateLimit, 429, &[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], "");
    check("nonsense", End::RateLimit, 429, &[("retry-after", "soon")], "");
    check("absent", End::RateLimit, 429, &[], "");
    check("an hour, by a page", End::RateLimit, 429, &[("retry-after", "3600")], "<html>Slow down</html>");
}

#[test]
fn every_shape_of_an_error_object_is_read() {
    let bare = r#"{"err_code":"403","err_msg":"m","err_extra":"e"}"#;
    check("bare, of texts, as documented", End::Permission, 403, &[], bare);
    let object = r#"{"err_code":"400","err_msg":{"line":1,"column":19,"message":"no viable alternative"}}"#;
    check("a message that is an object", End::BadRequest, 400, &[], object);
    check("in a list", End::BadRequest, 400, &[], r#"[{"err_code":400,"err_msg":"m"}]"#);
    check("without a code", End::BadRequest, 400, &[], r#"{"reply":{"err_msg":"m"}}"#);
    check("without more", End::BadRequest, 400, &[], r#"{"reply":{"err_code":400,"err_msg":"m"}}"#);
    let extra = |extra: &str| format!(r#"{{"reply":{{"err_code":500,"err_msg":"m","err_extra":{extra}}}}}"#);
    check("with more text", End::ServerFailure, 500, &[], extra(r#""e""#));
    check("with an object", End::ServerFailure, 500, &[], extra(r#"{"a":1}"#));
    check("with a list", End::ServerFailure, 500, &[], extra(r#"["a"]"#));
    let refused = extra(r#""Can't create group action id for [e1]""#);
    check("no endpoint, told by what is added", End::NoEndpoint, 500, &[], refused);
    check("a code other than the status", End::ServerFailure, 500, &[], wrapped(400, "m"));
    check("a code less certain than a definite status", End::BadRequest, 400, &[], wrapped(500, "m"));
    check("a failure's code inside a 401", End::Authentication, 401, &[], wrapped(500, "m"));
    let newer =
        |code| format!(r#"{{"data":{{"err_msg":"m","metadata":{{"err_code":{code},"err_extra":"e"}}}}}}"#);
    check("the shape of newer calls", End::BadRequest, 400, &[], newer(400));
    check("the shape of newer calls with a 500", End::ServerFailure, 500, &[], newer(500));
    check("the shape of newer calls inside a 200", End::Permission, 200, &[], newer(403));
    check("a timeout's code inside a 403", End::Permission, 403, &[], wrapped(408, "m"));
}

#[test]
fn every_error_inside_a_success_is_read() {
    check("wrapped", End::ServerFailure, 200, &[], wrapped(500, "m"));
    check("a refusal", End::BadRequest, 200, &[], wrapped(400, "m"));
    check("authentication", End::Authentication, 200, &[], wrapped(401, "m"));
    check("no endpoint", End::NoEndpoint, 200, &[], wrapped(500, NO_ENDPOINT));
    check("a code beside a null reply", End::Unknown, 200, &[], r#"{"err_code":42,"reply":null}"#);
    check("reply false", End::Unreadable, 200, &[], r#"{"reply":false}"#);
    check("without a code", End::Unreadable, 200, &[], r#"{"reply":{"err_msg":"m"}}"#);
}

#[test]
fn every_body_that_is_no_object_leaves_the_status() {
    let html = "<html><head><title>502 Bad Gateway</title></head></html>";
    check("HTML", End::ServerFailure, 502, &[("content-type", "text/html")], html);
    check("plain text", End::ServerFailure, 500, &[("content-type", "text/plain")], "Internal Server Error");
    check("empty", End::ServerFailure, 500, &[], "");
    check("HTML in a 200", End::Unreadable, 200, &[], "<html>Please log in</html>");
    check("an empty 200", End::Unreadable, 200, &[], "");
    check("a 204", End::Unreadable, 204, &[], "");
    check("a 200 not UTF-8", End::Unreadable, 200, &[], b"{\"reply\":\"\xff\"}");
    check("JSON too deep", End::Unreadable, 200, &[], format!("{{\"reply\":{}}}", "[".repeat(100_000)));
}

#[test]
fn every_known_text_of_a_refusal_is_read() {
    check("a missing parameter", End::BadRequest, 500, &[], wrapped(500, "group_action_id param is missing"));
    check("in capitals", End::BadRequest, 500, &[], wrapped(500, "VALUE PARAM IS MISSING"));
    let missing =
        r#"{"reply":{"err_code":500,"err_msg":"m","err_extra":"Missing required param: `request_data`"}}"#;
    check("a missing part, inside a 200", End::BadRequest, 200, &[], missing);
    check("an operator", End::BadRequest, 500, &[], wrapped(500, "Unsupported operator 'contains'"));
    check("agents", End::NoEndpoint, 500, &[], wrapped(500, "No suitable agents found"));
    check("a feature", End::Licence, 500, &[], wrapped(500, "feature not supported"));
    check("a text in a page", End::ServerFailure, 500, &[], "param is missing");
    check("a text with another status", End::ServerFailure, 502, &[], wrapped(500, "param is missing"));
}

#[test]
fn every_page_that_is_not_the_tenants_is_reported_as_such() {
    let html = "<html><body>Blocked by policy</body></html>";
    for status in [400, 401, 402, 403, 407, 413, 451] {
        check("a page of something in between", End::Foreign, status, &[("content-type", "text/html")], html);
    }
    check("other JSON", End::Foreign, 400, &[], r#"{"error":"m"}"#);
    check("not UTF-8", End::Foreign, 400, &[], b"\xff\xfe");
    check("plain text", End::Foreign, 403, &[], "Forbidden");
    check("not found", End::WrongAddress, 404, &[], html);
    check("another method", End::WrongAddress, 405, &[], html);
    check("a redirect", End::Redirect, 302, &[("location", "https://login.example/")], html);
    check("too late", End::ServerFailure, 408, &[], html);
    check("an empty body is judged by its status", End::Permission, 403, &[], "");
}
