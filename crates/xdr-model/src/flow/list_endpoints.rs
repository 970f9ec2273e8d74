//! Reads all endpoints, page by page.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::id_set::IdSet;
use super::time_limit::TimeLimit;
use super::{Call, Context, Event, Flow, Prepared, Step};
use crate::endpoint_list::EndpointList;
use crate::error::Error;
use crate::json_integer::MAX_INTEGER;
use crate::operation::{EndpointPage, GetEndpoints};
use crate::session::Session;

/// Reads all endpoints that match, page by page. Made by [`Session::list_endpoints`].
///
/// Each progress is a page as the tenant sent it, without the endpoints that were reported before. A page without a
/// new endpoint is not reported. If a page still cannot be read after the retries, the flow ends with the error of
/// that call.
///
/// # When endpoints come and go between two pages
/// A page is requested by its range of positions in the order of the ids. When an endpoint disappears, all endpoints
/// after it move forward by one position, so the next page would miss one. Therefore each page begins with the last
/// endpoint of the page before it. If the page begins with another endpoint, it is not reported. The flow then goes
/// back, further each time, until a page begins with an endpoint that was reported, and continues from there. In this
/// way, every endpoint that exists the whole time is reported, even if others come and go. If the flow cannot be sure
/// of this, it sets [`EndpointList::may_have_missed`].
///
/// Source: the page "Get Endpoint" does not promise that the set stays the same between pages.
#[derive(Debug)]
pub struct ListEndpoints {
    session: Session,
    request: GetEndpoints,
    told: IdSet,
    /// The call for the next page, or `None` if all pages have been read.
    call: Option<Call<EndpointPage>>,
    limit: TimeLimit,
    /// The position up to which the endpoints have been read.
    end: u64,
    /// How many positions before `end` the next page begins.
    overlap: u64,
    /// The last, the greatest and the least number of matching endpoints that a reply gave.
    last_total: Option<u64>,
    most_total: u64,
    least_total: Option<u64>,
    /// Whether the ids arrived in the order of their bytes. Only then do pages certainly fit together.
    is_ascending: bool,
    last_id: String,
    /// How many pages had a new endpoint, and how many had none or did not fit.
    useful: u64,
    useless: u64,
    list: EndpointList,
}

/// The flow gives up looking for missing endpoints after this many more useless pages than useful ones.
const PATIENCE: u64 = 100;

type ListStep = Step<EndpointPage, Result<EndpointList, Error>>;

impl ListEndpoints {
    pub(crate) fn new(session: &Session, request: &GetEndpoints) -> Result<Self, Error> {
        let mut flow = Self {
            session: session.clone(),
            request: request.clone().with_range(0..GetEndpoints::PAGE),
            told: IdSet::default(),
            call: None,
            limit: TimeLimit::default(),
            end: 0,
            overlap: 1,
            last_total: None,
            most_total: 0,
            least_total: None,
            is_ascending: true,
            last_id: String::new(),
            useful: 0,
            useless: 0,
            list: EndpointList::default(),
        };
        flow.call = Some(Call::new(Prepared::new(session, &flow.request)?));
        Ok(flow)
    }

    /// Limits the time of the flow, counted from its first step. After that, the flow sends no request and does not
    /// wait for an answer.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit: TimeLimit::within(limit), ..self }
    }

    /// Sets a deadline after which no request begins.
    pub(super) fn end_by(&mut self, deadline: Option<Instant>) {
        self.limit.end_by(deadline);
    }

    fn received(&mut self, mut page: EndpointPage, context: &Context<'_>) -> ListStep {
        let gone = self.counted(page.total_count);
        let begins_with_a_told_one =
            page.endpoints.first().is_some_and(|first| self.told.contains(first.id.as_str()));
        let fits = self.request.search_from == 0 || begins_with_a_told_one;
        if !fits && self.is_patient() {
            self.list.has_shrunk |= page.total_count.is_none();
            self.useless += 1;
            // Goes back at least as far as the tenant's counts require, and further than the last time.
            self.overlap = (2 * self.overlap).max(self.overlap.saturating_add(gone));
            return self.next(context);
        }
        self.list.may_have_missed |= !fits;
        let places = page.endpoints.len() as u64;
        // A row that is repeated within a page takes the place of another row.
        let ids: HashSet<_> = page.endpoints.iter().map(|endpoint| endpoint.id.as_str()).collect();
        self.list.may_have_missed |= (ids.len() as u64) < places;
        self.is_ascending &= page.endpoints.is_sorted_by(|one, next| one.id.as_str() < next.id.as_str());
        // In the order of the ids, no page ends before the endpoint that was reported last, unless that endpoint is
        // gone.
        let ends_early = page.endpoints.last().is_some_and(|last| last.id.as_str() < &*self.last_id);
        self.is_ascending &= !ends_early || page.total_count.is_some();
        let is_full = self.keep_new(&mut page);
        if is_full || self.is_last(places, page.endpoints.is_empty()) {
            self.list.may_have_missed |= is_full;
            self.call = None;
            self.finish();
        } else if let Err(error) = self.prepare() {
            return Step::Done(Err(error));
        }
        if page.endpoints.is_empty() { self.step(context, Event::Resume) } else { Step::Progress(page) }
    }

    /// Notes how many endpoints match now, and returns by how many the number has fallen.
    fn counted(&mut self, total: Option<u64>) -> u64 {
        let total = total.filter(|total| *total <= MAX_INTEGER);
        let gone = self.last_total.zip(total).map_or(0, |(last, total)| last.saturating_sub(total));
        if self.useful + self.useless == 0 {
            self.list.total_count = total;
        }
        self.list.has_shrunk |= gone > 0;
        self.most_total = self.most_total.max(total.unwrap_or(0));
        self.least_total = self.least_total.into_iter().chain(total).min();
        self.last_total = total.or(self.last_total);
        gone
    }

    fn is_patient(&self) -> bool {
        self.useless <= self.useful + PATIENCE
    }

    /// Keeps only the endpoints of the page that were not reported yet. Returns whether the memory for ids is full.
    fn keep_new(&mut self, page: &mut EndpointPage) -> bool {
        let mut place = self.request.search_from;
        let mut is_full = false;
        let Self { told, list, is_ascending, last_id, end, .. } = self;
        page.endpoints.retain(|endpoint| {
            let id = endpoint.id.as_str();
            let is_new = told.insert(id);
            is_full |= is_new.is_err();
            let is_new = is_new == Ok(true);
            if is_new {
                *is_ascending &= last_id.as_str() <= id;
                id.clone_into(last_id);
            } else if place >= *end && !is_full {
                list.duplicates += 1;
            }
            place += 1;
            is_new
        });
        self.list.endpoints += page.endpoints.len() as u64;
        is_full
    }

    /// Whether a page with this many rows is the last one.
    fn is_last(&mut self, places: u64, is_useless: bool) -> bool {
        self.end = self.request.search_from + places;
        self.overlap = 1;
        *(if is_useless { &mut self.useless } else { &mut self.useful }) += 1;
        let is_short = places < GetEndpoints::PAGE;
        let has_all = is_short && self.last_total.is_some_and(|total| self.end >= total);
        // If there is no count, or the count is higher, the last page is a short one with at most one row.
        let adds_nothing = is_short && self.next_from() <= self.request.search_from;
        // Otherwise a tenant could continue forever.
        let is_lost = is_useless && !self.is_patient();
        self.list.may_have_missed |= !has_all && (is_lost || (adds_nothing && self.last_total.is_some()));
        has_all || adds_nothing || is_lost
    }

    fn next_from(&self) -> u64 {
        self.end.saturating_sub(self.overlap)
    }

    fn finish(&mut self) {
        let (told, last) = (self.list.endpoints, self.last_total.unwrap_or(0));
        self.list.has_shrunk |= told < self.most_total && last < self.most_total;
        // Fewer endpoints were reported than the tenant counted at any time.
        self.list.may_have_missed |= self.least_total.is_some_and(|least| told < least);
        // Pages that are not in the order of the ids can seem to fit together when they do not. They are complete
        // only if the tenant always counted as many endpoints as were reported, and nothing hints at a change.
        let has_pages = self.useful + self.useless > 1;
        let is_steady = self.least_total == Some(told.min(self.most_total)) && told == self.most_total;
        let has_changed = !is_steady || self.list.duplicates > 0 || self.useless > 0;
        self.list.may_have_missed |= !self.is_ascending && has_pages && has_changed;
    }

    /// Makes the request for the next page.
    fn prepare(&mut self) -> Result<(), Error> {
        let from = self.next_from();
        self.request = self.request.clone().with_range(from..from + GetEndpoints::PAGE);
        let prepared = Prepared::unchecked(&self.session, &self.request)?;
        self.call = Some(Call::new(prepared).after_an_answer(true));
        Ok(())
    }

    fn next(&mut self, context: &Context<'_>) -> ListStep {
        match self.prepare() {
            Ok(()) => self.step(context, Event::Resume),
            Err(error) => Step::Done(Err(error)),
        }
    }
}

impl Flow for ListEndpoints {
    type Progress = EndpointPage;
    type Output = Result<EndpointList, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> ListStep {
        let deadline = self.limit.deadline(context.now);
        let Some(call) = &mut self.call else { return Step::Done(Ok(self.list.clone())) };
        call.end_by(deadline);
        call.step(context, event).and_then(|ended| match ended {
            Ok(page) => self.received(page, context),
            Err(error) => Step::Done(Err(error)),
        })
    }

    /// Returns an error unless all endpoints have been read and reported.
    fn stop(self) -> Self::Output {
        match self.call {
            Some(call) => Err(call.stopped()),
            None => Ok(self.list),
        }
    }
}
