//! A tenant, the credentials for it, and how often it may be called.

use std::sync::Arc;

use crate::cadence::Cadence;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::flow::{Call, CancelAction, Prepared, ScanRun, WaitForAction};
use crate::ids::ActionId;
use crate::operation::{Operation, Scan};
use crate::pacing::Pacing;
use crate::tenant::Tenant;

/// What every conversation with a tenant begins with. Cheap to clone; clones share the pacing.
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
    pacing: Pacing,
}

impl Session {
    /// A session with the default pacing of 10 requests a second. Make one for a tenant and clone it: two
    /// sessions of one tenant do not know of each other.
    pub fn new(tenant: Tenant, credentials: Credentials) -> Self {
        Self(Arc::new(Inner { tenant, credentials, pacing: Pacing::default() }))
    }

    /// The same with another pacing.
    #[must_use]
    pub fn with_pacing(self, pacing: Pacing) -> Self {
        Self(Arc::new(Inner { pacing, ..Arc::unwrap_or_clone(self.0) }))
    }

    /// The tenant.
    pub fn tenant(&self) -> &Tenant {
        &self.0.tenant
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.0.credentials
    }

    pub(crate) fn pacing(&self) -> &Pacing {
        &self.0.pacing
    }

    /// One operation, with the retries that can do no harm. The request is checked and encoded here, once.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all that the request breaks.
    pub fn call<O: Operation>(&self, operation: &O) -> Result<Call<O::Reply>, Error> {
        Ok(Call::new(Prepared::new(self, operation)?))
    }

    /// Follows an action until all of its endpoints have settled: after a scan was started, or any time later
    /// and from any program, by its id.
    pub fn wait(&self, action: ActionId, cadence: Cadence) -> WaitForAction {
        WaitForAction::new(self, action, None, cadence)
    }

    /// Starts a scan and follows it until all of its endpoints have settled.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all that the request breaks.
    pub fn scan_and_wait(&self, scan: &Scan, cadence: Cadence) -> Result<ScanRun, Error> {
        Ok(ScanRun::new(self.clone(), self.call(scan)?, cadence))
    }

    /// Cancels an action: reads its status and cancels exactly the endpoints that have not settled, by id.
    pub fn cancel_action(&self, action: ActionId) -> CancelAction {
        CancelAction::new(self.clone(), action)
    }
}
