//! Functions that both checks of generated types use.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the names and paths of the schema files, in order. The names have no suffix.
pub(super) fn schema_files(schemas: &Path) -> Result<Vec<(String, PathBuf)>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(schemas)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(name) = name.strip_suffix(".schema.json") {
            files.push((name.to_owned(), path.clone()));
        }
    }
    files.sort();
    Ok(files)
}

/// Returns the number of literals that a file marks as right or wrong.
pub(super) fn marked(literals: &Path) -> Result<usize, Box<dyn Error>> {
    let text = fs::read_to_string(literals)?;
    Ok(text.lines().filter(|line| line.contains(" right: ") || line.contains(" wrong: ")).count())
}
