//! Ends a wait from elsewhere.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Ends what clients do in other threads, for example from a handler of Ctrl-C. Clones share it.
///
/// A sleep ends at once; a request that has not left yet never will, and one that has is let come to its own end, since
/// its answer may hold the id of a scan. Nothing more is sent and nothing is cancelled: a scan that was started goes on.
///
/// Use it from any thread. A raw signal handler may not take locks: have a crate such as `ctrlc` call you on a thread.
///
/// ```
/// use xdr_blocking::{Client, Stop, model::{Cadence, Credentials, Error, Scan, Tenant}};
///
/// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
/// # let tenant = Tenant::loopback(&sim.url())?;
/// let stop = Stop::new();
/// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?.until(&stop);
/// stop.stop(); // from any thread
///
/// let error = client.send(&Scan::all()).unwrap_err();
/// assert!(matches!(error, Error::NotSent(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    /// One that has not been used.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends everything that listens to it, now and later.
    pub fn stop(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// Whether it was used.
    pub fn is_stopped(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps until the time is over or it is used.
    pub(crate) fn sleep(&self, pause: Duration) {
        let guard = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.0.1.wait_timeout_while(guard, pause, |stopped| !*stopped));
    }
}
