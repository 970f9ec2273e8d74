//! The tasks of this project, as functions that its tests call too.

pub mod api;
pub mod codegen;
mod difference;
mod folder;
mod snapshots;

pub use difference::{Difference, Files, differences};
