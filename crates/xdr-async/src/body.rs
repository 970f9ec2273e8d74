//! The bodies of an exchange: one that tells when it is taken, and one that is read up to a limit.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use xdr_model::Gate;
use xdr_model::bytes::{Bytes, BytesMut};

/// A request's body that passes the gate before its first byte.
pub(crate) struct GatedBody {
    gate: Gate,
    bytes: Option<Bytes>,
}

impl GatedBody {
    pub(crate) fn new(gate: Gate, bytes: Bytes) -> Self {
        Self { gate, bytes: Some(bytes) }
    }
}

impl Body for GatedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if !self.gate.take() {
            let refused = io::Error::other("the request was given up before its body was taken");
            return Poll::Ready(Some(Err(refused)));
        }
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    /// Exact, so that it is sent with a length and not in chunks.
    fn size_hint(&self) -> SizeHint {
        let length = self.bytes.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}

/// The whole body, or `None` if it has more than `most` bytes. They are counted after any decoding: a limit on what
/// comes over the wire lets a small compressed body grow.
pub(crate) async fn read_up_to(most: u64, mut body: reqwest::Body) -> reqwest::Result<Option<Bytes>> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        whole.extend_from_slice(&data);
        if whole.len() as u64 > most {
            return Ok(None);
        }
    }
    Ok(Some(whole.freeze()))
}
