//! The requests that a simulator saw.

use bytes::Bytes;
use http::{HeaderMap, Method, Request};

/// This is a request as it arrived, whatever was answered.
///
/// `Debug` shows `Authorization` and `x-xdr-nonce` as `Sensitive`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recorded {
    /// When it arrived, in epoch milliseconds.
    pub unix_ms: u64,
    /// The method, `POST` for every operation.
    pub method: Method,
    /// The path, without a query.
    pub path: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Recorded {
    pub(crate) fn new(request: &Request<Bytes>, unix_ms: u64) -> Self {
        let mut headers = request.headers().clone();
        for name in ["authorization", "x-xdr-nonce"] {
            if let http::header::Entry::Occupied(mut entry) = headers.entry(name) {
                entry.iter_mut().for_each(|value| value.set_sensitive(true));
            }
        }
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        Self { unix_ms, method, path, headers, body: request.body().clone() }
    }

    /// This is the name of the operation: the last segment of the path.
    #[must_use]
    pub fn operation(&self) -> &str {
        crate::route::operation(&self.path)
    }
}
