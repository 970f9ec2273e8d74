//! What `xdr resume` takes.

use std::path::PathBuf;

use clap::Args;

use super::shared::{TenantArguments, WaitArguments};
use crate::job::Job;
use crate::state_file::{self, Saved, of_file};

/// Which scan to go on with, and for how long.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ResumeArguments {
    /// The file that an earlier run saved with --state; this run keeps it up to date
    #[arg(value_name = "FILE")]
    pub(crate) state: PathBuf,
    #[command(flatten)]
    pub(crate) wait: WaitArguments,
    #[command(flatten)]
    pub(crate) tenant: TenantArguments,
}

const AFTER_HELP: &str = "\
Examples:
  xdr resume scan.json
  xdr resume scan.json --deadline 8h

Of a scan in batches it sends what was not sent, and follows everything that was
started. What may have been sent is never sent again: xdr lists these batches and
says what to do. A scan as one action is followed, as by `xdr follow --state`.
Resume a file in one program at a time.

The environment and the exit codes are in `xdr --help`.";

const IF_EMPTY: &str = ": the run that made it ended before it saved anything. A scan in batches had sent nothing \
                        then. A scan as one action may have been started: look in the Action Center. Then remove \
                        the file, and scan again if nothing was started";

impl ResumeArguments {
    /// What the file leaves to do.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn job(&self) -> Result<Job, String> {
        match state_file::read(&self.state, IF_EMPTY) {
            Ok(Saved::Batches(batches)) => Ok(Job::Resume(batches)),
            Ok(Saved::Report(report)) => Ok(Job::Follow(report)),
            Err(why) => Err(of_file(&self.state, &why)),
        }
    }
}
