//! A limit to connect that is counted once.

use std::time::Instant;

use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};

/// ureq's own connections, within their limit also where a proxy is asked to connect. ureq gives each piece of the
/// proxy's answer the whole limit anew, so that a proxy which goes on answering would never be given up.
///
/// ```
/// use ureq::{Agent, config::Config, unversioned::resolver::DefaultResolver};
///
/// let connector = xdr_transport::PunctualConnector::default();
/// let agent = Agent::with_parts(Config::default(), connector, DefaultResolver::default());
/// # let _ = agent;
/// ```
#[derive(Debug, Default)]
pub struct PunctualConnector(DefaultConnector);

impl Connector for PunctualConnector {
    type Out = Punctual;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Punctual>, Error> {
        let began = Instant::now();
        let connection = self.0.connect(details, None)?;
        Ok(connection.map(|connection| Punctual { connection, began, limit: details.timeout }))
    }
}

/// A connection that knows since when its limit to connect is counted.
#[derive(Debug)]
pub struct Punctual {
    connection: Box<dyn Transport>,
    began: Instant,
    limit: NextTimeout,
}

impl Punctual {
    /// What is left. Only the limit to connect is ever given twice unchanged: all others have become shorter.
    fn left(&self, mut limit: NextTimeout) -> NextTimeout {
        if limit == self.limit && !limit.after.is_not_happening() {
            limit.after = limit.after.saturating_sub(self.began.elapsed()).into();
        }
        limit
    }
}

impl Transport for Punctual {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.connection.buffers()
    }

    fn transmit_output(&mut self, amount: usize, limit: NextTimeout) -> Result<(), Error> {
        self.connection.transmit_output(amount, self.left(limit))
    }

    fn await_input(&mut self, limit: NextTimeout) -> Result<bool, Error> {
        self.connection.await_input(self.left(limit))
    }

    fn is_open(&mut self) -> bool {
        self.connection.is_open()
    }

    fn is_tls(&self) -> bool {
        self.connection.is_tls()
    }
}
