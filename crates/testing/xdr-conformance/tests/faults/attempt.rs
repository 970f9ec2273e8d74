//! A call with exchanges that a test can change before they are sent.

use std::cell::Cell;
use std::convert::Infallible;

use xdr_conformance::{Client, Kind, standard};
use xdr_model::{
    Error, RateLimit, Scan, Session, Settings, StartedAction, Tenant,
    flow::Call,
    transport::{Context, Event, Exchange, Flow, Step},
};

/// The result of a scan.
pub(crate) type Scanned = Result<StartedAction, Error>;

/// A scan with changed exchanges and without pauses.
struct Changed<E> {
    call: Option<Call<StartedAction>>,
    change: E,
    /// Whether it is sent again if the rules allow this. Otherwise the first attempt is the last.
    again: bool,
}

impl<E: Fn(&mut Exchange)> Flow for Changed<E> {
    type Progress = Infallible;
    type Output = Scanned;

    fn step(&mut self, context: &Context<'_>, mut event: Event) -> Step<Infallible, Scanned> {
        loop {
            match self.call.as_mut().expect("it has not ended").step(context, event) {
                Step::Send(mut exchange) => {
                    (self.change)(&mut exchange);
                    return Step::Send(exchange);
                }
                Step::Wait(_) if self.again => event = Event::Resume,
                Step::Wait(_) => return Step::Done(self.call.take().expect("it has not ended").stop()),
                other => return other,
            }
        }
    }

    fn stop(self) -> Scanned {
        self.call.expect("it has not ended").stop()
    }
}

/// A client with its own threads for the connections, and the session for its calls.
pub(crate) struct Scanner {
    client: Client,
    session: Session,
}

impl Scanner {
    pub(crate) fn new(kind: Kind, url: &str) -> Self {
        let tenant = Tenant::loopback(url).expect("it is an address of this machine");
        let session = Session::new(tenant, standard()).with_rate_limit(RateLimit::off());
        let settings = Settings::default();
        let client = match kind {
            Kind::Blocking => Client::new(kind, session.clone(), &settings).expect("the defaults are good"),
            Kind::Async => {
                let client = xdr_async::Client::with_settings(session.clone(), &settings);
                let mut runtime = tokio::runtime::Builder::new_multi_thread();
                let runtime =
                    runtime.worker_threads(1).enable_all().build().expect("a runtime can be started");
                Client::Async(client.expect("the defaults are good"), runtime)
            }
        };
        Self { client, session }
    }

    /// Sends the first attempt of a scan, with this change.
    pub(crate) fn once(&self, scan: &Scan, change: impl Fn(&mut Exchange)) -> Scanned {
        self.drive(scan, change, false)
    }

    /// Sends a scan with all attempts that the rules allow, each with this change. Returns the number of attempts too.
    pub(crate) fn again(&self, scan: &Scan, change: impl Fn(&mut Exchange)) -> (Scanned, usize) {
        let attempts = Cell::new(0);
        let change = |exchange: &mut Exchange| {
            attempts.set(attempts.get() + 1);
            change(exchange);
        };
        (self.drive(scan, change, true), attempts.get())
    }

    fn drive(&self, scan: &Scan, change: impl Fn(&mut Exchange), again: bool) -> Scanned {
        let call = Some(self.session.call(scan).expect("it keeps its rules"));
        self.client.drive(Changed { call, change, again }, |never| match never {})
    }
}
