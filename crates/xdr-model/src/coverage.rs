//! Compares what a scan asked for with what the tenant took.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::filter::{Filter, Filters, Values};
use crate::ids::EndpointId;
use crate::json_integer::MAX_INTEGER;
use crate::operation::{Scan, StartedAction};
use crate::request_reader::{self, FromDocument, RequestReader, deserialize_by_the_rules};
use crate::validate::{Invalid, Place};

/// What a scan asked for, how much of it the tenant took, and whether that proves a gap.
///
/// A tenant ignores what it does not know, such as a mistyped host name, and does not report it. Only endpoint ids
/// and host names can prove such a gap. Each of them stands for at least one endpoint, while a user or a group can
/// stand for none or for many.
///
/// Only a run that lists the endpoints first knows which names match nothing. Give its
/// [plan](crate::ScanPlan::list_first) a condition, and look at
/// [`unmatched_hostnames`](crate::ActionReport::unmatched_hostnames).
///
/// For a report, call [`ActionReport::coverage`](crate::ActionReport::coverage). After a single call:
///
/// ```
/// use xdr_model::{Coverage, Filter, Operation, Scan};
///
/// let scan = Scan::matching([Filter::hostname(["web-1", "web-typo"])]);
/// let started = Scan::decode(br#"{"reply":{"action_id":42,"endpoints_count":1}}"#)?;
/// let coverage = Coverage::of(&scan, &started);
/// assert!(coverage.proves_gap());
/// assert_eq!(coverage.to_string(), "You named 2 hosts; the tenant took 1.");
/// # Ok::<(), xdr_model::error::DecodeError>(())
/// ```
///
/// Source: the page "Scan Endpoints" documents only a number of endpoints in the reply. That it can be lower than the
/// number of ids sent is an observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    filters: Arc<Filters>,
    taken: Option<u64>,
    named: u64,
    is_complete: bool,
    missing: Vec<EndpointId>,
}

impl Coverage {
    /// The coverage by the answer to a scan. The missing ids are not known before the first status reply.
    pub fn of(scan: &Scan, started: &StartedAction) -> Self {
        let taken = started.endpoints_count.filter(|count| *count <= MAX_INTEGER);
        let filters = Arc::new(scan.filters.clone());
        Self { filters, taken, named: 0, is_complete: false, missing: Vec::new() }
    }

    /// The coverage after some status replies. `is_complete` says whether all endpoints have been named.
    pub(crate) fn after(
        filters: Arc<Filters>,
        taken: Option<u64>,
        named: u64,
        is_complete: bool,
        missing: Vec<EndpointId>,
    ) -> Self {
        Self { filters, taken, named, is_complete, missing }
    }

    /// Reads a document that [`Serialize`] wrote, or one that another program wrote by the schema.
    ///
    /// ```
    /// use xdr_model::Coverage;
    ///
    /// let filters = r#"[{"field":"hostname","operator":"in","value":["web-1","web-typo"]}]"#;
    /// let coverage = Coverage::from_json(&format!(r#"{{"filters":{filters},"taken":1}}"#))?;
    /// assert!(coverage.proves_gap());
    /// # Ok::<(), xdr_model::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// Every rule that the document breaks, each with its JSON Pointer.
    pub fn from_json(text: &str) -> Result<Self, Invalid> {
        request_reader::from_json(text)
    }

    /// The filters of the scan, as they were given.
    pub fn filters(&self) -> &Filters {
        &self.filters
    }

    /// The distinct endpoint ids that the scan named.
    pub fn endpoint_ids(&self) -> impl Iterator<Item = &str> {
        endpoint_ids(&self.filters)
    }

    /// The distinct host names that the scan named, ignoring letter case. Each has the spelling of its first
    /// occurrence.
    pub fn hostnames(&self) -> impl Iterator<Item = &str> {
        hostnames(conditions(&self.filters))
    }

    /// How many endpoints the tenant took, as it said when it accepted the scan. `None` if it did not say, or said a
    /// number above 2^53 - 1.
    pub fn taken(&self) -> Option<u64> {
        self.taken
    }

    /// How many endpoints the tenant has named since.
    pub fn named(&self) -> u64 {
        self.named
    }

    /// Whether the tenant has named all endpoints of the action, as far as is known: it has named as many as it took.
    /// If it did not say how many it took, two replies in a row were equal, and every endpoint in them had settled.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The ids that the scan asked for and that no reply has named. Empty before the first reply that names an
    /// endpoint.
    pub fn missing(&self) -> &[EndpointId] {
        &self.missing
    }

    /// Whether it is certain that the tenant did not take at least one endpoint that the scan asked for. It is
    /// certain in each of these cases:
    /// * The tenant took fewer endpoints than the scan has host names. If it did not say how many it took, it named
    ///   fewer, and [all were named](Self::is_complete).
    /// * All were named, and an id is [missing](Self::missing).
    /// * Not all were named yet, and the tenant took fewer endpoints than the scan has ids.
    ///
    /// If an endpoint must match more than one filter, this can be the reason for the gap.
    pub fn proves_gap(&self) -> bool {
        let taken = self.taken.or(self.is_complete.then_some(self.named)).unwrap_or(u64::MAX);
        let ids = match self.is_complete {
            true => !self.missing.is_empty(),
            false => taken < self.endpoint_ids().count() as u64,
        };
        ids || taken < self.hostnames().count() as u64
    }

    /// Whether an endpoint has to match more than one filter.
    fn has_other_filters(&self) -> bool {
        conditions(&self.filters).len() > 1
    }
}

pub(crate) fn hostnames(filters: &[Filter]) -> impl Iterator<Item = &str> {
    let mut seen = HashSet::new();
    let all = filters.iter().filter_map(|filter| match filter {
        Filter::Hostname(names) => Some(names),
        _ => None,
    });
    all.flat_map(Values::iter).filter(move |name| seen.insert(name.to_lowercase()))
}

pub(crate) fn endpoint_ids(filters: &Filters) -> impl Iterator<Item = &str> {
    let mut seen = HashSet::new();
    let all = conditions(filters).iter().filter_map(|filter| match filter {
        Filter::EndpointIds(ids) => Some(ids),
        _ => None,
    });
    all.flat_map(Values::iter).filter(move |id| seen.insert(*id))
}

fn conditions(filters: &Filters) -> &[Filter] {
    match filters {
        Filters::All => &[],
        Filters::Matching(filters) => filters,
    }
}

/// How many missing ids a line shows; [`Coverage::missing`] holds them all.
const MOST_SHOWN: usize = 3;

impl fmt::Display for Coverage {
    /// A sentence or two, such as "You named 2 hosts; the tenant took 1."
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [(self.endpoint_ids().count(), "endpoint id"), (self.hostnames().count(), "host")];
        let named: Vec<_> = named.iter().filter(|(n, _)| *n > 0).map(|(n, what)| counted(*n, what)).collect();
        match &*self.filters {
            Filters::All => f.write_str("You asked for every endpoint")?,
            Filters::Matching(filters) if named.is_empty() => {
                let fields: Vec<_> = filters.iter().map(Filter::field).collect();
                write!(f, "You asked for endpoints by {}", fields.join(" and "))?;
            }
            Filters::Matching(_) => write!(f, "You named {}", named.join(" and "))?,
        }
        match (self.taken, self.named) {
            (Some(taken), _) => write!(f, "; the tenant took {taken}.")?,
            (None, named @ 1..) if self.is_complete => write!(f, "; the tenant named {named}.")?,
            (None, named @ 1..) => write!(f, "; the tenant has named {named} so far.")?,
            (None, 0) => f.write_str("; the tenant did not say how many it took.")?,
        }
        if let [first, rest @ ..] = &self.missing[..] {
            write!(f, " It has not named {first}")?;
            rest.iter().take(MOST_SHOWN - 1).try_for_each(|id| write!(f, ", {id}"))?;
            let so_far = if self.is_complete { "" } else { " so far" };
            match self.missing.len().saturating_sub(MOST_SHOWN) {
                0 => write!(f, "{so_far}.")?,
                more => write!(f, " and {more} more{so_far}.")?,
            }
        }
        if self.proves_gap() && self.has_other_filters() {
            f.write_str(" An endpoint must match every filter; that may be the reason.")?;
        }
        Ok(())
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What a scan asked for, how much of it the tenant took, and whether that proves a gap.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Coverage", deny_unknown_fields)
)]
pub(crate) struct Saved<'a> {
    /// The filters of the scan, as they were given.
    filters: &'a Filters,
    /// How many endpoints the tenant took, as it said when it accepted the scan. Absent if it did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, schema_with = "crate::shape::saved_count"))]
    taken: Option<u64>,
    /// How many endpoints the tenant has named since. Absent means 0.
    #[cfg_attr(feature = "schema", schemars(default, schema_with = "crate::shape::saved_count"))]
    named: u64,
    /// Whether the tenant has named all endpoints of the action, as far as is known. Absent means false.
    #[cfg_attr(feature = "schema", schemars(default))]
    complete: bool,
    /// The ids that the scan named and that no status has named.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "Vec<String>"))]
    missing: &'a [EndpointId],
    /// Whether it is certain that the tenant did not take at least one endpoint that the scan asked for. A reader
    /// ignores this value, because it follows from the others.
    #[cfg_attr(feature = "schema", schemars(default))]
    proves_gap: bool,
}

impl Serialize for Coverage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { filters, taken, named, is_complete, missing } = self;
        let proves_gap = self.proves_gap();
        Saved { filters, taken: *taken, named: *named, complete: *is_complete, missing, proves_gap }
            .serialize(serializer)
    }
}

impl FromDocument for Coverage {
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        let optional = ["taken", "named", "complete", "missing", "proves_gap"];
        let mut object = reader.object(place, value, &["filters"], &optional)?;
        let filters = object.remove("filters");
        let filters = filters.and_then(|filters| Filters::read(reader, &place.key("filters"), filters));
        let taken = reader.optional(place, &mut object, "taken", RequestReader::count);
        let named = reader.optional(place, &mut object, "named", RequestReader::count);
        let complete = reader.optional(place, &mut object, "complete", RequestReader::boolean);
        let missing = reader.optional(place, &mut object, "missing", read_ids);
        reader.optional(place, &mut object, "proves_gap", RequestReader::boolean)?;
        Some(Self {
            filters: Arc::new(filters?),
            taken: taken?,
            named: named?.unwrap_or(0),
            is_complete: complete?.unwrap_or(false),
            missing: missing?.unwrap_or_default(),
        })
    }
}

fn read_ids(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Vec<EndpointId>> {
    let ids = reader.array(place, value)?;
    reader.list(place, ids, |reader, place, id| reader.text(place, id).map(EndpointId::from))
}

deserialize_by_the_rules!(Coverage);
