//! The limit on requests per second.

use std::collections::VecDeque;

const WINDOW_MS: u64 = 1000;

/// The arrival times of the requests in the last second. Requests that the limit refused do not count.
pub(crate) struct RateLimit {
    per_second: Option<u32>,
    recent: VecDeque<u64>,
}

impl RateLimit {
    pub(crate) fn new(per_second: Option<u32>) -> Self {
        Self { per_second, recent: VecDeque::new() }
    }

    /// Counts a request that arrives now. Returns false if it exceeds the limit.
    pub(crate) fn admit(&mut self, now_ms: u64) -> bool {
        let Some(limit) = self.per_second else { return true };
        while self.recent.front().is_some_and(|arrival| now_ms.saturating_sub(*arrival) >= WINDOW_MS) {
            self.recent.pop_front();
        }
        let admitted = self.recent.len() < limit as usize;
        if admitted {
            self.recent.push_back(now_ms);
        }
        admitted
    }
}
