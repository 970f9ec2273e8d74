//! Looks up host names within a time limit. Most requests need no look-up, and therefore no thread.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, io, thread};

use ureq::Timeout;
use ureq::http::Uri;

/// How long the addresses of a name are kept.
const KEPT: Duration = Duration::from_secs(60);

/// A cache of addresses. The look-up of the operating system has no time limit, so each look-up has its own thread. A
/// client needs the same name repeatedly, so the addresses are kept for a minute. They are forgotten earlier if a
/// connection to them fails.
#[derive(Debug, Default)]
pub(crate) struct Names {
    kept: Mutex<HashMap<String, (Instant, Vec<SocketAddr>)>>,
}

/// The error if there is no address. It has its own type, because the operating system's error for an unknown name has
/// no `ErrorKind`.
#[derive(Debug)]
pub(crate) struct LookUpError(io::Error);

impl fmt::Display for LookUpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name was not found")
    }
}

impl StdError for LookUpError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

impl Names {
    /// The addresses of a URL's host, at least one.
    pub(crate) fn addresses(&self, url: &Uri, limit: Duration) -> Result<Vec<SocketAddr>, ureq::Error> {
        let name = host_and_port(url);
        if let Ok(number) = name.parse() {
            return Ok(vec![number]);
        }
        if let Some(known) = self.known(&name) {
            return Ok(known);
        }
        let found = look_up(name.clone(), limit)?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(name, (Instant::now(), found.clone()));
        Ok(found)
    }

    /// Forgets the host, so that the next request looks it up again.
    pub(crate) fn forget(&self, url: &Uri) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(&host_and_port(url));
    }

    #[cfg(test)]
    pub(crate) fn knows(&self, url: &Uri) -> bool {
        self.known(&host_and_port(url)).is_some()
    }

    fn known(&self, name: &str) -> Option<Vec<SocketAddr>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(name).filter(|(since, _)| since.elapsed() < KEPT).map(|(_, found)| found.clone())
    }
}

fn host_and_port(url: &Uri) -> String {
    let standard = if url.scheme_str() == Some("https") { 443 } else { 80 };
    format!("{}:{}", url.host().unwrap_or_default(), url.port_u16().unwrap_or(standard))
}

fn look_up(name: String, limit: Duration) -> Result<Vec<SocketAddr>, ureq::Error> {
    let failed = |e| ureq::Error::Other(Box::new(LookUpError(e)));
    let (answer, answered) = mpsc::sync_channel(1);
    let ask = move || {
        let found = name.to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // After a timeout, the receiver is gone.
        let _ = answer.send(found);
    };
    thread::Builder::new().name("xdr-look-up".into()).spawn(ask).map_err(|e| {
        io::Error::new(io::ErrorKind::OutOfMemory, format!("no thread could be started: {e}"))
    })?;
    let nothing = || io::Error::from(io::ErrorKind::NotFound);
    match answered.recv_timeout(limit) {
        Ok(Ok(found)) if found.is_empty() => Err(failed(nothing())),
        Ok(found) => found.map_err(failed),
        Err(RecvTimeoutError::Timeout) => Err(ureq::Error::Timeout(Timeout::Resolve)),
        Err(RecvTimeoutError::Disconnected) => Err(failed(nothing())),
    }
}
