//! Good replies of a tenant that sends the key back as every text of a reply.

use std::fmt::{Debug, Display};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use xdr_conformance::fault_server::Listener;
use xdr_conformance::{Client, Kind};
use xdr_model::bytes::Bytes;
use xdr_model::http::Response;
use xdr_model::transport::{Context, Event, Flow, Step};
use xdr_model::{GetActionStatus, KeyKind, Polling, Progress, Scan, Session, Settings, Tenant};

use crate::secrets::Surface;
use crate::secrets_sought::KEY;
use crate::secrets_values::credentials;

/// The reply to a scan, with the key as its id and its status.
fn started() -> Value {
    json!({"reply": {"action_id": KEY, "endpoints_count": 2, "status": format!("started by {KEY}")}})
}

/// The reply to a status request. The key is an id, `word` is a status, and the reasons contain the key.
fn status(word: &str) -> Value {
    let reason = json!({"why": format!("no such key: {KEY}"), KEY: [KEY]});
    json!({"reply": {"data": {KEY: "FAILED", "e1": word}, "errorReasons": {KEY: reason, "e1": format!("not {KEY}")}}})
}

/// A tenant with these answers.
pub(crate) fn echoing(word: &'static str) -> Listener {
    let serve = move |tcp: TcpStream| {
        let mut tcp = BufReader::new(tcp);
        let (mut path, mut length, mut line) = (String::new(), 0, String::new());
        while tcp.read_line(&mut line).is_ok_and(|read| read > 2) {
            let low = line.to_ascii_lowercase();
            path = if path.is_empty() { low.clone() } else { path };
            length = low.strip_prefix("content-length:").map_or(length, |n| n.trim().parse().unwrap_or(0));
            line.clear();
        }
        let _body = tcp.by_ref().take(length).read_to_end(&mut Vec::new());
        let reply = if path.contains("get_action_status") { status(word) } else { started() }.to_string();
        let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", reply.len());
        let _told = tcp.get_mut().write_all([head, reply].concat().as_bytes());
        let _gone = tcp.get_mut().shutdown(std::net::Shutdown::Write);
        let _rest = tcp.read_to_end(&mut Vec::new());
    };
    Listener::start("127.0.0.1:0", serve).expect("a port is free")
}

fn display(name: &str, value: &dyn Display) -> Surface {
    Surface::new(format!("Display of {name}"), value.to_string())
}

fn debug(name: &str, value: &dyn Debug) -> [Surface; 2] {
    [
        Surface::new(format!("Debug of {name}"), format!("{value:?}")),
        Surface::new(format!("pretty Debug of {name}"), format!("{value:#?}")),
    ]
}

/// The output of both clients and of the flows for such replies.
pub(crate) fn replies() -> Vec<Surface> {
    let mut surfaces = Vec::new();
    for kind in [KeyKind::Standard, KeyKind::Advanced] {
        for of in [Kind::Blocking, Kind::Async] {
            surfaces.extend(of_client(of, kind));
        }
        surfaces.extend(of_flow(kind));
    }
    for surface in &surfaces {
        assert!(surface.shows("[REDACTED]"), "{}: the echo is not in it", surface.name);
    }
    surfaces
}

fn of_client(of: Kind, kind: KeyKind) -> Vec<Surface> {
    let server = echoing(KEY);
    let tenant = Tenant::loopback(&format!("http://{}", server.address())).expect("an address");
    let session = Session::new(tenant, credentials(kind));
    let client = Client::new(of, session.clone(), &Settings::default()).expect("the defaults are good");
    let name = |what: &str| format!("{what} of the {of:?} client with {kind:?} credentials");
    let call = session.call(&Scan::all()).expect("good");
    let started = client.drive(call, |never| match never {}).expect("it is a good reply");
    assert_eq!(started.action_id.as_str(), KEY, "it is sent back");
    let call = session.call(&GetActionStatus::new(started.action_id.clone())).expect("good");
    let status = client.drive(call, |never| match never {}).expect("it is a good reply");
    let mut surfaces = vec![display(&name("the id of an action"), &started.action_id)];
    surfaces.push(Surface::new(name("the status of a reply"), started.status.clone().unwrap_or_default()));
    surfaces.extend(debug(&name("a started action"), &started));
    surfaces.extend(debug(&name("a status"), &status));
    surfaces.extend(debug(&name("reasons"), &status.reasons().collect::<Vec<_>>()));
    let words = status.endpoints().map(|(id, word)| format!("{id} {word} {word:?}\n"));
    surfaces.push(Surface::new(name("the words"), words.collect()));
    surfaces
}

/// A scan that is followed until its deadline, with its own clock.
fn of_flow(kind: KeyKind) -> Vec<Surface> {
    let tenant = Tenant::new("acme.xdr.us.example").expect("a good name");
    let session = Session::new(tenant, credentials(kind));
    let mut run =
        session.scan_and_wait(Scan::all(), Polling::within(Duration::from_secs(300))).expect("good");
    let name = |what: &str| format!("{what} of a scan that is followed with {kind:?} credentials");
    let (mut surfaces, mut now, mut event) = (Vec::new(), Instant::now(), Event::Resume);
    let ended = loop {
        let context = Context { now, unix_ms: 1_760_000_000_000, entropy: &|| [7; 32] };
        event = match run.step(&context, event) {
            Step::Send(exchange) if exchange.request.uri().path().ends_with("scan") => reply(&started()),
            Step::Send(_) => reply(&status(KEY)),
            Step::Wait(pause) => {
                now += pause;
                Event::Resume
            }
            Step::Progress(progress) => {
                surfaces.extend(of_progress(&name, &progress));
                Event::Resume
            }
            Step::Done(ended) => break ended.expect_err("an unknown word is no end"),
        };
    };
    surfaces.push(display(&name("the error"), &ended));
    surfaces.extend(debug(&name("the error"), &ended));
    surfaces
}

fn reply(body: &Value) -> Event {
    Event::Received(Ok(Response::new(Bytes::from(body.to_string()))))
}

fn of_progress(name: &dyn Fn(&str) -> String, progress: &Progress) -> Vec<Surface> {
    let mut surfaces = Vec::new();
    surfaces.extend(debug(&name("progress"), progress));
    surfaces.extend(debug(&name("a report"), progress.report()));
    if progress.report().named() == 0 {
        return surfaces;
    }
    let endpoints: Vec<_> = progress.report().endpoints().collect();
    surfaces.extend(debug(&name("the endpoints"), &endpoints));
    let lines = endpoints
        .iter()
        .map(|endpoint| format!("{} {} {:?}\n", endpoint.id, endpoint.state, endpoint.reason));
    surfaces.push(Surface::new(name("the table of endpoints"), lines.collect()));
    let mut saved = serde_json::to_value(progress).expect("it can be saved");
    // Ids are saved without changes, so that the action can be followed and cancelled. All other texts are redacted.
    let report = &mut saved["report"];
    assert_eq!(
        (&report["action_id"].take(), &report["endpoints"][0]["endpoint_id"].take()),
        (&KEY.into(), &KEY.into())
    );
    surfaces.push(Surface::new(name("saved progress"), saved.to_string()));
    surfaces
}
