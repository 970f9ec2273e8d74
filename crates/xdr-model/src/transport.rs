//! What a transport needs: for those who write a client over another HTTP library, and for tests that drive a
//! conversation with a clock of their own.
//!
//! A transport drives any [`Flow`] with one loop: it gives each step a [`Context`], does what the [`Step`] says, and comes
//! back with an [`Event`]. It owns bytes, TLS, the proxy, time limits, the clock and the randomness, and one judgement:
//! whether a request that failed can have been carried out ([`Sent`]). A [`Gate`] around the body of a request gives the
//! evidence for that.

pub use crate::context::Context;
pub use crate::flow::{BodyLimit, Event, Exchange, Flow, Step};
pub use crate::gate::Gate;
pub use crate::transport_error::{Sent, TransportError, TransportKind};
