//! The error of a transport that has no complete answer.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use bytes::Bytes;
use http::Response;
use http::response::Parts;

use crate::text::{SERVER_TEXT, sanitise};

/// Whether a request can have been carried out. Only the transport can decide this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Certainly not: the body of the request was never taken.
    No,
    /// It may have been.
    Maybe,
}

/// What went wrong between this machine and the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportKind {
    /// The name has no address.
    Resolve,
    /// No connection to the address could be made.
    Connect,
    /// The proxy refused or failed.
    Proxy,
    /// No encrypted connection could be made.
    Tls,
    /// The certificate was not accepted.
    Certificate,
    /// A time limit was reached.
    Timeout,
    /// The connection ended too early.
    Closed,
    /// The answer is not HTTP.
    Garbage,
    /// The reply is larger than the limit.
    TooLarge,
    /// The deadline passed before the request was sent.
    Deadline,
    /// The caller stopped the call, before the request was sent or before its answer arrived.
    Stopped,
    /// This machine has no file descriptors, threads or memory left.
    Exhausted,
    /// The proxy did not accept the credentials in its address, or its address has none and the proxy requires them
    /// (status 407).
    ProxyAuthentication,
    /// The HTTP library failed for another reason. The error's text names it.
    Other,
}

impl TransportKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "its name could not be resolved",
            Self::Connect => "no connection could be made",
            Self::Proxy => "the proxy refused or failed",
            Self::Tls => "no encrypted connection could be made",
            Self::Certificate => "its certificate was not accepted",
            Self::Timeout => "the time limit was reached",
            Self::Closed => "the connection was closed too early",
            Self::Garbage => "the answer is not HTTP",
            Self::TooLarge => "the reply is larger than the limit",
            Self::Deadline => "the deadline passed",
            Self::Stopped => "you stopped the call",
            Self::Exhausted => "this machine has no file descriptors, threads or memory left",
            Self::ProxyAuthentication => "the proxy did not accept the credentials",
            Self::Other => "the HTTP library failed",
        }
    }

    /// Whether the same call can succeed later without a change. A person must correct a certificate or credentials
    /// that were not accepted: repeated wrong credentials can lock an account. A deadline and a stop come from the
    /// caller.
    ///
    /// ```
    /// use xdr_model::transport::TransportKind;
    ///
    /// assert!(TransportKind::Connect.is_transient());
    /// assert!(!TransportKind::Certificate.is_transient());
    /// ```
    pub fn is_transient(self) -> bool {
        use TransportKind::{Certificate, Deadline, ProxyAuthentication, Stopped, TooLarge};
        !matches!(self, Certificate | ProxyAuthentication | Deadline | Stopped | TooLarge)
    }

    /// The kind of a library's error, found from the error itself and from the errors that caused it. `known` is
    /// called with each of them. If it knows none of them, an I/O error among them decides.
    ///
    /// ```
    /// use std::io::{Error, ErrorKind};
    /// use xdr_model::transport::TransportKind;
    ///
    /// let refused = Error::from(ErrorKind::ConnectionRefused);
    /// assert_eq!(TransportKind::of(&refused, |_| None), Some(TransportKind::Connect));
    /// ```
    pub fn of(
        error: &(dyn StdError + 'static),
        known: impl Fn(&(dyn StdError + 'static)) -> Option<Self>,
    ) -> Option<Self> {
        let mut io = None;
        for error in chain(error) {
            if let Some(kind) = known(error) {
                return Some(kind);
            }
            io = error.downcast_ref::<io::Error>().and_then(|error| Self::of_io(error.kind())).or(io);
        }
        io
    }

    fn of_io(kind: io::ErrorKind) -> Option<Self> {
        use io::ErrorKind as Io;
        Some(match kind {
            Io::ConnectionRefused | Io::HostUnreachable | Io::NetworkUnreachable | Io::NetworkDown => {
                Self::Connect
            }
            Io::AddrNotAvailable | Io::NotFound | Io::PermissionDenied => Self::Connect,
            Io::TimedOut | Io::WouldBlock => Self::Timeout,
            Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe => Self::Closed,
            Io::UnexpectedEof | Io::NotConnected => Self::Closed,
            Io::OutOfMemory => Self::Exhausted,
            _ => return None,
        })
    }
}

impl fmt::Display for TransportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The error of an exchange without a complete answer. Made by transports.
///
/// ```
/// use xdr_model::transport::{Sent, TransportError, TransportKind};
///
/// let error = TransportError::new(Sent::No, TransportKind::Resolve);
/// assert_eq!(error.to_string(), "its name could not be resolved");
/// ```
#[derive(Debug)]
pub struct TransportError {
    sent: Sent,
    kind: TransportKind,
    /// The part of an answer that arrived before the failure.
    begun: Option<Box<Response<Bytes>>>,
    /// The text of the library's error, if the kind does not say enough.
    reason: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// An error of this kind.
    pub fn new(sent: Sent, kind: TransportKind) -> Self {
        Self { sent, kind, begun: None, reason: None, source: None }
    }

    /// Keeps the library's error as the source.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        use TransportKind::{Certificate, Exhausted, Other};
        let first = chain(&*source).last().filter(|first| match self.kind {
            Certificate | Other => true,
            // A name look-up that cannot open a socket reports that the name does not exist.
            Exhausted => first.downcast_ref::<io::Error>().is_some_and(|e| e.raw_os_error().is_some()),
            _ => false,
        });
        self.reason = first.map(|reason| sanitise(&reason.to_string(), SERVER_TEXT));
        self.source = Some(source);
        self
    }

    /// Keeps the status, the headers and the received part of the body, so that they are not lost with the failure.
    #[must_use]
    pub fn after_head(mut self, head: Parts, body: Bytes) -> Self {
        self.sent = Sent::Maybe;
        self.begun = Some(Box::new(Response::from_parts(head, body)));
        self
    }

    /// Adds facts from the transport: whether the call goes through a proxy, and whether it was stopped before the
    /// body was taken. With a proxy, a connection failure before the request was sent counts as a failure of the
    /// proxy.
    #[must_use]
    pub fn explained(mut self, proxied: bool, stopped: bool) -> Self {
        use TransportKind::{Closed, Connect, Garbage, Proxy, Resolve, Stopped, Timeout, Tls};
        if self.sent == Sent::No {
            self.kind = match self.kind {
                _ if stopped => Stopped,
                Connect | Closed | Garbage | Resolve | Timeout | Tls if proxied => Proxy,
                kind => kind,
            };
        }
        self
    }

    /// Whether the request can have been carried out.
    pub fn sent(&self) -> Sent {
        self.sent
    }

    /// The kind of the failure.
    pub fn kind(&self) -> TransportKind {
        self.kind
    }

    pub(crate) fn take_begun(&mut self) -> Option<Response<Bytes>> {
        self.begun.take().map(|begun| *begun)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        match &self.reason {
            Some(reason) => write!(f, " ({reason})"),
            None => Ok(()),
        }
    }
}

/// An error and the errors that caused it. The `source` of an I/O error is the source of the error that it wraps, so
/// the wrapped error itself is taken instead.
fn chain<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'e (dyn StdError + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
