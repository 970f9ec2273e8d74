//! A copy of the workspace for changes that break it.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use xdr_workspace::root;

use super::patch::Edit;

/// The folder of the copy.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// Makes a fresh copy. The build folder of earlier runs is outside the copy and stays.
    pub(super) fn new(scratch: &Path) -> Result<Self, Box<dyn Error>> {
        let folder = scratch.join("workspace");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        copy(&root(), &folder)?;
        Ok(Self(folder))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    /// Calls `then` while the edits are applied.
    pub(super) fn with<T>(&self, edits: &[Edit], then: impl FnOnce() -> T) -> Result<T, Box<dyn Error>> {
        let mut originals = Vec::new();
        for edit in edits {
            let path = self.0.join(&edit.file);
            let text = fs::read_to_string(&path)?;
            fs::write(&path, edit.apply(&text)?)?;
            originals.push((path, text));
        }
        let done = then();
        // In reverse order, because two edits can change the same file.
        for (path, text) in originals.into_iter().rev() {
            fs::write(path, text)?;
        }
        Ok(done)
    }
}

/// Copies a folder without `target` and `.git`.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, to) = (entry.file_name(), to.join(entry.file_name()));
        if name == "target" || name == ".git" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
