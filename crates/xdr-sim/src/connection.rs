//! One connection of the server. It reads requests and sends answers within the limits.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutWriter;

use crate::answer::{Delivery, HttpAnswer};
use crate::body::ReplyBody;
use crate::limits::Limits;
use crate::sim::Sim;
use crate::wire::Refusal;

/// The smallest buffer that hyper accepts.
const LEAST_HEAD_BYTES: usize = 8 * 1024;

/// The maximum memory that is reserved for an announced body. More memory is reserved when the bytes arrive.
const MOST_ANNOUNCED_BYTES: usize = 1024 * 1024;

/// A time limit that no test reaches. A clock cannot represent the end of the longest `Duration`.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// Serves one connection until the client or a limit closes it.
pub(crate) async fn converse(stream: TcpStream, sim: &Mutex<Sim>, limits: &Limits) -> hyper::Result<()> {
    // This affects only the speed: without it, small answers may wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(limits.reply_time.min(LONGEST)));
    let stream = TokioIo::new(Box::pin(stream));
    let service = service_fn(|request| answer(request, sim, limits));
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time.min(LONGEST))
        .max_buf_size(limits.head_bytes.max(LEAST_HEAD_BYTES))
        .serve_connection(stream, service)
        .await
}

/// Answers one request. An error makes hyper close the connection without a reply.
async fn answer(
    request: Request<Incoming>,
    sim: &Mutex<Sim>,
    limits: &Limits,
) -> io::Result<Response<ReplyBody>> {
    let (head, body) = request.into_parts();
    let recognised = lock(sim).recognises(&head.headers, unix_ms());
    let most = if recognised { limits.body_bytes } else { limits.keyless_body_bytes };
    let body = match read(body, most, limits).await? {
        Ok(body) => body,
        Err(refusal) => return Ok(closing(refusal.into_response()).map(ReplyBody::whole)),
    };
    let request = Request::from_parts(head, body);
    let HttpAnswer { delay, delivery } = lock(sim).handle(&request, unix_ms());
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    // A client without the key must not keep a connection open by sending one request after another.
    let last = |response| if recognised { response } else { closing(response) };
    match delivery {
        Delivery::Whole(response) => Ok(last(response).map(ReplyBody::whole)),
        Delivery::Cut(response, after) => Ok(last(response).map(|body| ReplyBody::cut(&body, after))),
        Delivery::HangUp => Err(io::Error::other("the script hangs up here")),
    }
}

/// Reads a body within the limits and keeps at most its first `most` bytes.
async fn read(body: Incoming, most: usize, limits: &Limits) -> io::Result<Result<Bytes, Refusal>> {
    let too_large = || Refusal::too_large(format!("The body is larger than {} bytes", limits.body_bytes));
    // If the head announces too much, the body is not read, and the client need not send it.
    if body.size_hint().lower() > limits.body_bytes as u64 {
        return Ok(Err(too_large()));
    }
    let body = Limited::new(body, limits.body_bytes);
    match tokio::time::timeout(limits.body_time.min(LONGEST), first_bytes(body, most)).await {
        Ok(Ok(body)) => Ok(Ok(body)),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Ok(Err(too_large())),
        Ok(Err(error)) => Err(io::Error::other(error)),
        Err(_) => Ok(Err(Refusal::too_slow())),
    }
}

/// Reads a body and keeps its first `most` bytes. All frames are copied into one buffer, because small frames that are
/// kept separately need many times the memory of their content.
async fn first_bytes(
    mut body: Limited<Incoming>,
    most: usize,
) -> Result<Bytes, Box<dyn std::error::Error + Send + Sync>> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(0);
    let mut kept = Vec::with_capacity(announced.min(most).min(MOST_ANNOUNCED_BYTES));
    while let Some(frame) = body.frame().await {
        let data = frame?.into_data().unwrap_or_default();
        let room = most - kept.len();
        kept.extend_from_slice(&data[..data.len().min(room)]);
    }
    // A recording must not keep unused capacity.
    Ok(kept.into_boxed_slice().into())
}

/// Makes this the last answer of its connection.
fn closing(mut response: Response<Bytes>) -> Response<Bytes> {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Locks the tenant. If a test panics while it holds the tenant, the server's thread continues.
pub(crate) fn lock(sim: &Mutex<Sim>) -> MutexGuard<'_, Sim> {
    sim.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn unix_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
