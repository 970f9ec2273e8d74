//! Every setting has the same meaning in both clients.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread::{self, sleep};
use std::time::Duration;

use socket2::{Domain, Socket, Type};
use xdr_conformance::fault_server::{self, Deaf, Identity, Then, WireFault, answers};
use xdr_conformance::{Client, Kind, standard, tenant};
use xdr_model::{Error, Filter, Scan, Session, Settings, StartedAction, Tenant};
use xdr_sim::{Fault, Server};

use crate::support::{HOURS, growing_limits};

type Case = fn(Kind) -> String;

/// Each setting, what both clients do with it, and a part of the expected result.
const CASES: [(&str, Case, &str); 8] = [
    ("proxy", proxy, "started "),
    ("roots", roots, "its certificate was not accepted"),
    ("extra_roots", extra_roots, "started "),
    ("connect_timeout", connect_timeout, "scan was not sent to localhost: the time limit was reached"),
    ("head_timeout", head_timeout, "and has no usable answer: the time limit was reached"),
    ("total_timeout", total_timeout, "and has no usable answer: the time limit was reached"),
    ("user_agent", user_agent, "acme-soc/1.0"),
    ("most_body", most_body, "the reply is larger than the limit"),
];

#[test]
fn every_setting_means_the_same_to_both_clients() {
    for (name, case, expected) in CASES {
        let [blocking, other] = [Kind::Blocking, Kind::Async].map(case);
        assert_eq!(blocking, other, "{name}");
        assert!(blocking.contains(expected), "{name}: {blocking}");
    }
}

#[test]
fn every_setting_has_a_case() {
    let shown = format!("{:#?}", Settings::default());
    let fields = shown.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(": "));
    let fields: Vec<_> = fields.map(|(name, _)| name).collect();
    assert_eq!(fields, CASES.map(|(name, ..)| name), "{shown}");
}

/// The result of a scan with a single attempt.
fn scan(kind: Kind, address: Tenant, settings: &Settings) -> Result<StartedAction, Error> {
    let session = Session::new(address, standard()).with_unsent_retry(Duration::ZERO);
    let client = Client::new(kind, session.clone(), settings)?;
    client.drive(session.call(&Scan::all())?, |never| match never {})
}

fn told(result: Result<StartedAction, Error>) -> String {
    match result {
        Ok(started) => format!("started {}", started.action_id),
        // The port differs each time.
        Err(error) => error.to_string().replace(|c: char| c.is_ascii_digit(), ""),
    }
}

fn acme() -> Tenant {
    Tenant::new("acme.xdr.us.example").expect("a good name")
}

fn loopback(url: &str) -> Tenant {
    Tenant::loopback(url).expect("it is an address of this machine")
}

/// A scan against a server that plays this fault.
fn against(kind: Kind, fault: WireFault, settings: &Settings) -> String {
    let server = fault_server::Server::start(fault).expect("a port is free");
    told(scan(kind, loopback(&server.url()), settings))
}

fn proxy(kind: Kind) -> String {
    let proxied = WireFault::answering("a good proxy", answers::good()).proxied();
    let proxy = fault_server::Server::start(proxied).expect("a port is free");
    let settings = Settings::default().with_root_certificate(fault_server::root()).with_proxy(proxy.url());
    told(scan(kind, acme(), &settings))
}

/// No server of this test has a certificate that Mozilla trusts.
fn roots(kind: Kind) -> String {
    let good = WireFault::answering("a tenant", answers::good()).over_tls(Identity::Good);
    against(kind, good, &Settings::default().with_mozilla_roots())
}

fn extra_roots(kind: Kind) -> String {
    let good = WireFault::answering("a tenant", answers::good()).over_tls(Identity::Good);
    against(kind, good, &Settings::default().with_mozilla_roots().with_root_certificate(fault_server::root()))
}

fn connect_timeout(kind: Kind) -> String {
    let settings = Settings::default().with_timeouts(Duration::from_millis(300), HOURS, HOURS);
    let tls = WireFault::new("TLS hangs").over_tls(Identity::Good).at(fault_server::Stage::Hello);
    let hangs = against(kind, tls.then(Then::Hang), &settings.clone().with_mozilla_roots());
    let deaf = Deaf::new().expect("a port is free").map(|deaf| deaf.url().expect("it has an address"));
    let deaf = deaf.map(|url| told(scan(kind, loopback(&url), &settings)));
    format!("{hangs}; {deaf:?}")
}

/// The limit begins after the request, so a slow request does not make the answer late.
fn head_timeout(kind: Kind) -> String {
    let hangs = WireFault::new("hangs after the request").then(Then::Hang);
    let settings = Settings::default().with_timeouts(HOURS, Duration::from_millis(300), HOURS);
    let late = against(kind, hangs, &settings);
    // A busy machine can need more time for the rest of the body.
    let slow = growing_limits().take(4).find_map(|limit| {
        scan_slowly(kind, &Settings::default().with_timeouts(HOURS, limit, HOURS), limit * 3).ok()
    });
    format!("{late}; {}", told(slow.ok_or_else(|| panic!("{kind:?}: the upload counts as a late answer"))))
}

/// A scan of 12 MB. The server leaves it in its buffers for this time, and then reads the rest and answers.
fn scan_slowly(kind: Kind, settings: &Settings, pause: Duration) -> Result<StartedAction, Error> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    // A connection inherits this setting from its listener. It keeps most of the body at the client.
    socket.set_recv_buffer_size(64 << 10).expect("it can be small");
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).expect("a port is free");
    socket.listen(1).expect("it can listen");
    let listener = TcpListener::from(socket);
    let address = listener.local_addr().expect("it has an address");
    let server = thread::spawn(move || answer_late(listener.accept().expect("it is connected to").0, pause));
    let session = Session::new(loopback(&format!("http://{address}")), standard());
    let scan = Scan::matching([Filter::hostname((0..12).map(|_| "x".repeat(1 << 20)))]);
    let client = Client::new(kind, session.clone(), settings)?;
    let ended = client.drive(session.call(&scan)?, |never| match never {});
    drop(client);
    server.join().expect("it has read what there was");
    ended
}

fn answer_late(mut stream: TcpStream, pause: Duration) {
    let mut buffer = vec![0; 1 << 20];
    let first = stream.read(&mut buffer).expect("the request begins");
    assert!(first > 0);
    sleep(pause);
    let mut last = [0; 2];
    while last != *b"}}" {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(1) => last = [last[1], buffer[0]],
            Ok(read) => last.copy_from_slice(&buffer[read - 2..read]),
        }
    }
    // A client that has given up does not read the answer.
    let _ = stream.write_all(&answers::good());
}

fn total_timeout(kind: Kind) -> String {
    let settings = Settings::default().with_timeouts(HOURS, HOURS, Duration::from_millis(500));
    against(kind, WireFault::new("hangs").then(Then::Hang), &settings)
}

fn user_agent(kind: Kind) -> String {
    let server = Server::start(tenant()).expect("a tenant can be simulated");
    let settings = Settings::default().with_user_agent("acme-soc/1.0");
    scan(kind, loopback(&server.url()), &settings).expect("it is started");
    let sim = server.sim();
    format!("{:?}", sim.requests()[0].headers.get("user-agent"))
}

fn most_body(kind: Kind) -> String {
    let server = Server::start(tenant()).expect("a tenant can be simulated");
    server.sim().fault(Fault::on("scan").answer_json(200, " ".repeat(1000) + r#"{"reply":{"action_id":1}}"#));
    told(scan(kind, loopback(&server.url()), &Settings::default().with_most_body(1000)))
}
