//! How reading all endpoints ended.

use serde::Serialize;

/// How reading all endpoints ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct EndpointList {
    /// How many endpoints were reported, each once.
    pub endpoints: u64,
    /// How many endpoints matched when the reading began, as the tenant counted them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<u64>,
    /// How many times an endpoint was received again and dropped. Endpoints that were read again on purpose do not
    /// count.
    pub duplicates: u64,
    /// Whether endpoints disappeared during the reading: the tenant counted fewer than before, or fewer were reported
    /// than it had counted. If the tenant sends no count, this is whether a page did not begin with an endpoint that
    /// was reported before.
    pub has_shrunk: bool,
    /// Whether an endpoint that existed the whole time may be missing: the pages did not fit together, the tenant
    /// counts more endpoints than it shows, or there are more than 1,000,000. An endpoint that appeared during the
    /// reading can be missing in any case.
    pub may_have_missed: bool,
}
