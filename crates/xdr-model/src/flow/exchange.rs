//! One operation, checked and encoded, ready to be sent any number of times.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, Uri};

use super::{BodyLimit, Context, Exchange};
use crate::error::{Attempted, Error, judge, unanswered};
use crate::operation::Operation;
use crate::redact::Secrets;
use crate::replay::Replay;
use crate::reply::DecodeError;
use crate::selection::Selection;
use crate::session::Session;
use crate::transport_error::TransportError;

/// The encoded request, and how to read its answer. All attempts share it. The operation itself is not kept.
#[derive(Debug)]
pub(crate) struct Prepared<R> {
    session: Session,
    operation: &'static str,
    replay: Replay,
    url: Uri,
    body: Bytes,
    selection: Option<Selection>,
    body_limit: BodyLimit,
    decode: fn(&[u8]) -> Result<R, DecodeError>,
    redact: fn(&mut R, &Arc<Secrets>),
}

impl<R> Prepared<R> {
    pub(crate) fn new<O: Operation<Reply = R>>(session: &Session, operation: &O) -> Result<Self, Error> {
        operation.validate()?;
        Self::unchecked(session, operation)
    }

    /// The same without the check, for ids that the tenant named. The rules apply only to values that callers supply.
    pub(crate) fn unchecked<O: Operation<Reply = R>>(
        session: &Session,
        operation: &O,
    ) -> Result<Self, Error> {
        Ok(Self {
            session: session.clone(),
            operation: O::NAME,
            replay: O::REPLAY,
            url: session.tenant().url(O::PATH)?,
            body: operation.encode()?,
            selection: operation
                .filters()
                .map(|filters| Selection::of(O::NAME, filters, &Secrets::of(session.credentials()))),
            body_limit: BodyLimit::of::<O>(),
            decode: O::decode,
            redact: O::redact,
        })
    }

    /// The same with another way to read the reply.
    pub(crate) fn with_decode<T>(
        self,
        decode: fn(&[u8]) -> Result<T, DecodeError>,
        redact: fn(&mut T, &Arc<Secrets>),
    ) -> Prepared<T> {
        let Self { session, operation, replay, url, body, selection, body_limit, decode: _, redact: _ } =
            self;
        Prepared { session, operation, replay, url, body, selection, body_limit, decode, redact }
    }

    pub(crate) fn replay(&self) -> Replay {
        self.replay
    }

    /// The secrets that must not be shown if an answer holds them.
    pub(crate) fn secrets(&self) -> Arc<Secrets> {
        Arc::new(Secrets::of(self.session.credentials()))
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// A freshly signed request.
    pub(crate) fn exchange(&self, context: &Context<'_>) -> Exchange {
        let mut request = Request::new(self.body.clone());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        let headers = request.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(self.body.len()));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        self.session.credentials().sign(headers, context);
        Exchange { request, replay: self.replay, within: None, body_limit: self.body_limit }
    }

    /// Reads the reply, or returns the error that the exchange ended with.
    pub(crate) fn read(
        &self,
        received: Result<Response<Bytes>, TransportError>,
        attempts: u32,
        context: &Context<'_>,
    ) -> Result<R, Error> {
        let mut reply = self.read_by(received, attempts, context, self.decode)?;
        (self.redact)(&mut reply, &self.secrets());
        Ok(reply)
    }

    /// The same with another way to read the body of a success.
    pub(crate) fn read_by<T>(
        &self,
        received: Result<Response<Bytes>, TransportError>,
        attempts: u32,
        context: &Context<'_>,
        decode: impl FnOnce(&[u8]) -> Result<T, DecodeError>,
    ) -> Result<T, Error> {
        let decoded = match &received {
            Ok(response) if response.status().is_success() => Some(decode(response.body())),
            _ => None,
        };
        match decoded {
            Some(Ok(reply)) => Ok(reply),
            Some(Err(error)) => Err(self.failed(received, Some(error), attempts, context)),
            None => Err(self.failed(received, None, attempts, context)),
        }
    }

    /// The error of a failed exchange.
    fn failed(
        &self,
        received: Result<Response<Bytes>, TransportError>,
        decode_error: Option<DecodeError>,
        attempts: u32,
        context: &Context<'_>,
    ) -> Error {
        let credentials = self.session.credentials();
        judge(self.attempted(attempts), received, decode_error, context.unix_ms, credentials)
    }

    /// The error of a call that ends without an answer.
    pub(crate) fn unanswered(&self, source: TransportError, attempts: u32) -> Error {
        unanswered(self.attempted(attempts), source)
    }

    fn attempted(&self, attempts: u32) -> Attempted {
        let host = self.session.tenant().host().to_owned();
        let selection = self.selection.clone();
        Attempted { operation: self.operation, replay: self.replay, host, attempts, selection }
    }
}
