//! Ends a wait from elsewhere.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// Ends what clients do in other tasks, for example when Ctrl-C is pressed. Clones share it.
///
/// A sleep ends at once; a request that has not left yet never will, and one that has is let come to its own end, since
/// its answer may hold the id of a scan. Nothing more is sent and nothing is cancelled: a scan that was started goes on.
///
/// Use it from any task or thread. A raw signal handler may not take locks: await `tokio::signal` instead.
///
/// ```
/// use xdr_async::{Client, Stop, model::{Cadence, Credentials, Error, Scan, Tenant}};
///
/// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sim = xdr_sim::Server::start(xdr_sim::Config::new())?;
/// # let tenant = Tenant::loopback(&sim.url())?;
/// let stop = Stop::new();
/// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?.until(&stop);
/// stop.stop(); // from any task or thread
///
/// let error = client.send(&Scan::all()).await.unwrap_err();
/// assert!(matches!(error, Error::NotSent(_)));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// One that has not been used.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends everything that listens to it, now and later.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was used.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    /// Sleeps until the time is over or it is used.
    pub(crate) async fn sleep(&self, pause: Duration) {
        let mut stopped = self.0.subscribe();
        // Either end is the end of the sleep.
        let _ended = tokio::time::timeout(pause, stopped.wait_for(|stopped| *stopped)).await;
    }
}
