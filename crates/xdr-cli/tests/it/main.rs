//! Tests of the examples: what they read, what they say, and as whole programs against a simulated tenant.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod arguments;
mod commands;
mod endings;
mod exit;
#[cfg(unix)]
mod interrupt;
mod json_line;
mod pipes;
mod played;
mod programs;
mod rendering;
mod support;
mod target;
