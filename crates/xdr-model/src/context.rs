//! What a conversation may know of the world around it.

use std::time::Instant;

/// What a step may know of the world around it.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The monotonic clock: for waiting.
    pub now: Instant,
    /// The wall clock in milliseconds since the Unix epoch: for signing.
    pub unix_ms: u64,
    /// 32 unpredictable bytes; drawn only when a step needs them, for they cost a system call.
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
    /// A number from 0 up to, not including, 1.
    pub(crate) fn fraction(&self) -> f64 {
        let [a, b, c, d, ..] = (self.entropy)();
        f64::from(u32::from_le_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
    }
}
