//! The model's behaviour as values: a clock of the tests' own, no socket.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]
#![allow(clippy::disallowed_methods, reason = "a virtual clock needs some Instant to begin at")]

mod batches;
mod cancel_where;
mod endpoints;
mod errors;
mod flows;
mod following;
mod limits;
mod listing;
mod mistakes;
mod naming;
mod previews;
mod properties;
mod reconcile;
mod replies;
mod requests;
mod saved;
#[cfg(feature = "schema")]
mod schemas;
mod secrets;
mod supplied;
mod support;
mod texts;
mod thousands;
mod tree;
mod values;
