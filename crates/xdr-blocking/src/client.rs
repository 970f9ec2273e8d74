//! The client: a loop that drives flows, and how it moves bytes.

use std::fmt;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ureq::{Agent, SendBody};
use xdr_model::bytes::{Buf, Bytes};
use xdr_model::http::Response;
use xdr_model::{
    ActionReport, CancelProgress, Cancelled, Credentials, Error, Operation, Polling, Progress, Replay, Scan,
    Session, Settings, Stop, Tenant,
    transport::{Event, Exchange, Flow, Gate, Sent, Step, TransportError, TransportKind},
};
use xdr_transport::{context, or_exhausted, proxy, tls, tls_kind, unusable_proxy};

use crate::body::GatedBody;
use crate::connector::{NoLookUp, connector};
use crate::names::{LookUpError, Names};

/// A client of one tenant. Cheap to clone; clones share connections and rate limit.
#[derive(Clone)]
pub struct Client {
    session: Session,
    /// Never reuses a connection: when one is closed while a request is being written, nobody knows whether the
    /// request was carried out.
    acting: Agent,
    reading: Agent,
    total_timeout: Duration,
    most_body: u64,
    proxied: bool,
    stop: Option<Stop>,
}

impl Client {
    /// A client with the default [`Settings`].
    ///
    /// ```
    /// use xdr_blocking::{Client, model::{Credentials, Scan, Tenant}};
    ///
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let tenant = Tenant::loopback(&sim.url())?;
    /// # #[cfg(any())]
    /// let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] when this machine has no root certificates.
    pub fn new(tenant: Tenant, credentials: Credentials) -> Result<Self, Error> {
        Self::with_settings(Session::new(tenant, credentials), &Settings::default())
    }

    /// A client with other settings, or for a session that is shared.
    ///
    /// ```
    /// use xdr_blocking::{Client, model::{Credentials, Session, Settings, Tenant}};
    ///
    /// let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// let settings = Settings::default().with_mozilla_roots().with_user_agent("acme-soc/1.0");
    /// let client = Client::with_settings(session, &settings)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] when a setting breaks a rule: a text that is not a certificate, no root certificates, a bad
    /// proxy or user agent.
    pub fn with_settings(session: Session, settings: &Settings) -> Result<Self, Error> {
        settings.validate(session.tenant())?;
        let (names, tls) = (Arc::new(Names::default()), tls(session.tenant(), settings)?);
        let proxy = proxy(settings, session.tenant())?.map(|url| ureq::Proxy::new(&url));
        let proxy = proxy.transpose().map_err(|_| unusable_proxy())?;
        let agent = |most_idle| {
            let config = Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .https_only(session.tenant().is_https())
                .proxy(proxy.clone())
                .max_idle_connections_per_host(most_idle)
                .user_agent(&settings.user_agent)
                .timeout_connect(Some(settings.connect_timeout))
                .timeout_recv_response(Some(settings.head_timeout))
                .timeout_global(Some(settings.total_timeout));
            Agent::with_parts(config.build(), connector(Arc::clone(&names), Arc::clone(&tls)), NoLookUp)
        };
        Ok(Self {
            acting: agent(0),
            reading: agent(10),
            total_timeout: settings.total_timeout,
            most_body: settings.most_body,
            proxied: proxy.is_some(),
            stop: None,
            session,
        })
    }

    /// The same client, ended by `stop`.
    ///
    /// ```
    /// use xdr_blocking::{Client, Stop, model::{Credentials, Tenant}};
    ///
    /// # let tenant = Tenant::loopback("http://127.0.0.1:8080")?;
    /// let stop = Stop::new();
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?.until(&stop);
    /// // in a handler of Ctrl-C: stop.stop()
    /// # let _ = client;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn until(&self, stop: &Stop) -> Self {
        Self { stop: Some(stop.clone()), ..self.clone() }
    }

    /// The session, to make flows from.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Sends one operation, again only where that can do no harm.
    ///
    /// ```
    /// use xdr_blocking::{Client, model::{Credentials, GetActionStatus, Scan, Tenant}};
    ///
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let started = client.send(&Scan::all())?;
    /// let status = client.send(&GetActionStatus::new(started.action_id))?;
    /// assert_eq!(status.counts().total(), 673);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Any kind of [`Error`] but [`Error::Wait`].
    pub fn send<O: Operation>(&self, operation: &O) -> Result<O::Reply, Error> {
        self.drive(self.session.call(operation)?, |never| match never {})
    }

    /// Starts a scan and follows it until all of its endpoints have settled, or the observer breaks.
    ///
    /// ```
    /// use std::{ops::ControlFlow, time::Duration};
    /// use xdr_blocking::{Client, model::{Polling, Credentials, Progress, Scan, Tenant}};
    ///
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let report = client.scan_and_wait(&Scan::all(), Polling::within(Duration::from_secs(7200)), |progress| {
    ///     if let Progress::Started { report } = progress {
    ///         println!("action {}", report.action_id()); // keep it: the scan can be followed from it
    ///     }
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(report.counts().settled(), 673);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Before the scan was accepted as with [`send`](Self::send); after that [`Error::Wait`], with the action's id.
    pub fn scan_and_wait(
        &self,
        scan: &Scan,
        polling: Polling,
        observe: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ActionReport, Error> {
        self.drive(self.session.scan_and_wait(scan, polling)?, observe)
    }

    /// Follows an action that any program has started before. Give its id, or better a saved report or progress: that
    /// also knows what the scan asked for and which endpoints the tenant has named.
    ///
    /// ```
    /// use std::{ops::ControlFlow, time::Duration};
    /// use xdr_blocking::{Client, model::{Polling, Credentials, Scan, Tenant}};
    ///
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let id = client.send(&Scan::all())?.action_id;
    /// let polling = Polling::within(Duration::from_secs(7200));
    /// let report = client.wait(id, polling, |_| ControlFlow::Continue(()))?;
    /// assert!(report.counts().is_settled());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Wait`], with the action's id.
    pub fn wait(
        &self,
        action: impl Into<ActionReport>,
        polling: Polling,
        observe: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ActionReport, Error> {
        self.drive(self.session.wait(action, polling), observe)
    }

    /// Cancels exactly the endpoints of an action that its status names as not settled. With a saved report or
    /// progress instead of the id, the result also lists the endpoints that have vanished and were not cancelled.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use xdr_blocking::{Client, model::{Credentials, Scan, Tenant}};
    ///
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let id = client.send(&Scan::all())?.action_id;
    /// let cancelled = client.cancel_action(id, |_| ControlFlow::Continue(()))?;
    /// assert_eq!(cancelled.endpoints, 673);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As with [`send`](Self::send); [`Error::Wait`] when the tenant does not know the action or when only a part of it
    /// was cancelled.
    pub fn cancel_action(
        &self,
        action: impl Into<ActionReport>,
        observe: impl FnMut(CancelProgress) -> ControlFlow<()>,
    ) -> Result<Cancelled, Error> {
        self.drive(self.session.cancel_action(action), observe)
    }

    /// Drives any flow to its end, on this thread.
    ///
    /// ```
    /// use xdr_blocking::{Client, model::{Credentials, Scan, Tenant}};
    ///
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let call = client.session().call(&Scan::all())?;
    /// let started = client.drive(call, |never| match never {})?;
    /// assert_eq!(started.endpoints_count, Some(673));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn drive<F: Flow>(
        &self,
        mut flow: F,
        mut observe: impl FnMut(F::Progress) -> ControlFlow<()>,
    ) -> F::Output {
        let mut event = Event::Resume;
        while !(matches!(event, Event::Resume) && self.is_stopped()) {
            event = match flow.step(&context(), event) {
                Step::Send(exchange) => Event::Received(self.exchange(*exchange)),
                Step::Wait(pause) => {
                    self.sleep(pause);
                    Event::Resume
                }
                Step::Progress(progress) => match observe(progress) {
                    ControlFlow::Continue(()) => Event::Resume,
                    ControlFlow::Break(()) => break,
                },
                Step::Done(output) => return output,
            };
        }
        flow.stop()
    }

    fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(Stop::is_stopped)
    }

    fn sleep(&self, pause: Duration) {
        let began = Instant::now();
        while let Some(nap) = Stop::nap(self.stop.as_ref(), pause.saturating_sub(began.elapsed())) {
            thread::sleep(nap);
        }
    }

    fn exchange(&self, exchange: Exchange) -> Result<Response<Bytes>, TransportError> {
        let agent = match exchange.replay {
            Replay::Unsafe => &self.acting,
            Replay::Safe => &self.reading,
        };
        let gate = Gate::new();
        let (taken, stop) = (gate.clone(), self.stop.clone());
        let body = |body: Bytes| GatedBody { gate: taken, stop, rest: body.reader() };
        let request = exchange.request.map(body).map(SendBody::from_owned_reader);
        let answer = match exchange.within.filter(|within| *within < self.total_timeout) {
            None => agent.run(request),
            Some(within) => agent.run(agent.configure_request(request).timeout_global(Some(within)).build()),
        };
        let failed = |e| failure(gate.revoke(), e).explained(self.proxied, self.is_stopped());
        let (head, body) = answer.map_err(failed)?.into_parts();
        let mut whole = Vec::new();
        // Counted after any decoding: a limit on what comes over the wire lets a small compressed body grow.
        let failed = match body.into_reader().take(self.most_body.saturating_add(1)).read_to_end(&mut whole) {
            Ok(n) if n as u64 <= self.most_body => return Ok(Response::from_parts(head, whole.into())),
            Ok(n) => {
                whole.truncate(n - 1);
                TransportError::new(Sent::Maybe, TransportKind::TooLarge)
            }
            Err(e) => failure(Sent::Maybe, ureq::Error::from(e)),
        };
        Err(failed.after_head(head, whole.into()))
    }
}

impl fmt::Debug for Client {
    /// Without the libraries' settings: a proxy's address can hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("session", &self.session).finish_non_exhaustive()
    }
}

fn failure(sent: Sent, error: ureq::Error) -> TransportError {
    use ureq::Error as Ureq;
    let kind = match &error {
        Ureq::ConnectProxyFailed(_) => TransportKind::Proxy,
        Ureq::Timeout(_) => TransportKind::Timeout,
        Ureq::Io(e) => TransportKind::of(e, tls_kind).unwrap_or(TransportKind::Other),
        Ureq::Other(e) if e.is::<LookUpError>() => TransportKind::Resolve,
        Ureq::Other(e) => TransportKind::of(&**e, tls_kind).unwrap_or(TransportKind::Other),
        Ureq::Tls(_) | Ureq::TlsRequired => TransportKind::Tls,
        Ureq::Protocol(_) | Ureq::LargeResponseHeader(..) | Ureq::BodyStalled => TransportKind::Garbage,
        _ => TransportKind::Other,
    };
    // Unwrapped: ureq does not say what its errors were caused by.
    let source: Box<dyn std::error::Error + Send + Sync> = match error {
        Ureq::Io(e) => e.into(),
        Ureq::Other(e) => e,
        other => other.into(),
    };
    TransportError::new(sent, or_exhausted(kind, &*source)).with_source(source)
}
