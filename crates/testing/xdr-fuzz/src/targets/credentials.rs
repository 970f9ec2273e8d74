//! Tests pasted credentials. The first line of the input is the id of the key, and the rest is the key.

use std::time::Instant;

use xdr_model::bytes::Bytes;
use xdr_model::http::{Request, Response};
use xdr_model::{
    Credentials, Error, Scan, Session, Tenant,
    credentials::{ApiKey, ApiKeyId},
    transport::{Context, Event, Flow, Step},
};

use crate::promises::all_texts;

pub(super) fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (id, key) = text.split_once('\n').unwrap_or((text, ""));
    let (id_holds, key_holds) = (check_id(id), check_key(key));
    for credentials in [Credentials::standard(id, key), Credentials::advanced(id, key)] {
        assert_eq!(credentials.is_ok(), id_holds && key_holds);
    }
    if id_holds && key_holds && key.len() >= LEAST_REDACTED {
        check_secrecy(key, false);
        check_secrecy(key, true);
    }
}

/// The minimum length of a key that is redacted. A shorter key can occur in ordinary words.
const LEAST_REDACTED: usize = 8;

fn check_id(id: &str) -> bool {
    let holds = (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
    let read = id.parse::<ApiKeyId>();
    assert_eq!(read.is_ok(), holds, "{read:?}");
    match read {
        Ok(read) => assert_eq!(read.as_str(), id),
        Err(invalid) => {
            let rule = if is_quoted(id) { QUOTES } else { "must be 1 to 20 ASCII digits" };
            assert_eq!(invalid.to_string(), format!("/key_id {rule}"));
        }
    }
    holds
}

fn check_key(key: &str) -> bool {
    let rule = broken_rule(key);
    let read = key.parse::<ApiKey>();
    assert_eq!(read.is_ok(), rule.is_none());
    match read {
        Ok(key) => assert_eq!(format!("{key:?}"), "ApiKey([REDACTED])"),
        // The message is one of four fixed texts, so it cannot contain a part of the key.
        Err(invalid) => assert_eq!(Some(invalid.to_string()), rule.map(|rule| format!("/key {rule}"))),
    }
    rule.is_none()
}

const QUOTES: &str =
    "must not be in quotes: remove them, because an env file (such as docker's) keeps them in the value";

fn broken_rule(key: &str) -> Option<&'static str> {
    let has_break = |mark| key.len() > 2 && key.ends_with(mark);
    if !(1..=4096).contains(&key.len()) {
        Some("must be 1 to 4096 characters long")
    } else if is_quoted(key) {
        Some(QUOTES)
    } else if !key.bytes().all(|b| b.is_ascii_graphic()) {
        Some("must hold visible ASCII characters only: no space, line break or quote of another script")
    } else if has_break("\\n") || has_break("\\r") {
        Some("must not end with a line break that is written out as \\n or \\r: remove it")
    } else {
        None
    }
}

/// Returns whether a text begins and ends with a quotation mark.
fn is_quoted(text: &str) -> bool {
    let text = text.trim();
    let is_quote = |c: char| "\"'`´‘’‚‛“”„‟«»‹›「」『』＂＇".contains(c);
    text.chars().count() > 1 && text.starts_with(is_quote) && text.ends_with(is_quote)
}

/// Checks that no text shows a key that a server sends back.
fn check_secrecy(key: &str, advanced: bool) {
    let (shown, _) = shown_of_echo(key, "[REDACTED]", advanced);
    if shown.contains(key) {
        // The key is part of a message or of `[REDACTED]`.
        return;
    }
    let (shown, request) = shown_of_echo(key, key, advanced);
    assert!(!shown.contains(key), "the key is shown: {shown}");
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    if advanced {
        let signature = header("authorization").expect("it is signed");
        assert!(signature.len() == 64 && signature.bytes().all(|b| b.is_ascii_hexdigit()));
    } else {
        assert_eq!(header("authorization"), Some(key));
    }
}

/// Returns the last request, and all texts of the session, the requests and the errors of answers that contain `echo`.
fn shown_of_echo(key: &str, echo: &str, advanced: bool) -> (String, Request<Bytes>) {
    let credentials =
        if advanced { Credentials::advanced("7", key) } else { Credentials::standard("7", key) };
    let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com").expect("a good name");
    let session = Session::new(tenant, credentials.expect("checked"));
    let mut shown = format!("{session:?}");
    let json = serde_json::Value::from(echo);
    let bodies = [
        format!("<p>not for {echo} </p>"),
        format!(r#"{{"reply":{{"err_code":400,"err_msg":{json},"err_extra":[{json}]}}}}"#),
    ];
    let mut last = None;
    for body in bodies {
        let (error, request) = answer(&session, body);
        shown += &all_texts(&error);
        shown += &format!("{request:?}");
        last = Some(request);
    }
    (shown, last.expect("there are two"))
}

fn answer(session: &Session, body: String) -> (Error, Request<Bytes>) {
    let mut call = session.call(&Scan::all()).expect("a valid request");
    let context = Context { now: Instant::now(), unix_ms: 0, entropy: &|| [7; 32] };
    let Step::Send(exchange) = call.step(&context, Event::Resume) else {
        panic!("a call begins with a request")
    };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = xdr_model::http::StatusCode::BAD_REQUEST;
    let Step::Done(Err(error)) = call.step(&context, Event::Received(Ok(response))) else {
        panic!("a refusal")
    };
    (error, exchange.request)
}
