//! The bodies of an exchange. The body of a request reports when reqwest takes its first byte and when reqwest has
//! taken all of it. The body of an answer is read up to a limit.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame};
use http_body_util::BodyExt;
use tokio::sync::oneshot;
use xdr_model::bytes::{Bytes, BytesMut};
use xdr_model::{Stop, transport::Gate};

/// A request body that passes the gate before its first byte. A header of the request has the length. The body cannot
/// be cloned, so that no library can send it a second time.
pub(crate) struct GatedBody {
    gate: Gate,
    stop: Option<Stop>,
    rest: Bytes,
    handed_over: Option<oneshot::Sender<()>>,
}

/// The size of a piece of the body. The library asks for a piece after it has sent most of the earlier ones. The last
/// piece is therefore handed over near the end of a slow upload, not at its beginning.
const PIECE: usize = 8 << 10;

impl GatedBody {
    /// Returns a body, and a receiver that is notified when the whole body has been handed over.
    pub(crate) fn new(gate: Gate, stop: Option<Stop>) -> (Self, oneshot::Receiver<()>) {
        let (handed_over, hears) = oneshot::channel();
        (Self { gate, stop, rest: Bytes::new(), handed_over: Some(handed_over) }, hears)
    }

    pub(crate) fn with(self, bytes: Bytes) -> Self {
        Self { rest: bytes, ..self }
    }
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
        let size = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(size);
        // The next call would be too late: the library knows the length and does not ask again.
        if self.rest.is_empty()
            && let Some(handed_over) = self.handed_over.take()
        {
            // If the answer came first, the receiver is gone.
            let _ = handed_over.send(());
        }
        Poll::Ready((size > 0).then_some(Ok(Frame::data(piece))))
    }
}

/// Reads at most `most` bytes of the body into `whole`. Returns `false` if the body has more. This limits the decoded
/// bytes. A limit on the received bytes would let a small compressed body grow.
pub(crate) async fn read_up_to(
    most: u64,
    mut body: reqwest::Body,
    whole: &mut BytesMut,
) -> reqwest::Result<bool> {
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        whole.extend_from_slice(&data);
        if whole.len() as u64 > most {
            whole.truncate(usize::try_from(most).unwrap_or(usize::MAX));
            return Ok(false);
        }
    }
    Ok(true)
}
