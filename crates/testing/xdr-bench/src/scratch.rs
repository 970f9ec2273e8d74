//! A copy of the workspace in which things may be broken.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use xdr_workspace::root;

use super::patch::Edit;

/// The copy.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// A fresh copy; what was built there before is used again.
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

    /// Does something while the edits are in place.
    pub(super) fn with<T>(&self, edits: &[Edit], then: impl FnOnce() -> T) -> Result<T, Box<dyn Error>> {
        let mut originals = Vec::new();
        for edit in edits {
            let path = self.0.join(&edit.file);
            let text = fs::read_to_string(&path)?;
            fs::write(&path, edit.apply(&text)?)?;
            originals.push((path, text));
        }
        let done = then();
        // Backwards: a file may have been edited twice.
        for (path, text) in originals.into_iter().rev() {
            fs::write(path, text)?;
        }
        Ok(done)
    }
}

/// Without what was built and without the history.
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
