//! The generated files are fresh, and are the same in every program.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod command;
mod fresh;
mod preserve_order;
