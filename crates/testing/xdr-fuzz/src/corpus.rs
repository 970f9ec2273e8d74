//! The committed inputs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder that has one folder for each target.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The inputs of a target with the names of their files, in the order of the names.
///
/// # Errors
/// When the target has no folder or a file cannot be read.
pub fn of(target: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files: Vec<_> = fs::read_dir(folder().join(target))?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    files.iter().map(|file| Ok((file.file_name().to_string_lossy().into(), fs::read(file.path())?))).collect()
}
