//! What both xdr clients need of the machine they run on: its clock, its randomness, its root certificates and the
//! proxy that its environment names.
//!
//! The model is told all of these as values; this is where they come from. With feature `ureq` also that library's
//! connections, made to keep their limits, for the client that is built on it. Programs use a client, not this crate.

mod ambient;
mod proxy;
#[cfg(feature = "ureq")]
mod punctual;
mod tls;

pub use ambient::ambient;
pub use proxy::proxy;
#[cfg(feature = "ureq")]
pub use punctual::{Punctual, PunctualConnector};
pub use tls::{crypto, roots, tls_kind};
