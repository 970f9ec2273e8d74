//! Tests the lists of the suites. Does not run the suites.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

#[cfg(target_os = "linux")]
mod costs;
mod guards;
