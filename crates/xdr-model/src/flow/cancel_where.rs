//! Cancels what is being scanned.

use std::sync::Arc;

use super::cancel_action::IDS_PER_REQUEST;
use super::{Call, Context, Event, Flow, Prepared, PreviewEndpoints, Step};
use crate::error::{Error, Refusal};
use crate::filter::{Filter, Filters, ScanStatus};
use crate::ids::EndpointId;
use crate::operation::{AbortScan, Operation, StartedAction};
use crate::preview::Preview;
use crate::session::Session;

/// Lists the endpoints that are being scanned, by whichever action, and cancels exactly those by their ids; made by
/// [`Session::cancel_where`](crate::Session::cancel_where).
///
/// If the list cannot be read, nothing is cancelled. An endpoint whose scan begins after the list was read is not cancelled.
#[derive(Debug)]
pub struct CancelWhere {
    session: Session,
    state: State,
    /// Those that are still to be cancelled.
    left: Vec<EndpointId>,
    cancelled: Option<CancelledWhere>,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one a cancellation")]
enum State {
    Listing(PreviewEndpoints),
    Next,
    Aborting(Call<StartedAction>, usize),
}

/// What is told of a [`CancelWhere`] on its way.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum CancelWhereProgress {
    /// These endpoints are being scanned. Their cancellation is sent next.
    Found {
        /// The endpoints, with their names.
        running: Preview,
    },
    /// The tenant accepted the cancellation for some of them.
    Accepted(StartedAction),
    /// The tenant found nothing to cancel for some of them.
    Refused {
        /// How many it was asked for.
        endpoints: usize,
    },
}

/// What became of a cancellation of all that was being scanned.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CancelledWhere {
    /// The endpoints that were being scanned before.
    pub running: Preview,
    /// The cancellations, which are actions themselves. Empty if nothing was being scanned.
    pub aborts: Vec<StartedAction>,
    /// The endpoints whose cancellation was accepted, as the tenant counts them.
    pub endpoints: usize,
    /// The endpoints for which the tenant found nothing to cancel: their scan has ended in the meantime, or they cannot be
    /// reached.
    pub refused: usize,
    /// The endpoints that were not cancelled because it ended early, or of which that is not known.
    pub left: usize,
    /// Why it ended early. `None` if it came to its end.
    pub failure: Option<Arc<Error>>,
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
        let state = State::Listing(PreviewEndpoints::new(session, &Filters::Matching(running))?);
        Ok(Self { session: session.clone(), state, left: Vec::new(), cancelled: None })
    }

    fn found(&mut self, running: &Preview) -> CancelStep {
        self.left = running.endpoints().iter().map(|endpoint| endpoint.id.clone()).collect();
        self.cancelled = Some(CancelledWhere {
            running: running.clone(),
            aborts: Vec::new(),
            endpoints: 0,
            refused: 0,
            left: 0,
            failure: None,
        });
        self.state = State::Next;
        Step::Progress(CancelWhereProgress::Found { running: running.clone() })
    }

    /// Begins the next request, or ends.
    fn next(&mut self, context: &Context<'_>) -> CancelStep {
        let ids: Vec<_> = self.left.drain(..self.left.len().min(IDS_PER_REQUEST)).collect();
        let count = ids.len();
        if count == 0 {
            return Step::Done(self.end(0, None));
        }
        // The tenant named these ids, so they are sent as they are.
        let abort = AbortScan::matching([Filter::endpoint_ids(ids)]);
        match Prepared::unchecked(&self.session, &abort) {
            Ok(prepared) => {
                self.state = State::Aborting(Call::new(prepared).after_an_answer(true), count);
                self.step(context, Event::Resume)
            }
            Err(error) => Step::Done(self.end(count, Some(error))),
        }
    }

    /// The tenant can take fewer than were named, and does not say which.
    fn accepted(&mut self, started: StartedAction, count: usize) -> CancelStep {
        let taken = started.endpoints_count.and_then(|taken| usize::try_from(taken).ok());
        let taken = taken.map_or(count, |taken| taken.min(count));
        if let Some(cancelled) = &mut self.cancelled {
            cancelled.aborts.push(started.clone());
            cancelled.endpoints += taken;
            cancelled.refused += count - taken;
        }
        self.state = State::Next;
        Step::Progress(CancelWhereProgress::Accepted(started))
    }

    /// "No endpoint" is not a failure: there is nothing to cancel for all of these.
    fn failed(&mut self, error: Error, count: usize) -> CancelStep {
        match (error, &mut self.cancelled) {
            (Error::Refused(refused), Some(cancelled)) if refused.reason == Refusal::NoEndpointMatched => {
                cancelled.refused += count;
                self.state = State::Next;
                Step::Progress(CancelWhereProgress::Refused { endpoints: count })
            }
            (error, _) => Step::Done(self.end(count, Some(error))),
        }
    }

    /// The end, when so many that were asked for are not known to be cancelled. Before anything was accepted, a failure is
    /// the result.
    fn end(&mut self, count: usize, failure: Option<Error>) -> Result<CancelledWhere, Error> {
        match (self.cancelled.take(), failure) {
            (None, Some(error)) => Err(error),
            (Some(cancelled), Some(error)) if cancelled.aborts.is_empty() => Err(error),
            (Some(cancelled), failure) => Ok(CancelledWhere {
                left: self.left.len() + count,
                failure: failure.map(Arc::new),
                ..cancelled
            }),
            (None, None) => unreachable!("it ends after the list was read, or with an error"),
        }
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
                Step::Done(Ok(running)) => self.found(&running),
                Step::Done(Err(error)) => Step::Done(Err(error)),
            },
            State::Next => self.next(context),
            State::Aborting(call, count) => {
                let count = *count;
                call.step(context, event).and_then(|ended| match ended {
                    Ok(started) => self.accepted(started, count),
                    Err(error) => self.failed(error, count),
                })
            }
        }
    }

    /// What was accepted so far; an error if nothing was.
    fn stop(mut self) -> Self::Output {
        let state = std::mem::replace(&mut self.state, State::Next);
        let (count, error) = match state {
            State::Listing(listing) => match listing.stop() {
                Err(error) => return Err(error),
                Ok(_) => (0, self.not_begun()?),
            },
            State::Next if self.left.is_empty() && self.cancelled.is_some() => (0, None),
            State::Next => (0, self.not_begun()?),
            State::Aborting(call, count) => (count, Some(call.stopped())),
        };
        self.end(count, error)
    }
}

impl CancelWhere {
    /// The error of a stop between two requests.
    fn not_begun(&self) -> Result<Option<Error>, Error> {
        let prepared = Prepared::unchecked(&self.session, &AbortScan::all())?;
        Ok(Some(Call::new(prepared).stopped()))
    }
}
