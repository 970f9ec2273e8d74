//! The present endpoints, and records of all endpoints that ever existed.

use crate::endpoint::Endpoint;
use crate::outcomes::Outcomes;
use crate::task::Status;

/// Each endpoint has a number, and actions refer to endpoints by number. An endpoint that is removed and added again
/// keeps its number.
pub(crate) struct Fleet {
    /// The present endpoints, in the order of their numbers.
    endpoints: Vec<Endpoint>,
    numbers: Vec<u32>,
    /// All endpoints that ever existed. The index of each is its number.
    known: Vec<Known>,
}

/// The record of an endpoint. It remains when the endpoint is removed.
pub(crate) struct Known {
    pub(crate) id: String,
    pub(crate) scan: LatestScan,
    /// Whether scans leave it out silently.
    pub(crate) omitted: bool,
    /// How its later scans end, if that differs from the others.
    pub(crate) outcomes: Option<Outcomes>,
}

/// The state of the latest scan of an endpoint. It remains when the action is forgotten.
#[derive(Clone, Copy)]
pub(crate) enum LatestScan {
    Never,
    /// A task of an action that is not yet `Parts::Ended`.
    Running {
        action: u64,
        task: usize,
    },
    Ended(Status),
}

impl Fleet {
    pub(crate) fn new(endpoints: Vec<Endpoint>) -> Self {
        let known: Vec<Known> = endpoints.iter().map(|endpoint| Known::new(&endpoint.id)).collect();
        Self { numbers: (0..known.len() as u32).collect(), endpoints, known }
    }

    pub(crate) fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The present endpoints, with their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Endpoint)> {
        self.numbers.iter().copied().zip(&self.endpoints)
    }

    /// The number of a present endpoint.
    pub(crate) fn number(&self, id: &str) -> Option<u32> {
        self.iter().find(|(_, endpoint)| endpoint.id == id).map(|(number, _)| number)
    }

    pub(crate) fn known(&self, number: u32) -> &Known {
        &self.known[number as usize]
    }

    pub(crate) fn known_mut(&mut self, number: u32) -> &mut Known {
        &mut self.known[number as usize]
    }

    /// Adds an endpoint or replaces the one with its id. Returns its number and the replaced endpoint.
    pub(crate) fn add(&mut self, endpoint: Endpoint) -> (u32, Option<Endpoint>) {
        let known = self.known.iter().position(|known| known.id == endpoint.id);
        let number = known.unwrap_or(self.known.len()) as u32;
        if known.is_none() {
            self.known.push(Known::new(&endpoint.id));
        }
        let replaced = match self.numbers.binary_search(&number) {
            Ok(place) => Some(std::mem::replace(&mut self.endpoints[place], endpoint)),
            Err(place) => {
                self.numbers.insert(place, number);
                self.endpoints.insert(place, endpoint);
                None
            }
        };
        (number, replaced)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Endpoint> {
        let place = self.endpoints.iter().position(|endpoint| endpoint.id == id)?;
        self.numbers.remove(place);
        Some(self.endpoints.remove(place))
    }
}

impl Known {
    fn new(id: &str) -> Self {
        Self { id: id.to_owned(), scan: LatestScan::Never, omitted: false, outcomes: None }
    }
}
