//! Maps the errors of reqwest to kinds of failures.

use std::error::Error;
use std::io;

use xdr_model::transport::{Sent, TransportError, TransportKind};
use xdr_transport::{or_exhausted, tls_kind};

pub(crate) fn failure(sent: Sent, error: reqwest::Error) -> TransportError {
    let kind = match TransportKind::of(&error, |error| {
        tls_kind(error).or_else(|| http_kind(error)).or_else(|| proxy_kind(error))
    }) {
        _ if error.is_dns() => TransportKind::Resolve,
        _ if error.is_timeout() => TransportKind::Timeout,
        Some(kind) => kind,
        None if error.is_connect() => TransportKind::Connect,
        None => TransportKind::of(&error, chunk_kind).unwrap_or(TransportKind::Other),
    };
    TransportError::new(sent, or_exhausted(kind, &error)).with_source(error.without_url())
}

/// The kind of failure, if the bytes received are not HTTP or end before the answer is complete.
fn http_kind(error: &(dyn Error + 'static)) -> Option<TransportKind> {
    match error.downcast_ref::<hyper::Error>()? {
        error if error.is_parse() => Some(TransportKind::Garbage),
        error if error.is_incomplete_message() || error.is_closed() || error.is_canceled() => {
            Some(TransportKind::Closed)
        }
        _ => None,
    }
}

/// The kind of failure, if the proxy requires other credentials. Only the text of the error shows this, because its
/// type is private.
fn proxy_kind(error: &(dyn Error + 'static)) -> Option<TransportKind> {
    let is_refused = error.to_string() == "tunnel error: proxy authorization required";
    is_refused.then_some(TransportKind::ProxyAuthentication)
}

/// The kind of failure, if the chunks of a body are invalid. Use this only if nothing else is known, because other I/O
/// errors have the same `ErrorKind`s.
fn chunk_kind(error: &(dyn Error + 'static)) -> Option<TransportKind> {
    let kind = error.downcast_ref::<io::Error>()?.kind();
    matches!(kind, io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput).then_some(TransportKind::Garbage)
}
