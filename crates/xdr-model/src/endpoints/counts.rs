//! How many endpoints have each status.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::EndpointActionStatus;

/// How many endpoints of an action have each status.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusCounts(BTreeMap<EndpointActionStatus, u64>);

impl StatusCounts {
    /// The number of endpoints with this status.
    pub fn get(&self, status: &EndpointActionStatus) -> u64 {
        self.0.get(status).copied().unwrap_or(0)
    }

    /// Each status that occurs with its number, unknown ones last.
    pub fn iter(&self) -> impl Iterator<Item = (&EndpointActionStatus, u64)> {
        self.0.iter().map(|(status, count)| (status, *count))
    }

    /// The number of endpoints.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// The number of endpoints that have settled: nothing more will happen on them.
    pub fn settled(&self) -> u64 {
        self.iter().filter(|(status, _)| status.is_settled()).map(|(_, count)| count).sum()
    }

    /// The number of endpoints on which the action was carried out in full.
    pub fn successful(&self) -> u64 {
        self.iter().filter(|(status, _)| status.is_success()).map(|(_, count)| count).sum()
    }

    /// Whether there is at least one endpoint and all endpoints have settled.
    pub fn is_settled(&self) -> bool {
        self.total() > 0 && self.settled() == self.total()
    }
}

impl FromIterator<(EndpointActionStatus, u64)> for StatusCounts {
    /// Adds up the numbers of each status. A status with no endpoints is left out.
    fn from_iter<I: IntoIterator<Item = (EndpointActionStatus, u64)>>(counts: I) -> Self {
        let mut sums = BTreeMap::new();
        for (status, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            *sums.entry(status).or_default() += count;
        }
        Self(sums)
    }
}

impl Serialize for StatusCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(status, count)| (status.as_str(), count)))
    }
}
