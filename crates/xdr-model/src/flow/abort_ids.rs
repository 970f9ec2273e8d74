//! Cancels endpoints by their ids: what both cancellations share.

use super::{Call, Context, Event, Flow, Prepared, Step};
use crate::error::{Error, Refusal};
use crate::filter::Filter;
use crate::ids::EndpointId;
use crate::operation::{AbortScan, StartedAction};
use crate::scan_batches::ScanBatches;
use crate::session::Session;

/// Cancels these endpoints, at most 1,000 a request, and counts what became of them.
#[derive(Debug)]
pub(super) struct AbortIds {
    session: Session,
    /// Those that were not asked for yet.
    waiting: Vec<EndpointId>,
    /// How many the last request asked for, until the tenant has answered it.
    asked: usize,
    call: Option<Call<StartedAction>>,
    /// The cancellations that the tenant accepted.
    pub(super) aborts: Vec<StartedAction>,
    /// The endpoints whose cancellation was accepted, as the tenant counts them.
    pub(super) endpoints: usize,
    /// The endpoints for which the tenant found nothing to cancel.
    pub(super) refused: usize,
}

/// The answer to one request.
#[derive(Debug)]
pub(super) enum Aborted {
    Accepted(StartedAction),
    /// There was nothing to cancel for so many.
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

    /// The endpoints that are not known to be cancelled or refused.
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

    /// The error of a stop while a request is on its way; `None` between two requests.
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

    /// The tenant can take fewer than were named, and does not say which.
    fn accepted(&mut self, started: StartedAction) -> AbortStep {
        let asked = std::mem::take(&mut self.asked);
        let taken = started.endpoints_count.and_then(|taken| usize::try_from(taken).ok());
        let taken = taken.map_or(asked, |taken| taken.min(asked));
        self.endpoints += taken;
        self.refused += asked - taken;
        self.aborts.push(started.clone());
        Step::Progress(Aborted::Accepted(started))
    }

    /// "No endpoint" is not a failure: there is nothing to cancel for all of these.
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
