//! Maps the errors of ureq to kinds of failures.

use std::error::Error;

use xdr_model::transport::{Sent, TransportError, TransportKind};
use xdr_transport::{or_exhausted, tls_kind};

use crate::names::LookUpError;

pub(crate) fn failure(sent: Sent, error: ureq::Error) -> TransportError {
    use ureq::Error as Ureq;
    let kind = match &error {
        // Only the text of the error has the code.
        Ureq::ConnectProxyFailed(text) if text.contains(" 407") => TransportKind::ProxyAuthentication,
        Ureq::ConnectProxyFailed(_) => TransportKind::Proxy,
        Ureq::Timeout(_) => TransportKind::Timeout,
        Ureq::Io(e) => TransportKind::of(e, tls_kind).unwrap_or(TransportKind::Other),
        Ureq::Other(e) if e.is::<LookUpError>() => TransportKind::Resolve,
        Ureq::Other(e) => TransportKind::of(&**e, tls_kind).unwrap_or(TransportKind::Other),
        Ureq::Tls(_) | Ureq::TlsRequired => TransportKind::Tls,
        Ureq::Protocol(_) | Ureq::LargeResponseHeader(..) | Ureq::BodyStalled => TransportKind::Garbage,
        _ => TransportKind::Other,
    };
    // Unwrapped, because ureq does not expose the source of its errors.
    let source: Box<dyn Error + Send + Sync> = match error {
        Ureq::Io(e) => e.into(),
        Ureq::Other(e) => e,
        other => other.into(),
    };
    TransportError::new(sent, or_exhausted(kind, &*source)).with_source(source)
}
