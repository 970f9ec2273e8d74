//! Cancels what is left of an action.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::abort_ids::{AbortIds, Aborted};
use super::wait::nothing_named;
use super::{Call, Context, Event, Flow, Prepared, Step};
use crate::error::{Error, WaitEnd, WaitEnded};
use crate::ids::{ActionId, EndpointId};
use crate::operation::{ActionStatus, GetActionStatus, StartedAction};
use crate::report::{ActionReport, EndpointState};
use crate::session::Session;

/// An action that was just started may not be known yet: it is asked for so often, with these pauses.
const READS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);

/// Cancels an action; made by [`Session::cancel_action`].
///
/// It reads the action's status and cancels exactly the endpoints that it names as not settled, by id, at most 1,000 a
/// request. Filters sent a second time could cancel other people's scans. Doing it again is safe: it cancels only
/// what is still unsettled then.
///
/// An endpoint that is known not to have settled and that the status does not name is not cancelled.
/// [`Cancelled::vanished`] lists it.
#[derive(Debug)]
pub struct CancelAction {
    session: Session,
    /// What was known before.
    known: ActionReport,
    /// Why the report cannot be cancelled with this session.
    refused: Option<Error>,
    reads: u32,
    state: State,
    /// What the action's status has shown.
    cancelled: Cancelled,
}

#[derive(Debug)]
enum State {
    Reading(Call<ActionStatus>),
    /// The read named no endpoint; after the pause it is made again.
    Pausing,
    Aborting(AbortIds),
}

/// What an observer of a cancellation is told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CancelProgress {
    /// The action's status was read.
    Found {
        /// The endpoints that will be cancelled.
        unsettled: usize,
        /// The endpoints that have settled already.
        settled: usize,
    },
    /// The tenant accepted the cancellation for some of them.
    Accepted(StartedAction),
    /// The tenant found nothing to cancel for some of them.
    Refused {
        /// How many it was asked for.
        endpoints: usize,
    },
}

/// A cancellation that the tenant accepted, as far as there was something to cancel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cancelled {
    /// The action that is being cancelled; follow it to see its endpoints settle.
    pub action_id: ActionId,
    /// The cancellations, which are actions themselves; empty when there was nothing to cancel.
    pub aborts: Vec<StartedAction>,
    /// The endpoints whose cancellation was accepted, as the tenant counts them.
    pub endpoints: usize,
    /// The endpoints that had settled already.
    pub settled: usize,
    /// The endpoints for which the tenant found nothing to cancel: they have settled in the meantime, or cannot be
    /// reached.
    pub refused: usize,
    /// The endpoints that were not asked to be cancelled because it ended first; 0 when it came to its end.
    pub left: usize,
    /// The endpoints that are known not to have settled and that the tenant no longer names: **not cancelled**.
    /// Always empty if the action was given by its id alone.
    pub vanished: Vec<EndpointId>,
    /// How many endpoints the tenant took and has never named: **not cancelled**. Always 0 if the action was given by
    /// its id alone.
    pub never_named: u64,
}

type CancelStep = Step<CancelProgress, Result<Cancelled, Error>>;

impl CancelAction {
    pub(crate) fn new(session: Session, mut known: ActionReport) -> Self {
        let refused = known.set_tenant(session.tenant()).err();
        known.hide(&Arc::new(session.credentials().secrets()));
        let state = State::Reading(read(&session, &known));
        let cancelled = Cancelled {
            action_id: known.action_id().clone(),
            aborts: Vec::new(),
            endpoints: 0,
            settled: 0,
            refused: 0,
            left: 0,
            vanished: Vec::new(),
            never_named: 0,
        };
        Self { session, known, refused, reads: 1, state, cancelled }
    }

    fn status(&mut self, status: &ActionStatus) -> CancelStep {
        if status.is_empty() {
            self.state = State::Pausing;
            return match self.reads {
                ..READS => Step::Wait(PAUSE),
                _ => Step::Done(Err(ended(&self.known, nothing_named(&self.known)))),
            };
        }
        let counts = status.counts();
        // An id without text names no endpoint that could be cancelled.
        let (unnamed, left): (Vec<_>, Vec<_>) = status.unsettled().partition(|id| id.as_str().is_empty());
        self.cancelled.left = left.len();
        self.cancelled.settled = usize::try_from(counts.settled()).unwrap_or(usize::MAX);
        self.cancelled.refused = unnamed.len();
        self.not_named(status);
        self.state = State::Aborting(AbortIds::new(&self.session, left));
        let Cancelled { left: unsettled, settled, .. } = self.cancelled;
        Step::Progress(CancelProgress::Found { unsettled, settled })
    }

    /// What is known, or was counted, and is not in the status.
    fn not_named(&mut self, status: &ActionStatus) {
        let others = self.known.endpoints().filter(|endpoint| !status.names(endpoint.id.as_str()));
        let (settled, vanished): (Vec<_>, Vec<_>) =
            others.partition(|endpoint| matches!(endpoint.state, EndpointState::Settled(_)));
        let ever_named = status.counts().total() + (settled.len() + vanished.len()) as u64;
        self.cancelled.never_named = self.known.expected().saturating_sub(ever_named);
        self.cancelled.vanished = vanished.into_iter().map(|endpoint| endpoint.id).collect();
    }
}

fn ended(known: &ActionReport, why: WaitEnd) -> Error {
    Error::Wait(Box::new(WaitEnded { report: known.clone(), why }))
}

/// The end after a part was accepted, when a request failed.
fn in_part(known: &ActionReport, cancelled: Cancelled, error: Error) -> Error {
    ended(known, WaitEnd::CancelledInPart { cancelled, error: Arc::new(error) })
}

fn read(session: &Session, known: &ActionReport) -> Call<ActionStatus> {
    let prepared = Prepared::unchecked(session, &GetActionStatus::new(known.action_id().clone()))
        .expect("the path is a constant and an id is JSON");
    Call::new(prepared).after_an_answer(known.shows_an_answer())
}

impl Flow for CancelAction {
    type Progress = CancelProgress;
    type Output = Result<Cancelled, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> CancelStep {
        if let Some(error) = self.refused.take() {
            return Step::Done(Err(error));
        }
        match &mut self.state {
            State::Reading(call) => call.step(context, event).and_then(|ended| match ended {
                Ok(status) => self.status(&status),
                Err(error) => Step::Done(Err(error)),
            }),
            State::Pausing => {
                self.reads += 1;
                self.state = State::Reading(read(&self.session, &self.known).after_an_answer(true));
                self.step(context, event)
            }
            State::Aborting(aborts) => match aborts.step(context, event) {
                Step::Send(exchange) => Step::Send(exchange),
                Step::Wait(pause) => Step::Wait(pause),
                Step::Progress(Aborted::Accepted(started)) => {
                    Step::Progress(CancelProgress::Accepted(started))
                }
                Step::Progress(Aborted::Refused(endpoints)) => {
                    Step::Progress(CancelProgress::Refused { endpoints })
                }
                Step::Done(Ok(())) => Step::Done(Ok(self.cancelled.after(aborts))),
                Step::Done(Err(error)) if aborts.aborts.is_empty() => Step::Done(Err(error)),
                Step::Done(Err(error)) if error.is_stop() => Step::Done(Ok(self.cancelled.after(aborts))),
                Step::Done(Err(error)) => {
                    let cancelled = self.cancelled.after(aborts);
                    Step::Done(Err(in_part(&self.known, cancelled, error)))
                }
            },
        }
    }

    /// What was accepted so far, with [`left`](Cancelled::left); an error if nothing was, or if it is not known
    /// what became of a request.
    fn stop(self) -> Self::Output {
        let mut aborts = match self.state {
            State::Reading(call) => return Err(call.stopped()),
            State::Pausing => return Err(ended(&self.known, WaitEnd::Stopped)),
            State::Aborting(aborts) => aborts,
        };
        match aborts.stopped() {
            error if aborts.aborts.is_empty() => {
                Err(error.unwrap_or_else(|| ended(&self.known, WaitEnd::Stopped)))
            }
            Some(error) if error.may_have_taken_effect() => {
                Err(in_part(&self.known, self.cancelled.after(&aborts), error))
            }
            _ => Ok(self.cancelled.after(&aborts)),
        }
    }
}

impl Cancelled {
    /// The same after these requests.
    fn after(&self, aborts: &AbortIds) -> Self {
        Self {
            aborts: aborts.aborts.clone(),
            endpoints: aborts.endpoints,
            refused: self.refused + aborts.refused,
            left: aborts.left(),
            ..self.clone()
        }
    }
}
