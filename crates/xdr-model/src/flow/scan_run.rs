//! Starts a scan and follows it.

use std::time::Instant;

use super::call::never_begun;
use super::{Call, Context, Event, Flow, Prepared, PreviewEndpoints, Progress, Step, WaitForAction};
use crate::error::Error;
use crate::operation::{Operation, StartedAction};
use crate::polling::Polling;
use crate::preview::Preview;
use crate::report::ActionReport;
use crate::scan_plan::{PlannedScan, ScanPlan};
use crate::session::Session;

/// Starts a scan and follows it as [`WaitForAction`] does. Made by
/// [`Session::scan_and_wait`](crate::Session::scan_and_wait).
///
/// If the [plan](ScanPlan) has a condition, the run lists the endpoints first. The scan is not sent if the list
/// cannot be read or may lack endpoints, if no endpoint is left, or if there are more than the plan allows.
///
/// The first progress is [`Progress::Started`]. From then on, every failure is an [`Error::Wait`]. It holds what is
/// known about the action: its id, what the scan asked for, and how many endpoints the tenant took.
///
/// Stop a run instead of dropping it. If it is dropped while the scan is being sent, a scan can be running whose id
/// is not known: look in the Action Center.
#[derive(Debug)]
pub struct ScanRun {
    session: Session,
    plan: ScanPlan,
    polling: Polling,
    began: Option<Instant>,
    state: State,
}

#[derive(Debug)]
enum State {
    Previewing(Box<PreviewEndpoints>),
    /// The call, and the scan that the report compares with what the tenant took.
    Starting(Box<Call<StartedAction>>, PlannedScan),
    Following(Box<WaitForAction>),
}

type RunStep = Step<Progress, Result<ActionReport, Error>>;

impl ScanRun {
    pub(crate) fn new(session: &Session, plan: ScanPlan, polling: Polling) -> Result<Self, Error> {
        let scan = plan.scan();
        let state = if plan.lists_first() {
            scan.validate()?;
            State::Previewing(Box::new(PreviewEndpoints::new(session, &scan.filters)?))
        } else {
            State::Starting(Box::new(session.call(scan)?), plan.as_it_is()?)
        };
        Ok(Self { session: session.clone(), plan, polling, began: None, state })
    }

    fn previewed(&mut self, preview: &Preview, context: &Context<'_>) -> RunStep {
        match self.start(preview) {
            Ok(()) => self.step(context, Event::Resume),
            Err(error) => Step::Done(Err(error)),
        }
    }

    /// Starts the scan of the endpoints that the plan leaves. Each id is checked as if a caller had supplied it,
    /// because a saved report with any other id could not be read again.
    fn start(&mut self, preview: &Preview) -> Result<(), Error> {
        let planned = self.plan.apply(preview)?;
        let call = Call::new(Prepared::new(&self.session, &planned.scan)?).after_an_answer(true);
        self.state = State::Starting(Box::new(call), planned);
        Ok(())
    }

    fn started(&mut self, started: StartedAction, began: Instant) -> RunStep {
        let State::Starting(_, planned) = &self.state else { unreachable!("it is starting") };
        let report = ActionReport::planned(planned, started);
        let wait = WaitForAction::new(&self.session, report, self.polling);
        let report = wait.report().clone();
        self.state = State::Following(Box::new(wait.since(began)));
        Step::Progress(Progress::Started { report })
    }
}

impl Flow for ScanRun {
    type Progress = Progress;
    type Output = Result<ActionReport, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> RunStep {
        let began = *self.began.get_or_insert(context.now);
        let deadline = began.checked_add(self.polling.deadline());
        match &mut self.state {
            State::Previewing(preview) => {
                preview.end_by(deadline);
                match preview.step(context, event) {
                    Step::Send(exchange) => Step::Send(exchange),
                    Step::Wait(pause) => Step::Wait(pause),
                    Step::Progress(_) => self.step(context, Event::Resume),
                    Step::Done(Ok(preview)) => self.previewed(&preview, context),
                    Step::Done(Err(error)) => Step::Done(Err(error)),
                }
            }
            State::Starting(call, ..) => {
                call.end_by(deadline);
                call.step(context, event).and_then(|ended| match ended {
                    Ok(started) => self.started(started, began),
                    Err(error) => Step::Done(Err(error)),
                })
            }
            State::Following(wait) => wait.step(context, event),
        }
    }

    fn stop(self) -> Self::Output {
        match self.state {
            State::Previewing(preview) => match preview.stop() {
                // All endpoints were read, and no scan was sent.
                Ok(_) => Err(never_begun(&self.session, self.plan.scan())),
                Err(error) => Err(error),
            },
            State::Starting(call, ..) => Err(call.stopped()),
            State::Following(wait) => wait.stop(),
        }
    }
}
