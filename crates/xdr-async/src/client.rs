//! The client: what a program calls.

use std::fmt;
use std::ops::ControlFlow;

use xdr_model::flow::{BatchRun, ScanRun, WaitForAction};
use xdr_model::{
    ActionReport, Cancelled, CancelledWhere, Credentials, Error, Filters, NamedEndpoint, Operation, Polling,
    Preview, Reconciled, ScanBatches, ScanPlan, Session, Settings, Stop, Tenant, transport::Flow,
};

use crate::run::Run;
use crate::transport::Transport;

/// A client of one tenant. Cheap to clone; clones share connections and rate limit.
#[derive(Clone)]
pub struct Client {
    session: Session,
    transport: Transport,
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
    /// [`Error::Invalid`] when this machine's root certificates cannot be read, or when it has none.
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
    /// [`Error::Invalid`] when a setting breaks a rule: a text that is not a certificate, root certificates that cannot be
    /// read, a bad proxy or user agent.
    pub fn with_settings(session: Session, settings: &Settings) -> Result<Self, Error> {
        let transport = Transport::new(session.tenant(), settings)?;
        Ok(Self { session, transport })
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
        Self { session: self.session.clone(), transport: self.transport.until(stop) }
    }

    /// The session, to make flows from.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Sends one operation. It is sent again only if that cannot carry it out twice, see
    /// [what is sent again](crate::model::error#what-is-sent-again).
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
    pub async fn send<O: Operation>(&self, operation: &O) -> Result<O::Reply, Error> {
        self.start(self.session.call(operation)?).finish().await
    }

    /// Starts a scan and waits until all of its endpoints have settled. [`run`](Self::run) does the same and also
    /// reports progress, beginning with the action's id.
    ///
    /// The deadline is a [`Duration`](std::time::Duration), or a [`Polling`] with more settings.
    ///
    /// ```
    /// use std::time::Duration;
    /// use xdr_async::{Client, model::{Credentials, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let report = client.scan_and_wait(&Scan::all(), Duration::from_secs(7200)).await?;
    /// assert_eq!(report.counts().settled(), 673);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Before the scan was accepted as with [`send`](Self::send); after that [`Error::Wait`], with the action's id.
    pub async fn scan_and_wait(
        &self,
        scan: impl Into<ScanPlan>,
        polling: impl Into<Polling>,
    ) -> Result<ActionReport, Error> {
        self.run(scan, polling)?.finish().await
    }

    /// Starts a scan and follows it until all of its endpoints have settled. See [`Run`]. A [`ScanPlan`] adds conditions,
    /// such as a cap.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all that the request breaks. Every other error is in the run's result: also the
    /// [`Error::Invalid`] of a plan that finds no endpoint, or more than it allows.
    pub fn run(&self, scan: impl Into<ScanPlan>, polling: impl Into<Polling>) -> Result<Run<ScanRun>, Error> {
        Ok(self.start(self.session.scan_and_wait(scan, polling)?))
    }

    /// Sends a scan of a long list of endpoints in batches, one after another, and follows them together. See
    /// [`ScanBatches`] for how to save and resume it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use xdr_async::{Client, model::{Credentials, Filter, Scan, ScanBatches, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// # let ids: Vec<_> = sim.sim().endpoints().iter().map(|endpoint| endpoint.id.clone()).collect();
    /// let batches = ScanBatches::split(Scan::matching([Filter::endpoint_ids(ids)]), 100)?;
    /// let mut run = client.run_batches(batches, Duration::from_secs(7200))?;
    /// while let Some(progress) = run.next().await {
    ///     let state = serde_json::to_string(progress.batches())?; // save it before you go on
    ///     # let _ = state;
    /// }
    /// let batches = run.finish().await?;
    /// assert_eq!((batches.len(), batches.settled()), (7, 673));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] when the batches are of another tenant. How the run ended is in its result.
    pub fn run_batches(
        &self,
        batches: ScanBatches,
        polling: impl Into<Polling>,
    ) -> Result<Run<BatchRun>, Error> {
        Ok(self.start(self.session.run_batches(batches, polling)?))
    }

    /// Lists the endpoints that a scan or a cancellation would reach, and starts nothing.
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let preview = client.preview(&Scan::all()).await?;
    /// assert_eq!(preview.len(), 673);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As with [`send`](Self::send).
    pub async fn preview<O: Operation>(&self, operation: &O) -> Result<Preview, Error> {
        self.start(self.session.preview(operation)?).finish().await
    }

    /// Waits for an action that any program started before. Pass its id, or better a saved report or progress: they
    /// also hold what the scan asked for and which endpoints the tenant has named. [`follow`](Self::follow) does the
    /// same and also reports progress.
    ///
    /// ```
    /// use std::time::Duration;
    /// use xdr_async::{Client, model::{Credentials, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let id = client.send(&Scan::all()).await?.action_id;
    /// let report = client.wait(id, Duration::from_secs(7200)).await?;
    /// assert!(report.counts().is_settled());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] for a report of another tenant. Otherwise [`Error::Wait`], with the action's id.
    pub async fn wait(
        &self,
        action: impl Into<ActionReport>,
        polling: impl Into<Polling>,
    ) -> Result<ActionReport, Error> {
        self.follow(action, polling).finish().await
    }

    /// Follows an action that any program started before. See [`Run`].
    pub fn follow(&self, action: impl Into<ActionReport>, polling: impl Into<Polling>) -> Run<WaitForAction> {
        self.start(self.session.wait(action, polling))
    }

    /// Reads the names of the endpoints of a report that need attention: host name, platform, connection and when
    /// each was last seen.
    ///
    /// ```
    /// use std::time::Duration;
    /// use xdr_async::{Client, model::{Credentials, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let report = client.scan_and_wait(Scan::all(), Duration::from_secs(7200)).await?;
    /// for endpoint in client.name_endpoints(&report).await? {
    ///     println!("{:?}: {}", endpoint.summary.and_then(|it| it.name), endpoint.reported.state);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As with [`send`](Self::send).
    pub async fn name_endpoints(&self, report: &ActionReport) -> Result<Vec<NamedEndpoint>, Error> {
        self.start(self.session.name_endpoints(report)).finish().await
    }

    /// Cancels exactly the endpoints of an action that its status names as not settled. With a saved report or
    /// progress instead of the id, the result also lists the endpoints that have vanished and were not cancelled.
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let id = client.send(&Scan::all()).await?.action_id;
    /// let cancelled = client.cancel_action(id).await?;
    /// assert_eq!(cancelled.endpoints, 673);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As with [`send`](Self::send); [`Error::Wait`] when the tenant does not know the action or when only a part of it
    /// was cancelled.
    pub async fn cancel_action(&self, action: impl Into<ActionReport>) -> Result<Cancelled, Error> {
        self.start(self.session.cancel_action(action)).finish().await
    }

    /// Cancels the scans of the endpoints that match the filters, **also scans that other people started**. It lists
    /// the endpoints that are being scanned or are about to be, and cancels exactly those, by their ids.
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, Filters, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// client.send(&Scan::all()).await?;
    /// let cancelled = client.cancel_where(Filters::All).await?;
    /// assert_eq!((cancelled.running.len(), cancelled.endpoints), (673, 673));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As with [`send`](Self::send). A failure after a part was accepted is in
    /// [`CancelledWhere::failure`].
    pub async fn cancel_where(&self, filters: Filters) -> Result<CancelledWhere, Error> {
        self.start(self.session.cancel_where(filters)?).finish().await
    }

    /// Reads whether the endpoints of an attempt whose outcome is unknown are being scanned. It starts nothing and cancels
    /// nothing, and it does not tell whether the attempt was carried out. See [`Session::reconcile`].
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, EndpointActivity, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let now = client.reconcile(&Scan::all()).await?;
    /// assert_eq!(now.count(EndpointActivity::BeingScanned), 0);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] with all that the request breaks, or when it selects no endpoints. Otherwise as with
    /// [`send`](Self::send).
    pub async fn reconcile<O: Operation>(&self, operation: &O) -> Result<Reconciled, Error> {
        self.start(self.session.reconcile(operation)?).finish().await
    }

    /// Starts any flow of the [session](Self::session). See [`Run`].
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, Scan, Tenant}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
    /// let id = client.send(&Scan::all()).await?.action_id;
    /// let mut cancelling = client.start(client.session().cancel_action(id));
    /// while let Some(progress) = cancelling.next().await {
    ///     println!("{progress:?}");
    /// }
    /// let cancelled = cancelling.finish().await?;
    /// assert_eq!(cancelled.endpoints, 673);
    /// # Ok(()) }
    /// ```
    pub fn start<F: Flow>(&self, flow: F) -> Run<F> {
        Run::new(self.transport.clone(), flow)
    }

    /// Drives any flow to its end and passes each progress to an observer. If the observer breaks, the flow stops.
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
        flow: F,
        mut observe: impl FnMut(F::Progress) -> ControlFlow<()>,
    ) -> F::Output {
        let mut run = self.start(flow);
        while let Some(progress) = run.next().await {
            if observe(progress).is_break() {
                break;
            }
        }
        run.stop()
    }
}

impl fmt::Debug for Client {
    /// Without the library's settings: a proxy's address can hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("session", &self.session).finish_non_exhaustive()
    }
}
