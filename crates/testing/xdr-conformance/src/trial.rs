//! A fresh tenant and a client of it.

use std::convert::Infallible;
use std::fmt::Debug;
use std::ops::ControlFlow;
use std::time::Duration;

use xdr_model::{
    ActionReport, CancelProgress, Cancelled, Credentials, Error, Operation, Polling, Progress, ScanPlan,
    Session, Settings, Tenant,
};
use xdr_sim::{Config, Server};

use crate::client::{Client, Kind};
use crate::recording::recording;
use crate::virtual_time::{Virtual, VirtualTime};

/// A fresh tenant and a client of it.
pub struct Trial {
    kind: Kind,
    /// The tenant.
    pub server: Server,
    /// The client, with a standard key unless the case sets another.
    pub client: Client,
    /// The session of the client.
    pub session: Session,
    /// The virtual time, which passes while the flows of the trial wait.
    pub time: VirtualTime,
}

/// A deadline that is long enough for every case, because virtual time takes no real time.
pub const DEADLINE: Duration = Duration::from_secs(4 * 3600);

/// A tenant with actions that progress only with the virtual clock. It has no rate limit, because a rate limit would
/// follow the wall clock.
pub fn tenant() -> Config {
    Config::new().with_time_scale(0.0).with_rate_limit(None)
}

/// Runs a case with both clients, each with a tenant of its own.
///
/// # Panics
/// If the clients differ in their results or in their requests.
pub fn both<T: PartialEq + Debug>(case: impl Fn(&Trial) -> T) -> T {
    both_with(&tenant(), &Settings::default(), &standard(), case)
}

/// The key of the tenant.
///
/// # Panics
/// Never: the key is valid.
pub fn standard() -> Credentials {
    Credentials::standard("1", "demo").expect("the key keeps its rules")
}

/// [`both`], with another tenant, other settings or another key.
///
/// # Panics
/// Like [`both`].
pub fn both_with<T: PartialEq + Debug>(
    tenant: &Config,
    settings: &Settings,
    credentials: &Credentials,
    case: impl Fn(&Trial) -> T,
) -> T {
    alike(tenant, settings, credentials, |trial| {
        let returned = case(trial);
        let outstanding = trial.server.sim().outstanding_faults();
        assert_eq!(outstanding, 0, "{:?} did not meet every scripted fault", trial.kind);
        returned
    })
}

/// [`both_with`] for a case that need not use up all scripted faults.
///
/// # Panics
/// Like [`both`].
pub fn alike<T: PartialEq + Debug>(
    tenant: &Config,
    settings: &Settings,
    credentials: &Credentials,
    case: impl Fn(&Trial) -> T,
) -> T {
    let [blocking, other] = [Kind::Blocking, Kind::Async].map(|kind| {
        let trial = Trial::new(kind, tenant, settings, credentials.clone());
        let returned = case(&trial);
        assert_eq!(trial.server.sim().dangerous_requests(), 0, "{kind:?} sent nothing for everything");
        let seen = recording(trial.server.sim().requests());
        (returned, seen)
    });
    assert_eq!(blocking.1, other.1, "the clients sent different requests");
    assert_eq!(blocking.0, other.0, "the clients returned different things");
    blocking.0
}

impl Trial {
    fn new(kind: Kind, tenant: &Config, settings: &Settings, credentials: Credentials) -> Self {
        let server = Server::start(tenant.clone()).expect("a tenant can be simulated");
        let address = Tenant::loopback(&server.url()).expect("its address is that of this machine");
        let session = Session::new(address, credentials);
        let client = Client::new(kind, session.clone(), settings).expect("the settings keep their rules");
        Self { kind, server, client, session, time: VirtualTime::new() }
    }

    /// Another client of the same kind.
    ///
    /// # Errors
    /// The errors of the client.
    pub fn client_of(&self, session: &Session, settings: &Settings) -> Result<Client, Error> {
        Client::new(self.kind, session.clone(), settings)
    }

    /// A flow in the virtual time of this trial.
    pub fn in_time<F>(&self, flow: F) -> Virtual<'_, F> {
        Virtual::new(flow, &self.time, &self.server)
    }

    /// Sends one operation in virtual time.
    ///
    /// # Errors
    /// The errors of the client.
    pub fn send<O: Operation>(&self, operation: &O) -> Result<O::Reply, Error> {
        let never = |never: Infallible| match never {};
        self.client.drive(self.in_time(self.session.call(operation)?), never)
    }

    /// Starts a scan and follows it in virtual time.
    ///
    /// # Errors
    /// The errors of the client.
    pub fn scan_and_wait(
        &self,
        scan: impl Into<ScanPlan>,
        observe: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ActionReport, Error> {
        let flow = self.session.scan_and_wait(scan, Polling::within(DEADLINE))?;
        self.client.drive(self.in_time(flow), observe)
    }

    /// Follows an action in virtual time.
    ///
    /// # Errors
    /// The errors of the client.
    pub fn wait(
        &self,
        action: impl Into<ActionReport>,
        observe: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<ActionReport, Error> {
        let flow = self.session.wait(action, Polling::within(DEADLINE));
        self.client.drive(self.in_time(flow), observe)
    }

    /// Cancels an action in virtual time.
    ///
    /// # Errors
    /// The errors of the client.
    pub fn cancel_action(
        &self,
        action: impl Into<ActionReport>,
        observe: impl FnMut(CancelProgress) -> ControlFlow<()>,
    ) -> Result<Cancelled, Error> {
        let flow = self.session.cancel_action(action);
        self.client.drive(self.in_time(flow), observe)
    }

    /// How often the tenant has received an operation.
    pub fn sent(&self, operation: &str) -> usize {
        self.server.sim().requests().iter().filter(|request| request.operation() == operation).count()
    }
}
