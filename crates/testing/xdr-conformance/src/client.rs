//! A common interface of both clients.

use std::ops::ControlFlow;

use tokio::runtime::Runtime;
use xdr_model::{Error, Session, Settings, Stop, transport::Flow};

/// The kind of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `xdr-blocking`.
    Blocking,
    /// `xdr-async`.
    Async,
}

/// One of the two clients.
#[derive(Debug)]
pub enum Client {
    /// `xdr-blocking`.
    Blocking(xdr_blocking::Client),
    /// `xdr-async`, with a runtime to drive it.
    Async(xdr_async::Client, Runtime),
}

impl Client {
    /// A client of this kind.
    ///
    /// # Errors
    /// The errors of the client.
    ///
    /// # Panics
    /// If no runtime can be started.
    pub fn new(kind: Kind, session: Session, settings: &Settings) -> Result<Self, Error> {
        Ok(match kind {
            Kind::Blocking => Self::Blocking(xdr_blocking::Client::with_settings(session, settings)?),
            Kind::Async => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let client = xdr_async::Client::with_settings(session, settings)?;
                Self::Async(client, runtime.expect("a runtime can be started"))
            }
        })
    }

    /// A clone of the client that `stop` ends.
    #[must_use]
    pub fn until(self, stop: &Stop) -> Self {
        match self {
            Self::Blocking(client) => Self::Blocking(client.until(stop)),
            Self::Async(client, runtime) => Self::Async(client.until(stop), runtime),
        }
    }

    /// Drives a flow to its end.
    pub fn drive<F: Flow>(&self, flow: F, observe: impl FnMut(F::Progress) -> ControlFlow<()>) -> F::Output {
        match self {
            Self::Blocking(client) => client.drive(flow, observe),
            Self::Async(client, runtime) => runtime.block_on(client.drive(flow, observe)),
        }
    }
}
