//! The time limit for the head of an answer.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::sleep;

/// Returns the answer, or `None` if its head does not arrive within `limit` after the request was handed over.
pub(crate) async fn within<A: Future>(
    limit: Duration,
    handed_over: oneshot::Receiver<()>,
    answer: A,
) -> Option<A::Output> {
    let late = async {
        // A request that fails early is never handed over. In this case, `answer` returns the error.
        if handed_over.await.is_ok() {
            sleep(limit).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    let (mut answer, mut late) = (pin!(answer), pin!(late));
    poll_fn(|context| match answer.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => late.as_mut().poll(context).map(|()| None),
    })
    .await
}
