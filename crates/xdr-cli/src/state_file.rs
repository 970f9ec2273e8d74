//! The file in which a run keeps what is known of its action.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use xdr_model::{ActionId, ActionReport, Invalid};

use crate::args::Job;

/// The file of `--state`. It holds the latest report as JSON. It is replaced as a whole, so a reader never finds
/// a part.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    /// Whether this run made the file and has put nothing into it.
    is_new: bool,
}

impl StateFile {
    /// Opens the file for a job, and takes from it what is known of the job's action.
    ///
    /// A scan needs a new file: one that is there may be all that leads to a scan which is running. It is made here, so
    /// that no other run takes it, and what cannot be written is found before anything is sent.
    pub(crate) fn open(path: &Path, job: Job) -> Result<(Self, Job), String> {
        let failed = |why: String| format!("--state {}: {why}", path.display());
        let state = |is_new| Self { path: path.to_owned(), is_new };
        Ok(match job {
            Job::Scan(scan) => match File::create_new(path) {
                Ok(_) => (state(true), Job::Scan(scan)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    return Err(failed(TAKEN.to_owned()));
                }
                Err(error) => return Err(failed(error.to_string())),
            },
            Job::Resume(report) => (state(false), Job::Resume(known(path, &report).map_err(failed)?)),
            Job::Cancel(report) => (state(false), Job::Cancel(known(path, &report).map_err(failed)?)),
        })
    }

    /// Puts this in the place of what the file holds.
    pub(crate) fn save(&mut self, known: &ActionReport) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = io::BufWriter::new(NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?);
        serde_json::to_writer(&mut file, known)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.persist(&self.path)?;
        self.is_new = false;
        Ok(())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for StateFile {
    /// Leaves no file behind that says nothing.
    fn drop(&mut self) {
        if self.is_new {
            let _ = fs::remove_file(&self.path);
        }
    }
}

const TAKEN: &str = "the file exists and may belong to a running scan. Nothing was sent. Give a new file name, or \
                     follow that scan with --resume and this file";

/// What the file knows of the action. A file that is missing or empty is a mistake: without it a scan with a gap could end
/// as a success.
fn known(path: &Path, named: &ActionReport) -> Result<ActionReport, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    match text.is_empty() {
        true => Err("is empty. To go on with the action's id alone, leave --state out".to_owned()),
        false => read(&text, named.action_id()).map_err(|invalid| invalid.to_string()),
    }
}

fn read(text: &str, action: &ActionId) -> Result<ActionReport, Invalid> {
    ActionReport::from_json(text)?.for_action(action)
}
