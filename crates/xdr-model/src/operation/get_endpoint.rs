//! POST /public_api/v1/endpoints/get_endpoint

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::Operation;
use crate::filter::EndpointFilter;
use crate::json_integer::MAX_INTEGER;
use crate::redact::Secrets;
use crate::replay::Replay;
use crate::reply::DecodeError;
use crate::request_reader::{FromDocument, RequestReader, deserialize_by_the_rules, integer};
use crate::validate::{Invalid, Place, Violation};

mod page;
#[cfg(feature = "schema")]
mod shape;
mod sort;
mod summary;
mod words;

pub use page::EndpointPage;
use sort::Sort;
pub use summary::EndpointSummary;
pub use words::{EndpointConnection, EndpointIsolation, EndpointPlatform, EndpointScanStatus};

/// Reads one page of the endpoints that match all filters, in the order of their ids.
///
/// **Without any filter it reads every endpoint**, unlike a scan, which refuses an empty list. It only reads.
///
/// One page has at most [`PAGE`](Self::PAGE) endpoints. If endpoints appear or disappear between two pages, the others
/// shift. [`Session::list_endpoints`](crate::Session::list_endpoints) reads all pages and takes care of that.
///
/// Source: the page [Get Endpoint]. Places count from zero, `search_to` is not included, and the difference is at most
/// 100. An empty list of filters returns every endpoint (demisto/content, pull request 6533). The page promises no
/// order, so this request asks for one. The plural call `get_endpoints` ignores filters and pages.
///
/// [Get Endpoint]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Get-Endpoint
///
/// ```
/// use xdr_model::{ConnectionStatus, EndpointFilter, GetEndpoints, Operation};
///
/// let lost = GetEndpoints::matching([EndpointFilter::connection([ConnectionStatus::Lost])]);
/// assert_eq!(
///     lost.with_range(100..200).encode()?,
///     concat!(
///         r#"{"request_data":{"filters":[{"field":"endpoint_status","operator":"in","value":["lost"]}],"#,
///         r#""search_from":100,"search_to":200,"sort":{"field":"endpoint_id","keyword":"asc"}}}"#,
///     )
/// );
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[cfg_attr(feature = "schema", schemars(example = shape::request(), example = Self::all()))]
#[non_exhaustive]
pub struct GetEndpoints {
    /// The filters. The endpoints match all of them. An empty list means every endpoint.
    pub filters: Vec<EndpointFilter>,
    /// The place of the page's first endpoint among all endpoints that match, counted from zero.
    #[cfg_attr(feature = "schema", schemars(schema_with = "shape::search_from"))]
    pub search_from: u64,
    /// The place after the page's last endpoint: 1 to 100 more than `search_from`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "shape::search_to"))]
    pub search_to: u64,
    /// The order of the endpoints. It is always the same, so that the pages fit together.
    sort: Sort,
}

impl GetEndpoints {
    /// The most endpoints that one page holds.
    pub const PAGE: u64 = 100;

    /// The first page of all endpoints of the tenant.
    pub fn all() -> Self {
        Self { filters: Vec::new(), search_from: 0, search_to: Self::PAGE, sort: Sort::ById }
    }

    /// The first page of the endpoints that match all of `filters`. An empty list means every endpoint.
    ///
    /// ```
    /// use xdr_model::{Filter, GetEndpoints, Platform};
    ///
    /// let linux = GetEndpoints::matching([Filter::platform([Platform::Linux])]);
    /// assert_eq!(linux.filters.len(), 1);
    /// ```
    pub fn matching(filters: impl IntoIterator<Item = impl Into<EndpointFilter>>) -> Self {
        Self { filters: filters.into_iter().map(Into::into).collect(), ..Self::all() }
    }

    /// The same request for another page. The range counts places from zero and excludes its end. It holds at most
    /// [`PAGE`](Self::PAGE) places.
    #[must_use]
    pub fn with_range(self, places: Range<u64>) -> Self {
        Self { search_from: places.start, search_to: places.end, ..self }
    }

    /// Notes the rules that the page's range breaks. `place` is the place of the request in its document.
    fn check_range(&self, place: &Place<'_>, violations: &mut Vec<Violation>) {
        let Self { search_from: from, search_to: to, .. } = self;
        let known = violations.len();
        for (key, bound, (range, rule)) in [("search_from", from, FROM), ("search_to", to, TO)] {
            if !range.contains(bound) {
                violations.push(place.key(key).breaks(rule).with_found(&bound.to_string()));
            }
        }
        let is_page = to.checked_sub(*from).is_some_and(|places| (1..=Self::PAGE).contains(&places));
        if !is_page && violations.len() == known {
            violations.push(place.key("search_to").breaks(RANGE_RULE).with_found(&to.to_string()));
        }
    }
}

/// The rule between `search_from` and `search_to`. No schema can express it, because no schema compares two numbers.
pub(crate) const RANGE_RULE: &str = "must be 1 to 100 more than search_from";

type Bounds = (RangeInclusive<u64>, &'static str);
const FROM: Bounds = (0..=MAX_INTEGER - 1, "must be an integer from 0 to 9007199254740990");
const TO: Bounds = (1..=MAX_INTEGER, "must be an integer from 1 to 9007199254740991");

fn bound(reader: &mut RequestReader, place: &Place<'_>, value: &Value, (range, rule): Bounds) -> Option<u64> {
    let bound =
        integer(value).and_then(|bound| u64::try_from(bound).ok()).filter(|bound| range.contains(bound));
    bound.or_else(|| reader.refuse(place, rule, value))
}

impl FromDocument for GetEndpoints {
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        let mut object =
            reader.object(place, value, &["filters", "search_from", "search_to", "sort"], &[])?;
        let at = place.key("filters");
        let filters = object.remove("filters").and_then(|filters| reader.array(&at, filters));
        let filters = filters.and_then(|filters| reader.list(&at, filters, EndpointFilter::read));
        let mut bound = |key, bounds| bound(reader, &place.key(key), &object.remove(key)?, bounds);
        let (from, to) = (bound("search_from", FROM), bound("search_to", TO));
        let sort = object.remove("sort").and_then(|sort| Sort::read(reader, &place.key("sort"), sort));
        let range = from.zip(to).map(|(from, to)| Self::all().with_range(from..to));
        let mut broken = Vec::new();
        range.iter().for_each(|range| range.check_range(place, &mut broken));
        broken.into_iter().for_each(|violation| reader.note(violation));
        Some(Self { filters: filters?, sort: sort?, ..range? })
    }
}

deserialize_by_the_rules!(GetEndpoints);

impl Operation for GetEndpoints {
    const NAME: &'static str = "get_endpoint";
    const PATH: &'static str = "/public_api/v1/endpoints/get_endpoint";
    const REPLAY: Replay = Replay::Safe;
    /// A page of 100 endpoints is about 100 KiB.
    const MOST_REPLY: u64 = 4 << 20;
    type Reply = EndpointPage;

    fn from_json(text: &str) -> Result<Self, Invalid> {
        RequestReader::request(text)
    }

    fn validate(&self) -> Result<(), Invalid> {
        let mut violations = Vec::new();
        let filters = Place::REQUEST_DATA.key("filters");
        for (i, filter) in self.filters.iter().enumerate() {
            filter.condition().1.check(&filters.index(i).key("value"), &mut violations);
        }
        self.check_range(&Place::REQUEST_DATA, &mut violations);
        Invalid::check(violations)
    }

    fn redact(reply: &mut EndpointPage, secrets: &Arc<Secrets>) {
        reply.endpoints.iter_mut().for_each(|endpoint| endpoint.redact(secrets));
    }

    fn decode(body: &[u8]) -> Result<EndpointPage, DecodeError> {
        EndpointPage::in_body(body)
    }
}
