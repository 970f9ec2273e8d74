//! The reply of `get_endpoint`.

use std::net::IpAddr;

use serde::Serialize;

use crate::page::Found;

/// How the reply of `get_endpoint` spells the words of endpoints. Public sources show both spellings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `AGENT_OS_WINDOWS`, `CONNECTED`, `AGENT_UNISOLATED`, `SCAN_STATUS_NONE`, as documented.
    Replies,
    /// `windows`, `connected`, `unisolated`, `none`: the words of the filters.
    Filters,
}

#[derive(Serialize)]
pub(crate) struct PageReply<'a> {
    reply: Page<'a>,
}

#[derive(Serialize)]
struct Page<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<usize>,
    result_count: usize,
    endpoints: Vec<Summary<'a>>,
}

/// An endpoint in a page. It includes some keys that few clients read.
#[derive(Serialize)]
struct Summary<'a> {
    endpoint_id: &'a str,
    endpoint_name: &'a str,
    endpoint_type: &'static str,
    endpoint_status: String,
    os_type: String,
    ip: &'a [IpAddr],
    public_ip: Option<IpAddr>,
    users: &'a [String],
    domain: Option<&'a str>,
    alias: &'a str,
    first_seen: u64,
    last_seen: u64,
    installation_package: &'a str,
    is_isolated: String,
    isolated_date: Option<u64>,
    group_name: &'a [String],
    scan_status: String,
}

impl<'a> PageReply<'a> {
    pub(crate) fn new(page: &[Found<'a>], total_count: Option<usize>, spelling: Spelling) -> Self {
        let endpoints: Vec<_> = page.iter().map(|found| Summary::new(found, spelling)).collect();
        Self { reply: Page { total_count, result_count: endpoints.len(), endpoints } }
    }
}

impl<'a> Summary<'a> {
    fn new((endpoint, scan_status): &Found<'a>, spelling: Spelling) -> Self {
        let word = |prefix, word| spelling.spell(prefix, word);
        Self {
            endpoint_id: &endpoint.id,
            endpoint_name: &endpoint.hostname,
            endpoint_type: "AGENT_TYPE_GENERIC",
            endpoint_status: word("", endpoint.connection.word()),
            os_type: word("AGENT_OS_", endpoint.platform),
            ip: &endpoint.addresses,
            public_ip: endpoint.public_address,
            users: &endpoint.users,
            domain: endpoint.domain.as_deref(),
            alias: endpoint.alias.as_deref().unwrap_or_default(),
            first_seen: endpoint.first_seen,
            last_seen: endpoint.last_seen,
            installation_package: &endpoint.dist_name,
            is_isolated: word("AGENT_", endpoint.isolate()),
            isolated_date: endpoint.isolated.then_some(endpoint.last_seen),
            group_name: &endpoint.group_names,
            scan_status: word("SCAN_STATUS_", scan_status),
        }
    }
}

impl Spelling {
    /// Spells a word of the filters for a reply.
    fn spell(self, prefix: &str, word: &str) -> String {
        match (self, word) {
            (Self::Filters, _) => word.to_owned(),
            (Self::Replies, "macos") => format!("{prefix}MAC"),
            (Self::Replies, _) => format!("{prefix}{}", word.to_ascii_uppercase()),
        }
    }
}
