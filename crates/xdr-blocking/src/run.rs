//! A conversation on its way, as an iterator.

use std::fmt;
use std::mem::replace;

use xdr_model::transport::{Event, Flow, Step};
use xdr_transport::context;

use crate::transport::Transport;

/// A conversation with a tenant that goes on while its progress is asked for: an iterator over what there is to tell,
/// with the result at its end. Made by [`Client::run`](crate::Client::run), [`Client::follow`](crate::Client::follow)
/// and [`Client::start`](crate::Client::start).
///
/// Each call of `next` sends and waits until there is something to tell. Nothing is sent before the first one.
///
/// # Dropping it
/// Dropping it ends the following and nothing else: a scan that was started goes on. `next` returns when the answer to a
/// scan has come, so the id of a started scan is not lost: it is in the first progress,
/// [`Progress::Started`](xdr_model::Progress::Started), or in the error of [`finish`](Self::finish).
///
/// ```
/// use std::time::Duration;
/// use xdr_blocking::{Client, model::{Credentials, Progress, Scan, Tenant}};
///
/// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
/// # let client = Client::new(Tenant::loopback(&sim.url())?, Credentials::standard("1", "demo")?)?;
/// let mut run = client.run(&Scan::all(), Duration::from_secs(7200))?;
/// for progress in &mut run {
///     if let Progress::Started { report } = &progress {
///         println!("action {}", report.action_id()); // save it: any program can follow the scan by it
///     }
///     println!("{} endpoints settled", progress.report().counts().settled());
/// }
/// let report = run.finish()?;
/// assert_eq!(report.counts().settled(), 673);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "nothing is sent until it is asked for progress or finished"]
pub struct Run<F: Flow> {
    transport: Transport,
    state: State<F>,
}

enum State<F: Flow> {
    Going(F, Event),
    Ended(F::Output),
    /// Only inside of a step: what panics there is not gone on with.
    Between,
}

impl<F: Flow> Run<F> {
    pub(crate) fn new(transport: Transport, flow: F) -> Self {
        Self { transport, state: State::Going(flow, Event::Resume) }
    }

    /// Goes on to the end and returns the result. What is told on the way is passed over.
    pub fn finish(mut self) -> F::Output {
        self.by_ref().for_each(drop);
        self.stop()
    }

    /// Ends it now and returns what is known so far. Nothing more is sent. A scan that was started goes on.
    pub fn stop(self) -> F::Output {
        match self.state {
            State::Going(flow, _) => flow.stop(),
            State::Ended(output) => output,
            State::Between => unreachable!("a step has panicked"),
        }
    }

    /// The one loop of this crate: it does what the conversation says.
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
