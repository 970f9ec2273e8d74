//! The committed inputs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use xdr_model::registry::OPERATIONS;
use xdr_workspace::schemas;

/// The folder that has one folder for each target.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The folder of the inputs of a target; that of its examples if they are the documents of an operation without one.
fn of_target(target: &str) -> PathBuf {
    let own = folder().join(target);
    let name = target.strip_suffix("_document").filter(|_| !own.exists());
    let operation = OPERATIONS.iter().find(|operation| Some(operation.name) == name);
    operation.map_or(own, |operation| examples(&operation.request_schema()))
}

/// The folder of the committed examples of a schema.
fn examples(schema: &str) -> PathBuf {
    schemas().join("examples").join(schema)
}

/// The inputs of a target with the names of their files, in the order of the names.
///
/// # Errors
/// When the target has no folder or a file cannot be read.
pub fn of(target: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files: Vec<_> = fs::read_dir(of_target(target))?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    files.iter().map(|file| Ok((file.file_name().to_string_lossy().into(), fs::read(file.path())?))).collect()
}
