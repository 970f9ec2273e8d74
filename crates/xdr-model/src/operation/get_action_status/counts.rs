//! How many endpoints have each status: what a poll needs of a reply.

use serde::{Serialize, Serializer};

use super::{EndpointActionStatus, read};
use crate::reply::DecodeError;

/// How many endpoints of an action have each status.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusCounts {
    by_status: Vec<(EndpointActionStatus, u64)>,
}

impl StatusCounts {
    /// Counts the statuses of a reply's body without keeping any endpoint: the size of the action does not matter.
    pub(crate) fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        read::counts(body)
    }

    /// The number of endpoints with this status.
    pub fn get(&self, status: &EndpointActionStatus) -> u64 {
        self.by_status.iter().find(|(known, _)| known == status).map_or(0, |(_, count)| *count)
    }

    /// Each status that occurs with its number, in the order of first sight.
    pub fn iter(&self) -> impl Iterator<Item = (&EndpointActionStatus, u64)> {
        self.by_status.iter().map(|(status, count)| (status, *count))
    }

    /// All endpoints.
    pub fn total(&self) -> u64 {
        self.by_status.iter().map(|(_, count)| count).sum()
    }

    /// The endpoints on which nothing more will happen.
    pub fn settled(&self) -> u64 {
        self.iter().filter(|(status, _)| status.is_settled()).map(|(_, count)| count).sum()
    }

    /// The endpoints on which the action was carried out in full.
    pub fn successful(&self) -> u64 {
        self.iter().filter(|(status, _)| status.is_success()).map(|(_, count)| count).sum()
    }

    /// Whether there are endpoints and all have settled. All of none is not settled.
    pub fn is_settled(&self) -> bool {
        self.total() > 0 && self.settled() == self.total()
    }

    pub(super) fn add(&mut self, status: EndpointActionStatus) {
        match self.by_status.iter_mut().find(|(known, _)| *known == status) {
            Some((_, count)) => *count += 1,
            None => self.by_status.push((status, 1)),
        }
    }

    /// The same from the word on the wire, which is copied only at its first sight.
    pub(super) fn add_word(&mut self, word: Option<&str>) {
        let known = self.by_status.iter_mut().find(|(status, _)| match word {
            Some(word) => status.as_str() == word && *status != EndpointActionStatus::Unreported,
            None => *status == EndpointActionStatus::Unreported,
        });
        match known {
            Some((_, count)) => *count += 1,
            None => self.add(EndpointActionStatus::from_word(word)),
        }
    }
}

impl Serialize for StatusCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.by_status.iter().map(|(status, count)| (status.as_str(), count)))
    }
}
