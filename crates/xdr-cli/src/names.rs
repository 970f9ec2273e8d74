//! The names of the endpoints of a report.

use std::collections::HashMap;
use std::time::SystemTime;

use xdr_model::operation::EndpointConnection;
use xdr_model::{EndpointId, EndpointSummary, NamedEndpoint, sanitise};

use crate::text::ago;

/// What the tenant reports about the endpoints of a report. Empty if the tenant was not asked.
#[derive(Debug, Default)]
pub struct Names {
    by_id: HashMap<EndpointId, Name>,
    /// The endpoints that were read, for programs.
    pub(crate) summaries: Vec<EndpointSummary>,
    /// Why names are missing.
    pub(crate) problem: Option<String>,
}

/// What is shown of an endpoint to people.
#[derive(Debug)]
struct Name {
    host: Option<String>,
    connection: String,
}

/// How many characters of a name are shown.
const SHOWN: usize = 64;

impl Names {
    /// The names that were read. `now` is the time at which they are shown.
    pub fn new(named: Vec<NamedEndpoint>, now: SystemTime) -> Self {
        let name = |named: &NamedEndpoint| match &named.summary {
            Some(summary) => Name { host: host(summary), connection: connection(summary, now) },
            None => Name { host: None, connection: "no longer listed".to_owned() },
        };
        Self {
            by_id: named.iter().map(|named| (named.reported.id.clone(), name(named))).collect(),
            summaries: named.into_iter().filter_map(|named| named.summary).collect(),
            problem: None,
        }
    }

    /// No names, and the reason why.
    pub fn without(why: String) -> Self {
        Self { problem: Some(why), ..Self::default() }
    }

    /// The name of the host, if it is known.
    pub(crate) fn host(&self, id: &EndpointId) -> Option<String> {
        self.by_id.get(id)?.host.clone()
    }

    /// Whether the endpoint is connected, in words. Empty if this is not known.
    pub(crate) fn connection(&self, id: &EndpointId) -> String {
        self.by_id.get(id).map_or(String::new(), |name| name.connection.clone())
    }
}

/// The name of the host, safe to show.
pub(crate) fn host(summary: &EndpointSummary) -> Option<String> {
    summary.name.as_deref().map(shown_name)
}

/// A name from the tenant, safe to show.
pub(crate) fn shown_name(name: &str) -> String {
    sanitise(name, SHOWN)
}

/// `connected`, or `disconnected, seen 3d ago`. Empty if the tenant does not report it.
pub(crate) fn connection(summary: &EndpointSummary, now: SystemTime) -> String {
    let last_seen = summary.last_seen.and_then(|time| ago(time, now));
    match (&summary.connection, last_seen) {
        (EndpointConnection::Unreported, None) => String::new(),
        (EndpointConnection::Unreported, Some(ago)) => format!("seen {ago}"),
        (EndpointConnection::Connected, _) | (_, None) => summary.connection.to_string(),
        (other, Some(ago)) => format!("{other}, seen {ago}"),
    }
}

/// The most endpoints whose names are read. They take 20 requests of 100 names: two seconds at ten requests a second.
pub(crate) const MOST_NAMED: usize = 2000;
