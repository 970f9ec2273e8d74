//! A tenant, the credentials for it, and its rate limit.

use std::sync::Arc;
use std::time::Duration;

use crate::credentials::Credentials;
use crate::error::Error;
use crate::filter::{Filter, Filters};
use crate::flow::{
    BatchRun, Call, CancelAction, CancelWhere, ListEndpoints, NameEndpoints, Prepared, PreviewEndpoints,
    Reconcile, ScanRun, WaitForAction,
};
use crate::operation::{GetEndpoints, Operation};
use crate::polling::Polling;
use crate::rate_limit::RateLimit;
use crate::report::ActionReport;
use crate::scan_batches::{Batch, ScanBatches};
use crate::scan_plan::ScanPlan;
use crate::tenant::Tenant;
use crate::validate::{Invalid, Violation};

/// A tenant, the credentials for it and a rate limit. Every flow begins with a session. It is cheap to clone, and
/// clones share the rate limit.
///
/// ```
/// use xdr_model::{Credentials, Session, Tenant};
///
/// let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
/// let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
/// assert_eq!(session.tenant().host(), "api-acme.xdr.us.paloaltonetworks.com");
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
#[derive(Debug, Clone)]
pub struct Session(Arc<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    tenant: Tenant,
    credentials: Credentials,
    rate_limit: RateLimit,
    unsent_retry: Duration,
}

/// The default time for which a call that could not be sent is retried.
const UNSENT_RETRY: Duration = Duration::from_secs(30);

impl Session {
    /// A session with the default rate limit of 10 requests a second. Create one session for each tenant and clone
    /// it: separate sessions do not share a rate limit.
    pub fn new(tenant: Tenant, credentials: Credentials) -> Self {
        let rate_limit = RateLimit::default();
        Self(Arc::new(Inner { tenant, credentials, rate_limit, unsent_retry: UNSENT_RETRY }))
    }

    /// Sets another rate limit.
    ///
    /// ```
    /// # use xdr_model::{Credentials, RateLimit, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// let session = session.with_rate_limit(RateLimit::per_second(4));
    /// # let _ = session;
    /// # Ok::<(), xdr_model::Error>(())
    /// ```
    #[must_use]
    pub fn with_rate_limit(self, rate_limit: RateLimit) -> Self {
        Self(Arc::new(Inner { rate_limit, ..Arc::unwrap_or_clone(self.0) }))
    }

    /// Sets how long a call that could not be sent is retried, with growing pauses. The default is 30 seconds, which
    /// is enough for a proxy or a front end to restart. An attempt that could not be sent carries nothing out.
    ///
    /// With zero, there is one attempt. Use zero to check whether the tenant can be reached.
    ///
    /// A flow that waits for an action has its own limits.
    ///
    /// ```
    /// # use xdr_model::{Credentials, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// use std::time::Duration;
    ///
    /// let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// let check = session.clone().with_unsent_retry(Duration::ZERO);
    /// # let _ = check;
    /// # Ok::<(), xdr_model::Error>(())
    /// ```
    #[must_use]
    pub fn with_unsent_retry(self, limit: Duration) -> Self {
        Self(Arc::new(Inner { unsent_retry: limit, ..Arc::unwrap_or_clone(self.0) }))
    }

    /// The tenant.
    pub fn tenant(&self) -> &Tenant {
        &self.0.tenant
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.0.credentials
    }

    pub(crate) fn rate_limit(&self) -> &RateLimit {
        &self.0.rate_limit
    }

    pub(crate) fn unsent_retry(&self) -> Duration {
        self.0.unsent_retry
    }

    /// Prepares a call of one operation. This method checks and encodes the request once. The call is sent again only
    /// if it cannot be carried out twice.
    ///
    /// ```
    /// # use xdr_model::{Credentials, Scan, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// let call = session.call(&Scan::all().with_incident("42"))?; // drive it with a client
    /// # let _ = call;
    /// # Ok::<(), xdr_model::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] with every rule that the request breaks.
    pub fn call<O: Operation>(&self, operation: &O) -> Result<Call<O::Reply>, Error> {
        Ok(Call::new(Prepared::new(self, operation)?))
    }

    /// Follows an action until all of its endpoints have settled. Any program can do this at any time after the start
    /// of the action, with its id or with a saved report.
    ///
    /// A report of another tenant is refused: the flow ends with [`Error::Invalid`] and sends nothing.
    ///
    /// A saved [`ActionReport`] or [`Progress`](crate::Progress) is better than the id alone. It contains the number of
    /// expected endpoints, the named endpoints, and the selection of the scan.
    ///
    /// ```
    /// # use xdr_model::{Polling, Credentials, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// # use xdr_model::{ActionId, Progress};
    /// let two_hours = Polling::within(std::time::Duration::from_secs(7200));
    /// let id: ActionId = "4294967297".parse()?; // the id that an earlier program got
    /// let wait = session.wait(id, two_hours);
    /// # let report = r#"{"action_id":"4294967297","endpoints":[]}"#;
    /// # let saved = format!(r#"{{"event":"started","report":{report}}}"#);
    /// let wait = session.wait(Progress::from_json(&saved)?, two_hours); // the progress that it saved
    /// # let _ = wait;
    /// # Ok::<(), xdr_model::Error>(())
    /// ```
    pub fn wait(&self, action: impl Into<ActionReport>, polling: impl Into<Polling>) -> WaitForAction {
        WaitForAction::new(self, action.into(), polling.into())
    }

    /// Starts a scan and follows it until all of its endpoints have settled. A [`ScanPlan`] adds conditions to the
    /// scan. The scan is one action for all endpoints; for a list of more than 1,000 ids, use
    /// [`run_batches`](Self::run_batches).
    ///
    /// ```
    /// # use xdr_model::{Polling, Credentials, Filter, Scan, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// let two_hours = Polling::within(std::time::Duration::from_secs(7200));
    /// let run = session.scan_and_wait(&Scan::matching([Filter::alias(["till-7"])]), two_hours)?;
    /// # let _ = run;
    /// # Ok::<(), xdr_model::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] with every rule that the request breaks.
    pub fn scan_and_wait(
        &self,
        scan: impl Into<ScanPlan>,
        polling: impl Into<Polling>,
    ) -> Result<ScanRun, Error> {
        ScanRun::new(self, scan.into(), polling.into())
    }

    /// Sends a scan in batches and follows all of them together. To resume, run the saved batches. The run sends the
    /// batches that were not sent, and follows the batches that were started. It also follows actions of other programs
    /// together, see [`ScanBatches::following`].
    ///
    /// ```
    /// # use xdr_model::{Credentials, Filter, Scan, ScanBatches, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// let ids = (0..2500).map(|number| format!("endpoint-{number}"));
    /// let batches = ScanBatches::split(&Scan::matching([Filter::endpoint_ids(ids)]), ScanBatches::SIZE)?;
    /// let run = session.run_batches(batches, std::time::Duration::from_secs(7200))?; // drive it with a client
    /// # let _ = run;
    /// # Ok::<(), xdr_model::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] when the batches are of another tenant.
    pub fn run_batches(&self, batches: ScanBatches, polling: impl Into<Polling>) -> Result<BatchRun, Error> {
        BatchRun::new(self, batches, polling.into())
    }

    /// Lists the endpoints that a scan or a cancellation would reach, and starts nothing.
    ///
    /// ```
    /// # use xdr_model::{Credentials, Filter, Scan, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// let preview = session.preview(&Scan::matching([Filter::group_name(["Servers"])]))?;
    /// # let _ = preview;
    /// # Ok::<(), xdr_model::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] with every rule that the request breaks, or when the operation selects no endpoints.
    pub fn preview<O: Operation>(&self, operation: &O) -> Result<PreviewEndpoints, Error> {
        PreviewEndpoints::new(self, selected(operation, "previewed")?)
    }

    /// Reads the scan status of the endpoints of an attempt whose outcome is unknown. The result says for each
    /// endpoint whether it is being scanned by any action, is not being scanned, or is gone. The flow starts nothing
    /// and cancels nothing.
    ///
    /// The result does not say whether the attempt was carried out. Another action can be scanning an endpoint, and
    /// an endpoint that is not being scanned can have been scanned in the meantime. Only the Action Center shows
    /// whether the attempt was carried out.
    ///
    /// If the attempt named ids, the flow looks up exactly these endpoints, whatever the other filters are. Otherwise
    /// it lists the endpoints that match the filters. It leaves out filters on the scan status and on the latest time
    /// of `last_seen`, because the attempt changes both. The list can therefore hold endpoints that the attempt did
    /// not select.
    ///
    /// ```
    /// # use xdr_model::{Credentials, Filter, Scan, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// let scan = Scan::matching([Filter::endpoint_ids(["a1b2"])]); // its outcome is unknown
    /// let reconcile = session.reconcile(&scan)?; // drive it with a client
    /// # let _ = reconcile;
    /// # Ok::<(), xdr_model::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] with every rule that the request breaks, or when the operation selects no endpoints.
    pub fn reconcile<O: Operation>(&self, attempted: &O) -> Result<Reconcile, Error> {
        Reconcile::new(self, selected(attempted, "reconciled")?)
    }

    /// Reads the scan status of the endpoints of all batches that are [in doubt](ScanBatches::in_doubt), as
    /// [`reconcile`](Self::reconcile) does.
    ///
    /// ```
    /// # use xdr_model::{Credentials, Error, ScanBatches, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// let saved = r#"{"batches": [{"endpoint_ids": ["a1b2"], "state": "sending"}]}"#;
    /// let reconcile = session.reconcile_batches(&ScanBatches::from_json(saved)?)?; // drive it with a client
    /// # let _ = reconcile;
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] when the batches are of another tenant, or when no batch is in doubt.
    pub fn reconcile_batches(&self, batches: &ScanBatches) -> Result<Reconcile, Error> {
        batches.clone().set_tenant(self.tenant())?;
        let ids: Vec<_> = batches.in_doubt().flat_map(Batch::endpoint_ids).collect();
        if ids.is_empty() {
            return Err(Invalid::one(Violation::new("/batches", "must have a batch that is in doubt")).into());
        }
        Reconcile::new(self, &Filters::Matching(vec![Filter::endpoint_ids(ids)]))
    }

    /// Reads the names of the endpoints of a report that [need attention](ActionReport::needs_attention). The flow
    /// sends one request for every 100 endpoints.
    ///
    /// ```
    /// # use xdr_model::{ActionId, ActionReport, Credentials, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// # let report = ActionReport::from(ActionId::from(42));
    /// let named = session.name_endpoints(&report); // drive it with a client
    /// # let _ = named;
    /// # Ok::<(), xdr_model::Error>(())
    /// ```
    pub fn name_endpoints(&self, report: &ActionReport) -> NameEndpoints {
        NameEndpoints::new(self, report)
    }

    /// Cancels an action. The flow reads the status of the action and cancels, by id, exactly the endpoints that the
    /// status names as not settled.
    ///
    /// If you give a saved report or progress instead of the id, the result also lists the endpoints that have
    /// vanished and were not cancelled.
    ///
    /// ```
    /// # use xdr_model::{Credentials, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// # use xdr_model::ActionId;
    /// let cancel = session.cancel_action(ActionId::from(4_294_967_297));
    /// # let _ = cancel;
    /// # Ok::<(), xdr_model::Error>(())
    /// ```
    pub fn cancel_action(&self, action: impl Into<ActionReport>) -> CancelAction {
        CancelAction::new(self.clone(), action.into())
    }

    /// Reads all endpoints that match, each once, in pages of [`GetEndpoints::PAGE`].
    ///
    /// The flow reads from the first endpoint to the last and ignores the range of the request. It starts nothing.
    ///
    /// ```
    /// # use xdr_model::{Credentials, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// # use xdr_model::{ConnectionStatus, EndpointFilter, GetEndpoints};
    /// let lost = GetEndpoints::matching([EndpointFilter::connection([ConnectionStatus::Lost])]);
    /// let list = session.list_endpoints(&lost)?;
    /// # let _ = list;
    /// # Ok::<(), xdr_model::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] with every rule that the filters break.
    pub fn list_endpoints(&self, request: &GetEndpoints) -> Result<ListEndpoints, Error> {
        ListEndpoints::new(self, request)
    }

    /// Cancels the scans of the endpoints that match the filters, **also scans that other people started**. The flow
    /// lists the endpoints that are being scanned or are about to be, and cancels exactly these, by their ids.
    ///
    /// ```
    /// # use xdr_model::{Credentials, Filter, Filters, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// let servers = Filters::Matching(vec![Filter::group_name(["Servers"])]);
    /// let cancel = session.cancel_where(servers)?; // drive it with a client
    /// # let _ = cancel;
    /// # Ok::<(), xdr_model::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] with every rule that the filters break.
    pub fn cancel_where(&self, filters: Filters) -> Result<CancelWhere, Error> {
        CancelWhere::new(self, filters)
    }
}

/// The endpoints that an operation selects.
fn selected<'o, O: Operation>(operation: &'o O, what: &str) -> Result<&'o Filters, Invalid> {
    operation.validate()?;
    let nothing =
        || Invalid::one(Violation::new("", format!("cannot be {what}: {} selects no endpoints", O::NAME)));
    operation.filters().ok_or_else(nothing)
}
