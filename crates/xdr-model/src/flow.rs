//! Flows: sequences of requests to a tenant, as state machines. A flow says what to do next and uses no network, no
//! clock and no randomness of its own. Name these types to drive or store a flow yourself; otherwise call a client.
//!
//! Retries, the rate limit, polling, starting and cancelling are all part of [`Flow`]s. A transport drives every flow
//! with the same loop. A test drives a flow with a clock of its own, so an hour takes microseconds.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;

use crate::context::Context;
use crate::operation::Operation;
use crate::replay::Replay;
use crate::transport_error::TransportError;

mod abort_ids;
mod batch_run;
mod call;
mod cancel_action;
mod cancel_where;
mod exchange;
mod id_set;
mod list_endpoints;
mod list_selected;
mod name_endpoints;
mod preview;
mod progress;
mod reconcile;
mod scan_run;
mod time_limit;
mod wait;

pub use batch_run::{BatchProgress, BatchRun, BatchesEnded};
pub use call::Call;
pub use cancel_action::{CancelAction, CancelProgress, Cancelled};
pub use cancel_where::{CancelWhere, CancelWhereProgress, CancelledWhere};
pub use list_endpoints::ListEndpoints;

pub use crate::endpoint_list::EndpointList;
pub use name_endpoints::{NameEndpoints, NamedEndpoint};
pub use preview::PreviewEndpoints;
pub use progress::Progress;
pub use reconcile::Reconcile;
pub use scan_run::ScanRun;
pub use wait::WaitForAction;

pub(crate) use exchange::Prepared;

/// A sequence of requests to a tenant, without I/O.
///
/// ```
/// use std::ops::ControlFlow;
/// use std::time::{Duration, Instant};
/// use xdr_model::{Credentials, Scan, Session, Tenant, transport::{Context, Event, Flow, Step}};
/// use xdr_model::{bytes::Bytes, http::Response};
///
/// let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
/// let session = Session::new(tenant, Credentials::standard("7", "s3cret")?);
/// let mut call = session.call(&Scan::all())?;
///
/// let entropy = || [7; 32];
/// let context = Context { now: Instant::now(), unix_ms: 1_760_000_000_000, entropy: &entropy };
/// let Step::Send(exchange) = call.step(&context, Event::Resume) else { panic!() };
/// assert_eq!(exchange.request.body(), r#"{"request_data":{"filters":"all"}}"#);
///
/// let reply = Response::new(Bytes::from(r#"{"reply":{"action_id":"42"}}"#));
/// let Step::Done(started) = call.step(&context, Event::Received(Ok(reply))) else { panic!() };
/// assert_eq!(started?.action_id.as_str(), "42");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Flow {
    /// The progress that an observer receives.
    type Progress;
    /// The result.
    type Output;

    /// Takes what happened and returns what to do next. Do not call it again after [`Step::Done`].
    fn step(&mut self, context: &Context<'_>, event: Event) -> Step<Self::Progress, Self::Output>;

    /// Ends the flow early, between two steps, and returns what is known so far. Nothing more is sent.
    fn stop(self) -> Self::Output;
}

/// What happened since the last step.
#[derive(Debug)]
pub enum Event {
    /// The flow begins, the pause is over, or the observer has received the progress.
    Resume,
    /// The answer to the last [`Step::Send`].
    Received(Result<http::Response<Bytes>, TransportError>),
}

/// What to do next.
#[derive(Debug)]
pub enum Step<P, T> {
    /// Send this request, then call [`Flow::step`] with [`Event::Received`].
    Send(Box<Exchange>),
    /// Wait for this time, then call [`Flow::step`] with [`Event::Resume`].
    Wait(Duration),
    /// Pass this progress to the observer, then call [`Flow::step`] with [`Event::Resume`].
    Progress(P),
    /// The flow has ended with this result.
    Done(T),
}

impl<T> Step<Infallible, T> {
    /// Turns a step of a call into a step of the flow that contains the call.
    fn and_then<P, U>(self, done: impl FnOnce(T) -> Step<P, U>) -> Step<P, U> {
        match self {
            Self::Send(exchange) => Step::Send(exchange),
            Self::Wait(pause) => Step::Wait(pause),
            Self::Progress(never) => match never {},
            Self::Done(end) => done(end),
        }
    }
}

/// One request, to be sent once.
#[derive(Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// The signed request, with an absolute URL.
    pub request: http::Request<Bytes>,
    /// If this is [`Unsafe`](Replay::Unsafe), send the request on a new connection, and never a second time.
    pub replay: Replay,
    /// A time limit for the exchange. It applies if it is shorter than the transport's own limit.
    pub within: Option<Duration>,
    /// How much of the answer's body to read.
    pub body_limit: BodyLimit,
}

/// How much of an answer's body to read.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit {
    most_reply: u64,
}

/// The most bytes of the body of an error. No tenant sends a longer explanation.
const MOST_EXPLANATION: u64 = 1 << 20;

impl BodyLimit {
    pub(crate) fn of<O: Operation>() -> Self {
        Self { most_reply: O::MOST_REPLY }
    }

    /// The most bytes to read of the body of an answer with this head. The limit is `setting`, the
    /// [setting](crate::Settings::most_body) of the client, or less: at most 1 MiB for an error, and at most the
    /// limit of [its operation](Operation::MOST_REPLY) for a success.
    ///
    /// A transport calls this when it has the head of the answer. If the body is larger, pass the received bytes to
    /// [`TransportError::after_head`]: an action that they name can still be read.
    pub fn most(self, head: &http::response::Parts, setting: u64) -> u64 {
        setting.min(if head.status.is_success() { self.most_reply } else { MOST_EXPLANATION })
    }
}
