//! The command line.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use clap::Parser;
use xdr_model::{ActionId, ActionReport, Cadence, Filter, KeyKind, Operation, Scan};

use crate::text::rules;

mod list;
mod selection;
mod time;

pub use list::List;
pub use selection::Selection;
use selection::WHICH;
pub use time::TimeArgument;

/// The command line of both examples.
#[derive(Parser)]
#[command(version, about = ABOUT, long_about = None, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Arguments {
    /// Use the real tenant that the XDR_ variables of the environment name
    #[arg(long, conflicts_with = "url")]
    pub live: bool,
    /// Use what answers on this machine, such as an xdr-sim at http://127.0.0.1:8080
    #[arg(long)]
    pub url: Option<String>,
    /// Key id for it
    #[arg(long, default_value = KEY_ID, requires = "url")]
    pub key_id: String,
    /// Key for it; never give a real key here: the command line is visible to others
    #[arg(long, default_value = KEY, requires = "url")]
    pub key: String,
    /// The key for it is an advanced one
    #[arg(long, requires = "url")]
    pub advanced: bool,

    /// Follow an action that was started before, instead of starting one
    #[arg(long, value_name = "ID", conflicts_with = "cancel", value_parser = action_id)]
    resume: Option<ActionId>,
    /// Cancel an action: exactly those of its endpoints that have not settled
    #[arg(long, value_name = "ID", conflicts_with = "deadline", value_parser = action_id)]
    cancel: Option<ActionId>,
    /// Give up waiting after this time, such as 90m or 2h; the scan goes on
    #[arg(long, value_name = "SPAN", default_value = "2h", value_parser = deadline)]
    deadline: Duration,
    /// End the waiting when only pending endpoints are left, mostly offline ones, and nothing has
    /// changed for this time
    #[arg(long, value_name = "SPAN", conflicts_with = "cancel", value_parser = deadline)]
    pending_limit: Option<Duration>,
    /// Save what is known of the action in this file: what was asked for, and the status of every
    /// endpoint. --resume and --cancel read the file first; a scan needs a new one
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Show the scan in the timeline of this incident
    #[arg(long, value_name = "ID", value_parser = incident)]
    incident: Option<String>,
    /// Write one JSON object a line to standard output; the last one is the report or the error
    #[arg(long)]
    pub json: bool,

    /// Every endpoint of the tenant
    #[arg(long, help_heading = WHICH)]
    all: bool,
    #[command(flatten)]
    selection: Selection,
}

/// What a simulator takes unless it is told otherwise.
pub(crate) const KEY_ID: &str = "1";
pub(crate) const KEY: &str = "demo";

const ABOUT: &str = "\
Scan endpoints of a Cortex XDR tenant for malware and wait until every one of them has settled.

Without --live and --url nothing real is touched: a simulated tenant of 673
endpoints is started inside of this program, and all of it is scanned unless you
select less. Anywhere else a scan of every endpoint has to be asked for: --all";

const AFTER_HELP: &str = "\
Several values of an option, of which any may match: --hostname a,b or the
option again. A line break separates values like a comma. Spaces around a value
are removed. Write \\, for a comma inside a value. An action id that begins with a
quotation mark is read as JSON text.

Environment, read with --live only:
  XDR_FQDN        such as acme.xdr.us.paloaltonetworks.com
  XDR_API_KEY_ID  the number in the list of API keys
  XDR_API_KEY     the key itself
  XDR_KEY_KIND    standard or advanced (upper or lower case), as the key was created

Quotes around these values are refused: a shell removes them, but docker's
--env-file and others keep them in the value.

Exit codes:
  0  everything that was asked for completed, or every cancellation was accepted
  1  nothing was done: usage, not sent, or refused by the tenant
  2  some endpoints did not complete, vanished, were not taken or never named by
     the tenant, or could not be cancelled
  3  waiting ended early (deadline, Ctrl-C, unknown action); the action goes on
  4  outcome unknown: a scan or a cancellation may have been carried out, look
     in the Action Center

Ctrl-C ends the waiting and cancels nothing; the command to go on is printed.
A second one, half a second later or more, leaves without waiting for the answer
to what was sent last.";

/// What to do at the tenant.
#[derive(Debug, PartialEq)]
pub enum Job {
    /// Start this scan and follow it.
    Scan(Scan),
    /// Follow this action, of which so much is known.
    Resume(ActionReport),
    /// Cancel what is left of this action.
    Cancel(ActionReport),
}

impl Job {
    /// The action that was named; a scan is none yet.
    pub(crate) fn action(&self) -> Option<&ActionId> {
        match self {
            Self::Scan(_) => None,
            Self::Resume(report) | Self::Cancel(report) => Some(report.action_id()),
        }
    }
}

impl Arguments {
    /// What to do. Nothing selected means everything only in the tenant inside of this program: what answers on this
    /// machine can be a tunnel to a real one.
    ///
    /// # Errors
    /// When the arguments do not say it, or break a rule of the API. Nothing is sent then.
    pub fn job(&self, now: SystemTime) -> Result<Job, String> {
        let filters = self.selection.filters(now)?;
        if self.all && !filters.is_empty() {
            return Err("--all means every endpoint: leave it or the filters out".to_owned());
        }
        let resume = self.resume.clone().map(|id| Job::Resume(id.into()));
        match resume.or(self.cancel.clone().map(|id| Job::Cancel(id.into()))) {
            None => self.scan(filters).map(Job::Scan),
            Some(_) if self.all || !filters.is_empty() || self.incident.is_some() => {
                Err("--resume and --cancel take an action as it is: without filters, --all and --incident"
                    .to_owned())
            }
            Some(_) if self.is_embedded() => Err(NOTHING_TO_RESUME.to_owned()),
            Some(job) => Ok(job),
        }
    }

    /// The action that is to be followed or cancelled.
    pub(crate) fn action(&self) -> Option<&ActionId> {
        self.resume.as_ref().or(self.cancel.as_ref())
    }

    /// Whether the tenant is the simulated one inside of this program.
    fn is_embedded(&self) -> bool {
        !self.live && self.url.is_none()
    }

    fn scan(&self, filters: Vec<Filter>) -> Result<Scan, String> {
        let scan = match filters.is_empty() {
            false => Scan::matching(filters),
            true if self.all || self.is_embedded() => Scan::all(),
            true => return Err(NOTHING_SELECTED.to_owned()),
        };
        let scan = match &self.incident {
            Some(id) => scan.with_incident(id),
            None => scan,
        };
        // The filters and the incident have been checked, each by the name of its option.
        scan.validate().map(|()| scan).map_err(|invalid| format!("the options together: {}", rules(&invalid)))
    }

    /// How often to ask. Simulated scans take seconds, so they are asked for more often than real ones; a real
    /// tenant behind `--url` can bear that, too.
    pub fn cadence(&self) -> Cadence {
        let cadence = Cadence::within(self.deadline);
        let cadence = self.pending_limit.map_or(cadence, |limit| cadence.with_pending_limit(limit));
        let millis = Duration::from_millis;
        if self.live { cadence } else { cadence.with_pauses(millis(300), millis(400), millis(600)) }
    }

    /// The kind of the key for `--url`.
    pub(crate) fn key_kind(&self) -> KeyKind {
        if self.advanced { KeyKind::Advanced } else { KeyKind::Standard }
    }
}

const NOTHING_SELECTED: &str = "no endpoint is selected: give a filter such as --group or --hostname, or --all for every \
                                endpoint of the tenant";

const NOTHING_TO_RESUME: &str = "the simulated tenant begins empty with every run, so it has no action to resume or to \
                                 cancel: add --live for your tenant, or --url for an xdr-sim that keeps running";

/// An id as a person writes it, or as JSON text: the id that a tenant names can hold invisible characters.
fn action_id(text: &str) -> Result<ActionId, String> {
    match text.starts_with('"') {
        true => serde_json::from_str(text).map_err(|_| "must be JSON text if it begins with \"".to_owned()),
        false => text.parse().map_err(|invalid| rules(&invalid)),
    }
}

fn incident(text: &str) -> Result<String, String> {
    let scan = Scan::all().with_incident(text);
    scan.validate().map(|()| text.to_owned()).map_err(|invalid| rules(&invalid))
}

fn deadline(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(span) if !span.is_zero() => Ok(span),
        _ => Err("must be a time span like 90m or 2h".to_owned()),
    }
}
