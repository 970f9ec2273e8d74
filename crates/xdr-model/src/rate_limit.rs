//! The rate limit for calls to a tenant.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A limit for the number of requests in any window of one second. Clones share it.
///
/// A tenant answers 429 above 10 requests a second, counted over all of its APIs and users. This limit avoids most of
/// these answers, but cannot exclude them.
///
/// ```
/// use xdr_model::RateLimit;
///
/// let shared_with_others = RateLimit::per_second(4);
/// # let _ = shared_with_others;
/// ```
#[derive(Debug, Clone)]
pub struct RateLimit(Option<Arc<Window>>);

#[derive(Debug)]
struct Window {
    most: usize,
    /// The times of the last requests, the oldest first. There are at most `most`.
    sent: Mutex<VecDeque<Instant>>,
}

const WINDOW: Duration = Duration::from_secs(1);

impl RateLimit {
    /// At most `most` requests in any second. 0 counts as 1.
    pub fn per_second(most: u32) -> Self {
        let most = usize::try_from(most.max(1)).unwrap_or(usize::MAX);
        Self(Some(Arc::new(Window { most, sent: Mutex::default() })))
    }

    /// No limit. For benchmarks, and for programs that limit the rate in another way.
    pub fn off() -> Self {
        Self(None)
    }

    /// Counts a request that is sent now, or returns how long to wait before the next try.
    pub(crate) fn admit(&self, now: Instant) -> Result<(), Duration> {
        let Some(window) = &self.0 else { return Ok(()) };
        let mut sent = window.sent.lock().unwrap_or_else(PoisonError::into_inner);
        while sent.front().is_some_and(|first| *first + WINDOW <= now) {
            sent.pop_front();
        }
        if sent.len() >= window.most {
            return Err(sent[0] + WINDOW - now);
        }
        sent.push_back(now);
        Ok(())
    }
}

impl Default for RateLimit {
    /// The documented limit of a tenant: 10 requests a second.
    fn default() -> Self {
        Self::per_second(10)
    }
}
