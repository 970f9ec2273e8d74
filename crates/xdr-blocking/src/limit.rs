//! The time limit for connecting.

use std::time::{Duration, Instant};

use ureq::unversioned::transport::{ConnectionDetails, time};

/// Returns the beginning of the time limit for connecting.
pub(crate) fn beginning(details: &ConnectionDetails<'_>) -> Instant {
    match details.now {
        time::Instant::Exact(began) => began,
        _ => Instant::now(),
    }
}

/// Returns the rest of the time limit for connecting.
pub(crate) fn left(details: &ConnectionDetails<'_>) -> Duration {
    details.timeout.after.saturating_sub(beginning(details).elapsed())
}
