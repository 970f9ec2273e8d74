//! Ends what clients do, from elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Ends what the clients that were given it do, for example when Ctrl-C is pressed. Clones share it.
///
/// A sleep ends within a tenth of a second, whatever is left of it; a request that has not left yet never will, and one
/// that has is let come to its own end, since its answer may hold the id of a scan. Nothing more is sent and nothing is
/// cancelled: a scan that was started goes on.
///
/// [`stop`](Self::stop) may be called from any thread and any task, and from a signal handler: it is one atomic store.
/// Crates that set a flag when a signal comes can share it:
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicBool, Ordering}};
/// use xdr_model::Stop;
///
/// let flag = Arc::new(AtomicBool::new(false)); // for example for `signal_hook::flag::register`
/// let stop = Stop::from(Arc::clone(&flag)); // for `Client::until`
/// flag.store(true, Ordering::SeqCst);
/// assert!(stop.is_stopped());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// How long a sleeper goes on before it looks again. To wake one, locks would be needed, which a signal handler
    /// may not take.
    const NAP: Duration = Duration::from_millis(100);

    /// One that has not been used.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends everything that listens to it, now and later.
    pub fn stop(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it was used.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// How long to sleep before asking again when `left` is left of a pause; `None` at its end or when it was stopped.
    /// Who has no `stop` sleeps in one piece. For transports.
    ///
    /// ```
    /// use std::time::Duration;
    /// use xdr_model::Stop;
    ///
    /// let minute = Duration::from_secs(60);
    /// assert_eq!(Stop::nap(None, minute), Some(minute));
    ///
    /// let stop = Stop::new();
    /// assert_eq!(Stop::nap(Some(&stop), minute), Some(Duration::from_millis(100)));
    /// stop.stop();
    /// assert_eq!(Stop::nap(Some(&stop), minute), None);
    /// ```
    pub fn nap(stop: Option<&Self>, left: Duration) -> Option<Duration> {
        let nap = match stop {
            None => left,
            Some(stop) if stop.is_stopped() => return None,
            Some(_) => left.min(Self::NAP),
        };
        Some(nap).filter(|nap| !nap.is_zero())
    }
}

impl From<Arc<AtomicBool>> for Stop {
    fn from(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }
}
