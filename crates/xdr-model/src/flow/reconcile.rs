//! Reads what is being scanned after an attempt whose outcome is unknown.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::call::never_begun;
use super::{Context, Event, Flow, ListEndpoints, Step};
use crate::coverage::{endpoint_ids, hostnames};
use crate::error::Error;
use crate::filter::{EpochMillis, Filter, Filters, TimeBound};
use crate::ids::EndpointId;
use crate::operation::{EndpointSummary, GetEndpoints};
use crate::reconciled::{Reconciled, ReconciledEndpoint};
use crate::session::Session;
use crate::validate::{Invalid, Violation};

/// Reads the scan status of the endpoints of an attempt whose outcome is unknown. Made by
/// [`Session::reconcile`](crate::Session::reconcile). It starts nothing and cancels nothing.
///
/// Each progress is the number of endpoints that have been read so far.
#[derive(Debug)]
pub struct Reconcile {
    session: Session,
    /// The requests of the lists that are still to be read, the next one last.
    left: Vec<GetEndpoints>,
    listing: Option<ListEndpoints>,
    asked: Asked,
    attempted_at: Option<EpochMillis>,
    /// The endpoints that were listed, in the order of the tenant.
    listed: Vec<EndpointSummary>,
    may_have_missed: bool,
    limit: Option<Duration>,
    deadline: Option<Instant>,
}

/// What the attempt selected.
#[derive(Debug)]
enum Asked {
    /// These endpoints.
    Ids(Vec<EndpointId>),
    /// The endpoints that match filters. The filters hold these host names.
    Matching(Vec<String>),
}

/// The most ids in the request of one list. Careful clients send this many.
const MOST_IDS: usize = 1000;

type ReconcileStep = Step<usize, Result<Reconciled, Error>>;

impl Reconcile {
    pub(crate) fn new(session: &Session, filters: &Filters) -> Result<Self, Error> {
        let ids: Vec<_> = endpoint_ids(filters).map(EndpointId::from).collect();
        let (asked, mut left) = match filters {
            Filters::All => (Asked::Matching(Vec::new()), vec![GetEndpoints::all()]),
            Filters::Matching(filters) if ids.is_empty() => {
                let names = hostnames(filters).map(str::to_owned).collect();
                let lasting = filters.iter().filter(|filter| lasts(filter)).cloned();
                (Asked::Matching(names), vec![GetEndpoints::matching(lasting)])
            }
            Filters::Matching(_) => {
                let list =
                    |ids: &[EndpointId]| GetEndpoints::matching([Filter::endpoint_ids(ids.iter().cloned())]);
                let requests = ids.chunks(MOST_IDS).map(list).collect();
                (Asked::Ids(ids), requests)
            }
        };
        left.reverse();
        let mut flow = Self {
            session: session.clone(),
            left,
            listing: None,
            asked,
            attempted_at: None,
            listed: Vec::new(),
            may_have_missed: false,
            limit: None,
            deadline: None,
        };
        flow.listing = flow.next()?;
        Ok(flow)
    }

    /// Sets the time just before the attempt, by the clock of the tenant. The attempt cannot have selected an
    /// endpoint that the tenant saw for the first time after this time. The scan of such an endpoint [began
    /// later](ReconciledEndpoint::began_later).
    ///
    /// The API does not show when a scan started, so this is not known for any other endpoint. To learn more, read a
    /// [preview](Session::preview) before you start a scan: it shows which endpoints are already being scanned.
    ///
    /// Source: the reply of the page "Get Endpoint" has `scan_status`, and no time of a scan.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the time does not have 13 digits.
    pub fn attempted_at(self, time: impl Into<EpochMillis>) -> Result<Self, Error> {
        let time = time.into();
        match time.holds() {
            true => Ok(Self { attempted_at: Some(time), ..self }),
            false => Err(Invalid::one(Violation::new("/attempted_at", time.rule())).into()),
        }
    }

    /// Limits the time of the flow, counted from its first step. After that, the flow sends no request and does not
    /// wait for an answer.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit: Some(limit), ..self }
    }

    fn next(&mut self) -> Result<Option<ListEndpoints>, Error> {
        self.left.pop().map(|request| ListEndpoints::new(&self.session, &request)).transpose()
    }

    /// Goes on after the end of a list.
    fn ended(&mut self, may_have_missed: bool, context: &Context<'_>) -> ReconcileStep {
        self.may_have_missed |= may_have_missed;
        match self.next() {
            Ok(Some(listing)) => {
                self.listing = Some(listing);
                self.step(context, Event::Resume)
            }
            Ok(None) => {
                self.listing = None;
                Step::Done(Ok(self.result()))
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    fn result(&mut self) -> Reconciled {
        let Self { attempted_at, may_have_missed, .. } = *self;
        let listed = std::mem::take(&mut self.listed);
        let known = |id: EndpointId, summary: EndpointSummary| {
            let began_later = summary.first_seen.zip(attempted_at).is_some_and(|(seen, at)| seen > at);
            ReconciledEndpoint::listed(id, summary, began_later)
        };
        match &self.asked {
            Asked::Ids(ids) => {
                // A tenant that ignores the filter also lists other endpoints.
                let listed: HashMap<_, _> =
                    listed.into_iter().map(|summary| (lower(summary.id.as_str()), summary)).collect();
                let endpoint = |id: &EndpointId| match listed.get(&lower(id.as_str())) {
                    Some(summary) => known(id.clone(), summary.clone()),
                    None => ReconciledEndpoint::not_listed(id.clone(), may_have_missed),
                };
                let endpoints = ids.iter().map(endpoint).collect();
                Reconciled { endpoints, unmatched_hostnames: Vec::new(), may_have_missed }
            }
            Asked::Matching(names) => {
                let found: HashSet<_> =
                    listed.iter().filter_map(|summary| summary.name.as_deref()).map(lower).collect();
                let unmatched = names.iter().filter(|name| !found.contains(&lower(name))).cloned().collect();
                let endpoints =
                    listed.into_iter().map(|summary| known(summary.id.clone(), summary)).collect();
                Reconciled { endpoints, unmatched_hostnames: unmatched, may_have_missed }
            }
        }
    }
}

/// A tenant may write an id or a name in another letter case.
fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// Whether a filter still selects an endpoint after a scan of it.
fn lasts(filter: &Filter) -> bool {
    !matches!(filter, Filter::ScanStatus(_) | Filter::LastSeen(TimeBound::AtOrBefore(_)))
}

impl Flow for Reconcile {
    type Progress = usize;
    type Output = Result<Reconciled, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> ReconcileStep {
        if let Some(limit) = self.limit.take() {
            self.deadline = context.now.checked_add(limit);
        }
        let Some(listing) = &mut self.listing else { return Step::Done(Ok(self.result())) };
        listing.end_by(self.deadline);
        match listing.step(context, event) {
            Step::Send(exchange) => Step::Send(exchange),
            Step::Wait(pause) => Step::Wait(pause),
            Step::Progress(page) => {
                self.listed.extend(page.endpoints);
                Step::Progress(self.listed.len())
            }
            Step::Done(Ok(list)) => self.ended(list.may_have_missed, context),
            Step::Done(Err(error)) => Step::Done(Err(error)),
        }
    }

    /// Returns an error unless all endpoints have been read.
    fn stop(mut self) -> Self::Output {
        let Some(listing) = self.listing.take() else { return Ok(self.result()) };
        let list = listing.stop()?;
        self.may_have_missed |= list.may_have_missed;
        match self.left.pop() {
            None => Ok(self.result()),
            Some(request) => Err(never_begun(&self.session, &request)),
        }
    }
}
