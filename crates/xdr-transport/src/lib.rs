//! Access to the machine for both xdr clients: the clock, the randomness, the root certificates and the proxy of the
//! environment.
//!
//! The model takes all of these as values, and this crate provides the values. Programs use a client, not this crate.

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
