//! The context of a step: the time and randomness.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use xdr_model::transport::Context;

/// Returns a context with the current time and the randomness of the operating system.
///
/// ```
/// let context = xdr_transport::context();
/// assert_ne!((context.entropy)(), (context.entropy)());
/// ```
pub fn context() -> Context<'static> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let unix_ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    Context { now: Instant::now(), unix_ms, entropy: &entropy }
}

/// # Panics
/// If the operating system provides no randomness, because a nonce must never be guessable.
fn entropy() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system provides randomness");
    bytes
}
