//! How many endpoints have each status: what a poll needs of a reply.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::{EndpointActionStatus, read};
use crate::reply::DecodeError;

/// How many endpoints of an action have each status.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusCounts {
    /// The statuses that this version knows: few, so that each is found by looking.
    known: Vec<(EndpointActionStatus, u64)>,
    unknown: Vec<(EndpointActionStatus, u64)>,
    /// Where each unknown word stands: a hostile reply can name as many as it has endpoints.
    places: BTreeMap<Box<str>, usize>,
}

impl StatusCounts {
    /// Counts the statuses of a reply's body without keeping any endpoint: the size of the action does not matter.
    pub(crate) fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        read::counts(body)
    }

    /// The number of endpoints with this status.
    pub fn get(&self, status: &EndpointActionStatus) -> u64 {
        self.iter().find(|(known, _)| *known == status).map_or(0, |(_, count)| count)
    }

    /// Each status that occurs with its number, in the order of first sight, unknown ones last.
    pub fn iter(&self) -> impl Iterator<Item = (&EndpointActionStatus, u64)> {
        self.known.iter().chain(&self.unknown).map(|(status, count)| (status, *count))
    }

    /// All endpoints.
    pub fn total(&self) -> u64 {
        self.iter().map(|(_, count)| count).sum()
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

    /// Counts one endpoint with this word, which is copied only at its first sight.
    pub(super) fn add_word(&mut self, word: Option<&str>) {
        let is_word = |status: &EndpointActionStatus| match word {
            Some(word) => status.as_str() == word && *status != EndpointActionStatus::Unreported,
            None => *status == EndpointActionStatus::Unreported,
        };
        if let Some((_, count)) = self.known.iter_mut().find(|(status, _)| is_word(status)) {
            *count += 1;
        } else if let Some(place) = word.and_then(|word| self.places.get(word)) {
            self.unknown[*place].1 += 1;
        } else {
            self.add(EndpointActionStatus::from_word(word));
        }
    }

    /// Counts one endpoint with this status.
    pub(super) fn add(&mut self, status: EndpointActionStatus) {
        if let EndpointActionStatus::Unknown(word) = &status {
            let next = self.unknown.len();
            let place = *self.places.entry(word.as_str().into()).or_insert(next);
            if place < next {
                self.unknown[place].1 += 1;
            } else {
                self.unknown.push((status, 1));
            }
            return;
        }
        match self.known.iter_mut().find(|(known, _)| *known == status) {
            Some((_, count)) => *count += 1,
            None => self.known.push((status, 1)),
        }
    }
}

impl Serialize for StatusCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(status, count)| (status.as_str(), count)))
    }
}
