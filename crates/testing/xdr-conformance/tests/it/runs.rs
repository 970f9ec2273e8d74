//! Following without an observer: an iterator, and a stream.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream;
use xdr_conformance::{standard, tenant};
use xdr_model::{Error, Progress, Scan, Session, Tenant, error::WaitEnd};
use xdr_sim::{Config, Fault, Server};

const HOUR: Duration = Duration::from_secs(3600);

fn tenant_of(server: &Server) -> Tenant {
    Tenant::loopback(&server.url()).expect("a loopback address")
}

fn blocking(server: &Server) -> xdr_blocking::Client {
    xdr_blocking::Client::new(tenant_of(server), standard()).expect("the defaults are good")
}

fn other(server: &Server) -> xdr_async::Client {
    xdr_async::Client::new(tenant_of(server), standard()).expect("the defaults are good")
}

fn server(config: Config) -> Server {
    Server::start(config).expect("a tenant can be simulated")
}

fn fast() -> Server {
    server(tenant().with_time_scale(1_000_000.0))
}

/// The id comes first, then the polls, and then the end.
fn check(told: &[Progress]) {
    let (first, rest) = told.split_first().expect("something is told");
    assert!(matches!(first, Progress::Started { .. }), "{first:?}");
    assert!(!rest.is_empty() && rest.iter().all(|p| matches!(p, Progress::Polled { .. })), "{rest:?}");
}

#[test]
fn a_run_tells_the_id_first_and_gives_the_report_at_its_end() {
    let server = fast();
    let mut run = blocking(&server).run(Scan::all(), HOUR).expect("a good scan");
    check(&run.by_ref().collect::<Vec<_>>());
    assert!(run.next().is_none(), "it has ended");
    assert_eq!(run.finish().expect("it settles").counts().settled(), 673);
}

#[tokio::test]
async fn an_async_run_tells_the_id_first_and_gives_the_report_at_its_end() {
    let server = fast();
    let mut run = other(&server).run(Scan::all(), HOUR).expect("a good scan");
    let mut told = Vec::new();
    while let Some(progress) = run.next().await {
        told.push(progress);
    }
    check(&told);
    assert!(run.next().await.is_none(), "it has ended");
    assert_eq!(run.finish().await.expect("it settles").counts().settled(), 673);
}

#[test]
fn nothing_is_sent_before_it_is_asked_for() {
    let server = fast();
    drop(blocking(&server).run(Scan::all(), HOUR).expect("a good scan"));
    let stopped = blocking(&server).run(Scan::all(), HOUR).expect("a good scan").stop();
    assert!(matches!(stopped, Err(Error::NotSent(_))), "{stopped:?}");
    let run = other(&server).run(Scan::all(), HOUR).expect("a good scan");
    let stopped = run.stop();
    assert!(matches!(stopped, Err(Error::NotSent(_))), "{stopped:?}");
    assert_eq!(server.sim().requests().len(), 0);
}

#[test]
fn a_run_that_is_dropped_or_stopped_after_its_start_leaves_the_scan_running() {
    for drops in [true, false] {
        let server = server(tenant());
        let mut run = blocking(&server).run(Scan::all(), HOUR).expect("a good scan");
        let Some(Progress::Started { report }) = run.next() else { panic!("it is started") };
        if drops {
            drop(run);
        } else {
            let Err(Error::Wait(ended)) = run.stop() else { panic!("it has not settled") };
            assert!(matches!(ended.why, WaitEnd::Stopped), "{ended}");
            assert_eq!(ended.report.action_id(), report.action_id());
        }
        let sim = server.sim();
        assert_eq!((sim.requests().len(), sim.actions().len()), (1, 1));
    }
}

/// Dropping a future of `next` while the scan is in flight loses nothing: the next call waits for the same answer.
#[tokio::test]
async fn a_next_that_is_dropped_goes_on_where_it_was() {
    let server = server(tenant());
    server.sim().fault(Fault::on("scan").delay(Duration::from_millis(50)));
    let mut run = other(&server).run(Scan::all(), HOUR).expect("a good scan");
    let mut asked = 0;
    let report = loop {
        asked += 1;
        // Each future is dropped at its first pause.
        let told = tokio::select! {
            biased;
            told = run.next() => told,
            () = tokio::task::yield_now() => continue,
        };
        let Some(Progress::Started { report }) = told else { panic!("{told:?}") };
        break report;
    };
    assert!(asked > 1);
    assert_eq!(server.sim().actions().len(), 1);
    let id = server.sim().actions()[0].id.to_string();
    assert_eq!(report.action_id().as_str(), id);
}

/// A run that is stopped while the scan is in flight says that the scan may have been started.
#[tokio::test]
async fn an_async_run_that_is_stopped_in_flight_leaves_the_outcome_open() {
    let server = server(tenant());
    server.sim().fault(Fault::on("scan").delay(Duration::from_secs(3600)));
    let mut run = other(&server).run(Scan::all(), HOUR).expect("a good scan");
    while server.sim().actions().is_empty() {
        tokio::select! {
            told = run.next() => panic!("it hangs: {told:?}"),
            () = tokio::task::yield_now() => {}
        }
    }
    let ended = run.stop();
    assert!(
        matches!(&ended, Err(error @ Error::OutcomeUnknown(_)) if error.may_have_taken_effect()),
        "{ended:?}"
    );
}

#[test]
fn a_run_is_a_stream() {
    let session = Session::new(Tenant::loopback("http://127.0.0.1:1").expect("a good address"), standard());
    let client = xdr_async::Client::with_settings(session, &xdr_model::Settings::default());
    let stop = xdr_model::Stop::new();
    stop.stop();
    let mut run =
        client.expect("the defaults are good").until(&stop).run(Scan::all(), HOUR).expect("a good scan");
    // The run is already stopped, so it ends at once and needs no runtime.
    let told = Pin::new(&mut run).poll_next(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(told, Poll::Ready(None)));
    assert!(matches!(run.stop(), Err(Error::NotSent(_))));
}
