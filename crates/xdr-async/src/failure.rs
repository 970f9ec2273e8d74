//! What reqwest's errors mean.

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

/// The kind of failure, if the proxy wants other credentials. Only the text shows it, because the type of the error is
/// private.
fn proxy_kind(error: &(dyn Error + 'static)) -> Option<TransportKind> {
    let is_refused = error.to_string() == "tunnel error: proxy authorization required";
    is_refused.then_some(TransportKind::ProxyAuthentication)
}

/// The same for the chunks of a body. It applies only if nothing else is known, because other I/O errors have these
/// kinds too.
fn chunk_kind(error: &(dyn Error + 'static)) -> Option<TransportKind> {
    let kind = error.downcast_ref::<io::Error>()?.kind();
    matches!(kind, io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput).then_some(TransportKind::Garbage)
}
