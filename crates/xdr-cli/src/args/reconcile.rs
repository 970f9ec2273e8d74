//! The arguments of `xdr reconcile`.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;
use xdr_model::{Operation, ScanBatches};

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
    /// Read the endpoints of the batches in doubt from this file. A scan in batches has saved it with --state
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    state: Option<PathBuf>,
    /// Time of the attempt, or shortly before: 20m (20 minutes ago) or a time. If the tenant first saw an endpoint
    /// after this time, a scan of that endpoint is a later scan
    #[arg(long, value_name = "WHEN")]
    attempted_at: Option<TimeArgument>,
    #[command(flatten)]
    pub(crate) tenant: TenantArguments,

    /// Select every endpoint of the tenant
    #[arg(long, help_heading = WHICH)]
    all: bool,
    #[command(flatten)]
    selection: Selection,
}

const AFTER_HELP: &str = "\
Use this command after an error that says that a scan may have been carried out.
Give it the same options as the scan. It reads which of the endpoints are being
scanned. It starts nothing and cancels nothing.

The result does not show whether your scan runs: the API does not say which action
scans an endpoint. If an endpoint is not being scanned, your scan of it may have
ended already. To be certain, look in the Action Center.

Examples:
  xdr reconcile --group Servers --attempted-at 20m
  xdr reconcile --endpoint-id @ids.txt
  xdr reconcile --state list.json

`xdr --help` lists the environment variables and the exit codes.";

impl ReconcileArguments {
    /// Returns the job, with the attempt and its time.
    ///
    /// # Errors
    /// When nothing is selected, a value breaks a rule, or the file has no batch in doubt.
    pub(crate) fn job(&self, now: SystemTime) -> Result<Job, String> {
        let at = self.attempted_at.map(|time| time.from(now));
        let Some(path) = &self.state else {
            let scan = self.selection.scan(self.all, now)?;
            scan.validate().map_err(|invalid| format!("the combined options: {}", rules(&invalid)))?;
            return Ok(Job::Reconcile(scan, at));
        };
        match self.selection.filters(now)?.is_empty() {
            true => Ok(Job::ReconcileBatches(in_doubt(path)?, at)),
            false => {
                Err("--state selects the endpoints, so it takes no filters: remove --state or the filters"
                    .to_owned())
            }
        }
    }
}

/// Returns the batches in the file, if at least one is in doubt.
fn in_doubt(path: &Path) -> Result<ScanBatches, String> {
    let saved = state_file::read(path, "").map_err(|why| of_option(path, &why))?;
    let Saved::Batches(batches) = saved else {
        return Err(of_option(
            path,
            &"the file holds an action that was started, and no batch in doubt. To follow it, use `xdr resume` with this file",
        ));
    };
    match batches.in_doubt().count() {
        0 => Err(of_option(path, &"no batch in the file is in doubt")),
        _ => Ok(batches),
    }
}
