//! Connections that keep their limit to connect, and whose end is not taken for the end of a reply when it is none.

use std::io;
use std::time::Instant;

use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};

/// ureq's own connections, within their limit also where a proxy is asked to connect. ureq gives each piece of the
/// proxy's answer the whole limit anew, so that a proxy which goes on answering would never be given up.
///
/// A reply without a length ends with its connection, and for ureq any end will do, also a reset and the end of TLS
/// without a farewell. A reply that was cut would pass for a whole one, so here such an end is an error that stays one.
#[derive(Debug, Default)]
pub(crate) struct StrictConnector(DefaultConnector);

impl Connector for StrictConnector {
    type Out = StrictConnection;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<StrictConnection>, Error> {
        let began = Instant::now();
        let connection = self.0.connect(details, None)?;
        Ok(connection.map(|connection| StrictConnection { connection, began, limit: details.timeout }))
    }
}

/// A connection that knows since when its limit to connect is counted.
#[derive(Debug)]
pub(crate) struct StrictConnection {
    connection: Box<dyn Transport>,
    began: Instant,
    limit: NextTimeout,
}

impl StrictConnection {
    /// What is left. Only the limit to connect is ever given twice unchanged: all others have become shorter.
    fn left(&self, mut limit: NextTimeout) -> NextTimeout {
        if limit == self.limit && !limit.after.is_not_happening() {
            limit.after = limit.after.saturating_sub(self.began.elapsed()).into();
        }
        limit
    }
}

impl Transport for StrictConnection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.connection.buffers()
    }

    fn transmit_output(&mut self, amount: usize, limit: NextTimeout) -> Result<(), Error> {
        self.connection.transmit_output(amount, self.left(limit))
    }

    fn await_input(&mut self, limit: NextTimeout) -> Result<bool, Error> {
        self.connection.await_input(self.left(limit)).map_err(cut)
    }

    fn is_open(&mut self) -> bool {
        self.connection.is_open()
    }

    fn is_tls(&self) -> bool {
        self.connection.is_tls()
    }
}

/// The error as one that ureq does not take for a good end. What it was is its cause.
fn cut(error: Error) -> Error {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    match error {
        Error::Io(e) if matches!(e.kind(), ConnectionAborted | ConnectionReset | UnexpectedEof) => {
            Error::Io(io::Error::new(BrokenPipe, e))
        }
        other => other,
    }
}
