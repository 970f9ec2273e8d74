//! What `xdr reconcile` takes.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;
use xdr_model::{Batch, Filter, Operation, Scan};

use super::selection::{Selection, WHICH};
use super::shared::TenantArguments;
use super::time::TimeArgument;
use crate::job::Job;
use crate::state_file::{self, Saved, of_option};
use crate::text::rules;

/// The endpoints of an attempt whose outcome is unknown.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ReconcileArguments {
    /// The endpoints of the batches in this file that are in doubt; a scan in batches saved it with --state
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    state: Option<PathBuf>,
    /// When the attempt was made, or a moment before: 20m (20 minutes ago) or a time. An endpoint that the tenant has first
    /// seen after that is scanned by a later scan
    #[arg(long, value_name = "WHEN")]
    attempted_at: Option<TimeArgument>,
    #[command(flatten)]
    pub(crate) tenant: TenantArguments,

    /// Every endpoint of the tenant
    #[arg(long, help_heading = WHICH)]
    all: bool,
    #[command(flatten)]
    selection: Selection,
}

const AFTER_HELP: &str = "\
Use it after an error that says that a scan may have been carried out, with the
same options as the scan. It reads which of the endpoints are being scanned. It
starts nothing and cancels nothing.

It does not tell whether your scan runs: the API does not show which action scans
an endpoint. An endpoint that is not being scanned may have been scanned in the
meantime. Look in the Action Center for certainty.

Examples:
  xdr reconcile --group Servers --attempted-at 20m
  xdr reconcile --endpoint-id @ids.txt
  xdr reconcile --state list.json

The environment and the exit codes are in `xdr --help`.";

impl ReconcileArguments {
    /// The attempt, and when it was made.
    ///
    /// # Errors
    /// When nothing is selected, a value breaks a rule, or the file has no batch in doubt.
    pub(crate) fn job(&self, now: SystemTime) -> Result<Job, String> {
        let scan = match &self.state {
            Some(path) if self.selection.filters(now)?.is_empty() => in_doubt(path)?,
            Some(_) => return Err("--state says which endpoints, so it takes no filters".to_owned()),
            None => self.selection.scan(self.all, now)?,
        };
        scan.validate().map_err(|invalid| format!("the options together: {}", rules(&invalid)))?;
        Ok(Job::Reconcile(scan, self.attempted_at.map(|time| time.from(now))))
    }
}

/// A scan of the endpoints of all batches in doubt.
fn in_doubt(path: &Path) -> Result<Scan, String> {
    let saved = state_file::read(path, "").map_err(|why| of_option(path, &why))?;
    let Saved::Batches(batches) = saved else {
        return Err(of_option(
            path,
            &"it holds an action that was started: follow it with `xdr resume` and this file",
        ));
    };
    let ids: Vec<_> = batches.in_doubt().flat_map(Batch::endpoint_ids).collect();
    match ids.is_empty() {
        true => Err(of_option(path, &"no batch in it is in doubt")),
        false => Ok(Scan::matching([Filter::endpoint_ids(ids)])),
    }
}
