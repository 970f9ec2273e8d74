//! Starts a scan and follows it.

use std::time::Instant;

use super::{ActionReport, Ambient, Call, Event, Flow, Progress, Step, WaitForAction};
use crate::cadence::Cadence;
use crate::error::Error;
use crate::operation::StartedAction;
use crate::session::Session;

/// Starts a scan and follows it until every endpoint has settled; made by
/// [`Session::scan_and_wait`](crate::Session::scan_and_wait).
///
/// The first progress is [`Progress::Started`]; from then on every failure is [`Error::Wait`], which carries the
/// action's id. Dropping it while the scan is being sent can leave a scan running whose id nobody knows: stop it
/// instead, or look in the Action Center.
#[derive(Debug)]
pub struct ScanRun {
    session: Session,
    cadence: Cadence,
    began: Option<Instant>,
    state: State,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one a scan")]
enum State {
    Starting(Call<StartedAction>),
    Following(WaitForAction),
}

impl ScanRun {
    pub(crate) fn new(session: Session, call: Call<StartedAction>, cadence: Cadence) -> Self {
        Self { session, cadence, began: None, state: State::Starting(call) }
    }

    fn started(
        &mut self,
        started: StartedAction,
        began: Instant,
    ) -> Step<Progress, Result<ActionReport, Error>> {
        let (id, count) = (started.action_id.clone(), started.endpoints_count);
        self.state =
            State::Following(WaitForAction::new(&self.session, id, count, self.cadence).of_accepted(began));
        Step::Progress(Progress::Started(started))
    }
}

impl Flow for ScanRun {
    type Progress = Progress;
    type Output = Result<ActionReport, Error>;

    fn step(&mut self, ambient: &Ambient<'_>, event: Event) -> Step<Progress, Self::Output> {
        let began = *self.began.get_or_insert(ambient.now);
        match &mut self.state {
            State::Following(wait) => wait.step(ambient, event),
            State::Starting(call) => {
                call.end_by(began.checked_add(self.cadence.deadline()));
                call.step(ambient, event).and_then(|ended| match ended {
                    Ok(started) => self.started(started, began),
                    Err(error) => Step::Done(Err(error)),
                })
            }
        }
    }

    fn stop(self) -> Self::Output {
        match self.state {
            State::Starting(call) => Err(call.stopped()),
            State::Following(wait) => wait.stop(),
        }
    }
}
