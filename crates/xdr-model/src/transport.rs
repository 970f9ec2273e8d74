//! The types that a transport needs. Use this module to write a client over another HTTP library, or to drive a flow
//! in a test with its own clock.
//!
//! A transport drives every [`Flow`] with the same loop: it gives each step a [`Context`], does what the [`Step`]
//! says, and calls the next step with an [`Event`]. The transport provides the connections, TLS, the proxy, the time
//! limits, the clocks and the randomness. It also decides whether a request that failed can have been carried out
//! ([`Sent`]). A [`Gate`] around the body of a request gives the evidence for this.

pub use crate::context::Context;
pub use crate::flow::{BodyLimit, Event, Exchange, Flow, Step};
pub use crate::gate::Gate;
pub use crate::transport_error::{Sent, TransportError, TransportKind};
