//! Stopping a wait: at once, with the result so far, and without further requests.
//!
//! The pauses are real, and hours long. If a stop waited for the end of a pause, the test would hang.

use std::net::TcpListener;
use std::ops::ControlFlow;
use std::thread;
use std::time::Duration;

use xdr_conformance::{Client, Kind, Trial, both, standard, tenant};
use xdr_model::{
    CancelProgress, Error, Polling, Progress, Scan, Session, Settings, Stop, Tenant,
    error::WaitEnd,
    transport::{Flow, TransportKind},
};
use xdr_sim::{Fault, Server};

use crate::support::start;

const HOURS: Duration = Duration::from_secs(3 * 3600);

fn slow() -> Polling {
    Polling::within(10 * HOURS).with_pauses(HOURS, HOURS, HOURS)
}

/// The client of a trial. `stop` ends it.
fn until(trial: &Trial, stop: &Stop) -> Client {
    let client = trial.client_of(&trial.session, &Settings::default());
    client.expect("the defaults are good").until(stop)
}

/// Drives a scan until `stop`. After the scan is accepted, another thread runs `then`.
fn scan_and(trial: &Trial, stop: &Stop, then: impl FnOnce() + Send) -> Result<(), Error> {
    let run = trial.session.scan_and_wait(Scan::all(), slow()).expect("a good scan");
    thread::scope(|scope| {
        let mut then = Some(then);
        let ended = until(trial, stop).drive(run, |progress| {
            if let (Progress::Started { .. }, Some(then)) = (progress, then.take()) {
                scope.spawn(then);
            }
            ControlFlow::Continue(())
        });
        ended.map(drop)
    })
}

/// The scan continues, the result has its id, and the tenant has received one request.
fn assert_stopped(result: Result<(), Error>, server: &Server) -> String {
    let error = result.expect_err("it was stopped");
    let Error::Wait(ended) = &error else { panic!("{error}") };
    assert!(matches!(ended.why, WaitEnd::Stopped), "{error}");
    let sim = server.sim();
    assert_eq!(error.action_id().map(ToString::to_string), Some(sim.actions()[0].id.to_string()));
    assert_eq!(sim.requests().len(), 1);
    error.to_string()
}

#[test]
fn a_wait_is_stopped_in_the_middle_of_a_sleep() {
    both(|trial| {
        let stop = Stop::new();
        assert_stopped(scan_and(trial, &stop, || stop.stop()), &trial.server)
    });
}

#[cfg(unix)]
#[test]
fn a_wait_is_stopped_from_a_signal_handler() {
    use signal_hook::consts::SIGUSR1;
    use std::sync::{Arc, atomic::AtomicBool};

    both(|trial| {
        let flag = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register(SIGUSR1, Arc::clone(&flag)).expect("the signal can be handled");
        let raise = || signal_hook::low_level::raise(SIGUSR1).expect("it can be raised");
        assert_stopped(scan_and(trial, &Stop::from(flag), raise), &trial.server)
    });
}

#[tokio::test]
async fn a_dropped_future_ends_the_asking_and_nothing_else() {
    let server = Server::start(tenant()).expect("a tenant");
    let address = Tenant::loopback(&server.url()).expect("a loopback address");
    let client = xdr_async::Client::new(address, standard()).expect("the defaults are good");
    let (started, has_started) = tokio::sync::oneshot::channel();
    let mut started = Some(started);
    let scan = Scan::all();
    let run = client.session().scan_and_wait(&scan, slow()).expect("a good scan");
    let run = client.drive(run, |progress| {
        if let (Progress::Started { .. }, Some(started)) = (progress, started.take()) {
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

/// A call, and how it ends if nothing can be sent any more.
fn send_nothing(client: &Client, session: &Session) -> Error {
    let call = session.call(&Scan::all()).expect("a good scan");
    let error = client.drive(call, |never| match never {}).expect_err("it was stopped");
    assert!(
        matches!(&error, Error::NotSent(error) if error.source.kind() == TransportKind::Stopped),
        "{error}"
    );
    assert!(!error.may_have_taken_effect() && !error.is_safe_to_retry());
    error
}

#[test]
fn what_is_stopped_before_it_begins_sends_nothing() {
    both(|trial| {
        let stop = Stop::new();
        stop.stop();
        let error = send_nothing(&until(trial, &stop), &trial.session);
        assert_eq!(trial.server.sim().requests().len(), 0);
        error.to_string()
    });
}

/// Drives a flow, and stops it after the tenant has received a request of this kind. The tenant answers later.
fn stop_during<F: Flow>(
    operation: &str,
    trial: &Trial,
    flow: F,
    observe: impl FnMut(F::Progress) -> ControlFlow<()>,
) -> F::Output {
    let (stop, server) = (Stop::new(), &trial.server);
    server.sim().fault(Fault::on(operation).delay(Duration::from_millis(100)).after_executing());
    let has_come = || server.sim().requests().iter().any(|request| request.operation() == operation);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !has_come() {
                thread::yield_now();
            }
            stop.stop();
        });
        until(trial, &stop).drive(flow, observe)
    })
}

#[test]
fn a_scan_that_is_accepted_while_it_is_stopped_is_still_told() {
    both(|trial| {
        let mut told = None;
        let run = trial.session.scan_and_wait(Scan::all(), slow()).expect("a good scan");
        let ended = stop_during("scan", trial, run, |progress| {
            if let Progress::Started { report } = progress {
                told = Some(report.action_id().to_string());
            }
            ControlFlow::Continue(())
        });
        assert_stopped(ended.map(drop), &trial.server);
        assert_eq!(told, Some(trial.server.sim().actions()[0].id.to_string()));
    });
}

#[test]
fn a_cancellation_that_is_accepted_while_it_is_stopped_is_still_told() {
    both(|trial| {
        let (cancel, mut accepted) = (trial.session.cancel_action(start(trial)), 0);
        let ended = stop_during("abort_scan", trial, cancel, |progress| {
            accepted += usize::from(matches!(progress, CancelProgress::Accepted(_)));
            ControlFlow::Continue(())
        });
        let cancelled = ended.expect("the tenant accepted it");
        assert_eq!((accepted, cancelled.endpoints, cancelled.left), (1, 673, 0));
    });
}

#[test]
fn a_cancellation_that_is_stopped_before_its_request_cancels_nothing() {
    both(|trial| {
        let stop = Stop::new();
        let ended = until(trial, &stop).drive(trial.session.cancel_action(start(trial)), |progress| {
            assert!(matches!(progress, CancelProgress::Found { unsettled: 673, .. }));
            stop.stop();
            ControlFlow::Continue(())
        });
        let error = ended.expect_err("it was stopped");
        assert_eq!(trial.sent("abort_scan"), 0);
        assert!(matches!(&error, Error::Wait(ended) if matches!(ended.why, WaitEnd::Stopped)), "{error}");
    });
}

/// A server that accepts a connection, stops the client while it waits for TLS, and hangs up.
#[test]
fn a_scan_that_is_stopped_while_it_connects_is_never_sent() {
    let texts = [Kind::Blocking, Kind::Async].map(|kind| {
        let shy = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = format!("https://{}", shy.local_addr().expect("it has an address"));
        let address = Tenant::loopback(&address).expect("a loopback address");
        let session = Session::new(address, standard());
        let settings = Settings::default().with_mozilla_roots();
        let client = Client::new(kind, session.clone(), &settings).expect("the settings keep their rules");
        let stop = Stop::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                let (stream, _) = shy.accept().expect("the client connects");
                stop.stop();
                drop(stream);
            });
            let error = send_nothing(&client.until(&stop), &session);
            assert_eq!(error.attempted().map(|call| call.attempts), Some(1), "it is not tried again");
            error.to_string()
        })
    });
    assert_eq!(texts[0], texts[1]);
}

#[test]
fn a_body_is_not_handed_over_once_it_is_stopped() {
    let gate = xdr_model::transport::Gate::new();
    assert!(!gate.take_unless(true));
    assert_eq!(gate.revoke(), xdr_model::transport::Sent::No);
    let gate = xdr_model::transport::Gate::new();
    assert!(gate.take_unless(false) && gate.take_unless(true), "what has begun goes on");
    assert_eq!(gate.revoke(), xdr_model::transport::Sent::Maybe);
}
