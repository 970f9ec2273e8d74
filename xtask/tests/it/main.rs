//! Tests that the generated files are fresh, and that they do not depend on the features of other crates.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod command;
mod fresh;
mod preserve_order;
