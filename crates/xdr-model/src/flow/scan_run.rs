//! Starts a scan and follows it.

use std::sync::Arc;
use std::time::Instant;

use super::{Call, Context, Event, Flow, Progress, Step, WaitForAction};
use crate::error::Error;
use crate::filter::Filters;
use crate::operation::{Scan, StartedAction};
use crate::polling::Polling;
use crate::report::ActionReport;
use crate::session::Session;

/// Starts a scan and follows it as [`WaitForAction`] does; made by
/// [`Session::scan_and_wait`](crate::Session::scan_and_wait).
///
/// The first progress is [`Progress::Started`]; from then on every failure is [`Error::Wait`], which carries what is
/// known of the action: its id, what the scan asked for, and how much of it the tenant took. Dropping it while the scan is
/// being sent can leave a scan running whose id nobody knows: stop it instead, or look in the Action Center.
#[derive(Debug)]
pub struct ScanRun {
    session: Session,
    /// What the scan asks for: the report holds it against what the tenant took.
    filters: Arc<Filters>,
    polling: Polling,
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
    pub(crate) fn new(session: &Session, scan: &Scan, polling: Polling) -> Result<Self, Error> {
        let state = State::Starting(session.call(scan)?);
        let filters = Arc::new(scan.filters.clone());
        Ok(Self { session: session.clone(), filters, polling, began: None, state })
    }

    fn started(
        &mut self,
        started: StartedAction,
        began: Instant,
    ) -> Step<Progress, Result<ActionReport, Error>> {
        let report = ActionReport::asked(Arc::clone(&self.filters), started);
        let wait = WaitForAction::new(&self.session, report, self.polling);
        let report = wait.report().clone();
        self.state = State::Following(wait.since(began));
        Step::Progress(Progress::Started { report })
    }
}

impl Flow for ScanRun {
    type Progress = Progress;
    type Output = Result<ActionReport, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> Step<Progress, Self::Output> {
        let began = *self.began.get_or_insert(context.now);
        match &mut self.state {
            State::Following(wait) => wait.step(context, event),
            State::Starting(call) => {
                call.end_by(began.checked_add(self.polling.deadline()));
                call.step(context, event).and_then(|ended| match ended {
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
