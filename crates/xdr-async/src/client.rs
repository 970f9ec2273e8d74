//! The client.

use std::fmt;
use std::ops::ControlFlow;

use xdr_model::flow::{BatchRun, ScanRun, WaitForAction};
use xdr_model::{
    ActionReport, Cancelled, CancelledWhere, Credentials, Error, Filters, NamedEndpoint, Operation, Polling,
    Preview, Reconciled, ScanBatches, ScanPlan, Session, Settings, Stop, Tenant, transport::Flow,
};

use crate::run::Run;
use crate::transport::Transport;

/// A client of one tenant. It is cheap to clone. Clones share the connections and the rate limit.
///
/// In the examples of the methods, `tenant` is a [`Tenant`], as in the example of [`new`](Self::new).
#[derive(Clone)]
pub struct Client {
    session: Session,
    transport: Transport,
}

impl Client {
    /// Creates a client with the default [`Settings`].
    ///
    /// ```no_run
    /// use xdr_async::{Client, model::{Credentials, Tenant}};
    ///
    /// let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] if the root certificates of this machine cannot be read, or if it has none.
    pub fn new(tenant: Tenant, credentials: Credentials) -> Result<Self, Error> {
        Self::with_settings(Session::new(tenant, credentials), &Settings::default())
    }

    /// Creates a client with other settings, or for a shared session.
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
    /// [`Error::Invalid`] if a setting is invalid: a text that is not a certificate, root certificates that cannot be
    /// read, a bad proxy or a bad user agent.
    pub fn with_settings(session: Session, settings: &Settings) -> Result<Self, Error> {
        let transport = Transport::new(session.tenant(), settings)?;
        Ok(Self { session, transport })
    }

    /// Returns a clone of this client. [`Stop::stop`] ends everything that the clone does.
    ///
    /// ```no_run
    /// use xdr_async::{Client, Stop, model::{Credentials, Tenant}};
    ///
    /// let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// let stop = Stop::new();
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?.until(&stop);
    /// // In a handler for Ctrl-C: stop.stop()
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn until(&self, stop: &Stop) -> Self {
        Self { session: self.session.clone(), transport: self.transport.until(stop) }
    }

    /// Returns the session, which creates flows.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Sends one operation and returns its reply. A failed attempt is repeated only if the repetition cannot carry
    /// out the operation twice, see [what is sent again](crate::model::error#what-is-sent-again).
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, GetActionStatus, Scan}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let tenant = xdr_async::model::Tenant::loopback(&sim.url())?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
    /// let started = client.send(&Scan::all()).await?;
    /// let status = client.send(&GetActionStatus::new(started.action_id)).await?;
    /// assert_eq!(status.counts().total(), 673);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Any kind of [`Error`] except [`Error::Wait`].
    pub async fn send<O: Operation>(&self, operation: &O) -> Result<O::Reply, Error> {
        self.start(self.session.call(operation)?).finish().await
    }

    /// Starts a scan and waits until all of its endpoints have settled. [`run`](Self::run) does the same and also
    /// reports progress. The first progress has the action's id.
    ///
    /// The deadline is a [`Duration`](std::time::Duration), or a [`Polling`] with more settings.
    ///
    /// ```
    /// use std::time::Duration;
    /// use xdr_async::{Client, model::{Credentials, Scan}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
    /// # let tenant = xdr_async::model::Tenant::loopback(&sim.url())?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
    /// let report = client.scan_and_wait(&Scan::all(), Duration::from_secs(7200)).await?;
    /// assert_eq!(report.counts().settled(), 673);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Until the scan is accepted, the errors of [`send`](Self::send). After that, [`Error::Wait`] with the action's
    /// id.
    pub async fn scan_and_wait(
        &self,
        scan: impl Into<ScanPlan>,
        polling: impl Into<Polling>,
    ) -> Result<ActionReport, Error> {
        self.run(scan, polling)?.finish().await
    }

    /// Starts a scan and follows it until all of its endpoints have settled. See [`Run`]. A [`ScanPlan`] adds
    /// conditions, such as a cap.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all rules that the request breaks. All other errors are in the result of the run. These
    /// include [`Error::Invalid`] for a plan that finds no endpoint, or more endpoints than it allows.
    pub fn run(&self, scan: impl Into<ScanPlan>, polling: impl Into<Polling>) -> Result<Run<ScanRun>, Error> {
        Ok(self.start(self.session.scan_and_wait(scan, polling)?))
    }

    /// Sends a scan of a long list of endpoints in batches, one after another, and follows them together.
    /// [`ScanBatches`] shows how to save and resume such a scan.
    ///
    /// ```
    /// use std::time::Duration;
    /// use xdr_async::{Client, model::{Credentials, Filter, Scan, ScanBatches}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
    /// # let tenant = xdr_async::model::Tenant::loopback(&sim.url())?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
    /// let all = client.preview(&Scan::all()).await?;
    /// let ids: Vec<_> = all.endpoints().iter().map(|endpoint| endpoint.id.clone()).collect();
    /// let batches = ScanBatches::split(Scan::matching([Filter::endpoint_ids(ids)]), 100)?;
    /// let mut run = client.run_batches(batches, Duration::from_secs(7200))?;
    /// while let Some(progress) = run.next().await {
    ///     let state = serde_json::to_string(progress.batches())?; // save it before you continue
    /// }
    /// let batches = run.finish().await?;
    /// assert_eq!((batches.len(), batches.settled()), (7, 673));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] if the batches belong to another tenant. The result of the run says how it ended.
    pub fn run_batches(
        &self,
        batches: ScanBatches,
        polling: impl Into<Polling>,
    ) -> Result<Run<BatchRun>, Error> {
        Ok(self.start(self.session.run_batches(batches, polling)?))
    }

    /// Lists the endpoints that a scan or a cancellation would reach. It starts nothing.
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, Scan}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let tenant = xdr_async::model::Tenant::loopback(&sim.url())?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
    /// let preview = client.preview(&Scan::all()).await?;
    /// assert_eq!(preview.len(), 673);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The errors of [`send`](Self::send).
    pub async fn preview<O: Operation>(&self, operation: &O) -> Result<Preview, Error> {
        self.start(self.session.preview(operation)?).finish().await
    }

    /// Waits for an action that this or another program has started. Pass the action's id or, better, a saved report or
    /// progress. A report also has the request of the scan and the endpoints that the tenant has named so far.
    /// [`follow`](Self::follow) does the same and also reports progress.
    ///
    /// ```
    /// use std::time::Duration;
    /// use xdr_async::{Client, model::{Credentials, Scan}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
    /// # let tenant = xdr_async::model::Tenant::loopback(&sim.url())?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
    /// let id = client.send(&Scan::all()).await?.action_id;
    /// let report = client.wait(id, Duration::from_secs(7200)).await?;
    /// assert!(report.counts().is_settled());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] for a report of another tenant. Otherwise [`Error::Wait`] with the action's id.
    pub async fn wait(
        &self,
        action: impl Into<ActionReport>,
        polling: impl Into<Polling>,
    ) -> Result<ActionReport, Error> {
        self.follow(action, polling).finish().await
    }

    /// Follows an action that this or another program has started. See [`Run`].
    pub fn follow(&self, action: impl Into<ActionReport>, polling: impl Into<Polling>) -> Run<WaitForAction> {
        self.start(self.session.wait(action, polling))
    }

    /// Looks up the endpoints of a report that need attention: host name, platform, connection, and when each endpoint
    /// was last seen.
    ///
    /// ```
    /// use std::time::Duration;
    /// use xdr_async::{Client, model::{Credentials, Scan}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
    /// # let tenant = xdr_async::model::Tenant::loopback(&sim.url())?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
    /// let report = client.scan_and_wait(Scan::all(), Duration::from_secs(7200)).await?;
    /// for endpoint in client.name_endpoints(&report).await? {
    ///     println!("{:?}: {}", endpoint.summary.and_then(|it| it.name), endpoint.reported.state);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The errors of [`send`](Self::send).
    pub async fn name_endpoints(&self, report: &ActionReport) -> Result<Vec<NamedEndpoint>, Error> {
        self.start(self.session.name_endpoints(report)).finish().await
    }

    /// Cancels the scan on exactly those endpoints of an action that have not settled, according to its status. If you
    /// pass a saved report or progress instead of the id, the result also lists the endpoints that have vanished from
    /// the status and were not cancelled.
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, Scan}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let tenant = xdr_async::model::Tenant::loopback(&sim.url())?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
    /// let id = client.send(&Scan::all()).await?.action_id;
    /// let cancelled = client.cancel_action(id).await?;
    /// assert_eq!(cancelled.endpoints, 673);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The errors of [`send`](Self::send). [`Error::Wait`] if the tenant does not know the action, or if only a part of
    /// it was cancelled.
    pub async fn cancel_action(&self, action: impl Into<ActionReport>) -> Result<Cancelled, Error> {
        self.start(self.session.cancel_action(action)).finish().await
    }

    /// Cancels the scans on the endpoints that match the filters, **including scans that other people started**. It
    /// first lists the endpoints that are being scanned or are about to be scanned. Then it cancels exactly those, by
    /// their ids.
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, Filters, Scan}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let tenant = xdr_async::model::Tenant::loopback(&sim.url())?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
    /// client.send(&Scan::all()).await?;
    /// let cancelled = client.cancel_where(Filters::All).await?;
    /// assert_eq!((cancelled.running.len(), cancelled.endpoints), (673, 673));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The errors of [`send`](Self::send). If a failure occurs after the tenant has accepted a part, it is in
    /// [`CancelledWhere::failure`].
    pub async fn cancel_where(&self, filters: Filters) -> Result<CancelledWhere, Error> {
        self.start(self.session.cancel_where(filters)?).finish().await
    }

    /// Reads which endpoints are being scanned after an attempt with an unknown outcome. It starts nothing and cancels
    /// nothing. It does not tell whether the attempt was carried out. See [`Session::reconcile`].
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, EndpointActivity, Scan}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let tenant = xdr_async::model::Tenant::loopback(&sim.url())?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
    /// let now = client.reconcile(&Scan::all()).await?;
    /// assert_eq!(now.count(EndpointActivity::BeingScanned), 0);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] with all rules that the request breaks, or if it selects no endpoints. Otherwise the errors
    /// of [`send`](Self::send).
    pub async fn reconcile<O: Operation>(&self, operation: &O) -> Result<Reconciled, Error> {
        self.start(self.session.reconcile(operation)?).finish().await
    }

    /// Runs any flow of the [session](Self::session). See [`Run`].
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, Scan}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let tenant = xdr_async::model::Tenant::loopback(&sim.url())?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
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

    /// Drives any flow to its end, and passes each progress to `observe`. If `observe` breaks, the flow stops.
    ///
    /// ```
    /// use xdr_async::{Client, model::{Credentials, Scan}};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
    /// # let tenant = xdr_async::model::Tenant::loopback(&sim.url())?;
    /// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
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
    /// Omits the library's settings, because a proxy's address can hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("session", &self.session).finish_non_exhaustive()
    }
}
