//! What a transport says when there is no whole answer.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use bytes::Bytes;
use http::Response;
use http::response::Parts;

use crate::text::{SERVER_TEXT, sanitise};

/// Whether a request can have been carried out; the transport's one judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Certainly not: its body was never taken.
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
    /// Nobody answers at the address.
    Connect,
    /// The proxy refused or failed.
    Proxy,
    /// No encrypted connection came about.
    Tls,
    /// The certificate was not accepted.
    Certificate,
    /// A time limit was reached.
    Timeout,
    /// The connection ended too early.
    Closed,
    /// What came is not HTTP.
    Garbage,
    /// The reply is larger than the limit.
    TooLarge,
    /// The deadline came before it was sent.
    Deadline,
    /// It was stopped: before it was sent, or before its answer came.
    Stopped,
    /// This machine has no file descriptors, threads or memory left.
    Exhausted,
    /// The proxy did not accept the credentials in its address, or requires some (status 407).
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
            Self::Garbage => "what came is not HTTP",
            Self::TooLarge => "the reply is larger than the limit",
            Self::Deadline => "the deadline came first",
            Self::Stopped => "you stopped the call",
            Self::Exhausted => "this machine has no file descriptors, threads or memory left",
            Self::ProxyAuthentication => "the proxy did not accept the credentials",
            Self::Other => "the HTTP library failed",
        }
    }

    /// Whether the same call can succeed later without a change. A certificate or credentials that were not accepted
    /// need a person: repeated wrong credentials can lock an account. A deadline and a stop come from the caller.
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

    /// The kind that a library's error, or one that it was caused by, stands for. `known` is asked first about each
    /// of them: what it does not know is judged as an I/O error, if it is one.
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

/// There is no whole answer. Made by transports.
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
    /// What came of an answer before it failed.
    begun: Option<Box<Response<Bytes>>>,
    /// The library's text, if the kind does not say everything.
    reason: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// An error of this kind.
    pub fn new(sent: Sent, kind: TransportKind) -> Self {
        Self { sent, kind, begun: None, reason: None, source: None }
    }

    /// Keeps the library's own error.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        use TransportKind::{Certificate, Exhausted, Other};
        let first = chain(&*source).last().filter(|first| match self.kind {
            Certificate | Other => true,
            // A look-up that fails because it has no socket reports that the name does not exist.
            Exhausted => first.downcast_ref::<io::Error>().is_some_and(|e| e.raw_os_error().is_some()),
            _ => false,
        });
        self.reason = first.map(|reason| sanitise(&reason.to_string(), SERVER_TEXT));
        self.source = Some(source);
        self
    }

    /// Keeps status, headers and what came of the body, so that its failure does not hide what was said.
    #[must_use]
    pub fn after_head(mut self, head: Parts, body: Bytes) -> Self {
        self.sent = Sent::Maybe;
        self.begun = Some(Box::new(Response::from_parts(head, body)));
        self
    }

    /// The same error with more facts from the transport: whether it was stopped before the body was taken, and whether
    /// it goes through a proxy. With a proxy, a failure before the request was sent is the proxy's.
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

    /// What went wrong.
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

/// An error and those that it was caused by. An I/O error's source is that of the error it wraps, not that error
/// itself.
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
