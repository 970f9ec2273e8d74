//! The scan operations of the Cortex XDR public API as values: requests, replies, validation rules and flows.
//!
//! This crate implements the protocol without I/O: it opens no socket, reads no clock, draws no random numbers and
//! starts no thread. Programs use it through a client, `xdr-blocking` or `xdr-async`. The clients only move bytes.
//! The crate guarantees:
//!
//! * **An action is carried out at most once per call.** An error says whether it can have been carried out.
//! * **An empty selection never means every endpoint.** [`Filters`] has no default, an empty list is refused, and
//!   "all" is sent only when the caller wrote [`Scan::all`].
//! * **A started scan is not lost.** The first progress value holds its id, and so does every later failure
//!   ([`Error::Wait`]).
//!
//! | to do this | use |
//! |---|---|
//! | select endpoints | [`Filter`], [`Scan`], [`AbortScan`] |
//! | find endpoints | [`GetEndpoints`], [`EndpointFilter`], [`Session::list_endpoints`], [`EndpointSummary`] |
//! | name the tenant and the API key | [`Tenant`], [`Credentials`], [`Session`] |
//! | run a flow | [`Session::scan_and_wait`], [`Session::wait`], [`Session::cancel_action`], [`Session::call`] |
//! | preview a scan | [`Session::preview`], [`Preview`], [`ScanPlan`] |
//! | scan a long list in batches | [`ScanBatches`], [`Session::run_batches`], [`BatchProgress`] |
//! | see what is being scanned after an unknown outcome | [`Session::reconcile`], [`Reconciled`] |
//! | follow several actions together | [`ScanBatches::following`] |
//! | name the endpoints of a report | [`Session::name_endpoints`], [`NamedEndpoint`] |
//! | read a result | [`ActionReport`], [`Coverage`], [`Error`] |
//! | save and resume | [`ActionReport`], [`Progress`] |
//! | set limits, the proxy and the roots | [`Settings`], [`Proxy`], [`Roots`], [`RateLimit`] |
//! | add a call of the API | [`Operation`] |
//! | handle every operation in the same way | the module [`registry`] |
//! | stop early | [`Stop`] |
//! | set how often and how long to poll | [`Polling`] |
//! | tell failures apart | the module [`error`] |
//! | write a transport, or drive a flow in a test | the modules [`transport`] and [`flow`] |
//!
//! Unofficial: not affiliated with Palo Alto Networks.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub use bytes;
pub use http;

mod api_error;
mod blank;
mod body_findings;
mod context;
mod coverage;
pub mod credentials;
mod endpoint_list;
mod endpoints;
pub mod error;
pub mod filter;
pub mod flow;
mod gate;
mod id_text;
mod ids;
mod json_integer;
mod json_reader;
mod json_text;
pub mod operation;
mod pem;
mod polling;
mod preview;
mod proxy;
mod quotes;
mod rate_limit;
mod reconciled;
mod redact;
pub mod registry;
mod replay;
mod reply;
mod report;
mod request_reader;
mod retry;
mod scan_batches;
mod scan_plan;
#[cfg(feature = "schema")]
pub mod schema;
mod selection;
mod session;
mod settings;
#[cfg(feature = "schema")]
mod shape;
mod stop;
mod supplied;
/// The types that the gate uses from the standard library. Its test, `tests/gate_loom.rs`, replaces them with those
/// of loom.
mod sync {
    pub(crate) use std::sync::Arc;
    pub(crate) use std::sync::atomic::{AtomicU8, Ordering};
}
mod string_enum;
mod tenant;
mod text;
pub mod transport;
mod transport_error;
mod validate;

pub use coverage::Coverage;
pub use credentials::{Credentials, KeyKind};
pub use error::Error;
pub use filter::{
    ConnectionStatus, EndpointFilter, EpochMillis, Filter, Filters, Isolation, Platform, ScanStatus,
    TimeBound,
};
pub use flow::{
    BatchProgress, BatchesEnded, CancelProgress, CancelWhereProgress, Cancelled, CancelledWhere,
    EndpointList, NamedEndpoint, Progress,
};
pub use ids::{ActionId, EndpointId, IncidentId};
pub use operation::{
    AbortScan, EndpointPage, EndpointSummary, GetActionStatus, GetEndpoints, Operation, Scan, StartedAction,
};
pub use polling::Polling;
pub use preview::{Preview, PreviewedEndpoint};
pub use proxy::Proxy;
pub use rate_limit::RateLimit;
pub use reconciled::{EndpointActivity, Reconciled, ReconciledEndpoint};
pub use replay::Replay;
pub use report::{ActionReport, EndpointState, ReportedEndpoint};
pub use scan_batches::{Batch, BatchState, ScanBatches};
pub use scan_plan::{PlannedScan, ScanPlan, SkipReason, SkippedEndpoint};
pub use session::Session;
pub use settings::{Roots, Settings};
pub use stop::Stop;
pub use tenant::Tenant;
pub use text::sanitise;
pub use validate::Invalid;

/// Compiles the programs of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
