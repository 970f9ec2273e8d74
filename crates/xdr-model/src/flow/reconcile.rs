//! Reads which endpoints are being scanned after an attempt whose outcome is unknown.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::list_selected::{ListSelected, Listed};
use super::{Context, Event, Flow, Step};
use crate::coverage::{endpoint_ids, hostnames};
use crate::error::Error;
use crate::filter::{EpochMillis, Filter, Filters, TimeBound};
use crate::ids::EndpointId;
use crate::operation::EndpointSummary;
use crate::reconciled::{Reconciled, ReconciledEndpoint};
use crate::session::Session;
use crate::validate::{Invalid, Violation};

/// Reads the scan status of the endpoints of an attempt whose outcome is unknown. The flow starts nothing and cancels
/// nothing. [`Session::reconcile`](crate::Session::reconcile) makes it.
///
/// Each progress is the number of endpoints that have been read so far.
#[derive(Debug)]
pub struct Reconcile {
    listing: ListSelected,
    asked: Asked,
    attempted_at: Option<EpochMillis>,
    /// The endpoints that were listed, in the order of the tenant.
    listed: Vec<EndpointSummary>,
}

/// What the attempt selected.
#[derive(Debug)]
enum Asked {
    /// These endpoints.
    Ids(Vec<EndpointId>),
    /// The endpoints that match filters. The filters hold these host names.
    Matching(Vec<String>),
}

type ReconcileStep = Step<usize, Result<Reconciled, Error>>;

impl Reconcile {
    pub(crate) fn new(session: &Session, filters: &Filters) -> Result<Self, Error> {
        let ids: Vec<_> = endpoint_ids(filters).map(EndpointId::from).collect();
        let (asked, listed) = match filters {
            Filters::All => (Asked::Matching(Vec::new()), Filters::All),
            Filters::Matching(filters) if ids.is_empty() => {
                let names = hostnames(filters).map(str::to_owned).collect();
                let lasting: Vec<_> = filters.iter().filter(|filter| lasts(filter)).cloned().collect();
                if lasting.is_empty() {
                    return Err(Invalid::one(Violation::new("/filters", NOTHING_LASTS)).into());
                }
                (Asked::Matching(names), Filters::Matching(lasting))
            }
            Filters::Matching(_) => {
                let list = Filter::endpoint_ids(ids.iter().cloned());
                (Asked::Ids(ids), Filters::Matching(vec![list]))
            }
        };
        let listing = ListSelected::new(session, &listed)?;
        Ok(Self { listing, asked, attempted_at: None, listed: Vec::new() })
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

    /// Limits the time of the flow, as [`ListEndpoints::within`](super::ListEndpoints::within) does.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { listing: self.listing.within(limit), ..self }
    }
}

/// Combines the endpoints of the attempt with the listed endpoints.
fn result(
    asked: &Asked,
    attempted_at: Option<EpochMillis>,
    summaries: Vec<EndpointSummary>,
    listed: &Listed,
) -> Reconciled {
    // An empty reply without a count does not prove that the endpoints are gone.
    let may_have_missed = listed.list.may_have_missed || listed.is_unconfirmed;
    let known = |id: EndpointId, summary: EndpointSummary| {
        let began_later = summary.first_seen.zip(attempted_at).is_some_and(|(seen, at)| seen > at);
        ReconciledEndpoint::listed(id, summary, began_later)
    };
    match asked {
        Asked::Ids(ids) => {
            // A tenant may write an id in another letter case. If it ignores the filter, it also lists other endpoints.
            let listed: HashMap<_, _> =
                summaries.into_iter().map(|summary| (summary.id.as_str().to_lowercase(), summary)).collect();
            let endpoint = |id: &EndpointId| match listed.get(&id.as_str().to_lowercase()) {
                Some(summary) => known(id.clone(), summary.clone()),
                None => ReconciledEndpoint::not_listed(id.clone(), may_have_missed),
            };
            let endpoints = ids.iter().map(endpoint).collect();
            Reconciled { endpoints, unmatched_hostnames: Vec::new(), may_have_missed }
        }
        Asked::Matching(names) => {
            let found: HashSet<_> = summaries
                .iter()
                .filter_map(|summary| summary.name.as_deref())
                .map(str::to_lowercase)
                .collect();
            let unmatched =
                names.iter().filter(|name| !found.contains(&name.to_lowercase())).cloned().collect();
            let endpoints = summaries.into_iter().map(|summary| known(summary.id.clone(), summary)).collect();
            Reconciled { endpoints, unmatched_hostnames: unmatched, may_have_missed }
        }
    }
}

/// Whether a filter still selects an endpoint after a scan of it.
fn lasts(filter: &Filter) -> bool {
    !matches!(filter, Filter::ScanStatus(_) | Filter::LastSeen(TimeBound::AtOrBefore(_)))
}

const NOTHING_LASTS: &str = "must select endpoints by more than the scan status and the latest time of last_seen, which the \
                             attempt changes: give the ids of the endpoints, or another filter";

impl Flow for Reconcile {
    type Progress = usize;
    type Output = Result<Reconciled, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> ReconcileStep {
        match self.listing.step(context, event) {
            Step::Send(exchange) => Step::Send(exchange),
            Step::Wait(pause) => Step::Wait(pause),
            Step::Progress(page) => {
                self.listed.extend(page.endpoints);
                Step::Progress(self.listed.len())
            }
            Step::Done(ended) => Step::Done(ended.map(|listed| {
                result(&self.asked, self.attempted_at, std::mem::take(&mut self.listed), &listed)
            })),
        }
    }

    /// Returns an error unless all endpoints have been read.
    fn stop(self) -> Self::Output {
        let listed = self.listing.stop()?;
        Ok(result(&self.asked, self.attempted_at, self.listed, &listed))
    }
}
