//! What both xdr clients need of the machine they run on: its clock, its randomness, its root certificates and the
//! proxy that its environment names.
//!
//! The model is told all of these as values; this is where they come from. Programs use a client, not this crate.

mod context;
mod proxy;
mod refused;
mod tls;

pub use context::context;
pub use proxy::proxy;
pub use refused::{unusable, unusable_proxy};
pub use tls::{crypto, roots, tls_kind};
