//! Ending a wait early: at once, with what is known, and without sending anything more.
//!
//! The pauses here are hours long and real: a stop that waited for the end of one would hang the test.

use std::ops::ControlFlow;
use std::sync::mpsc;
use std::time::Duration;

use xdr_conformance::{standard, tenant};
use xdr_model::{Cadence, Error, Progress, Scan, Tenant, WaitEnd};
use xdr_sim::{Fault, Server};

const HOURS: Duration = Duration::from_secs(3 * 3600);

fn slow() -> Cadence {
    Cadence::within(10 * HOURS).with_pauses(HOURS, HOURS, HOURS)
}

fn server() -> (Server, Tenant) {
    let server = Server::start(tenant()).expect("a tenant");
    let address = Tenant::loopback(&server.url()).expect("a loopback address");
    (server, address)
}

fn blocking(address: Tenant, stop: &xdr_blocking::Stop) -> xdr_blocking::Client {
    xdr_blocking::Client::new(address, standard()).expect("the defaults are good").until(stop)
}

fn asynchronous(address: Tenant, stop: &xdr_async::Stop) -> xdr_async::Client {
    xdr_async::Client::new(address, standard()).expect("the defaults are good").until(stop)
}

/// The scan goes on, its id is told, and the tenant saw one request.
fn assert_stopped(result: Result<xdr_model::ActionReport, Error>, server: &Server) {
    let error = result.expect_err("it was stopped");
    let Error::Wait(ended) = &error else { panic!("{error}") };
    assert!(matches!(ended.why, WaitEnd::Stopped), "{error}");
    let sim = server.sim();
    assert_eq!(error.action_id().map(ToString::to_string), Some(sim.actions()[0].id.to_string()));
    assert_eq!(sim.requests().len(), 1);
}

#[test]
fn the_blocking_client_is_stopped_in_the_middle_of_a_sleep() {
    let (server, address) = server();
    let stop = xdr_blocking::Stop::new();
    let client = blocking(address, &stop);
    let (started, has_started) = mpsc::channel();
    let stopper = std::thread::spawn(move || {
        has_started.recv().expect("the scan starts");
        stop.stop();
    });
    let result = client.scan_and_wait(&Scan::all(), slow(), |progress| {
        if let Progress::Started(_) = progress {
            started.send(()).expect("the other thread listens");
        }
        ControlFlow::Continue(())
    });
    stopper.join().expect("the other thread ends");
    assert_stopped(result, &server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_async_client_is_stopped_in_the_middle_of_a_sleep() {
    let (server, address) = server();
    let stop = xdr_async::Stop::new();
    let client = asynchronous(address, &stop);
    let (started, has_started) = tokio::sync::oneshot::channel();
    let mut started = Some(started);
    let run = tokio::spawn(async move {
        client
            .scan_and_wait(&Scan::all(), slow(), |progress| {
                if let (Progress::Started(_), Some(started)) = (progress, started.take()) {
                    started.send(()).expect("the test listens");
                }
                ControlFlow::Continue(())
            })
            .await
    });
    has_started.await.expect("the scan starts");
    stop.stop();
    assert_stopped(run.await.expect("it does not panic"), &server);
}

#[tokio::test]
async fn a_dropped_future_ends_the_asking_and_nothing_else() {
    let (server, address) = server();
    let client = asynchronous(address, &xdr_async::Stop::new());
    let (started, has_started) = tokio::sync::oneshot::channel();
    let mut started = Some(started);
    let scan = Scan::all();
    let run = client.scan_and_wait(&scan, slow(), |progress| {
        if let (Progress::Started(_), Some(started)) = (progress, started.take()) {
            started.send(()).expect("the test listens");
        }
        ControlFlow::Continue(())
    });
    tokio::select! {
        ended = run => panic!("it cannot have ended: {ended:?}"),
        told = has_started => told.expect("the scan starts"),
    }
    assert_eq!(server.sim().requests().len(), 1);
    assert_eq!(server.sim().actions().len(), 1);
}

#[tokio::test]
async fn what_is_stopped_before_it_begins_sends_nothing() {
    let (server, address) = server();
    let (for_blocking, for_async) = (xdr_blocking::Stop::new(), xdr_async::Stop::new());
    for_blocking.stop();
    for_async.stop();
    let texts = [
        blocking(address.clone(), &for_blocking).send(&Scan::all()),
        asynchronous(address, &for_async).send(&Scan::all()).await,
    ]
    .map(|result| {
        let error = result.expect_err("it was stopped");
        assert!(matches!(error, Error::NotSent(_)), "{error}");
        assert!(!error.may_have_taken_effect() && !error.is_safe_to_retry());
        error.to_string()
    });
    assert_eq!(texts[0], texts[1]);
    assert_eq!(server.sim().requests().len(), 0);
}

#[test]
fn a_scan_that_is_accepted_while_it_is_stopped_is_still_told() {
    let (server, address) = server();
    let stop = xdr_blocking::Stop::new();
    let client = blocking(address, &stop);
    // The answer comes after the stop: it was asked for before, and is not thrown away.
    server.sim().fault(Fault::on("scan").delay(Duration::from_millis(100)).after_executing());
    let mut told = None;
    let result = std::thread::scope(|scope| {
        scope.spawn(|| {
            while server.sim().requests().is_empty() {
                std::thread::yield_now();
            }
            stop.stop();
        });
        client.scan_and_wait(&Scan::all(), slow(), |progress| {
            if let Progress::Started(started) = progress {
                told = Some(started.action_id.to_string());
            }
            ControlFlow::Continue(())
        })
    });
    assert_stopped(result, &server);
    assert_eq!(told, Some(server.sim().actions()[0].id.to_string()));
}

/// A server that accepts connections only when it is told to: until then a client is still connecting, or has
/// connected and waits to be heard.
struct Shy {
    listener: std::net::TcpListener,
}

impl Shy {
    fn new() -> (Self, Tenant) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = format!("https://{}", listener.local_addr().expect("it has an address"));
        (Self { listener }, Tenant::loopback(&address).expect("a loopback address"))
    }

    /// Accepts one connection, stops the client while it waits for TLS, and hangs up.
    fn stop_while_connecting(self, stop: impl FnOnce()) {
        let (stream, _) = self.listener.accept().expect("the client connects");
        stop();
        drop(stream);
    }
}

#[test]
fn a_scan_that_is_stopped_while_it_connects_is_never_sent() {
    let settings = xdr_model::Settings::default().with_mozilla_roots();
    let session = |address| xdr_model::Session::new(address, standard());

    let (shy, address) = Shy::new();
    let stop = xdr_blocking::Stop::new();
    let client =
        xdr_blocking::Client::with_settings(session(address), &settings).expect("good settings").until(&stop);
    let server = std::thread::spawn(move || shy.stop_while_connecting(|| stop.stop()));
    let blocking = client.send(&Scan::all()).expect_err("it was stopped");
    server.join().expect("the server ends");

    let (shy, address) = Shy::new();
    let stop = xdr_async::Stop::new();
    let client =
        xdr_async::Client::with_settings(session(address), &settings).expect("good settings").until(&stop);
    let server = std::thread::spawn(move || shy.stop_while_connecting(|| stop.stop()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let other = runtime.block_on(client.send(&Scan::all())).expect_err("it was stopped");
    server.join().expect("the server ends");

    for error in [&blocking, &other] {
        assert!(
            matches!(error, Error::NotSent(error) if error.source.kind() == xdr_model::TransportKind::Stopped),
            "{error}"
        );
        assert_eq!(error.attempted().map(|call| call.attempts), Some(1), "it is not tried again");
    }
    assert_eq!(blocking.to_string(), other.to_string());
}

#[test]
fn a_body_is_not_handed_over_once_it_is_stopped() {
    let gate = xdr_model::Gate::new();
    assert!(!gate.take_unless(true));
    assert_eq!(gate.revoke(), xdr_model::Sent::No);
    let gate = xdr_model::Gate::new();
    assert!(gate.take_unless(false) && gate.take_unless(true), "what has begun goes on");
    assert_eq!(gate.revoke(), xdr_model::Sent::Maybe);
}
