//! Cancels endpoints by their ids. Both cancellations use this.

use super::{Call, Context, Event, Flow, Prepared, Step};
use crate::error::{Error, Refusal};
use crate::filter::Filter;
use crate::ids::EndpointId;
use crate::operation::{AbortScan, StartedAction};
use crate::scan_batches::ScanBatches;
use crate::session::Session;

/// Cancels these endpoints, at most 1,000 in a request, and counts the outcomes.
#[derive(Debug)]
pub(super) struct AbortIds {
    session: Session,
    /// The endpoints that no request has named yet.
    waiting: Vec<EndpointId>,
    /// How many endpoints the last request named. 0 once the tenant has answered it.
    asked: usize,
    call: Option<Call<StartedAction>>,
    /// The cancellations that the tenant accepted.
    pub(super) aborts: Vec<StartedAction>,
    /// How many endpoints the tenant accepted the cancellation of, by its own count.
    pub(super) endpoints: usize,
    /// For how many endpoints the tenant found nothing to cancel.
    pub(super) refused: usize,
}

/// The answer to one request.
#[derive(Debug)]
pub(super) enum Aborted {
    Accepted(StartedAction),
    /// There was nothing to cancel for this many endpoints.
    Refused(usize),
}

type AbortStep = Step<Aborted, Result<(), Error>>;

impl AbortIds {
    pub(super) fn new(session: &Session, ids: Vec<EndpointId>) -> Self {
        Self {
            session: session.clone(),
            waiting: ids,
            asked: 0,
            call: None,
            aborts: Vec::new(),
            endpoints: 0,
            refused: 0,
        }
    }

    /// How many endpoints are not known to be cancelled or refused.
    pub(super) fn left(&self) -> usize {
        self.waiting.len() + self.asked
    }

    pub(super) fn step(&mut self, context: &Context<'_>, event: Event) -> AbortStep {
        let Some(call) = &mut self.call else { return self.next(context) };
        call.step(context, event).and_then(|ended| {
            self.call = None;
            match ended {
                Ok(started) => self.accepted(started),
                Err(error) => self.failed(error),
            }
        })
    }

    /// The error of a stop during a request. `None` between two requests.
    pub(super) fn stopped(&mut self) -> Option<Error> {
        self.call.take().map(Call::stopped)
    }

    /// Begins the next request, or ends.
    fn next(&mut self, context: &Context<'_>) -> AbortStep {
        let ids: Vec<_> = self.waiting.drain(..self.waiting.len().min(ScanBatches::SIZE)).collect();
        if ids.is_empty() {
            return Step::Done(Ok(()));
        }
        self.asked = ids.len();
        // The tenant named these ids, so they are sent as they are.
        let abort = AbortScan::matching([Filter::endpoint_ids(ids)]);
        match Prepared::unchecked(&self.session, &abort) {
            Ok(prepared) => {
                self.call = Some(Call::new(prepared));
                self.step(context, Event::Resume)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    /// The tenant can accept fewer endpoints than were named, and does not say which.
    fn accepted(&mut self, started: StartedAction) -> AbortStep {
        let asked = std::mem::take(&mut self.asked);
        let taken = started.endpoints_count.and_then(|taken| usize::try_from(taken).ok());
        let taken = taken.map_or(asked, |taken| taken.min(asked));
        self.endpoints += taken;
        self.refused += asked - taken;
        self.aborts.push(started.clone());
        Step::Progress(Aborted::Accepted(started))
    }

    /// The refusal "no endpoint" is not a failure: there is nothing to cancel for any of these endpoints.
    fn failed(&mut self, error: Error) -> AbortStep {
        match error {
            Error::Refused(refused) if refused.reason == Refusal::NoEndpointMatched => {
                let asked = std::mem::take(&mut self.asked);
                self.refused += asked;
                Step::Progress(Aborted::Refused(asked))
            }
            error => Step::Done(Err(error)),
        }
    }
}
