//! What `xdr scan` takes.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use xdr_model::{Operation, Scan};

use super::selection::{Selection, WHICH};
use super::shared::{TenantArguments, WaitArguments};
use super::values::incident;
use crate::text::rules;

/// What to scan, and how long to wait for it.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ScanArguments {
    #[command(flatten)]
    pub(crate) wait: WaitArguments,
    /// Save what is known of the action in this new file
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Show the scan in the timeline of this incident
    #[arg(long, value_name = "ID", value_parser = incident)]
    incident: Option<String>,

    #[command(flatten)]
    pub(crate) tenant: TenantArguments,

    /// Every endpoint of the tenant
    #[arg(long, help_heading = WHICH)]
    all: bool,
    #[command(flatten)]
    selection: Selection,
}

const AFTER_HELP: &str = "\
Several values of an option, of which any may match: --hostname a,b or the
option again. A comma inside of a value is written \\, and a line break separates
values, too. Blanks around a value are left out.

Examples:
  xdr scan --hostname web-1,web-2
  xdr scan --group Servers --last-seen-since 7d --deadline 4h --json
  xdr scan --all --state scan.json --pending-limit 45m

The environment and the exit codes are in `xdr --help`.";

const NOTHING_SELECTED: &str = "no endpoint is selected: give a filter such as --group or --hostname, or --all for every \
                                endpoint of the tenant";

impl ScanArguments {
    /// The scan. Nothing selected is never everything.
    ///
    /// # Errors
    /// When nothing is selected, or what is given breaks a rule.
    pub(crate) fn scan(&self, now: SystemTime) -> Result<Scan, String> {
        let filters = self.selection.filters(now)?;
        let scan = match (self.all, filters.is_empty()) {
            (true, false) => return Err("--all means every endpoint: leave it or the filters out".to_owned()),
            (true, true) => Scan::all(),
            (false, false) => Scan::matching(filters),
            (false, true) => return Err(NOTHING_SELECTED.to_owned()),
        };
        let scan = match &self.incident {
            Some(id) => scan.with_incident(id),
            None => scan,
        };
        // The filters and the incident have been checked, each by the name of its option.
        scan.validate().map(|()| scan).map_err(|invalid| format!("the options together: {}", rules(&invalid)))
    }
}
