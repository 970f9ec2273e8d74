//! The arguments of `xdr scan`.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use xdr_model::{Operation, Scan, ScanBatches, ScanPlan};

use super::selection::{Selection, WHICH};
use super::shared::{TenantArguments, WaitArguments};
use super::values::incident;
use crate::job::Job;
use crate::text::{number, rules};

/// What to scan, and how long to wait for it.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ScanArguments {
    #[command(flatten)]
    pub(crate) wait: WaitArguments,
    /// Save the state of the scan in this file, which must not exist yet
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub(crate) state: Option<PathBuf>,
    /// Maximum number of endpoint ids in one action. A longer list is sent in batches, one action each, and needs
    /// --state
    #[arg(long, value_name = "COUNT", default_value_t = ScanBatches::SIZE as u64,
        value_parser = clap::value_parser!(u64).range(1..))]
    batch_size: u64,
    /// Show the scan in the timeline of this incident
    #[arg(long, value_name = "ID", value_parser = incident)]
    incident: Option<String>,

    /// List the endpoints that would be scanned, and start nothing
    #[arg(long, help_heading = LOOK)]
    dry_run: bool,
    /// Start nothing if more endpoints than this would be scanned
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..), help_heading = LOOK)]
    max: Option<u64>,
    /// Skip endpoints that are not connected, or whose connection is unknown
    #[arg(long, help_heading = LOOK)]
    skip_offline: bool,
    /// Skip endpoints that are being scanned, or are about to be
    #[arg(long, help_heading = LOOK)]
    skip_running: bool,

    #[command(flatten)]
    pub(crate) tenant: TenantArguments,

    /// Select every endpoint of the tenant
    #[arg(long, help_heading = WHICH)]
    all: bool,
    #[command(flatten)]
    selection: Selection,
}

/// The heading of the options that list the endpoints first.
const LOOK: &str = "Check before the scan (xdr lists the endpoints first, then scans only those, by id)";

const AFTER_HELP: &str = "\
An option takes several values, and an endpoint matches if one of them matches.
Separate the values with commas (--hostname a,b) or line breaks, or repeat the
option. Spaces around a value are removed. Write \\, for a comma inside a value.

Examples:
  xdr scan --hostname web-1,web-2
  xdr scan --group Servers --last-seen-since 7d --deadline 4h --json
  xdr scan --group Servers --dry-run
  xdr scan --group Servers --max 500 --skip-offline
  xdr scan --all --state scan.json --pending-limit 45m
  xdr scan --endpoint-id @ids.txt --state scan.json

`xdr --help` lists the environment variables and the exit codes.";

impl ScanArguments {
    /// Returns the job. If a list of ids is longer than a batch, the job sends it in batches.
    ///
    /// # Errors
    /// The errors of [`plan`](Self::plan), and an error if there are several batches and no state file.
    pub(crate) fn job(&self, now: SystemTime) -> Result<Job, String> {
        let plan = self.plan(now)?;
        if self.dry_run {
            return Ok(Job::DryRun(plan));
        }
        let size = usize::try_from(self.batch_size).unwrap_or(usize::MAX);
        match ScanBatches::split(plan.scan(), size) {
            Ok(batches) if batches.len() > 1 => match self.state {
                Some(_) => Ok(Job::ScanInBatches(plan, size)),
                None => Err(needs_state(&batches)),
            },
            // The number of listed endpoints is not known yet.
            _ if plan.lists_first() => Ok(Job::ScanInBatches(plan, size)),
            // The ids fit in one action, or there is no list of ids.
            _ => Ok(Job::Scan(plan)),
        }
    }

    /// The scan with its conditions. An empty selection never means every endpoint.
    ///
    /// # Errors
    /// When no endpoint is selected, or a value breaks a rule.
    fn plan(&self, now: SystemTime) -> Result<ScanPlan, String> {
        let mut plan = ScanPlan::from(self.scan(now)?);
        if let Some(most) = self.max {
            plan = plan.at_most(most);
        }
        if self.skip_offline {
            plan = plan.skip_disconnected();
        }
        if self.skip_running {
            plan = plan.skip_being_scanned();
        }
        Ok(plan)
    }

    fn scan(&self, now: SystemTime) -> Result<Scan, String> {
        let scan = self.selection.scan(self.all, now)?;
        let scan = match &self.incident {
            Some(id) => scan.with_incident(id),
            None => scan,
        };
        // The filters and the incident were checked one by one, with errors that name their options.
        scan.validate().map(|()| scan).map_err(|invalid| format!("the combined options: {}", rules(&invalid)))
    }
}

fn needs_state(batches: &ScanBatches) -> String {
    format!(
        "{} endpoint ids need {} batches. Nothing was sent. Give --state FILE, so that `xdr resume FILE` can resume an \
         interrupted run",
        number(batches.endpoints()),
        number(batches.len() as u64)
    )
}
