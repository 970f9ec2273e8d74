//! A conversation in progress, as a stream.

use std::fmt;
use std::future::{Future, poll_fn};
use std::mem::replace;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use xdr_model::transport::{Event, Flow, Step};
use xdr_transport::context;

use crate::transport::Transport;

/// A conversation with a tenant, as a [`Stream`](https://docs.rs/futures-core/latest/futures_core/stream/trait.Stream.html) of its progress. [`finish`](Self::finish) returns the result.
/// [`Client::run`](crate::Client::run), [`Client::follow`](crate::Client::follow) and
/// [`Client::start`](crate::Client::start) create a run.
///
/// Nothing is sent before the first poll. The conversation advances only while it is polled.
///
/// # Dropping a run
/// Dropping a run only ends the waiting. A started scan keeps running. Its id is in the first progress,
/// [`Progress::Started`](xdr_model::Progress::Started).
///
/// **Do not drop a run before its first progress.** The scan may be sent at the first poll. If you drop the run before
/// the first progress, the scan can start, and nobody knows its id. To give up, call [`stop`](Self::stop): its result
/// says whether the scan may have been started.
///
/// [`next`](Self::next) is cancel safe. Its future can be dropped, for example by a timeout or in a `select!`. The next
/// call of `next` continues the conversation.
///
/// ```
/// use std::time::Duration;
/// use xdr_async::{Client, model::{Credentials, Progress, Scan}};
///
/// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
/// # let tenant = xdr_async::model::Tenant::loopback(&sim.url())?;
/// let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
/// let mut run = client.run(&Scan::all(), Duration::from_secs(7200))?;
/// while let Some(progress) = run.next().await {
///     if let Progress::Started { report } = &progress {
///         println!("action {}", report.action_id()); // save it: with it, any program can follow the scan
///     }
///     println!("{} endpoints settled", progress.report().counts().settled());
/// }
/// let report = run.finish().await?;
/// assert_eq!(report.counts().settled(), 673);
/// # Ok(()) }
/// ```
#[must_use = "nothing is sent before the first progress is requested or `finish` is called"]
pub struct Run<F: Flow> {
    transport: Transport,
    state: State<F>,
}

/// A running exchange or pause.
type Doing = Pin<Box<dyn Future<Output = Event> + Send>>;

enum State<F: Flow> {
    Going(F, Event),
    Waiting(F, Doing),
    Ended(F::Output),
    /// Set only during a step. It remains after a panic in a step, and the conversation cannot continue.
    Between,
}

/// Only the boxed future is pinned.
impl<F: Flow> Unpin for Run<F> {}

impl<F: Flow> Run<F> {
    pub(crate) fn new(transport: Transport, flow: F) -> Self {
        Self { transport, state: State::Going(flow, Event::Resume) }
    }

    /// Returns the next progress, or `None` at the end. This method is cancel safe: after its future was dropped, the
    /// next call continues the conversation.
    pub async fn next(&mut self) -> Option<F::Progress> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Runs to the end and returns the result. It discards the progress.
    pub async fn finish(mut self) -> F::Output {
        while self.next().await.is_some() {}
        self.stop()
    }

    /// Stops now and returns the result so far. Nothing more is sent. A started scan keeps running.
    pub fn stop(self) -> F::Output {
        match self.state {
            State::Going(flow, _) | State::Waiting(flow, _) => flow.stop(),
            State::Ended(output) => output,
            State::Between => unreachable!("a step has panicked"),
        }
    }

    fn poll(&mut self, waker: &mut Context<'_>) -> Poll<Option<F::Progress>> {
        loop {
            if let State::Waiting(_, doing) = &mut self.state {
                let event = ready!(doing.as_mut().poll(waker));
                if let State::Waiting(flow, _) = replace(&mut self.state, State::Between) {
                    self.state = State::Going(flow, event);
                }
            }
            let (flow, event) = match replace(&mut self.state, State::Between) {
                State::Going(flow, event) => (flow, event),
                ended => {
                    self.state = ended;
                    return Poll::Ready(None);
                }
            };
            let (state, progress) = self.step(flow, event);
            self.state = state;
            if progress.is_some() {
                return Poll::Ready(progress);
            }
        }
    }

    /// One iteration of the only loop of this crate: does what the flow asks for.
    fn step(&self, mut flow: F, event: Event) -> (State<F>, Option<F::Progress>) {
        if matches!(event, Event::Resume) && self.transport.is_stopped() {
            return (State::Ended(flow.stop()), None);
        }
        let transport = self.transport.clone();
        match flow.step(&context(), event) {
            Step::Send(exchange) => {
                let sending = async move { Event::Received(transport.exchange(*exchange).await) };
                (State::Waiting(flow, Box::pin(sending)), None)
            }
            Step::Wait(pause) => {
                let pausing = async move {
                    transport.sleep(pause).await;
                    Event::Resume
                };
                (State::Waiting(flow, Box::pin(pausing)), None)
            }
            Step::Progress(progress) => (State::Going(flow, Event::Resume), Some(progress)),
            Step::Done(output) => (State::Ended(output), None),
        }
    }
}

impl<F: Flow> Stream for Run<F> {
    type Item = F::Progress;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<F::Progress>> {
        self.get_mut().poll(context)
    }
}

impl<F: Flow> fmt::Debug for Run<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").finish_non_exhaustive()
    }
}
