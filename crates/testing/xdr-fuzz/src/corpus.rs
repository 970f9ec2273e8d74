//! The committed inputs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use xdr_model::registry::OPERATIONS;
use xdr_workspace::schemas;

/// Returns the folder that contains a folder for each target.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// Returns the folder of the inputs of a target. If the target is the documents of an operation and has no folder,
/// returns the folder of the examples of the operation.
fn of_target(target: &str) -> PathBuf {
    let own = folder().join(target);
    let name = target.strip_suffix("_document").filter(|_| !own.exists());
    let operation = OPERATIONS.iter().find(|operation| Some(operation.name) == name);
    operation.map_or(own, |operation| examples(&operation.request_schema()))
}

/// Returns the folder of the committed examples of a schema.
fn examples(schema: &str) -> PathBuf {
    schemas().join("examples").join(schema)
}

/// Returns the inputs of a target with their file names, in the order of the names.
///
/// # Errors
/// If the target has no folder, or if a file cannot be read.
pub fn of(target: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files: Vec<_> = fs::read_dir(of_target(target))?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    files.iter().map(|file| Ok((file.file_name().to_string_lossy().into(), fs::read(file.path())?))).collect()
}
