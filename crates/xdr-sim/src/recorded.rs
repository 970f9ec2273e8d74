//! The requests that a simulator received.

use std::collections::VecDeque;
use std::mem;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};

use crate::limits::Limits;

/// A request as it arrived, whatever the answer was.
///
/// `Debug` shows `Authorization` and `x-xdr-nonce` as `Sensitive`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recorded {
    /// The time of arrival, in epoch milliseconds.
    pub unix_ms: u64,
    /// The method, `POST` for every operation.
    pub method: Method,
    /// The path, without a query.
    pub path: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The whole body. A [`Server`](crate::Server) keeps only the first
    /// [`keyless_body_bytes`](Limits::keyless_body_bytes) of a request without the tenant's key.
    pub body: Bytes,
}

impl Recorded {
    fn new(request: &Request<Bytes>, unix_ms: u64) -> Self {
        let headers =
            request.headers().iter().map(|(name, value)| (name.clone(), own(name, value))).collect();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        Self { unix_ms, method, path, headers, body: request.body().clone() }
    }

    /// Returns the name of the operation, which is the last segment of the path.
    #[must_use]
    pub fn operation(&self) -> &str {
        crate::route::operation(&self.path)
    }

    /// The approximate size in memory. A header map needs about a hundred bytes for each header.
    fn size(&self) -> usize {
        let of_header = |(name, value): (&HeaderName, &HeaderValue)| 128 + name.as_str().len() + value.len();
        let headers: usize = self.headers.iter().map(of_header).sum();
        mem::size_of::<Self>() + self.path.len() + headers + self.body.len()
    }
}

/// Makes a separate copy. The original value would keep the whole buffer alive from which it was read.
fn own(name: &HeaderName, value: &HeaderValue) -> HeaderValue {
    let mut own = HeaderValue::from_bytes(value.as_bytes()).unwrap_or_else(|_| value.clone());
    own.set_sensitive(matches!(name.as_str(), "authorization" | "x-xdr-nonce"));
    own
}

/// The latest requests, as many as the limits allow.
pub(crate) struct Recordings {
    most: usize,
    most_bytes: usize,
    /// Contiguous, so that they can be returned as a slice.
    kept: VecDeque<Recorded>,
    bytes: usize,
    forgotten: u64,
}

impl Recordings {
    pub(crate) fn new(limits: &Limits) -> Self {
        let (most, most_bytes) = (limits.recorded_requests, limits.recorded_bytes);
        Self { most, most_bytes, kept: VecDeque::new(), bytes: 0, forgotten: 0 }
    }

    pub(crate) fn push(&mut self, request: &Request<Bytes>, unix_ms: u64) {
        if self.most == 0 {
            return;
        }
        let recorded = Recorded::new(request, unix_ms);
        self.bytes += recorded.size();
        self.kept.push_back(recorded);
        while (self.kept.len() > self.most || self.bytes > self.most_bytes)
            && let Some(oldest) = self.kept.pop_front()
        {
            self.bytes -= oldest.size();
            self.forgotten += 1;
        }
        self.kept.make_contiguous();
    }

    pub(crate) fn kept(&self) -> &[Recorded] {
        self.kept.as_slices().0
    }

    pub(crate) fn forgotten(&self) -> u64 {
        self.forgotten
    }

    pub(crate) fn clear(&mut self) {
        self.kept.clear();
        (self.bytes, self.forgotten) = (0, 0);
    }
}
