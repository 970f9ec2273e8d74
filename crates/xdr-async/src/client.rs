//! The client: a loop that drives flows, and how it moves bytes.

use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::time::Duration;

use reqwest::redirect::Policy;
use rustls::ClientConfig;
use tokio::time::{Instant, sleep, timeout_at};
use xdr_model::bytes::{Bytes, BytesMut};
use xdr_model::http::Response;
use xdr_model::{
    ActionReport, CancelProgress, Cancelled, Credentials, Error, Operation, Polling, Progress, Replay, Scan,
    Session, Settings, Stop, Tenant,
    transport::{Event, Exchange, Flow, Gate, Sent, Step, TransportError, TransportKind},
};
use xdr_transport::{context, or_exhausted, proxy, tls, tls_kind, unusable, unusable_proxy};

use crate::body::{GatedBody, read_up_to};
use crate::head::within;

/// A client of one tenant. Cheap to clone; clones share connections and rate limit.
#[derive(Clone)]
pub struct Client {
    session: Session,
    /// Never reuses a connection: when one is closed while a request is being written, nobody knows whether the
    /// request was carried out.
    acting: reqwest::Client,
    reading: reqwest::Client,
    head_timeout: Duration,
    total_timeout: Duration,
    most_body: u64,
    proxied: bool,
    stop: Option<Stop>,
}

impl Client {
    /// A client with the default [`Settings`].
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, Scan, Tenant}};
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
    /// use xdr_async::{Client, model::{Credentials, Session, Settings, Tenant}};
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
        let (tls, proxy) = (tls(session.tenant(), settings)?, proxy(settings, session.tenant())?);
        let client = |most_idle| {
            let client = reqwest::Client::builder()
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .http1_only()
                .no_gzip()
                .no_brotli()
                .no_zstd()
                .no_deflate()
                .no_hickory_dns()
                .https_only(session.tenant().is_https())
                .tls_backend_preconfigured(ClientConfig::clone(&tls))
                .connect_timeout(settings.connect_timeout)
                .pool_max_idle_per_host(most_idle)
                .user_agent(&settings.user_agent);
            let client = match &proxy {
                Some(url) => client.proxy(reqwest::Proxy::all(url).map_err(|_| unusable_proxy())?),
                None => client.no_proxy(),
            };
            client.build().map_err(|e| unusable(&e.to_string()))
        };
        Ok(Self {
            acting: client(0)?,
            reading: client(10)?,
            head_timeout: settings.head_timeout,
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
    /// use xdr_async::{Client, Stop, model::{Credentials, Tenant}};
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
    /// use xdr_async::{Client, model::{Credentials, GetActionStatus, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let started = client.send(&Scan::all()).await?;
    /// let status = client.send(&GetActionStatus::new(started.action_id)).await?;
    /// assert_eq!(status.counts().total(), 673);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Any kind of [`Error`] but [`Error::Wait`].
    pub fn send<'c, O: Operation>(
        &'c self,
        operation: &O,
    ) -> impl Future<Output = Result<O::Reply, Error>> + use<'c, O> {
        // Encoded before the future is made, which so is `Send` whatever the operation is.
        let call = self.session.call(operation);
        async move { self.drive(call?, |never| match never {}).await }
    }

    /// Starts a scan and follows it until all of its endpoints have settled, or the observer breaks.
    ///
    /// ```
    /// use std::{ops::ControlFlow, time::Duration};
    /// use xdr_async::{Client, model::{Polling, Credentials, Progress, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let report = client.scan_and_wait(&Scan::all(), Polling::within(Duration::from_secs(7200)), |progress| {
    ///     if let Progress::Started { report } = progress {
    ///         println!("action {}", report.action_id()); // keep it: the scan can be followed from it
    ///     }
    ///     ControlFlow::Continue(())
    /// }).await?;
    /// assert_eq!(report.counts().settled(), 673);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Before the scan was accepted as with [`send`](Self::send); after that [`Error::Wait`], with the action's id.
    pub async fn scan_and_wait(
        &self,
        scan: &Scan,
        polling: Polling,
        observe: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ActionReport, Error> {
        self.drive(self.session.scan_and_wait(scan, polling)?, observe).await
    }

    /// Follows an action that any program has started before. Give its id, or better a saved report or progress: that
    /// also knows what the scan asked for and which endpoints the tenant has named.
    ///
    /// ```
    /// use std::{ops::ControlFlow, time::Duration};
    /// use xdr_async::{Client, model::{Polling, Credentials, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let id = client.send(&Scan::all()).await?.action_id;
    /// let polling = Polling::within(Duration::from_secs(7200));
    /// let report = client.wait(id, polling, |_| ControlFlow::Continue(())).await?;
    /// assert!(report.counts().is_settled());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::Wait`], with the action's id.
    pub async fn wait(
        &self,
        action: impl Into<ActionReport>,
        polling: Polling,
        observe: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ActionReport, Error> {
        self.drive(self.session.wait(action, polling), observe).await
    }

    /// Cancels exactly the endpoints of an action that its status names as not settled. With a saved report or
    /// progress instead of the id, the result also lists the endpoints that have vanished and were not cancelled.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use xdr_async::{Client, model::{Credentials, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let id = client.send(&Scan::all()).await?.action_id;
    /// let cancelled = client.cancel_action(id, |_| ControlFlow::Continue(())).await?;
    /// assert_eq!(cancelled.endpoints, 673);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As with [`send`](Self::send); [`Error::Wait`] when the tenant does not know the action or when only a part of it
    /// was cancelled.
    pub async fn cancel_action(
        &self,
        action: impl Into<ActionReport>,
        observe: impl FnMut(CancelProgress) -> ControlFlow<()>,
    ) -> Result<Cancelled, Error> {
        self.drive(self.session.cancel_action(action), observe).await
    }

    /// Drives any flow to its end.
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let call = client.session().call(&Scan::all())?;
    /// let started = client.drive(call, |never| match never {}).await?;
    /// assert_eq!(started.endpoints_count, Some(673));
    /// # Ok(()) }
    /// ```
    pub async fn drive<F: Flow>(
        &self,
        mut flow: F,
        mut observe: impl FnMut(F::Progress) -> ControlFlow<()>,
    ) -> F::Output {
        let mut event = Event::Resume;
        while !(matches!(event, Event::Resume) && self.is_stopped()) {
            // A statement of its own: what is around a step must not be held while awaiting.
            let step = flow.step(&context(), event);
            event = match step {
                Step::Send(exchange) => Event::Received(self.exchange(*exchange).await),
                Step::Wait(pause) => {
                    self.sleep(pause).await;
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

    async fn sleep(&self, pause: Duration) {
        let began = Instant::now();
        while let Some(nap) = Stop::nap(self.stop.as_ref(), pause.saturating_sub(began.elapsed())) {
            sleep(nap).await;
        }
    }

    async fn exchange(&self, exchange: Exchange) -> Result<Response<Bytes>, TransportError> {
        let client = match exchange.replay {
            Replay::Unsafe => &self.acting,
            Replay::Safe => &self.reading,
        };
        let total = exchange.within.map_or(self.total_timeout, |within| within.min(self.total_timeout));
        let began = Instant::now();
        let gate = Gate::new();
        let (body, handed_over) = GatedBody::new(gate.clone(), self.stop.clone());
        let body = |bytes| reqwest::Body::wrap(body.with(bytes));
        let request =
            reqwest::Request::try_from(exchange.request.map(body)).map_err(|e| failure(Sent::No, e))?;
        let explained = |error: TransportError| error.explained(self.proxied, self.is_stopped());
        let answer = within(self.head_timeout, handed_over, client.execute(request));
        let answer = timeout_at(began + total, answer).await.ok().flatten();
        let answer = answer
            .ok_or_else(|| explained(TransportError::new(gate.revoke(), TransportKind::Timeout)))?
            .map_err(|e| explained(failure(gate.revoke(), e)))?;
        let (head, body) = Response::from(answer).into_parts();
        let mut whole = BytesMut::new();
        let failed = match timeout_at(began + total, read_up_to(self.most_body, body, &mut whole)).await {
            Ok(Ok(true)) => return Ok(Response::from_parts(head, whole.freeze())),
            Ok(Ok(false)) => TransportError::new(Sent::Maybe, TransportKind::TooLarge),
            Ok(Err(e)) => failure(Sent::Maybe, e),
            Err(_) => TransportError::new(Sent::Maybe, TransportKind::Timeout),
        };
        Err(failed.after_head(head, whole.freeze()))
    }
}

impl fmt::Debug for Client {
    /// Without the library's settings: a proxy's address can hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("session", &self.session).finish_non_exhaustive()
    }
}

fn failure(sent: Sent, error: reqwest::Error) -> TransportError {
    let kind = match TransportKind::of(&error, |error| tls_kind(error).or_else(|| http_kind(error))) {
        _ if error.is_dns() => TransportKind::Resolve,
        _ if error.is_timeout() => TransportKind::Timeout,
        Some(kind) => kind,
        None if error.is_connect() => TransportKind::Connect,
        None => TransportKind::of(&error, chunk_kind).unwrap_or(TransportKind::Other),
    };
    TransportError::new(sent, or_exhausted(kind, &error)).with_source(error.without_url())
}

/// What went wrong, if what came is not HTTP or ends before the answer does.
fn http_kind(error: &(dyn std::error::Error + 'static)) -> Option<TransportKind> {
    match error.downcast_ref::<hyper::Error>()? {
        error if error.is_parse() => Some(TransportKind::Garbage),
        error if error.is_incomplete_message() || error.is_closed() || error.is_canceled() => {
            Some(TransportKind::Closed)
        }
        _ => None,
    }
}

/// The same of the chunks of a body, where nothing else is known: not every I/O error of these kinds is about them.
fn chunk_kind(error: &(dyn std::error::Error + 'static)) -> Option<TransportKind> {
    let kind = error.downcast_ref::<io::Error>()?.kind();
    matches!(kind, io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput).then_some(TransportKind::Garbage)
}
