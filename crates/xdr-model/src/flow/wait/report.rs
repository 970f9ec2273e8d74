//! What a wait tells on the way and at its end.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::error::Error;
use crate::ids::ActionId;
use crate::operation::{ActionStatus, GetActionStatus, Operation, StartedAction, StatusCounts};

/// What an observer of a scan or of a wait is told.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Progress {
    /// The tenant accepted the scan; the first thing told. Keep the id: with it the action can be followed and
    /// cancelled from any program, whatever becomes of this one.
    Started(StartedAction),
    /// The tenant said how the action stands.
    Polled {
        /// How many endpoints have each status.
        counts: StatusCounts,
        /// How many endpoints are expected in all.
        expected: u64,
        /// Since the first step.
        elapsed: Duration,
    },
    /// The tenant could not be asked; it will be again.
    Trouble {
        /// Why.
        error: Arc<Error>,
        /// How many times in a row.
        in_a_row: u32,
    },
}

/// How an action stands, or stood when it was last asked for.
///
/// ```
/// # use std::time::{Duration, Instant};
/// # use xdr_model::{bytes::Bytes, http::Response, *};
/// # let session = Session::new(Tenant::new("a.b")?, Credentials::standard("7", "s3cret")?);
/// # let mut wait = session.wait(ActionId::from(42), Cadence::within(Duration::from_secs(60)));
/// # let ambient = Ambient { now: Instant::now(), unix_ms: 0, entropy: &|| [0; 32] };
/// # let mut reply = Some(Response::new(Bytes::from(r#"{"reply":{"data":{"e1":"FAILED"}}}"#)));
/// # let mut event = Event::Resume;
/// # let report = loop {
/// #     event = match wait.step(&ambient, event) {
/// #         Step::Send(_) => Event::Received(Ok(reply.take().unwrap())),
/// #         Step::Done(report) => break report?,
/// #         _ => Event::Resume,
/// #     };
/// # };
/// // report: ActionReport, from a client's `wait` or `scan_and_wait`
/// if !report.is_success() {
///     for (endpoint, status, reason) in report.status().unsuccessful() {
///         println!("{endpoint}: {status} {reason:?}");
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ActionReport {
    /// The action.
    pub action_id: ActionId,
    /// How many endpoints the tenant took in when it accepted the action; `None` after a wait by id alone.
    pub endpoints_count: Option<u64>,
    counts: StatusCounts,
    #[serde(flatten)]
    status: ActionStatus,
}

impl ActionReport {
    pub(super) fn new(
        action_id: ActionId,
        endpoints_count: Option<u64>,
        counts: StatusCounts,
        body: &[u8],
    ) -> Self {
        // Read before for its counts: what could be read then can be read now.
        let status = GetActionStatus::decode(body).unwrap_or_default();
        Self { action_id, endpoints_count, counts, status }
    }

    /// How many endpoints have each status.
    pub fn counts(&self) -> &StatusCounts {
        &self.counts
    }

    /// Each endpoint with its status, and the reasons of failures.
    pub fn status(&self) -> &ActionStatus {
        &self.status
    }

    /// How many endpoints there are in all, as far as is known.
    pub fn expected(&self) -> u64 {
        self.counts.total().max(self.endpoints_count.unwrap_or(0))
    }

    /// Whether the action was carried out in full on every endpoint.
    pub fn is_success(&self) -> bool {
        self.expected() > 0 && self.counts.successful() == self.expected()
    }
}
