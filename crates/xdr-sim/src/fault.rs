//! Scripted misbehaviour.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, Response, StatusCode, header};

use crate::answer::Delivery;

/// A scripted fault: it changes what happens the next time an operation is called.
///
/// Faults wait in a queue ([`Sim::fault`](crate::Sim::fault)). A request takes the first fault for its operation. A
/// fault acts in front of the tenant, like a broken proxy: a request that gets a scripted answer is not authenticated,
/// not counted by the rate limit, and not carried out. [`after_executing`](Fault::after_executing) changes this.
///
/// A fault with neither an answer nor a hang-up lets the request through, with or without a delay. Such a fault can
/// postpone another one: if `Fault::on("scan").times(2)` comes first, the next fault affects the third scan.
///
/// ```
/// use std::time::Duration;
/// use xdr_sim::Fault;
///
/// // A proxy's error page, twice.
/// let fault = Fault::on("scan").times(2).answer(502, &[("content-type", "text/html")], "<h1>Bad Gateway</h1>");
/// // The scan is started, then the connection dies.
/// let fault = Fault::on("scan").after_executing().hang_up();
/// // A slow answer.
/// let fault = Fault::on("get_action_status").delay(Duration::from_secs(2));
/// ```
#[derive(Clone, Debug)]
pub struct Fault {
    operation: String,
    times: usize,
    pub(crate) delay: Duration,
    pub(crate) instead: Option<Delivery>,
    pub(crate) executes: bool,
}

impl Fault {
    /// Creates a fault for one request of an operation. The name of the operation is the last segment of its path:
    /// `scan`, `abort_scan`, `get_action_status`, `get_endpoint`, `validate`, or a name that the tenant does not know.
    #[must_use]
    pub fn on(operation: impl Into<String>) -> Self {
        Self { operation: operation.into(), times: 1, delay: Duration::ZERO, instead: None, executes: false }
    }

    /// Sets how many requests the fault affects (default 1).
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Delays the answer. It does not delay the execution of the request.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Replaces the answer. A `Date` header is added unless `headers` has one.
    ///
    /// # Panics
    /// If the status or a header is not valid in HTTP.
    #[must_use]
    pub fn answer(mut self, status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(body.into());
        *response.status_mut() = StatusCode::from_u16(status).expect("a scripted status is 100 to 999");
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a scripted header name is valid");
            response.headers_mut().append(name, value.parse().expect("a scripted header value is valid"));
        }
        self.instead = Some(Delivery::Whole(response));
        self
    }

    /// Replaces the answer with a JSON document.
    ///
    /// # Panics
    /// If the status is not valid in HTTP.
    #[must_use]
    pub fn answer_json(self, status: u16, body: impl Into<Bytes>) -> Self {
        self.answer(status, &[(header::CONTENT_TYPE.as_str(), "application/json")], body)
    }

    /// Truncates the replaced answer. Its head announces the whole body, but the connection closes after `bytes` bytes
    /// of the body.
    ///
    /// This has no effect unless [`answer`](Fault::answer) was called before.
    #[must_use]
    pub fn cut_after(mut self, bytes: usize) -> Self {
        if let Some(Delivery::Whole(response)) = self.instead {
            self.instead = Some(Delivery::Cut(response, bytes));
        }
        self
    }

    /// Closes the connection without an answer, after the whole request has been read.
    #[must_use]
    pub fn hang_up(mut self) -> Self {
        self.instead = Some(Delivery::HangUp);
        self
    }

    /// Makes the tenant carry out the request before the fault replaces the answer.
    #[must_use]
    pub fn after_executing(mut self) -> Self {
        self.executes = true;
        self
    }

    /// Whether the tenant receives the request.
    pub(crate) fn lets_through(&self) -> bool {
        self.executes || self.instead.is_none()
    }
}

/// Takes the first queued fault for an operation.
pub(crate) fn take(queue: &mut Vec<Fault>, operation: &str) -> Option<Fault> {
    queue.retain(|fault| fault.times > 0);
    let fault = queue.iter_mut().find(|fault| fault.operation == operation)?;
    fault.times -= 1;
    Some(fault.clone())
}

/// The number of requests that the queued faults still wait for.
pub(crate) fn outstanding(queue: &[Fault]) -> usize {
    queue.iter().fold(0, |sum, fault| sum.saturating_add(fault.times))
}
