//! The scan operations of the Cortex XDR public API as values: requests, replies, rules and conversations.
//!
//! This crate knows everything about the protocol and nothing of sockets, clocks, chance or threads. Programs use
//! it through a client, `xdr-blocking` or `xdr-async`, which only move bytes. What it promises:
//!
//! * **An action is carried out at most once per call**, and the error says whether it can have been.
//! * **Nothing is never everything**: [`Filters`] has no default, an empty list is refused, and "all" is sent only
//!   when the caller wrote [`Scan::all`].
//! * **A started scan is not lost**: its id is the first thing an observer hears, and every failure after that
//!   ([`Error::Wait`]) carries it.
//!
//! | to do this | use |
//! |---|---|
//! | say which endpoints | [`Filter`], [`Scan`], [`AbortScan`] |
//! | say which tenant, with which key | [`Tenant`], [`Credentials`], [`Session`] |
//! | have a conversation | [`Session::scan_and_wait`], [`Session::wait`], [`Session::cancel_action`], [`Session::call`] |
//! | understand an ending | [`ActionReport`], [`Error`] |
//! | add a call of the API | [`Operation`] |
//! | end early | [`Stop`] |
//! | write a transport | [`Flow`], [`Gate`], [`TransportError`] |
//!
//! Unofficial: not affiliated with Palo Alto Networks.

pub use bytes;
pub use http;

mod api_error;
mod blank;
mod cadence;
mod context;
mod coverage;
mod credentials;
mod error;
mod filter;
mod flow;
mod gate;
mod ids;
mod json_integer;
mod json_object;
mod operation;
mod pacing;
mod patience;
mod pem;
mod proxy;
mod quotes;
mod redact;
mod replay;
mod reply;
mod report;
mod request_reader;
mod retry;
#[cfg(feature = "schema")]
pub mod schema;
mod selection;
mod session;
mod settings;
#[cfg(feature = "schema")]
mod shape;
mod stop;
mod supplied;
/// What the gate takes from the standard library; its own test, `tests/gate_loom.rs`, puts loom's here.
mod sync {
    pub(crate) use std::sync::Arc;
    pub(crate) use std::sync::atomic::{AtomicU8, Ordering};
}
mod string_enum;
mod tenant;
mod text;
mod validate;

pub use api_error::ApiError;
pub use cadence::Cadence;
pub use context::Ambient;
pub use coverage::Coverage;
pub use credentials::{ApiKey, Credentials, KeyKind};
pub use error::{
    Answer, Attempted, Error, NotSent, OutcomeUnknown, Refusal, Refused, Sent, ServerFailure, TransportError,
    TransportKind, Unreadable, WaitEnd, WaitEnded,
};
pub use filter::{
    EpochMillis, Filter, Filters, IpAddress, Isolation, Platform, ScanStatus, TimeBound, Values,
};
pub use flow::{
    Call, CancelAction, CancelProgress, Cancelled, Event, Exchange, Flow, Progress, ScanRun, Step,
    WaitForAction,
};
pub use gate::Gate;
pub use ids::{ActionId, ApiKeyId, EndpointId, IncidentId};
pub use operation::{
    AbortScan, ActionStatus, EndpointActionStatus, GetActionStatus, OPERATIONS, Operation, OperationInfo,
    Scan, StartedAction, StatusCounts,
};
pub use pacing::Pacing;
pub use proxy::Proxy;
pub use replay::Replay;
pub use reply::DecodeError;
pub use report::{ActionReport, EndpointState, ReportedEndpoint};
pub use selection::Selection;
pub use session::Session;
pub use settings::{Roots, Settings};
pub use stop::Stop;
pub use string_enum::UnknownWord;
pub use tenant::Tenant;
pub use text::sanitise;
pub use validate::{Invalid, Violation};
