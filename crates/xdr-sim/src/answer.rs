//! What the simulator does with a request.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, header};

/// This is the simulator's answer: what is sent, and when.
#[derive(Clone, Debug)]
pub struct HttpAnswer {
    /// How long after the request it is sent.
    pub delay: Duration,
    /// What is sent.
    pub delivery: Delivery,
}

/// This is what becomes of a response on its way to the client.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// The response is sent.
    Whole(Response<Bytes>),
    /// The head is sent, then only so many bytes of the body it announces; then the connection is closed.
    Cut(Response<Bytes>, usize),
    /// The connection is closed without a reply.
    HangUp,
}

impl HttpAnswer {
    /// This is the response, whole or to be cut; `None` if the connection is closed without one.
    #[must_use]
    pub fn response(&self) -> Option<&Response<Bytes>> {
        match &self.delivery {
            Delivery::Whole(response) | Delivery::Cut(response, _) => Some(response),
            Delivery::HangUp => None,
        }
    }
}

impl Delivery {
    /// Adds the `Date` header unless the response has one.
    pub(crate) fn stamp(&mut self, date: HeaderValue) {
        if let Self::Whole(response) | Self::Cut(response, _) = self {
            response.headers_mut().entry(header::DATE).or_insert(date);
        }
    }
}
