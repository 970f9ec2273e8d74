//! The arguments that several commands share: which tenant, and how long to wait.

use std::time::Duration;

use clap::Args;
use xdr_model::{KeyKind, Polling};

use super::values::span;

/// Which tenant: the one of the environment variables, unless `--url` is given.
#[derive(Args)]
#[command(next_help_heading = "Which tenant (from the environment variables, unless --url is given)")]
pub(crate) struct TenantArguments {
    /// Address on this machine, such as http://127.0.0.1:8080 of a running xdr-sim
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// Key id for --url
    #[arg(long, default_value = KEY_ID, requires = "url")]
    pub(crate) key_id: String,
    /// Key for --url. Never use a real key, because other users can see the command line
    #[arg(long, default_value = KEY, requires = "url")]
    pub(crate) key: String,
    /// The key for --url is an advanced key
    #[arg(long, requires = "url")]
    pub(crate) advanced: bool,
}

/// The key that a simulator accepts by default.
pub(crate) const KEY_ID: &str = "1";
pub(crate) const KEY: &str = "demo";

impl TenantArguments {
    /// The kind of the key for `--url`.
    pub(crate) fn key_kind(&self) -> KeyKind {
        if self.advanced { KeyKind::Advanced } else { KeyKind::Standard }
    }
}

/// When to stop waiting before every endpoint has settled.
#[derive(Args)]
pub(crate) struct WaitArguments {
    /// Stop sending and waiting after this time, such as 90m. Started scans keep running
    #[arg(long, value_name = "SPAN", default_value = "2h", value_parser = span)]
    deadline: Duration,
    /// Stop waiting when only pending endpoints are left and nothing has changed for this time
    #[arg(long, value_name = "SPAN", value_parser = span)]
    pending_limit: Option<Duration>,
}

/// The default of `--deadline`.
pub(crate) const DEADLINE: Duration = Duration::from_secs(2 * 3600);

impl WaitArguments {
    /// The limits, with the default pace of the library.
    pub(crate) fn polling(&self) -> Polling {
        let polling = Polling::within(self.deadline);
        self.pending_limit.map_or(polling, |limit| polling.with_pending_limit(limit))
    }
}
