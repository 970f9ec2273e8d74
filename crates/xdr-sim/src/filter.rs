//! One filter of a request: how it is read and which endpoints it matches.

use std::borrow::Cow;
use std::collections::HashSet;
use std::net::IpAddr;

use serde_json::{Map, Value};

use crate::endpoint::Endpoint;
use crate::read::{object, strings, text};
use crate::wire::Refusal;

const PLATFORMS: &[&str] = &["windows", "linux", "macos", "android"];
const ISOLATE: &[&str] = &["isolated", "unisolated"];
const CONNECTIONS: &[&str] = &["connected", "disconnected", "lost", "uninstalled"];
const SCAN_STATUS: &[&str] =
    &["none", "pending", "in_progress", "canceled", "aborted", "pending_cancellation", "success", "error"];

/// The property of an endpoint that a filter tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    EndpointId,
    DistName,
    GroupName,
    Alias,
    Hostname,
    Username,
    Ip,
    Platform,
    Isolate,
    ScanStatus,
    FirstSeen,
    LastSeen,
    Connection,
    PublicIp,
}

/// The fields that an operation supports, with their names.
pub(crate) type Fields = [(&'static str, Field)];

/// The fields of `get_endpoint`.
pub(crate) const FIELDS_OF_LISTS: &Fields = &[
    ("endpoint_id_list", Field::EndpointId),
    ("dist_name", Field::DistName),
    ("group_name", Field::GroupName),
    ("alias", Field::Alias),
    ("hostname", Field::Hostname),
    ("username", Field::Username),
    ("ip_list", Field::Ip),
    ("platform", Field::Platform),
    ("isolate", Field::Isolate),
    ("scan_status", Field::ScanStatus),
    ("first_seen", Field::FirstSeen),
    ("last_seen", Field::LastSeen),
    ("endpoint_status", Field::Connection),
    ("public_ip_list", Field::PublicIp),
];

/// The fields of `scan` and `abort_scan`: all but the last two.
pub(crate) const FIELDS_OF_ACTIONS: &Fields = FIELDS_OF_LISTS.split_at(FIELDS_OF_LISTS.len() - 2).0;

/// A filter that has been read and found correct.
#[derive(Debug)]
pub(crate) struct Filter {
    field: Field,
    test: Test,
}

#[derive(Debug)]
enum Test {
    OneOf(HashSet<String>),
    OneAddressOf(HashSet<IpAddr>),
    From(u64),
    Until(u64),
}

impl Filter {
    /// Reads one element of `filters`; `at` is its JSON Pointer.
    pub(crate) fn read(filter: &Value, fields: &Fields, at: &str) -> Result<Self, Refusal> {
        let filter = object(filter, &["field", "operator", "value"], at)?;
        let field = field(filter, fields, at)?;
        let operator = text(filter, "operator", at)?;
        let wrong_operator = |right| Err(Refusal::invalid(&format!("{at}/operator"), right));
        let value = filter.get("value").unwrap_or(&Value::Null);
        let at = format!("{at}/value");
        let test = match (field, operator) {
            (Field::FirstSeen | Field::LastSeen, "gte") => Test::From(time(value, &at)?),
            (Field::FirstSeen | Field::LastSeen, "lte") => Test::Until(time(value, &at)?),
            (Field::FirstSeen | Field::LastSeen, _) => return wrong_operator("must be gte or lte"),
            (Field::Ip | Field::PublicIp, "in") => Test::OneAddressOf(addresses(value, &at)?),
            (_, "in") => Test::OneOf(words(field, value, &at)?),
            _ => return wrong_operator("must be in"),
        };
        Ok(Self { field, test })
    }

    /// Whether an endpoint with this scan status matches.
    pub(crate) fn matches(&self, endpoint: &Endpoint, scan_status: &'static str) -> bool {
        match &self.test {
            Test::OneOf(wanted) => {
                let found = self.field.words_of(endpoint, scan_status);
                found.iter().any(|word| wanted.contains(&**word))
            }
            Test::OneAddressOf(wanted) => {
                self.field.addresses_of(endpoint).iter().any(|address| wanted.contains(address))
            }
            Test::From(bound) => self.field.time_of(endpoint) >= *bound,
            Test::Until(bound) => self.field.time_of(endpoint) <= *bound,
        }
    }
}

impl Field {
    fn words_of<'a>(self, endpoint: &'a Endpoint, scan_status: &'static str) -> Vec<Cow<'a, str>> {
        let one = |word: &'a str| vec![Cow::Borrowed(word)];
        match self {
            Field::EndpointId => one(&endpoint.id),
            Field::DistName => one(&endpoint.dist_name),
            Field::GroupName => endpoint.group_names.iter().map(Cow::from).collect(),
            Field::Alias => endpoint.alias.iter().map(Cow::from).collect(),
            Field::Hostname => vec![self.normal(&endpoint.hostname)],
            Field::Username => endpoint.users.iter().map(|user| self.normal(user)).collect(),
            Field::Platform => one(endpoint.platform),
            Field::Isolate => one(endpoint.isolate()),
            Field::ScanStatus => one(scan_status),
            Field::Connection => one(endpoint.connection.word()),
            Field::Ip | Field::PublicIp | Field::FirstSeen | Field::LastSeen => Vec::new(),
        }
    }

    fn addresses_of(self, endpoint: &Endpoint) -> &[IpAddr] {
        if self == Field::Ip { &endpoint.addresses } else { endpoint.public_address.as_slice() }
    }

    fn time_of(self, endpoint: &Endpoint) -> u64 {
        if self == Field::FirstSeen { endpoint.first_seen } else { endpoint.last_seen }
    }

    /// Host and user names are compared without regard to ASCII case, as in DNS and Windows accounts. Other words are
    /// compared exactly.
    fn normal(self, word: &str) -> Cow<'_, str> {
        match self {
            Field::Hostname | Field::Username => Cow::Owned(word.to_ascii_lowercase()),
            _ => Cow::Borrowed(word),
        }
    }

    /// The words that the field accepts. `None` if it accepts any text.
    fn allowed(self) -> Option<&'static [&'static str]> {
        match self {
            Field::Platform => Some(PLATFORMS),
            Field::Isolate => Some(ISOLATE),
            Field::ScanStatus => Some(SCAN_STATUS),
            Field::Connection => Some(CONNECTIONS),
            _ => None,
        }
    }
}

fn field(filter: &Map<String, Value>, fields: &Fields, at: &str) -> Result<Field, Refusal> {
    let name = text(filter, "field", at)?;
    let known = fields.iter().find(|(word, _)| *word == name);
    let (_, field) = known.ok_or_else(|| Refusal::invalid(&format!("{at}/field"), "unknown field"))?;
    Ok(*field)
}

fn time(value: &Value, at: &str) -> Result<u64, Refusal> {
    // A real tenant accepts any number. There, a time in seconds matches every endpoint, so no test must pass with one.
    let time = value.as_u64().filter(|time| (1_000_000_000_000..10_000_000_000_000).contains(time));
    time.ok_or_else(|| Refusal::invalid(at, "must be epoch milliseconds of 13 digits"))
}

fn words(field: Field, value: &Value, at: &str) -> Result<HashSet<String>, Refusal> {
    let words = strings(value, at)?;
    if let Some(allowed) = field.allowed()
        && let Some(word) = words.iter().find(|word| !allowed.contains(word))
    {
        return Err(Refusal::invalid(at, format!("`{word}` is none of {allowed:?}")));
    }
    Ok(words.into_iter().map(|word| field.normal(word).into_owned()).collect())
}

fn addresses(value: &Value, at: &str) -> Result<HashSet<IpAddr>, Refusal> {
    let parsed: Result<HashSet<IpAddr>, _> = strings(value, at)?.into_iter().map(str::parse).collect();
    parsed.map_err(|_| Refusal::invalid(at, "must be IP addresses"))
}
