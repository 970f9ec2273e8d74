//! The tasks of this project, as functions for the program and its tests.

pub mod api;
pub mod codegen;
mod difference;
mod folder;
mod snapshots;

pub use difference::{Difference, Files, differences};
