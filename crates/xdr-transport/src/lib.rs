//! What both xdr clients need of the machine they run on: its clock, its randomness and its root certificates.
//!
//! The model is told all of these as values; this is where they come from. Programs use a client, not this crate.

mod ambient;
mod tls;

pub use ambient::ambient;
pub use tls::{crypto, kind, roots};
