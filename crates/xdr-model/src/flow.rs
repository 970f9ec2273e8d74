//! Conversations with a tenant as values: they say what to do next and never touch network, clock or chance. Programs
//! that drive or store a conversation themselves name these types; others call a client.
//!
//! Retries, the rate limit, polling, starting and cancelling are all [`Flow`]s. A transport drives any of them with one
//! loop; a test drives them with a clock of its own, an hour in microseconds.

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
mod name_endpoints;
mod preview;
mod progress;
mod reconcile;
mod scan_run;
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

/// A conversation with a tenant that never touches the network itself.
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
    /// What an observer is told on the way.
    type Progress;
    /// What it ends with.
    type Output;

    /// Takes what happened and says what to do next. After [`Step::Done`] it is not called again.
    fn step(&mut self, context: &Context<'_>, event: Event) -> Step<Self::Progress, Self::Output>;

    /// Ends it early, between two steps: what is known so far. Nothing more is sent.
    fn stop(self) -> Self::Output;
}

/// What happened since the last step.
#[derive(Debug)]
pub enum Event {
    /// It begins, the wait is over, or the observer has been told.
    Resume,
    /// The answer to the last [`Step::Send`].
    Received(Result<http::Response<Bytes>, TransportError>),
}

/// What to do next.
#[derive(Debug)]
pub enum Step<P, T> {
    /// Send this and come back with [`Event::Received`].
    Send(Box<Exchange>),
    /// Let this much time pass and come back with [`Event::Resume`].
    Wait(Duration),
    /// Tell the observer and come back with [`Event::Resume`].
    Progress(P),
    /// The end.
    Done(T),
}

impl<T> Step<Infallible, T> {
    /// A call's step as a step of the flow around it.
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
    /// [`Unsafe`](Replay::Unsafe): send it on a fresh connection, and never a second time.
    pub replay: Replay,
    /// End it after this much time, if that is less than the transport's own limit.
    pub within: Option<Duration>,
    /// How much is read of the answer's body.
    pub body_limit: BodyLimit,
}

/// How much is read of an answer's body.
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

    /// The most bytes that are read of the body of an answer with this head, when the
    /// [setting](crate::Settings::most_body) allows `setting` bytes: an error has at most 1 MiB, and a success as much as
    /// [its operation](Operation::MOST_REPLY) says.
    ///
    /// A transport calls this when it has the head of the answer. If the body is larger, pass the bytes that were
    /// received to [`TransportError::after_head`]: the action that they name is still read.
    pub fn most(self, head: &http::response::Parts, setting: u64) -> u64 {
        setting.min(if head.status.is_success() { self.most_reply } else { MOST_EXPLANATION })
    }
}
