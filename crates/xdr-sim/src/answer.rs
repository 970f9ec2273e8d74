//! The answer of the simulator to a request.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, header};

/// The answer of the simulator: what is sent, and when.
#[derive(Clone, Debug)]
pub struct HttpAnswer {
    /// The time between the request and the answer.
    pub delay: Duration,
    /// What is sent.
    pub delivery: Delivery,
}

/// How a response is sent to the client.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// The whole response is sent.
    Whole(Response<Bytes>),
    /// The head announces the whole body, but only this many bytes of the body are sent. Then the connection is closed.
    Cut(Response<Bytes>, usize),
    /// The connection is closed without a reply.
    HangUp,
}

impl HttpAnswer {
    /// Returns the response, also if it is sent only in part, or `None` if the connection is closed without a response.
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
