//! The input that a flow gets from its transport at each step.

use std::time::Instant;

/// The clocks and the randomness that a step uses.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The time of a monotonic clock, for pauses and deadlines.
    pub now: Instant,
    /// The time of the system clock in milliseconds since the Unix epoch, for signatures and for dates in answers.
    pub unix_ms: u64,
    /// Returns 32 unpredictable bytes. A step calls it only when it needs them, because they cost a system call.
    pub entropy: &'a dyn Fn() -> [u8; 32],
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("now", &self.now)
            .field("unix_ms", &self.unix_ms)
            .finish_non_exhaustive()
    }
}

impl Context<'_> {
    /// A random number from 0 to 1, without 1.
    pub(crate) fn fraction(&self) -> f64 {
        let [a, b, c, d, ..] = (self.entropy)();
        f64::from(u32::from_le_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
    }
}
