//! Connections with a strict time limit for connecting. A broken connection never counts as the end of a reply.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use rustls::ClientConfig;
use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, TcpConnector, Transport, time,
};

use crate::limit::{beginning, left};
use crate::names::Names;
use crate::tls::TlsConnector;

/// Makes the connections of a client. One time limit covers all steps: the look-up of the name, the connection, the
/// request to a proxy, and TLS. ureq itself limits the look-up separately, and restarts the limit for each piece of a
/// proxy's answer. With ureq's limits, a proxy that keeps answering never times out.
///
/// A reply without a length ends with its connection. ureq accepts any end, including a reset and the end of TLS
/// without a `close_notify`. It would take a truncated reply for a complete one. Here, such an end is always an error.
#[derive(Debug)]
pub(crate) struct StrictConnector<C> {
    names: Arc<Names>,
    connector: C,
}

/// Connects through the proxy of the settings, if there is one. Clones of a client share the `names`.
pub(crate) fn connector(names: Arc<Names>, tls: Arc<ClientConfig>) -> StrictConnector<impl Connector> {
    let connector = ().chain(ConnectProxyConnector::default());
    StrictConnector { names, connector: connector.chain(TcpConnector::default()).chain(TlsConnector(tls)) }
}

impl<C: Connector> Connector for StrictConnector<C> {
    type Out = StrictConnection;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<StrictConnection>, Error> {
        let connection = match details.config.proxy() {
            // For the connection to the proxy itself, ureq calls this function again, without this setting.
            Some(_) => self.connector.connect(details, None)?,
            None => self.direct(details)?,
        };
        let began = beginning(details);
        let limit = details.timeout;
        Ok(connection.map(|connection| StrictConnection { connection: Box::new(connection), began, limit }))
    }
}

impl<C: Connector> StrictConnector<C> {
    fn direct(&self, details: &ConnectionDetails<'_>) -> Result<Option<C::Out>, Error> {
        let mut addrs = details.addrs.clone();
        // ureq's list holds at most 16 addresses.
        self.names.addresses(details.uri, left(details))?.into_iter().take(16).for_each(|a| addrs.push(a));
        // ureq would add a second to a limit of zero.
        if left(details).is_zero() {
            return Err(Error::Timeout(details.timeout.reason));
        }
        let details = ConnectionDetails {
            addrs,
            now: time::Instant::now(),
            timeout: NextTimeout { after: left(details).into(), ..details.timeout },
            uri: details.uri,
            config: details.config,
            request_level: details.request_level,
            resolver: details.resolver,
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: details.register_shutdown.clone(),
        };
        let connected = self.connector.connect(&details, None);
        if connected.is_err() {
            self.names.forget(details.uri);
        }
        connected
    }
}

/// Resolves nothing, because the connector looks up names within the time limit.
#[derive(Debug)]
pub(crate) struct NoLookUp;

impl Resolver for NoLookUp {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.empty())
    }
}

/// A connection that knows when its time limit for connecting began.
#[derive(Debug)]
pub(crate) struct StrictConnection {
    connection: Box<dyn Transport>,
    began: Instant,
    limit: NextTimeout,
}

impl StrictConnection {
    /// Returns the time that is left. ureq passes only the limit for connecting twice without a change. All other
    /// limits are shorter the second time.
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

/// Replaces an error that ureq would take for the end of a reply. The original error is the source of the new error.
fn cut(error: Error) -> Error {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    match error {
        Error::Io(e) if matches!(e.kind(), ConnectionAborted | ConnectionReset | UnexpectedEof) => {
            Error::Io(io::Error::new(BrokenPipe, e))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::sync::Arc;

    use ureq::Agent;
    use xdr_model::{Settings, Tenant};

    use super::{NoLookUp, connector};
    use crate::names::Names;

    #[test]
    fn an_address_is_kept_until_no_connection_can_be_made_to_it() {
        let tenant = Tenant::loopback("http://localhost:1").unwrap();
        let (names, tls) =
            (Arc::new(Names::default()), xdr_transport::tls(&tenant, &Settings::default()).unwrap());
        let config = Agent::config_builder().proxy(None).build();
        let agent = Agent::with_parts(config, connector(Arc::clone(&names), tls), NoLookUp);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
        let parsed = url.parse().unwrap();
        let hang_up = std::thread::spawn(move || drop(listener.accept()));
        assert!(agent.get(&url).call().is_err(), "the server hangs up");
        hang_up.join().unwrap();
        assert!(names.knows(&parsed), "a connection could be made");
        assert!(agent.get(&url).call().is_err(), "nobody listens");
        assert!(!names.knows(&parsed));
    }
}
