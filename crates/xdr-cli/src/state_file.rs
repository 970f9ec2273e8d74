//! The state file of a run. It contains a report about the action, or the batches.

use std::fmt::Display;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, de::IgnoredAny};
use tempfile::NamedTempFile;
use xdr_model::{ActionReport, Invalid, ScanBatches};

use crate::job::Job;
use crate::state_lock::resolved;

/// The file of `--state`. It holds the latest report or the latest batches as JSON. Each save replaces the whole file,
/// so a reader never finds an incomplete one.
#[derive(Debug)]
pub(crate) struct StateFile {
    /// The path as the user wrote it.
    path: PathBuf,
    /// The path without symbolic links. A save replaces this file.
    replaced: PathBuf,
    /// Whether this run created the file and has not written to it.
    is_new: bool,
}

impl StateFile {
    /// Opens the file for a job.
    ///
    /// A scan needs a new file: an existing file may be the only record of a running scan. This function creates the
    /// file. No other run can then use it, and an error shows before anything is sent.
    pub(crate) fn open(path: &Path, job: &Job) -> Result<Self, String> {
        let state = |is_new| Self { path: path.to_owned(), is_new, replaced: resolved(path) };
        match job {
            Job::Follow(_) | Job::Cancel(_) | Job::Resume(_) => Ok(state(false)),
            Job::Scan(_)
            | Job::ScanInBatches(..)
            | Job::DryRun(_)
            | Job::Reconcile(..)
            | Job::ReconcileBatches(..)
            | Job::List(_) => match File::create_new(path) {
                Ok(_) => Ok(state(true)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(of_option(path, &TAKEN)),
                Err(error) => Err(of_option(path, &error)),
            },
        }
    }

    /// Replaces the content of the file with this report or these batches, and syncs it to the disk. Without the sync,
    /// a crash of the machine could undo the write, and a batch could be sent twice.
    pub(crate) fn save(&mut self, content: &impl Serialize) -> io::Result<()> {
        let folder = self.replaced.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mut file = io::BufWriter::new(NamedTempFile::new_in(folder)?);
        serde_json::to_writer(&mut file, content)?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        // Keeps the permissions of the file.
        if let Ok(before) = fs::metadata(&self.replaced) {
            let _ = file.as_file().set_permissions(before.permissions());
        }
        file.as_file().sync_all()?;
        file.persist(&self.replaced)?;
        self.is_new = false;
        // Not every system can sync a folder.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    }

    /// Whether the file holds a saved state.
    pub(crate) fn holds_something(&self) -> bool {
        !self.is_new && self.path.exists()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for StateFile {
    /// Removes the file if nothing was saved in it.
    fn drop(&mut self) {
        if self.is_new {
            let _ = fs::remove_file(&self.path);
        }
    }
}

const TAKEN: &str = "the file exists and may belong to a running scan. Nothing was sent. Give a new file name. To \
                     resume the other scan, use `xdr resume` with this file";

/// The content of a state file.
pub(crate) enum Saved {
    Report(ActionReport),
    Batches(ScanBatches),
}

/// Reads the file. `if_empty` says what to do with an empty file. A missing or empty file is an error: without the
/// report, a scan that lacks endpoints could end as a success.
pub(crate) fn read(path: &Path, if_empty: &str) -> Result<Saved, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    if text.is_empty() {
        return Err(format!("the file is empty{if_empty}"));
    }
    let parsed = match serde_json::from_str(&text) {
        Ok(Kind { batches: Some(_) }) => ScanBatches::from_json(&text).map(Saved::Batches),
        _ => ActionReport::from_json(&text).map(Saved::Report),
    };
    parsed.map_err(|invalid: Invalid| invalid.to_string())
}

/// The key that distinguishes the two kinds of documents.
#[derive(Deserialize)]
struct Kind {
    batches: Option<IgnoredAny>,
}

/// The message, with the option and the file.
pub(crate) fn of_option(path: &Path, why: &dyn Display) -> String {
    format!("--state {}", of_file(path, why))
}

/// The message, with the file.
pub(crate) fn of_file(path: &Path, why: &dyn Display) -> String {
    format!("{}: {why}", path.display())
}
