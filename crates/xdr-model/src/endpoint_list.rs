//! How reading all endpoints ended.

use serde::Serialize;

/// How reading all endpoints ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct EndpointList {
    /// How many endpoints were told, each once.
    pub endpoints: u64,
    /// How many endpoints matched when it began, as the tenant counted them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<u64>,
    /// How often an endpoint came again and was dropped. Those that were read again on purpose do not count.
    pub duplicates: u64,
    /// Whether endpoints went away while it read: the tenant counted fewer than before, fewer were told than it had
    /// counted, or, if it does not count, a page began with another endpoint than it had before.
    pub has_shrunk: bool,
    /// Whether an endpoint that was there the whole time may not have been told: the pages did not fit together, the tenant
    /// counts more endpoints than it shows, or there are more than 1,000,000. An endpoint that came while it read may be
    /// left out in any case.
    pub may_have_missed: bool,
}
