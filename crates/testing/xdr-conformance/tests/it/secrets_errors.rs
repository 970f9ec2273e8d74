//! Errors of every kind. In most of them, the tenant echoes the secrets of the request.

use std::cell::RefCell;
use std::error::Error as _;
use std::io::{Read, Write};

use xdr_conformance::fault_server::{Listener, Refusing};
use xdr_conformance::{Client, Kind};
use xdr_model::{Error, KeyKind, Scan, Session, Settings, Tenant};

use crate::secrets::Surface;
use crate::secrets_sought::{Signed, Sought};
use crate::secrets_values::credentials;

/// The answers of a tenant that echoes its requests. `{}` stands for the value of `Authorization`.
const ECHOES: [(&str, &str, &str, &str); 10] = [
    ("OutcomeUnknown", "600 What", "", "{}"),
    ("Refused: bad request", "400 Bad", "", r#"{"reply":{"err_code":400,"err_msg":"{}","err_extra":"{}"}}"#),
    ("Refused: authentication", "401 No", "", r#"{"reply":{"err_code":401,"err_msg":"no {}"}}"#),
    ("Refused: permission", "403 No", "", "<html>{}</html>"),
    ("Refused: redirect", "302 Found", "location: https://{}.example/{}\r\n", "{}"),
    (
        "ServerFailure",
        "500 Oops",
        "",
        r#"{"reply":{"err_code":500,"err_msg":{"m":"{}"},"err_extra":["{}"]}}"#,
    ),
    ("Unreadable: no JSON", "200 OK", "", "{}"),
    ("Unreadable: another shape", "200 OK", "", r#"{"reply":"{}"}"#),
    ("Unreadable: no id", "200 OK", "", r#"{"reply":{"endpoints_count":"{}"}}"#),
    ("Unreadable: a bad id", "200 OK", "x-echo: {}\r\n", r#"{"reply":{"action_id":["{}"]}}"#),
];

/// A tenant with this answer. It hangs up if there is no status.
fn echoing(status: &'static str, headers: &'static str, body: &'static str) -> Listener {
    let serve = move |mut tcp: std::net::TcpStream| {
        let mut request = [0; 4096];
        let read = tcp.read(&mut request).unwrap_or(0);
        let request = String::from_utf8_lossy(&request[..read]).into_owned();
        let mut lines = request.lines().filter_map(|line| line.split_once(": "));
        let sent = lines.find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let echo = |text: &str| text.replace("{}", sent.map_or("", |(_, value)| value));
        if !status.is_empty() {
            let (headers, body) = (echo(headers), echo(body));
            let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
            let _heard = tcp.write_all([head, body].concat().as_bytes());
        }
        let _gone = tcp.shutdown(std::net::Shutdown::Write);
        let _rest = tcp.read_to_end(&mut Vec::new());
    };
    Listener::start("127.0.0.1:0", serve).expect("a port is free")
}

/// The complete output of an error: its text, its values, and the same for every cause.
fn told(name: &str, error: &Error) -> Vec<Surface> {
    let mut chain = String::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        chain.push_str(&format!("{error} {error:?}\n"));
        cause = error.source();
    }
    let mut surfaces = vec![
        Surface::new(format!("Display of {name}"), error.to_string()),
        Surface::new(format!("Debug of {name}"), format!("{error:?}")),
        Surface::new(format!("pretty Debug of {name}"), format!("{error:#?}")),
    ];
    if !chain.is_empty() {
        surfaces.push(Surface::new(format!("causes of {name}"), chain));
    }
    surfaces
}

/// Checks that the error shows the place of the secret. An error that shows nothing of the answer would prove nothing.
/// Only a cause need not show it.
fn assert_echoed(told: &[Surface]) {
    for surface in told.iter().filter(|surface| !surface.name.starts_with("causes")) {
        assert!(surface.shows("[REDACTED]"), "{}: the echo is not in it", surface.name);
    }
}

/// The errors of both clients with both kinds of keys.
pub(crate) fn errors(sought: &mut Sought) -> Vec<Surface> {
    let mut surfaces = Vec::new();
    for of in [Kind::Blocking, Kind::Async] {
        for kind in [KeyKind::Standard, KeyKind::Advanced] {
            let refusing = Refusing::new().expect("a port is free");
            let mut meet = |name: &str, url: &str| {
                let name = format!("{name} of the {of:?} client with {kind:?} credentials");
                let told = told(&name, &fail(of, kind, url, sought));
                surfaces.extend(told.iter().cloned());
                told
            };
            meet("NotSent", &refusing.url().expect("it has an address"));
            let hanging_up = echoing("", "", "");
            meet("OutcomeUnknown: hung up", &format!("http://{}", hanging_up.address()));
            for (name, status, headers, body) in ECHOES {
                let server = echoing(status, headers, body);
                assert_echoed(&meet(name, &format!("http://{}", server.address())));
            }
        }
    }
    surfaces
}

fn fail(of: Kind, kind: KeyKind, url: &str, sought: &mut Sought) -> Error {
    let tenant = Tenant::loopback(url).expect("an address of this machine");
    let session = Session::new(tenant, credentials(kind));
    let client = Client::new(of, session.clone(), &Settings::default()).expect("the defaults are good");
    let secrets = RefCell::default();
    let flow = Signed { flow: session.call(&Scan::all()).expect("good"), secrets: &secrets };
    let failed = client.drive(flow, |never| match never {}).expect_err("it is not answered well");
    secrets.into_inner().iter().for_each(|secret| sought.add(secret));
    failed
}
