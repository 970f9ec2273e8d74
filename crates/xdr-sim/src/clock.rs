//! The action time.

use std::time::Duration;

/// The action time in milliseconds since the first request: the scaled time of the clock, plus the time that tests have
/// added. It never goes back.
pub(crate) struct ActionClock {
    scale: f64,
    origin_unix_ms: Option<u64>,
    advanced_ms: u64,
    elapsed_ms: u64,
}

impl ActionClock {
    pub(crate) fn new(scale: f64) -> Self {
        Self { scale, origin_unix_ms: None, advanced_ms: 0, elapsed_ms: 0 }
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.elapsed_ms.saturating_add(self.advanced_ms)
    }

    pub(crate) fn follow(&mut self, unix_ms: u64) {
        let origin = *self.origin_unix_ms.get_or_insert(unix_ms);
        let scaled = unix_ms.saturating_sub(origin) as f64 * self.scale;
        self.elapsed_ms = self.elapsed_ms.max(scaled as u64);
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced_ms = self.advanced_ms.saturating_add(by.as_millis() as u64);
    }
}
