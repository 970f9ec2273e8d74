//! What both xdr clients need of the machine they run on: its clock, its randomness, its root certificates and the
//! proxy that its environment names.
//!
//! The model is told all of these as values; this is where they come from. Programs use a client, not this crate.

mod context;
mod exhausted;
mod proxy;
mod refused;
mod roots;
mod tls;

pub use context::context;
pub use exhausted::or_exhausted;
pub use proxy::proxy;
pub use refused::{unusable, unusable_proxy};
pub use tls::{tls, tls_kind};

/// The programs of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
