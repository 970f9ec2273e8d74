//! The request body of `get_endpoint`, which selects endpoints, an order and a page.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::endpoint::Endpoint;
use crate::filters::Filters;
use crate::read::{object, request_data, text};
use crate::wire::Refusal;

/// The maximum number of endpoints in a page.
const PAGE: u64 = 100;

/// A matching endpoint, with the status word of its latest scan.
pub(crate) type Found<'a> = (&'a Endpoint, &'static str);

/// The content of a valid body.
pub(crate) struct PageRequest {
    filters: Filters,
    from: u64,
    to: u64,
    sort: Option<Sort>,
}

struct Sort {
    field: SortField,
    descending: bool,
}

#[derive(Clone, Copy)]
enum SortField {
    Id,
    FirstSeen,
    LastSeen,
}

impl PageRequest {
    /// Reads a body with at most `most_filters` filters, because each filter is tested on every endpoint.
    pub(crate) fn read(body: &Value, most_filters: usize) -> Result<Self, Refusal> {
        let data = request_data(body, &["filters", "search_from", "search_to", "sort"])?;
        let filters = Filters::of_list(data.get("filters"), most_filters)?;
        let from = place(data, "search_from")?.unwrap_or(0);
        let to = place(data, "search_to")?.unwrap_or(from.saturating_add(PAGE));
        if to.checked_sub(from).is_none_or(|places| !(1..=PAGE).contains(&places)) {
            return Err(Refusal::invalid(
                "/request_data/search_to",
                "must be 1 to 100 more than search_from",
            ));
        }
        Ok(Self { filters, from, to, sort: data.get("sort").map(Sort::read).transpose()? })
    }

    /// Whether the endpoint is selected.
    pub(crate) fn matches(&self, (endpoint, scan_status): &Found<'_>) -> bool {
        self.filters.match_all(endpoint, scan_status)
    }

    /// Returns the page. `found` has all matching endpoints in the order of the fleet.
    pub(crate) fn cut<'a>(&self, mut found: Vec<Found<'a>>) -> Vec<Found<'a>> {
        let bound = |place: u64| found.len().min(usize::try_from(place).unwrap_or(usize::MAX));
        let (from, to) = (bound(self.from), bound(self.to));
        if let Some(sort) = &self.sort {
            sort.put_in_order(&mut found, from, to);
        }
        found[from..to].to_vec()
    }
}

impl Sort {
    fn read(sort: &Value) -> Result<Self, Refusal> {
        const AT: &str = "/request_data/sort";
        let sort = object(sort, &["field", "keyword"], AT)?;
        let field = match text(sort, "field", AT)? {
            "endpoint_id" => SortField::Id,
            "first_seen" => SortField::FirstSeen,
            "last_seen" => SortField::LastSeen,
            _ => return Err(Refusal::invalid(&format!("{AT}/field"), "unknown field")),
        };
        let descending = match text(sort, "keyword", AT)?.to_ascii_lowercase().as_str() {
            "asc" => false,
            "desc" => true,
            _ => return Err(Refusal::invalid(&format!("{AT}/keyword"), "must be asc or desc")),
        };
        Ok(Self { field, descending })
    }

    /// Sorts only the range of the page. The rest stays unsorted, because a long list is read in many pages.
    fn put_in_order(&self, found: &mut [Found<'_>], from: usize, to: usize) {
        let compare = |(a, _): &Found<'_>, (b, _): &Found<'_>| self.compare(a, b);
        if to < found.len() {
            found.select_nth_unstable_by(to, compare);
        }
        let found = &mut found[..to];
        if from < to {
            found.select_nth_unstable_by(from, compare);
        }
        found[from..].sort_unstable_by(compare);
    }

    /// Compares endpoints that were seen at the same time by their ids.
    fn compare(&self, a: &Endpoint, b: &Endpoint) -> Ordering {
        let by_field = match self.field {
            SortField::Id => Ordering::Equal,
            SortField::FirstSeen => a.first_seen.cmp(&b.first_seen),
            SortField::LastSeen => a.last_seen.cmp(&b.last_seen),
        };
        let ascending = by_field.then_with(|| a.id.cmp(&b.id));
        if self.descending { ascending.reverse() } else { ascending }
    }
}

fn place(data: &Map<String, Value>, key: &str) -> Result<Option<u64>, Refusal> {
    let read = |value: &Value| {
        let place = value.as_u64();
        place.ok_or_else(|| Refusal::invalid(&format!("/request_data/{key}"), "must be an integer from 0"))
    };
    data.get(key).map(read).transpose()
}
