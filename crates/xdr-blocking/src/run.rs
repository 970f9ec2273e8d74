//! A conversation in progress, as an iterator.

use std::fmt;
use std::mem::replace;

use xdr_model::transport::{Event, Flow, Step};
use xdr_transport::context;

use crate::transport::Transport;

/// A conversation with a tenant, as an iterator over its progress. [`finish`](Self::finish) returns the result.
/// [`Client::run`](crate::Client::run), [`Client::follow`](crate::Client::follow) and
/// [`Client::start`](crate::Client::start) create a run.
///
/// Each call of `next` sends requests and blocks until there is progress. Nothing is sent before the first call.
///
/// # Dropping a run
/// Dropping a run only ends the waiting. A started scan keeps running. `next` returns only after the answer to a
/// scan has arrived. The id of a started scan is therefore not lost: it is in the first progress,
/// [`Progress::Started`](xdr_model::Progress::Started), or in the error of [`finish`](Self::finish).
///
/// ```
/// use std::time::Duration;
/// use xdr_blocking::{Client, model::{Credentials, Progress, Scan}};
///
/// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
/// # let tenant = xdr_blocking::model::Tenant::loopback(&sim.url())?;
/// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
/// let mut run = client.run(&Scan::all(), Duration::from_secs(7200))?;
/// for progress in &mut run {
///     if let Progress::Started { report } = &progress {
///         println!("action {}", report.action_id()); // save it: with it, any program can follow the scan
///     }
///     println!("{} endpoints settled", progress.report().counts().settled());
/// }
/// let report = run.finish()?;
/// assert_eq!(report.counts().settled(), 673);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "nothing is sent before the first progress is requested or `finish` is called"]
pub struct Run<F: Flow> {
    transport: Transport,
    state: State<F>,
}

enum State<F: Flow> {
    Going(F, Event),
    Ended(F::Output),
    /// Set only during a step. It remains after a panic in a step, and the conversation cannot continue.
    Between,
}

impl<F: Flow> Run<F> {
    pub(crate) fn new(transport: Transport, flow: F) -> Self {
        Self { transport, state: State::Going(flow, Event::Resume) }
    }

    /// Runs to the end and returns the result. It discards the progress.
    pub fn finish(mut self) -> F::Output {
        self.by_ref().for_each(drop);
        self.stop()
    }

    /// Stops now and returns the result so far. Nothing more is sent. A started scan keeps running.
    pub fn stop(self) -> F::Output {
        match self.state {
            State::Going(flow, _) => flow.stop(),
            State::Ended(output) => output,
            State::Between => unreachable!("a step has panicked"),
        }
    }

    /// Does what the flow asks for, until there is progress or the flow ends. This is the only loop of this crate.
    fn go_on(&self, mut flow: F, mut event: Event) -> (State<F>, Option<F::Progress>) {
        while !(matches!(event, Event::Resume) && self.transport.is_stopped()) {
            event = match flow.step(&context(), event) {
                Step::Send(exchange) => Event::Received(self.transport.exchange(*exchange)),
                Step::Wait(pause) => {
                    self.transport.sleep(pause);
                    Event::Resume
                }
                Step::Progress(progress) => return (State::Going(flow, Event::Resume), Some(progress)),
                Step::Done(output) => return (State::Ended(output), None),
            };
        }
        (State::Ended(flow.stop()), None)
    }
}

impl<F: Flow> Iterator for Run<F> {
    type Item = F::Progress;

    fn next(&mut self) -> Option<F::Progress> {
        let (state, progress) = match replace(&mut self.state, State::Between) {
            State::Going(flow, event) => self.go_on(flow, event),
            ended => (ended, None),
        };
        self.state = state;
        progress
    }
}

impl<F: Flow> fmt::Debug for Run<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").finish_non_exhaustive()
    }
}
