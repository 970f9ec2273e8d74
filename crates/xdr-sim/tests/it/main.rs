//! The behaviour of the simulator, in most tests without a socket.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod access;
mod actions;
mod authentication;
mod binary;
mod changes;
mod endpoints;
mod errors;
mod faults;
mod filters;
mod fleet;
mod history;
mod limits;
mod malformed;
#[cfg(target_os = "linux")]
mod memory;
mod rate;
mod recordings;
mod server;
mod server_limits;
mod support;
