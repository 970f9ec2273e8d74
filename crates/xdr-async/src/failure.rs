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

/// What went wrong, if what came is not HTTP or ends before the answer does.
fn http_kind(error: &(dyn Error + 'static)) -> Option<TransportKind> {
    match error.downcast_ref::<hyper::Error>()? {
        error if error.is_parse() => Some(TransportKind::Garbage),
        error if error.is_incomplete_message() || error.is_closed() || error.is_canceled() => {
            Some(TransportKind::Closed)
        }
        _ => None,
    }
}

/// What went wrong, if the proxy wants other credentials. The text is all that says so: the type of the error is private.
fn proxy_kind(error: &(dyn Error + 'static)) -> Option<TransportKind> {
    let is_refused = error.to_string() == "tunnel error: proxy authorization required";
    is_refused.then_some(TransportKind::ProxyAuthentication)
}

/// The same of the chunks of a body, where nothing else is known: not every I/O error of these kinds is about them.
fn chunk_kind(error: &(dyn Error + 'static)) -> Option<TransportKind> {
    let kind = error.downcast_ref::<io::Error>()?.kind();
    matches!(kind, io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput).then_some(TransportKind::Garbage)
}
