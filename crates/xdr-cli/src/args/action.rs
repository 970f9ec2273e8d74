//! The arguments of `xdr follow` and `xdr cancel`.

use std::path::{Path, PathBuf};

use clap::Args;
use xdr_model::{ActionId, ActionReport};

use super::shared::{TenantArguments, WaitArguments};
use super::values::action_id;
use crate::state_file::{self, Saved, of_option};

/// Which action to follow, and for how long.
#[derive(Args)]
#[command(after_help = FOLLOW_HELP)]
pub(crate) struct FollowArguments {
    #[command(flatten)]
    pub(crate) action: ActionArguments,
    #[command(flatten)]
    pub(crate) wait: WaitArguments,
    #[command(flatten)]
    pub(crate) tenant: TenantArguments,
}

/// Which action to cancel.
#[derive(Args)]
#[command(after_help = CANCEL_HELP)]
pub(crate) struct CancelArguments {
    #[command(flatten)]
    pub(crate) action: ActionArguments,
    #[command(flatten)]
    pub(crate) tenant: TenantArguments,
}

/// An action by its id, by the file of an earlier run, or by both.
#[derive(Args)]
pub(crate) struct ActionArguments {
    /// Id of the action. An id that begins with a quotation mark is read as JSON text
    #[arg(value_name = "ID", value_parser = action_id)]
    id: Option<ActionId>,
    /// State file of an earlier run. `follow` keeps it up to date
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
}

const FOLLOW_HELP: &str = "\
Examples:
  xdr follow 4711
  xdr follow --state scan.json --deadline 8h

The state file also records what the scan asked for and which endpoints have
vanished. `xdr --help` lists the environment variables and the exit codes.";

const CANCEL_HELP: &str = "\
Examples:
  xdr cancel 4711
  xdr cancel --state scan.json

The state file also records which endpoints have vanished. `xdr --help` lists the
environment variables and the exit codes.";

const IF_EMPTY: &str = ". To use the action's id alone, leave out --state";

/// The error if the file holds batches.
pub(crate) const FOLLOW_BATCHES: &str =
    "the file holds a scan in batches. To follow it, use `xdr resume` with this file";
pub(crate) const CANCEL_BATCHES: &str = "the file holds a scan in batches. Nothing was cancelled. To cancel it, run \
                                         `xdr cancel ID` for each action_id in the file";

impl ActionArguments {
    /// Returns the report in the file, or a report that contains only the id.
    ///
    /// # Errors
    /// When the file cannot be read, belongs to another action, or holds batches. `if_batches` is the error for
    /// batches.
    pub(crate) fn report(&self, if_batches: &str) -> Result<ActionReport, String> {
        match (&self.state, &self.id) {
            (Some(path), id) => match (state_file::read(path, IF_EMPTY), id) {
                (Ok(Saved::Report(report)), Some(id)) => {
                    report.for_action(id).map_err(|invalid| of_option(path, &invalid))
                }
                (Ok(Saved::Report(report)), None) => Ok(report),
                (Ok(Saved::Batches(_)), _) => Err(of_option(path, &if_batches)),
                (Err(why), _) => Err(of_option(path, &why)),
            },
            (None, Some(id)) => Ok(id.clone().into()),
            (None, None) => {
                Err("no action is named: give its id, or --state with the file of an earlier run".to_owned())
            }
        }
    }

    pub(crate) fn id(&self) -> Option<&ActionId> {
        self.id.as_ref()
    }

    pub(crate) fn state(&self) -> Option<&Path> {
        self.state.as_deref()
    }
}
