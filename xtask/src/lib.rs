//! The tasks of this project, as functions that its tests call too.

pub mod codegen;
mod command;
pub mod consumers;
mod difference;
pub mod figures;
mod folder;
mod snapshots;

use std::path::{Path, PathBuf};

pub use difference::{Difference, Files, differences};

/// The scratch folder of a task, unless another one is named: beside the build's own files, and ignored like them.
pub fn scratch(task: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    // The program is target/<profile>/xtask.
    let target = program.ancestors().nth(2).map_or_else(std::env::temp_dir, Path::to_owned);
    target.join(task)
}
