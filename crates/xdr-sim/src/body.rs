//! The body of a response, as the server sends it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// A complete body, or only the beginning of the announced body.
pub(crate) struct ReplyBody {
    announced: u64,
    data: Option<Bytes>,
    ending: Ending,
}

enum Ending {
    Whole,
    /// The connection breaks after the next poll. By then, the bytes so far have been sent.
    Flush,
    Break,
}

impl ReplyBody {
    pub(crate) fn whole(data: Bytes) -> Self {
        Self { announced: data.len() as u64, data: Some(data), ending: Ending::Whole }
    }

    pub(crate) fn cut(data: &Bytes, after: usize) -> Self {
        let sent = data.slice(..after.min(data.len()));
        Self { announced: data.len() as u64, data: Some(sent), ending: Ending::Flush }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match self.ending {
            Ending::Whole => Poll::Ready(None),
            Ending::Flush => {
                self.ending = Ending::Break;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Ending::Break => Poll::Ready(Some(Err(io::Error::other("the script cuts the body here")))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}
