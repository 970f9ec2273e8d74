//! Lists the endpoints that filters select. The filters can contain a long list of ids.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::call::never_begun;
use super::time_limit::TimeLimit;
use super::{Context, Event, Flow, ListEndpoints, Step};
use crate::coverage::endpoint_ids;
use crate::endpoint_list::EndpointList;
use crate::error::Error;
use crate::filter::{Filter, Filters};
use crate::ids::EndpointId;
use crate::operation::{EndpointPage, GetEndpoints};
use crate::session::Session;

/// Lists the endpoints that the filters select. Each page of a list repeats the filters in its request, so a long list of
/// ids is read in parts.
#[derive(Debug)]
pub(super) struct ListSelected {
    session: Session,
    /// The requests of the remaining parts, in reverse order.
    left: Vec<GetEndpoints>,
    listing: Option<ListEndpoints>,
    /// The ids that were reported. Empty if there is one part.
    reported: HashSet<EndpointId>,
    listed: Listed,
    limit: TimeLimit,
}

/// The result of the listing.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) list: EndpointList,
    /// Whether the list was read in several parts. Then it is not in the order of the ids.
    pub(super) has_parts: bool,
    /// Whether the tenant listed no endpoint for a part and reported no count either.
    pub(super) is_unconfirmed: bool,
}

/// The maximum number of ids in one part. Careful clients send up to this number in one request.
const MOST_IDS: usize = 1000;

type ListStep = Step<EndpointPage, Result<Listed, Error>>;

impl ListSelected {
    pub(super) fn new(session: &Session, filters: &Filters) -> Result<Self, Error> {
        let mut left = requests(filters);
        let has_parts = left.len() > 1;
        left.reverse();
        let first = left.pop().map(|request| ListEndpoints::new(session, &request)).transpose()?;
        let list = EndpointList { total_count: Some(0), ..EndpointList::default() };
        Ok(Self {
            session: session.clone(),
            left,
            listing: first,
            reported: HashSet::new(),
            listed: Listed { list, has_parts, is_unconfirmed: false },
            limit: TimeLimit::default(),
        })
    }

    /// Limits the time of the flow, as [`ListEndpoints::within`] does.
    pub(super) fn within(self, limit: Duration) -> Self {
        Self { limit: TimeLimit::within(limit), ..self }
    }

    /// Sets a deadline after which no request begins.
    pub(super) fn end_by(&mut self, deadline: Option<Instant>) {
        self.limit.end_by(deadline);
    }

    /// Removes the endpoints that another part has reported: a tenant that ignores the filter lists them again.
    fn keep_new(&mut self, page: &mut EndpointPage) {
        if self.listed.has_parts {
            let before = page.endpoints.len();
            page.endpoints.retain(|endpoint| self.reported.insert(endpoint.id.clone()));
            self.listed.list.duplicates += (before - page.endpoints.len()) as u64;
        }
        self.listed.list.endpoints += page.endpoints.len() as u64;
    }

    /// Adds the result of a part.
    fn add(&mut self, part: &EndpointList) {
        let Listed { list, is_unconfirmed, .. } = &mut self.listed;
        list.total_count = list.total_count.zip(part.total_count).map(|(all, part)| all + part);
        list.duplicates += part.duplicates;
        list.has_shrunk |= part.has_shrunk;
        list.may_have_missed |= part.may_have_missed;
        *is_unconfirmed |= part.endpoints == 0 && part.total_count.is_none();
    }

    fn next(&mut self, context: &Context<'_>) -> ListStep {
        match self.left.pop().map(|request| ListEndpoints::new(&self.session, &request)) {
            Some(Ok(listing)) => {
                self.listing = Some(listing);
                self.step(context, Event::Resume)
            }
            Some(Err(error)) => Step::Done(Err(error)),
            None => Step::Done(Ok(self.listed.clone())),
        }
    }
}

/// Returns one request. If the filters have exactly one list of ids and it is longer than [`MOST_IDS`], returns one
/// request for each part of it.
fn requests(filters: &Filters) -> Vec<GetEndpoints> {
    let Filters::Matching(all) = filters else { return vec![GetEndpoints::all()] };
    let is_list = |filter: &&Filter| matches!(filter, Filter::EndpointIds(_));
    let ids: Vec<_> = endpoint_ids(filters).map(EndpointId::from).collect();
    if all.iter().filter(is_list).count() != 1 || ids.len() <= MOST_IDS {
        return vec![GetEndpoints::matching(all.iter().cloned())];
    }
    let part = |ids: &[EndpointId]| {
        let others = all.iter().filter(|filter| !is_list(filter)).cloned();
        GetEndpoints::matching(others.chain([Filter::endpoint_ids(ids.iter().cloned())]))
    };
    ids.chunks(MOST_IDS).map(part).collect()
}

impl Flow for ListSelected {
    type Progress = EndpointPage;
    type Output = Result<Listed, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> ListStep {
        let deadline = self.limit.deadline(context.now);
        let Some(listing) = &mut self.listing else { return Step::Done(Ok(self.listed.clone())) };
        listing.end_by(deadline);
        match listing.step(context, event) {
            Step::Send(exchange) => Step::Send(exchange),
            Step::Wait(pause) => Step::Wait(pause),
            Step::Progress(mut page) => {
                self.keep_new(&mut page);
                Step::Progress(page)
            }
            Step::Done(Ok(part)) => {
                self.listing = None;
                self.add(&part);
                self.next(context)
            }
            Step::Done(Err(error)) => Step::Done(Err(error)),
        }
    }

    /// Returns an error unless all endpoints have been read and reported.
    fn stop(mut self) -> Self::Output {
        if let Some(listing) = self.listing.take() {
            self.add(&listing.stop()?);
        }
        match self.left.pop() {
            Some(request) => Err(never_begun(&self.session, &request)),
            None => Ok(self.listed),
        }
    }
}
