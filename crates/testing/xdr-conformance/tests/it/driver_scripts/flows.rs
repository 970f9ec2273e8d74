//! Flows that wrap a flow: one records its decisions, and one stops it as a script says.

use std::cell::RefCell;

use xdr_model::{
    CancelProgress, Progress,
    transport::{Context, Event, Flow, Step},
};

use super::script::Script;

/// Progress as a line of text. Errors are shown by their text only, because the libraries' errors differ.
pub(super) trait Told {
    fn told(&self) -> String;
}

impl Told for Progress {
    fn told(&self) -> String {
        match self {
            Progress::Trouble { report, message, error: Some(error), in_a_row, next_in } => {
                format!(
                    "trouble {in_a_row}, next in {next_in:?}: {}: {message} {report:?}",
                    super::kind(error)
                )
            }
            other => format!("{other:?}"),
        }
    }
}

impl Told for CancelProgress {
    fn told(&self) -> String {
        format!("{self:?}")
    }
}

impl Told for std::convert::Infallible {
    fn told(&self) -> String {
        match *self {}
    }
}

/// Records the events and the decisions of a flow.
pub(super) struct Noted<'n, F> {
    flow: F,
    notes: &'n RefCell<Vec<String>>,
}

impl<'n, F> Noted<'n, F> {
    pub(super) fn new(flow: F, notes: &'n RefCell<Vec<String>>) -> Self {
        Self { flow, notes }
    }
}

impl<F: Flow<Progress: Told>> Flow for Noted<'_, F> {
    type Progress = F::Progress;
    type Output = F::Output;

    fn step(&mut self, context: &Context<'_>, event: Event) -> Step<F::Progress, F::Output> {
        let note = |note| self.notes.borrow_mut().push(note);
        match &event {
            Event::Resume => {}
            Event::Received(Ok(answer)) => note(format!("received {} {:?}", answer.status(), answer.body())),
            Event::Received(Err(error)) => note(format!("failed {:?}: {error}", error.sent())),
        }
        let step = self.flow.step(context, event);
        match &step {
            Step::Send(exchange) => note(format!(
                "send {} {:?} {:?} {:?}",
                exchange.request.uri().path(),
                exchange.request.body(),
                exchange.replay,
                exchange.within
            )),
            Step::Wait(pause) => note(format!("wait {pause:?}")),
            Step::Progress(progress) => note(progress.told()),
            Step::Done(_) => note("done".into()),
        }
        step
    }

    fn stop(self) -> F::Output {
        self.notes.borrow_mut().push("stopped".into());
        self.flow.stop()
    }
}

/// Makes the driver sleep before every step. Stops it before a sleep or before an exchange if the script says so. A
/// stopped sleep is a long one, so that a driver that does not wake up hangs the test.
pub(super) struct Acted<'s, F> {
    flow: F,
    script: &'s Script,
    stop: &'s dyn Fn(),
    slept: bool,
    sleeps: usize,
    sends: usize,
}

impl<'s, F> Acted<'s, F> {
    pub(super) fn new(flow: F, script: &'s Script, stop: &'s dyn Fn()) -> Self {
        Self { flow, script, stop, slept: false, sleeps: 0, sends: 0 }
    }

    fn sleep<P, T>(&mut self) -> Step<P, T> {
        self.slept = true;
        self.sleeps += 1;
        if self.script.stop_at_sleep == Some(self.sleeps - 1) {
            (self.stop)();
            return Step::Wait(xdr_conformance::DEADLINE);
        }
        Step::Wait(std::time::Duration::ZERO)
    }
}

impl<F: Flow> Flow for Acted<'_, F> {
    type Progress = F::Progress;
    type Output = F::Output;

    fn step(&mut self, context: &Context<'_>, event: Event) -> Step<F::Progress, F::Output> {
        if matches!(event, Event::Resume) && !std::mem::take(&mut self.slept) {
            return self.sleep();
        }
        let step = self.flow.step(context, event);
        if matches!(step, Step::Send(_)) {
            self.sends += 1;
            if self.script.stop_at_send == Some(self.sends - 1) {
                (self.stop)();
            }
        }
        step
    }

    fn stop(self) -> F::Output {
        self.flow.stop()
    }
}
