//! The arguments of `xdr resume`.

use std::path::PathBuf;

use clap::Args;

use super::shared::{TenantArguments, WaitArguments};
use crate::job::Job;
use crate::state_file::{self, Saved, of_file};

/// Which scan to resume, and how long to wait for it.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ResumeArguments {
    /// State file of an earlier run. This run keeps it up to date
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

If the file holds a scan in batches, xdr sends the batches that were not sent, and
follows every action that was started. A batch that may have been sent is never
sent again: xdr lists it and says what to do. If the file holds a single action,
xdr follows it, as `xdr follow --state` does. Do not resume the same file in two
programs at once.

`xdr --help` lists the environment variables and the exit codes.";

const IF_EMPTY: &str = ": the run that made it ended before it saved anything. A scan in batches was not sent. A \
                        scan as a single action may have been started: look in the Action Center. Then remove \
                        the file, and scan again if nothing was started";

impl ResumeArguments {
    /// Returns the job that continues the run of the file.
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
