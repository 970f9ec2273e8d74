//! The bodies of an exchange: one that tells when it is taken, and one that is read up to a limit.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame};
use http_body_util::BodyExt;
use xdr_model::bytes::{Bytes, BytesMut};
use xdr_model::{Stop, transport::Gate};

/// A request's body that passes the gate before its first byte. Its length is told by the request's own header. It
/// cannot be cloned, so that no library is able to send it again by itself.
pub(crate) struct GatedBody {
    pub(crate) gate: Gate,
    pub(crate) stop: Option<Stop>,
    pub(crate) bytes: Option<Bytes>,
}

impl Body for GatedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if !self.gate.take_unless(self.stop.as_ref().is_some_and(Stop::is_stopped)) {
            let refused = io::Error::other("the request was given up before its body was taken");
            return Poll::Ready(Some(Err(refused)));
        }
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// Reads the body into `whole`; `false` if it has more than `most` bytes. They are counted after any decoding: a limit
/// on what comes over the wire lets a small compressed body grow.
pub(crate) async fn read_up_to(
    most: u64,
    mut body: reqwest::Body,
    whole: &mut BytesMut,
) -> reqwest::Result<bool> {
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        whole.extend_from_slice(&data);
        if whole.len() as u64 > most {
            return Ok(false);
        }
    }
    Ok(true)
}
