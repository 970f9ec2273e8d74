//! Cancels the scans of all endpoints that are being scanned.

use std::sync::Arc;

use super::abort_ids::{AbortIds, Aborted};
use super::call::never_begun;
use super::{Context, Event, Flow, PreviewEndpoints, Step};
use crate::error::Error;
use crate::filter::{Filter, Filters, ScanStatus};
use crate::operation::{AbortScan, EndpointScanStatus, Operation, StartedAction};
use crate::preview::{Preview, PreviewedEndpoint};
use crate::session::Session;

/// Lists the endpoints that are being scanned or are about to be, whoever started the scan, and cancels exactly
/// those, by their ids. Made by [`Session::cancel_where`](crate::Session::cancel_where).
///
/// If the list cannot be read, nothing is cancelled. An endpoint whose scan begins after the list was read is not
/// cancelled.
#[derive(Debug)]
pub struct CancelWhere {
    session: Session,
    state: State,
}

#[derive(Debug)]
enum State {
    Listing(Box<PreviewEndpoints>),
    /// The endpoints that were being scanned, and their cancellation.
    Aborting(Box<Preview>, Box<AbortIds>),
}

/// The progress of a [`CancelWhere`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum CancelWhereProgress {
    /// These endpoints are being scanned. Their cancellation is sent next.
    Found {
        /// The endpoints, with their names.
        running: Preview,
    },
    /// The tenant accepted the cancellation for some of the endpoints.
    Accepted(StartedAction),
    /// The tenant found nothing to cancel for some of the endpoints.
    Refused {
        /// How many endpoints the request named.
        endpoints: usize,
    },
}

/// The result of a [`CancelWhere`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CancelledWhere {
    /// The endpoints that were being scanned before.
    pub running: Preview,
    /// The cancellations, which are actions themselves. Empty if nothing was being scanned.
    pub aborts: Vec<StartedAction>,
    /// How many endpoints the tenant accepted the cancellation of, by its own count.
    pub endpoints: usize,
    /// For how many endpoints the tenant found nothing to cancel: their scan has ended in the meantime, or they
    /// cannot be reached.
    pub refused: usize,
    /// How many endpoints no request named because the flow ended early, or have no known outcome.
    pub left: usize,
    /// Why the flow ended early. `None` if it ran to its end.
    pub failure: Option<Arc<Error>>,
}

impl CancelledWhere {
    /// Whether the flow ran to its end and the list of endpoints that were being scanned was complete. Endpoints can
    /// still be [refused](Self::refused): compare [`running`](Self::running) with [`endpoints`](Self::endpoints).
    pub fn is_complete(&self) -> bool {
        self.failure.is_none() && self.left == 0 && !self.running.list().may_have_missed
    }
}

type CancelStep = Step<CancelWhereProgress, Result<CancelledWhere, Error>>;

impl CancelWhere {
    pub(crate) fn new(session: &Session, filters: Filters) -> Result<Self, Error> {
        let asked = AbortScan { filters, incident_id: None };
        asked.validate()?;
        let mut running = match asked.filters {
            Filters::All => Vec::new(),
            Filters::Matching(filters) => filters,
        };
        running.push(Filter::scan_status([ScanStatus::Pending, ScanStatus::InProgress]));
        let state = State::Listing(Box::new(PreviewEndpoints::new(session, &Filters::Matching(running))?));
        Ok(Self { session: session.clone(), state })
    }

    fn found(&mut self, running: Preview) -> CancelStep {
        if let Err(refusal) = running.check_filters() {
            return Step::Done(Err(refusal.into()));
        }
        // A tenant that ignores the filter on the scan status must not widen the cancellation.
        let is_running = |endpoint: &&PreviewedEndpoint| {
            endpoint.is_being_scanned() || endpoint.scan_status == EndpointScanStatus::Unreported
        };
        let ids = running.endpoints().iter().filter(is_running).map(|endpoint| endpoint.id.clone()).collect();
        self.state = State::Aborting(Box::new(running.clone()), Box::new(AbortIds::new(&self.session, ids)));
        Step::Progress(CancelWhereProgress::Found { running })
    }
}

/// The result of the requests. A failure before the first answer is an error.
fn end(running: &Preview, aborts: &AbortIds, failure: Option<Error>) -> Result<CancelledWhere, Error> {
    match failure {
        Some(error) if aborts.aborts.is_empty() && aborts.refused == 0 => Err(error),
        failure => Ok(CancelledWhere {
            running: running.clone(),
            aborts: aborts.aborts.clone(),
            endpoints: aborts.endpoints,
            refused: aborts.refused,
            left: aborts.left(),
            failure: failure.map(Arc::new),
        }),
    }
}

impl Flow for CancelWhere {
    type Progress = CancelWhereProgress;
    type Output = Result<CancelledWhere, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> CancelStep {
        match &mut self.state {
            State::Listing(listing) => match listing.step(context, event) {
                Step::Send(exchange) => Step::Send(exchange),
                Step::Wait(pause) => Step::Wait(pause),
                Step::Progress(_) => self.step(context, Event::Resume),
                Step::Done(Ok(running)) => self.found(running),
                Step::Done(Err(error)) => Step::Done(Err(error)),
            },
            State::Aborting(running, aborts) => match aborts.step(context, event) {
                Step::Send(exchange) => Step::Send(exchange),
                Step::Wait(pause) => Step::Wait(pause),
                Step::Progress(Aborted::Accepted(started)) => {
                    Step::Progress(CancelWhereProgress::Accepted(started))
                }
                Step::Progress(Aborted::Refused(endpoints)) => {
                    Step::Progress(CancelWhereProgress::Refused { endpoints })
                }
                Step::Done(ended) => Step::Done(end(running, aborts, ended.err())),
            },
        }
    }

    /// The result so far. An error if the tenant has answered no request.
    fn stop(self) -> Self::Output {
        let never_begun = || never_begun(&self.session, &AbortScan::all());
        match self.state {
            State::Listing(listing) => Err(listing.stop().err().unwrap_or_else(never_begun)),
            State::Aborting(running, aborts) if aborts.left() == 0 => end(&running, &aborts, None),
            State::Aborting(running, mut aborts) => {
                let error = aborts.stopped().unwrap_or_else(never_begun);
                end(&running, &aborts, Some(error))
            }
        }
    }
}
