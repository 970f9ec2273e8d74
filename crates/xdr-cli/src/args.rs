//! The command line: the commands and their arguments.

use std::path::Path;
use std::time::{Duration, SystemTime};

use clap::{Parser, Subcommand};
use xdr_model::{ActionId, Polling, Scan};

use crate::job::Job;

mod action;
mod endpoints;
mod reconcile;
mod resume;
mod scan;
mod selection;
mod shared;
mod time;
mod values;

use action::{CANCEL_BATCHES, FOLLOW_BATCHES};
pub(crate) use action::{CancelArguments, FollowArguments};
pub(crate) use endpoints::EndpointsArguments;
pub(crate) use reconcile::ReconcileArguments;
pub(crate) use resume::ResumeArguments;
pub(crate) use scan::ScanArguments;
pub(crate) use shared::{KEY, KEY_ID, TenantArguments};

/// The command line of `xdr`.
#[derive(Parser)]
#[command(name = "xdr", version, about = ABOUT, long_about = None, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Write one JSON object per line; the last one says how the run ended
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Start a scan and wait until every endpoint has settled
    Scan(Box<ScanArguments>),
    /// Resume a scan from its state file: send the batches that were not sent, and wait
    Resume(ResumeArguments),
    /// Wait for an action that was started earlier
    Follow(FollowArguments),
    /// Cancel an action on exactly the endpoints that have not settled
    Cancel(CancelArguments),
    /// List endpoints with their names, without starting anything
    Endpoints(Box<EndpointsArguments>),
    /// Read which endpoints are being scanned after an unknown outcome, without starting anything
    Reconcile(Box<ReconcileArguments>),
    /// Scan a simulated tenant; needs no configuration and touches nothing real
    #[command(after_help = DEMO_HELP)]
    Demo,
}

const ABOUT: &str = "Scan endpoints of a Cortex XDR tenant for malware, follow the scans, and cancel them.";

const DEMO_HELP: &str = "\
The simulated tenant has 673 endpoints and exists only while xdr runs. Some scans
fail on purpose, so that the report shows failures. The exit code is 0 anyway.";

const AFTER_HELP: &str = "\
Examples:
  xdr demo
  xdr scan --group Servers --last-seen-since 7d --deadline 4h
  xdr endpoints --hostname web-1,web-2
  xdr scan --group Servers --dry-run
  xdr scan --all --state scan.json
  xdr follow --state scan.json
  xdr scan --endpoint-id @ids.txt --state list.json
  xdr resume list.json
  xdr reconcile --state list.json
  xdr cancel 4711

Environment variables (demo and --url do not need them):
  XDR_FQDN        the tenant, such as acme.xdr.us.paloaltonetworks.com
  XDR_API_KEY_ID  the id of the key: its number in the list of API keys
  XDR_API_KEY     the key itself
  XDR_KEY_KIND    standard or advanced (upper or lower case), as the key was created
  HTTPS_PROXY     the proxy, or else ALL_PROXY; NO_PROXY lists hosts without a proxy

A value in quotes is refused. A shell removes the quotes, but docker's --env-file,
for example, keeps them in the value.

Exit codes:
  0  success: every endpoint completed or was listed, or the tenant accepted
     every cancellation
  1  nothing was done: wrong usage, the request was not sent, or the tenant,
     --max or another condition refused it; or a dry run found that the scan
     would be refused
  2  incomplete: some endpoints did not complete, vanished, were not taken or
     never named by the tenant, or could not be cancelled; the tenant refused
     some batches; a name matches no endpoint; or a list may lack endpoints
  3  ended early: xdr stopped sending, waiting or cancelling (deadline, Ctrl-C,
     unknown action, a batch that was not sent); what was started may still run
  4  outcome unknown: a scan, a batch or a cancellation may have been carried
     out; look in the Action Center, or use xdr reconcile

\"Completed\" does not mean \"clean\": it means that the scan was carried out. What
a scan finds is an alert in the console.

Ctrl-C stops sending and waiting, and cancels nothing. If an action is known, xdr
prints the commands that follow or cancel it. For a scan in batches, xdr prints
the command that resumes it. A second Ctrl-C, at least half a second later, ends
xdr without waiting for the answer to the last request.";

impl Arguments {
    /// What to do. Reads the state file if one is named. A scan does not read it, but creates a new one later.
    ///
    /// # Errors
    /// When an argument is missing, or one breaks a rule of the API. Nothing has been sent then.
    pub fn job(&self, now: SystemTime) -> Result<Job, String> {
        match &self.command {
            Command::Scan(scan) => scan.job(now),
            Command::Resume(resume) => resume.job(),
            Command::Follow(follow) => follow.action.report(FOLLOW_BATCHES).map(Job::Follow),
            Command::Cancel(cancel) => cancel.action.report(CANCEL_BATCHES).map(Job::Cancel),
            Command::Endpoints(endpoints) => endpoints.request(now).map(Job::List),
            Command::Reconcile(reconcile) => reconcile.job(now),
            Command::Demo => Ok(Job::Scan(Scan::all().into())),
        }
    }

    /// How often to ask for the status. Simulated scans take seconds, so the status is read more often. A real tenant
    /// behind `--url` can handle that rate, too.
    pub fn polling(&self) -> Polling {
        let polling = match &self.command {
            Command::Scan(scan) => scan.wait.polling(),
            Command::Resume(resume) => resume.wait.polling(),
            Command::Follow(follow) => follow.wait.polling(),
            Command::Cancel(_) | Command::Endpoints(_) | Command::Reconcile(_) | Command::Demo => {
                Polling::within(shared::DEADLINE)
            }
        };
        let millis = Duration::from_millis;
        let is_real = self.tenant().is_some_and(|tenant| tenant.url.is_none());
        if is_real { polling } else { polling.with_pauses(millis(300), millis(400), millis(600)) }
    }

    /// The action whose id is on the command line.
    pub(crate) fn action(&self) -> Option<&ActionId> {
        match &self.command {
            Command::Scan(_)
            | Command::Resume(_)
            | Command::Endpoints(_)
            | Command::Reconcile(_)
            | Command::Demo => None,
            Command::Follow(follow) => follow.action.id(),
            Command::Cancel(cancel) => cancel.action.id(),
        }
    }

    /// The file that holds what is known of the action.
    pub(crate) fn state(&self) -> Option<&Path> {
        match &self.command {
            Command::Scan(scan) => scan.state.as_deref(),
            Command::Resume(resume) => Some(&resume.state),
            Command::Follow(follow) => follow.action.state(),
            Command::Cancel(cancel) => cancel.action.state(),
            Command::Endpoints(_) | Command::Reconcile(_) | Command::Demo => None,
        }
    }

    /// Which tenant. `None` is the simulated one inside this program.
    pub(crate) fn tenant(&self) -> Option<&TenantArguments> {
        match &self.command {
            Command::Scan(scan) => Some(&scan.tenant),
            Command::Resume(resume) => Some(&resume.tenant),
            Command::Follow(follow) => Some(&follow.tenant),
            Command::Cancel(cancel) => Some(&cancel.tenant),
            Command::Endpoints(endpoints) => Some(&endpoints.tenant),
            Command::Reconcile(reconcile) => Some(&reconcile.tenant),
            Command::Demo => None,
        }
    }
}
