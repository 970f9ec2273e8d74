//! Tests of the command: what it reads, what it writes, and as a whole program against a simulated tenant.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod args;
mod batches;
mod cancel;
mod commands;
mod demo;
mod exit_code;
mod follow;
#[cfg(unix)]
mod interrupt;
mod json_line;
mod last_line;
mod look;
mod pipes;
mod played_runs;
mod reconcile;
mod rendering;
mod scan;
mod support;
mod target;
