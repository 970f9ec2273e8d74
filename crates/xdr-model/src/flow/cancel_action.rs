//! Cancels the endpoints of an action that have not settled.

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

/// The tenant may not know an action yet that was just started. The status is read up to this many times, with this
/// pause between two reads.
const READS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);

/// Cancels an action. Made by [`Session::cancel_action`].
///
/// The flow reads the status of the action. It then cancels, by id, exactly the endpoints that the status names as
/// not settled, at most 1,000 in a request. It does not send the filters of the scan again, because they could match
/// scans of other people. It is safe to cancel again: this cancels only the endpoints that are still not settled.
///
/// An endpoint that is known not to have settled and that the status does not name is not cancelled.
/// [`Cancelled::vanished`] lists it.
#[derive(Debug)]
pub struct CancelAction {
    session: Session,
    /// What was known before the cancellation.
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
    /// The status named no endpoint. It is read again after the pause.
    Pausing,
    Aborting(AbortIds),
}

/// The progress of a [`CancelAction`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CancelProgress {
    /// The action's status was read.
    Found {
        /// How many endpoints will be cancelled.
        unsettled: usize,
        /// How many endpoints have already settled.
        settled: usize,
    },
    /// The tenant accepted the cancellation for some of the endpoints.
    Accepted(StartedAction),
    /// The tenant found nothing to cancel for some of the endpoints.
    Refused {
        /// How many endpoints the request named.
        endpoints: usize,
    },
}

/// The result of a cancellation: what the tenant accepted, and what was not cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cancelled {
    /// The action that is being cancelled. Follow it to see its endpoints settle.
    pub action_id: ActionId,
    /// The cancellations, which are actions themselves. Empty if there was nothing to cancel.
    pub aborts: Vec<StartedAction>,
    /// How many endpoints the tenant accepted the cancellation of, by its own count.
    pub endpoints: usize,
    /// How many endpoints had already settled.
    pub settled: usize,
    /// For how many endpoints the tenant found nothing to cancel: they have settled in the meantime, or cannot be
    /// reached.
    pub refused: usize,
    /// How many endpoints no request named because the flow ended early, or have no known outcome. 0 if the flow ran
    /// to its end.
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
        // An endpoint with an empty id cannot be cancelled.
        let (unnamed, left): (Vec<_>, Vec<_>) = status.unsettled().partition(|id| id.as_str().is_empty());
        self.cancelled.left = left.len();
        self.cancelled.settled = usize::try_from(counts.settled()).unwrap_or(usize::MAX);
        self.cancelled.refused = unnamed.len();
        self.not_named(status);
        self.state = State::Aborting(AbortIds::new(&self.session, left));
        let Cancelled { left: unsettled, settled, .. } = self.cancelled;
        Step::Progress(CancelProgress::Found { unsettled, settled })
    }

    /// Notes the endpoints that are known, or were counted, and that the status does not name.
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

/// The error of a request that failed after the tenant had accepted a part.
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

    /// What was accepted so far, with [`left`](Cancelled::left). An error if nothing was accepted, or if a request
    /// has an unknown outcome.
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
    /// The result after these requests.
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
