//! Stops clients from another thread, another task or a signal handler.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Stops the clients that it was given to, for example when Ctrl-C is pressed. Clones share one state.
///
/// A client that sleeps wakes up within a tenth of a second. A request that was not sent yet is never sent. If a
/// request was sent, the client waits for the answer, because the answer may hold the id of a scan. After that, the
/// client sends nothing more. Nothing is cancelled: a scan that was started goes on.
///
/// Call [`stop`](Self::stop) from any thread, any task or a signal handler: it is one atomic store. A crate that sets
/// a flag on a signal can share the flag:
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
    /// How long a client sleeps before it checks again. Waking it up directly would need a lock, and a signal handler
    /// must not take locks.
    const NAP: Duration = Duration::from_millis(100);

    /// A `Stop` that has not been requested.
    pub fn new() -> Self {
        Self::default()
    }

    /// Requests the stop. It cannot be taken back: clients that get this `Stop` later end at once.
    pub fn stop(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether the stop was requested.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// How long to sleep next if `left` remains of a pause. `None` if the pause is over or the stop was requested.
    /// Without a `stop`, the result is all of `left`. For transports.
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
