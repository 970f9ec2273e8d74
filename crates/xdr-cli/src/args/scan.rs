//! What `xdr scan` takes.

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
    /// Save the state of the scan to this file; it must not exist yet
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub(crate) state: Option<PathBuf>,
    /// Send more endpoint ids than this in batches, each an action of its own; they need --state
    #[arg(long, value_name = "COUNT", default_value_t = ScanBatches::SIZE as u64, requires = "endpoint_id",
        value_parser = clap::value_parser!(u64).range(1..))]
    batch_size: u64,
    /// Show the scan in the timeline of this incident
    #[arg(long, value_name = "ID", value_parser = incident)]
    incident: Option<String>,

    /// Tell which endpoints would be scanned, and start nothing
    #[arg(long, help_heading = LOOK)]
    dry_run: bool,
    /// Start nothing if more endpoints than this would be scanned
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..), help_heading = LOOK)]
    max: Option<u64>,
    /// Skip the endpoints that are not connected or whose connection is not known
    #[arg(long, help_heading = LOOK)]
    skip_offline: bool,
    /// Skip the endpoints that are being scanned or about to be
    #[arg(long, help_heading = LOOK)]
    skip_running: bool,

    #[command(flatten)]
    pub(crate) tenant: TenantArguments,

    /// Every endpoint of the tenant
    #[arg(long, help_heading = WHICH)]
    all: bool,
    #[command(flatten)]
    selection: Selection,
}

/// The heading of the options that list the endpoints first.
const LOOK: &str = "Check before the scan (xdr lists the endpoints first, and scans only listed ones, by id)";

const AFTER_HELP: &str = "\
An option takes several values, and any of them may match: --hostname a,b, or
repeat the option. Write \\, for a comma inside a value. A line break separates
values, too. Spaces around a value are removed.

Examples:
  xdr scan --hostname web-1,web-2
  xdr scan --group Servers --last-seen-since 7d --deadline 4h --json
  xdr scan --group Servers --dry-run
  xdr scan --group Servers --max 500 --skip-offline
  xdr scan --all --state scan.json --pending-limit 45m
  xdr scan --endpoint-id @ids.txt --state scan.json

The environment and the exit codes are in `xdr --help`.";

impl ScanArguments {
    /// What to do. A list of ids that is longer than a batch is sent in batches.
    ///
    /// # Errors
    /// As with the plan, and when several batches have no file to be saved in.
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
            // It has no list of ids.
            _ => Ok(Job::Scan(plan)),
        }
    }

    /// The scan with its conditions. Nothing selected is never everything.
    ///
    /// # Errors
    /// When nothing is selected, or what is given breaks a rule.
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
        // The filters and the incident have been checked, each by the name of its option.
        scan.validate().map(|()| scan).map_err(|invalid| format!("the options together: {}", rules(&invalid)))
    }
}

fn needs_state(batches: &ScanBatches) -> String {
    format!(
        "{} endpoint ids are sent in {} batches: give --state FILE, so that a run that is interrupted can be resumed with \
         `xdr resume FILE`",
        number(batches.endpoints()),
        number(batches.len() as u64)
    )
}
