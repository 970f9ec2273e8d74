//! The file in which a run keeps what is known of its action.

use std::fmt::Display;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use xdr_model::{ActionId, ActionReport, Invalid};

use crate::job::Job;

/// The file of `--state`. It holds the latest report as JSON. It is replaced as a whole, so a reader never finds
/// a part.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    /// Whether this run made the file and has put nothing into it.
    is_new: bool,
}

impl StateFile {
    /// Opens the file for a job.
    ///
    /// A scan needs a new file: an existing file may be the only record of a running scan. The file is created here,
    /// so that no other run takes it and a path that cannot be written is refused before anything is sent.
    pub(crate) fn open(path: &Path, job: &Job) -> Result<Self, String> {
        let state = |is_new| Self { path: path.to_owned(), is_new };
        match job {
            Job::Follow(_) | Job::Cancel(_) => Ok(state(false)),
            Job::Scan(_) | Job::DryRun(_) | Job::List(_) => match File::create_new(path) {
                Ok(_) => Ok(state(true)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(failed(path, &TAKEN)),
                Err(error) => Err(failed(path, &error)),
            },
        }
    }

    /// Replaces the content of the file with this report.
    pub(crate) fn save(&mut self, report: &ActionReport) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = io::BufWriter::new(NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?);
        serde_json::to_writer(&mut file, report)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.persist(&self.path)?;
        self.is_new = false;
        Ok(())
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

const TAKEN: &str = "the file exists and may belong to a running scan. Nothing was sent. Give a new file name, or \
                     follow that scan with `xdr follow --state` and this file";

/// Reads the report in the file. If an id is given, the report must be of that action. A missing or empty file is an
/// error: without the report, a scan with a gap could end as a success.
pub(crate) fn read(path: &Path, action: Option<&ActionId>) -> Result<ActionReport, String> {
    let text = fs::read_to_string(path).map_err(|error| failed(path, &error))?;
    match text.is_empty() {
        true => {
            Err(failed(path, &"the file is empty. To go on with the action's id alone, leave out --state"))
        }
        false => parse(&text, action).map_err(|invalid| failed(path, &invalid)),
    }
}

fn parse(text: &str, action: Option<&ActionId>) -> Result<ActionReport, Invalid> {
    let report = ActionReport::from_json(text)?;
    match action {
        Some(action) => report.for_action(action),
        None => Ok(report),
    }
}

fn failed(path: &Path, why: &dyn Display) -> String {
    format!("--state {}: {why}", path.display())
}
