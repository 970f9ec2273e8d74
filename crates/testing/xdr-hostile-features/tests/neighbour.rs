//! The effects of the enabled features, and that they do not affect the clients. No process-wide cryptography provider
//! is installed here.

mod bombs;
mod refusing;
mod support;

use std::collections::BTreeSet;
use std::error::Error as _;
use std::io::{self, Read, Write};
use std::iter::successors;
use std::net::{TcpListener, TcpStream};
use std::panic::catch_unwind;
use std::thread::{self, JoinHandle};

use rustls::ClientConfig;
use xdr_conformance::{Client, Kind, Virtual, VirtualTime, standard};
use xdr_hostile_features::{neighbour, other_crypto};
use xdr_model::{Error, GetActionStatus, Operation, Scan, Session, Settings, Tenant};

use refusing::Refusing;
use support::{KINDS, ONLY_THE_OTHER, assert_offers_its_own, read};

/// The versions of a package in a lock file.
fn locked<'l>(lock: &'l str, name: &str) -> Vec<&'l str> {
    let name = format!("name = \"{name}\"");
    let packages = lock.split("[[package]]").filter(|package| package.lines().any(|line| line == name));
    packages.filter_map(|package| package.lines().find(|line| line.starts_with("version = "))).collect()
}

#[test]
fn the_libraries_are_those_of_the_workspace_and_there_is_one_of_each() {
    let (ours, root) = (include_str!("../Cargo.lock"), include_str!("../../../../Cargo.lock"));
    let named = ["flate2", "hyper", "hyper-util", "reqwest", "rustls", "serde_json", "tokio", "ureq"];
    for name in named.into_iter().chain(["hyper-rustls", "ring", "tokio-rustls", "tower-http", "ureq-proto"])
    {
        let versions = locked(ours, name);
        assert_eq!(versions.len(), 1, "{name}: a feature of another one does nothing to the clients");
        assert_eq!(versions, locked(root, name), "{name}: bring this crate's Cargo.lock up to date");
    }
}

#[test]
fn there_is_no_default_cryptography() {
    assert!(catch_unwind(ClientConfig::builder).is_err(), "two are compiled in and none is chosen");
}

/// Answers two requests, each on a separate connection and with a cookie. Returns the head of the second request.
fn cookie_server() -> (String, JoinHandle<io::Result<String>>) {
    const ANSWER: &[u8] =
        b"HTTP/1.1 200 OK\r\nset-cookie: a=b\r\nconnection: close\r\ncontent-length: 21\r\n\r\n\
        {\"reply\":{\"data\":{}}}";
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it has an address"));
    let answer = move || {
        let (mut tcp, _) = listener.accept()?;
        let head = head(&mut tcp)?;
        tcp.write_all(ANSWER).map(|()| head)
    };
    (url, thread::spawn(move || answer().and_then(|_first| answer())))
}

/// Reads a request with a body that ends with two braces. Returns its head.
fn head(tcp: &mut TcpStream) -> io::Result<String> {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    while !seen.ends_with(b"}}") {
        match tcp.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => seen.extend_from_slice(&buffer[..read]),
        }
    }
    let text = String::from_utf8_lossy(&seen);
    Ok(text.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase())
}

fn headers(head: &str) -> BTreeSet<&str> {
    head.lines().skip(1).filter(|line| !line.starts_with("host:")).collect()
}

/// The head of the second request that the server received.
fn second(server: JoinHandle<io::Result<String>>) -> String {
    server.join().expect("the server does not fail").expect("it is sent to")
}

#[test]
fn the_neighbour_asks_for_compressed_replies_and_returns_cookies() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (reqwest, ureq) = neighbour().expect("its settings are good");
    let (url, server) = cookie_server();
    for _ in 0..2 {
        ureq.post(&url)
            .send("{}}")
            .and_then(|mut answer| answer.body_mut().read_to_vec())
            .expect("it is answered");
    }
    let ureq_sent = second(server);
    let (url, server) = cookie_server();
    for _ in 0..2 {
        let answer = runtime.block_on(async { reqwest.post(&url).body("{}}").send().await?.bytes().await });
        answer.expect("it is answered");
    }
    for sent in [ureq_sent, second(server)] {
        let headers = headers(&sent);
        assert!(headers.contains("cookie: a=b"), "{headers:?}");
        let compressed = |line: &&str| line.starts_with("accept-encoding:") && line.contains("gzip");
        assert!(headers.iter().any(compressed), "{headers:?}");
    }
}

#[test]
fn the_clients_send_what_they_always_send() {
    let [blocking, other] = KINDS.map(|kind| {
        let (url, server) = cookie_server();
        let tenant = Tenant::loopback(&url).expect("it is an address of this machine");
        read(2, kind, tenant, &Settings::default()).expect("it is answered");
        second(server)
    });
    let (mut blocking, other) = (headers(&blocking), headers(&other));
    // ureq has no setting against cookies if the feature is enabled. A cookie only returns to the tenant that has set
    // it.
    blocking.remove("cookie: a=b");
    assert_eq!(blocking, other);
    assert!(other.contains("accept-encoding: identity"), "{other:?}");
    assert!(!other.iter().any(|line| line.starts_with("cookie:")), "{other:?}");
}

#[test]
fn the_clients_offer_neither_http2_nor_the_other_cryptography() {
    let others: Vec<_> = other_crypto().kx_groups.iter().map(|group| group.name()).collect();
    assert!(others.contains(&ONLY_THE_OTHER), "{others:?}");
    KINDS.into_iter().for_each(assert_offers_its_own);
}

#[test]
fn the_clients_ask_the_system_for_addresses() {
    for kind in KINDS {
        let nowhere = Tenant::new("acme.xdr.invalid").expect("a good name, which is reserved for nobody");
        let error = read(1, kind, nowhere, &Settings::default().with_mozilla_roots());
        let error = error.expect_err("it has no address");
        assert!(matches!(error, Error::NotSent(_)), "{error}");
        let mut causes = successors(error.source(), |cause| (*cause).source());
        assert!(causes.any(|cause| cause.is::<io::Error>()), "{kind:?}: not the system's: {error:?}");
    }
}

/// The error of a call that the server always refuses, and how often the server received it.
fn refused<O: Operation>(server: &Refusing, kind: Kind, operation: &O) -> (Error, usize) {
    let clock = xdr_sim::Server::start(xdr_conformance::tenant()).expect("a port is free");
    let tenant = Tenant::loopback(&server.url()).expect("it is an address of this machine");
    let session = Session::new(tenant, standard());
    let settings = Settings::default().with_root_certificate(server.root());
    let client = Client::new(kind, session.clone(), &settings).expect("the settings are good");
    let (call, time) = (session.call(operation).expect("it keeps its rules"), VirtualTime::new());
    let refused = client.drive(Virtual::new(call, &time, &clock), |never| match never {});
    (refused.err().expect("it is never answered"), server.posts())
}

#[test]
fn no_library_sends_a_request_again_by_itself() {
    let server = Refusing::start();
    let root = reqwest::Certificate::from_pem(server.root().as_bytes()).expect("it is a certificate");
    let other = reqwest::Client::builder().tls_certs_only([root]).build().expect("its settings are good");
    let sent = server.runtime().block_on(other.post(server.url()).body("{}").send());
    assert!(sent.is_err(), "{sent:?}");
    assert!(server.posts() > 1, "the other crate's client sends a request again by itself");
    for kind in KINDS {
        let (error, received) = refused(&server, kind, &Scan::all());
        let attempts = |error: &Error| error.attempted().map_or(0, |call| call.attempts);
        assert!(error.may_have_taken_effect(), "{kind:?}: {error}");
        assert_eq!((received, attempts(&error)), (1, 1), "{kind:?}: an action: {error}");
        let (error, received) = refused(&server, kind, &GetActionStatus::new(42.into()));
        assert_eq!((received, attempts(&error)), (3, 3), "{kind:?}: a read: {error}");
    }
}
