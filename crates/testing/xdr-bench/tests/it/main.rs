//! What holds of the lists that the suites are held to, without running any of them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

#[cfg(target_os = "linux")]
mod costs;
mod guards;
