//! Reads folders.

use std::path::Path;
use std::{fs, io};

use walkdir::{DirEntry, WalkDir};

use crate::difference::Files;

/// Reads every file below `folder`. Returns no files if the folder does not exist.
pub(crate) fn read(folder: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    for file in entries(WalkDir::new(folder))?.into_iter().filter(|entry| !entry.file_type().is_dir()) {
        let name = file.path().strip_prefix(folder).unwrap_or(file.path()).to_string_lossy();
        files.insert(name.replace('\\', "/"), fs::read(file.path())?);
    }
    Ok(files)
}

/// Returns the names of the folders in `folder`, in alphabetical order. Returns no names if `folder` does not exist.
pub(crate) fn folders(folder: &Path) -> io::Result<Vec<String>> {
    let entries = entries(WalkDir::new(folder).min_depth(1).max_depth(1).sort_by_file_name())?;
    let folders = entries.iter().filter(|entry| entry.file_type().is_dir());
    Ok(folders.map(|folder| folder.file_name().to_string_lossy().into_owned()).collect())
}

fn entries(walk: WalkDir) -> io::Result<Vec<DirEntry>> {
    let is_missing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    match walk.into_iter().collect::<Result<_, _>>() {
        Err(error) if error.depth() == 0 && error.io_error().is_some_and(is_missing) => Ok(Vec::new()),
        entries => Ok(entries?),
    }
}
