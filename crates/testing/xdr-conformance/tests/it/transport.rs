//! Cases that need a real connection: limits, ports without a server, runtimes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use xdr_conformance::fault_server::Refusing;
use xdr_conformance::{Client, Kind, Virtual, VirtualTime, both_with, standard, tenant};
use xdr_model::{
    ActionId, Error, GetActionStatus, Polling, Scan, Session, Settings, Tenant, transport::Flow,
};
use xdr_sim::{Fault, Server};

use crate::support::{quiet, start, told};

/// A port without a listener, and its address. The port is reserved while this value exists.
fn nobody() -> (Refusing, Tenant) {
    let refusing = Refusing::new().expect("a port is free");
    let url = refusing.url().expect("it has an address");
    (refusing, Tenant::loopback(&url).expect("it is a loopback address"))
}

#[test]
fn a_refused_connection_is_tried_again_and_nothing_was_carried_out() {
    let tried = [Kind::Blocking, Kind::Async].map(|kind| {
        let (_held, address) = nobody();
        let session = Session::new(address, standard());
        let client = Client::new(kind, session.clone(), &Settings::default()).expect("the settings are good");
        let server = Server::start(tenant()).expect("only for its clock");
        let call = session.call(&Scan::all()).expect("the scan keeps its rules");
        let time = VirtualTime::new();
        let error = client.drive(Virtual::new(call, &time, &server), |never| match never {});
        let error = error.expect_err("nobody listens");
        assert!(matches!(&error, Error::NotSent(_)), "{error}");
        assert!(error.is_safe_to_retry());
        assert!(error.attempted().is_some_and(|call| (8..=17).contains(&call.attempts)), "{error}");
        assert!(std::error::Error::source(&error).is_some());
        error.to_string()
    });
    assert_eq!(tried[0], tried[1]);
}

#[test]
fn a_name_without_an_address_is_tried_again_and_nothing_was_carried_out() {
    let told = [Kind::Blocking, Kind::Async].map(|kind| {
        let nowhere = Tenant::new("acme.xdr.invalid").expect("a good name, which is reserved for nobody");
        let session = Session::new(nowhere, standard());
        let settings = Settings::default().with_mozilla_roots();
        let client = Client::new(kind, session.clone(), &settings).expect("the settings are good");
        let server = Server::start(tenant()).expect("only for its clock");
        let call = session.call(&Scan::all()).expect("the scan keeps its rules");
        let time = VirtualTime::new();
        told(client.drive(Virtual::new(call, &time, &server), |never| match never {}))
    });
    assert_eq!(told[0], told[1]);
    assert!(told[0].0.contains("its name could not be resolved ("), "{}", told[0].0);
}

#[test]
fn a_body_over_the_limit_is_not_read_to_its_end() {
    let settings = Settings::default().with_most_body(1000);
    let (text, may) = both_with(&tenant(), &settings, &standard(), |trial| {
        trial.server.sim().fault(Fault::on("scan").answer_json(200, "x".repeat(100_000)));
        told(trial.send(&Scan::all()))
    });
    assert!(may && text.contains("the reply is larger than the limit"), "{text}");
}

#[test]
fn a_proxy_that_nobody_runs_is_named_and_nothing_was_carried_out() {
    let told = [Kind::Blocking, Kind::Async].map(|kind| {
        let tenant = Tenant::new("acme.xdr.us.example").expect("a good name");
        let session = Session::new(tenant, standard());
        let (_held, address) = nobody();
        let settings = Settings::default().with_mozilla_roots().with_proxy(address.to_string());
        let client = Client::new(kind, session.clone(), &settings).expect("the settings are good");
        let server = Server::start(xdr_conformance::tenant()).expect("only for its clock");
        let call = session.call(&Scan::all()).expect("the scan keeps its rules");
        let time = VirtualTime::new();
        let error = client.drive(Virtual::new(call, &time, &server), |never| match never {});
        told(error)
    });
    assert_eq!(told[0], told[1]);
    assert!(told[0].0.contains("the proxy refused or failed"), "{}", told[0].0);
}

#[test]
fn a_key_is_never_handed_to_a_proxy_in_plain_text() {
    for kind in [Kind::Blocking, Kind::Async] {
        let settings = Settings::default().with_proxy("http://127.0.0.1:3128");
        let made = Client::new(kind, Session::new(nobody().1, standard()), &settings);
        assert!(matches!(made, Err(Error::Invalid(_))), "{kind:?}");
    }
}

#[test]
fn a_proxy_without_a_usable_port_is_refused_alike_and_before_anything_is_sent() {
    for proxy in ["http://jo:s3cret@127.0.0.1:0", "127.0.0.1:0", "https://127.0.0.1:65536", "localhost:"] {
        let told = [Kind::Blocking, Kind::Async].map(|kind| {
            let address = Tenant::new("acme.xdr.us.example").expect("a good name");
            let settings = Settings::default().with_mozilla_roots().with_proxy(proxy);
            match Client::new(kind, Session::new(address, standard()), &settings) {
                Err(error @ Error::Invalid(_)) => error.to_string(),
                made => panic!("{kind:?} {proxy}: {made:?}"),
            }
        });
        assert_eq!(told[0], told[1]);
        assert!(told[0].contains("/proxy must have a port from 1 to 65535"), "{}", told[0]);
        assert!(!told[0].contains("s3cret"), "{}", told[0]);
    }
}

/// The first line of the request to a proxy. The proxy then hangs up.
fn asked_of_a_proxy(kind: Kind, scheme: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let settings = Settings::default().with_mozilla_roots().with_proxy(format!("{scheme}{address}"));
    let proxy = std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("it is connected to");
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).expect("it is asked");
        line
    });
    let tenant = Tenant::new("acme.xdr.us.example").expect("a good name");
    let session = Session::new(tenant, standard());
    let client = Client::new(kind, session.clone(), &settings).expect("the settings are good");
    let server = Server::start(xdr_conformance::tenant()).expect("only for its clock");
    let call = session.call(&Scan::all()).expect("the scan keeps its rules");
    let time = VirtualTime::new();
    let error = client.drive(Virtual::new(call, &time, &server), |never| match never {});
    assert!(matches!(error, Err(Error::NotSent(_))), "{error:?}");
    proxy.join().expect("it has been asked")
}

#[test]
fn a_proxy_is_reached_with_and_without_its_scheme() {
    for kind in [Kind::Blocking, Kind::Async] {
        for scheme in ["http://", "HTTP://", ""] {
            let asked = asked_of_a_proxy(kind, scheme);
            assert_eq!(asked, "CONNECT api-acme.xdr.us.example:443 HTTP/1.1\r\n", "{kind:?} {scheme}");
        }
    }
}

#[test]
fn an_address_with_the_path_of_an_example_is_asked_by_the_operations_own_path() {
    for kind in [Kind::Blocking, Kind::Async] {
        let server = Server::start(tenant()).expect("a tenant");
        for path in ["", "/", "/public_api/v1/endpoints/scan/", "/api_keys/validate/"] {
            let address = Tenant::loopback(&format!("{}{path}", server.url())).expect("a loopback address");
            let session = Session::new(address, standard());
            let client =
                Client::new(kind, session.clone(), &Settings::default()).expect("the defaults are good");
            let call = session.call(&GetActionStatus::new(7.into())).expect("it keeps its rules");
            let status = client.drive(call, |never| match never {}).expect("it is read");
            assert_eq!(status.counts().total(), 0, "{kind:?} {path}");
        }
    }
}

/// Serves all connections: counts them, and gives every request the same answer.
fn counting_server(answer: &'static str) -> (Tenant, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = format!("http://{}", listener.local_addr().expect("it has an address"));
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            count.fetch_add(1, Ordering::SeqCst);
            std::thread::spawn(move || converse(stream.expect("it was accepted"), answer));
        }
    });
    (Tenant::loopback(&address).expect("a loopback address"), connections)
}

/// Reads requests. A request fits into one read of a loopback connection, or ends with the last brace of its body.
fn converse(mut stream: TcpStream, answer: &str) {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..read]);
        if seen.ends_with(b"}}") {
            seen.clear();
            if stream.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    }
}

#[test]
fn every_action_has_a_connection_of_its_own_and_reads_share_one() {
    const STARTED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 28\r\n\r\n{\"reply\":{\"action_id\":\"42\"}}";
    const STATUS: &str = "HTTP/1.1 200 OK\r\ncontent-length: 21\r\n\r\n{\"reply\":{\"data\":{}}}";
    for kind in [Kind::Blocking, Kind::Async] {
        let settings = Settings::default();
        let (address, connections) = counting_server(STARTED);
        let session = Session::new(address, standard());
        let client = Client::new(kind, session.clone(), &settings).expect("the defaults are good");
        for _ in 0..4 {
            let call = session.call(&Scan::all()).expect("the scan keeps its rules");
            client.drive(call, |never| match never {}).expect("it is started");
        }
        assert_eq!(connections.load(Ordering::SeqCst), 4, "{kind:?}: a connection for each action");

        let (address, connections) = counting_server(STATUS);
        let session = Session::new(address, standard());
        let client = Client::new(kind, session.clone(), &settings).expect("the defaults are good");
        for _ in 0..4 {
            let call = session.call(&GetActionStatus::new(7.into())).expect("it keeps its rules");
            client.drive(call, |never| match never {}).expect("it is read");
        }
        assert_eq!(connections.load(Ordering::SeqCst), 1, "{kind:?}: reads need no new ones");
    }
}

/// Wrong PEM texts, each with its error.
const NO_ROOTS: [(&[u8], &str); 6] = [
    (b"", "no certificate"),
    (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "must hold certificates in PEM form"),
    (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no certificate"),
    (br"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "written out as"),
    (&[0x30, 0x82, 3, 0x7f, 0x30, 0x82], "a DER file"),
    (b"/etc/ssl/certs/acme.pem", "the path of a file"),
];

#[test]
fn a_bad_root_certificate_is_refused_alike_when_the_client_is_made() {
    for (pem, why) in NO_ROOTS {
        let told = [Kind::Blocking, Kind::Async].map(|kind| {
            let address = Tenant::new("acme.xdr.us.paloaltonetworks.com").expect("a good name");
            let settings = Settings::default().with_mozilla_roots().with_root_certificate(pem);
            match Client::new(kind, Session::new(address, standard()), &settings) {
                Err(error @ Error::Invalid(_)) => error.to_string(),
                made => panic!("{kind:?} {why}: {made:?}"),
            }
        });
        assert_eq!(told[0], told[1]);
        assert!(told[0].contains(why), "{}", told[0]);
    }
}

#[test]
fn the_blocking_client_works_inside_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = Server::start(tenant()).expect("a tenant");
    let address = Tenant::loopback(&server.url()).expect("a loopback address");
    let client = xdr_blocking::Client::new(address, standard()).expect("the defaults are good");
    let started = runtime.block_on(async { client.send(&Scan::all()) });
    assert_eq!(started.expect("it is started").endpoints_count, Some(673));
}

#[test]
fn the_short_forms_do_what_the_flows_do() {
    let tenant = tenant().with_time_scale(1_000_000.0);
    let brisk = || {
        let moment = Duration::from_millis(1);
        Polling::within(Duration::from_secs(3600)).with_pauses(moment, moment, moment)
    };
    let scan = Scan::all();
    both_with(&tenant, &Settings::default(), &standard(), |trial| {
        let (report, waited, cancelled) = match &trial.client {
            Client::Blocking(client) => {
                let report = client.scan_and_wait(&scan, brisk()).expect("it settles");
                let waited = client.wait(report.action_id().clone(), brisk()).expect("it is known");
                (report, waited, client.cancel_action(start(trial)).expect("it is known"))
            }
            Client::Async(client, runtime) => runtime.block_on(async {
                let report = client.scan_and_wait(&scan, brisk()).await.expect("it settles");
                let waited = client.wait(report.action_id().clone(), brisk()).await.expect("it is known");
                let id = client.send(&scan).await.expect("it can be scanned again").action_id;
                (report, waited, client.cancel_action(id).await.expect("it is known"))
            }),
        };
        assert_eq!((report.counts().settled(), waited.counts().settled()), (673, 673));
        assert_eq!(cancelled.endpoints + cancelled.settled + cancelled.refused, 673);
        // The number of polls depends on the speed of the machine.
        trial.server.sim().clear_requests();
    });
}

/// This function is never called. It only has to compile.
#[allow(dead_code, reason = "a check of types")]
fn the_futures_of_the_async_client_are_send<F: Flow + Send>(client: &xdr_async::Client, flow: F)
where
    F::Progress: Send,
    F::Output: Send,
{
    fn assert_send(_: impl Send) {}
    let hour = Polling::within(Duration::from_secs(3600));
    assert_send(client.drive(flow, quiet));
    assert_send(client.send(&Scan::all()));
    assert_send(client.scan_and_wait(&Scan::all(), hour));
    assert_send(client.wait(ActionId::from(7), hour));
    assert_send(client.cancel_action(ActionId::from(7)));
    assert_send(client.follow(ActionId::from(7), hour));
}
