//! The progress of an action in numbers, for a person who waits for it.

use std::collections::BTreeMap;
use std::time::Duration;

use xdr_model::{ActionReport, EndpointState, operation::EndpointActionStatus as Status};

/// The progress of an action: the numbers that are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollSummary {
    /// The time since the wait began.
    pub elapsed: Duration,
    /// All endpoints of the action, as far as known.
    pub expected: u64,
    /// The endpoints that have settled.
    pub settled: u64,
    /// The endpoints on which the scan is running or stopping.
    pub moving: u64,
    /// The endpoints on which nothing has happened yet. An offline endpoint can stay so for days.
    pub not_begun: u64,
    /// The endpoints that the tenant no longer names, although they had not settled.
    pub vanished: u64,
    /// How many endpoints have each status, in words, the settled ones first. Endpoints that have not begun are left
    /// out.
    pub groups: Vec<(String, u64)>,
}

impl PollSummary {
    /// The numbers of a poll.
    pub fn new(report: &ActionReport, elapsed: Duration) -> Self {
        Self::of([report], elapsed)
    }

    /// The numbers of several actions together.
    pub(crate) fn of<'a>(reports: impl IntoIterator<Item = &'a ActionReport>, elapsed: Duration) -> Self {
        let Tally { expected, settled, never_named, named, vanished } = Tally::of(reports);
        let count = |status: &Status| named.get(status).copied().unwrap_or(0);
        // Endpoints that the tenant accepted and has not named yet have not begun either.
        let not_begun = count(&Status::Pending) + count(&Status::Unreported) + never_named;
        let moving = expected - settled - not_begun - vanished;
        let mut groups: Vec<_> = named.into_iter().filter(|(status, _)| has_begun(status)).collect();
        groups.sort_by_key(|(status, _)| (!status.is_settled(), status.clone()));
        let groups = groups.into_iter().map(|(status, count)| (label(&status), count)).collect();
        Self { elapsed, expected, settled, moving, not_begun, vanished, groups }
    }

    /// The share of settled endpoints in percent, rounded down: 100 only when all have settled.
    pub fn percent(&self) -> u64 {
        self.settled.saturating_mul(100).checked_div(self.expected).unwrap_or(0)
    }

    /// Whether the two differ in time only.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        *self == Self { elapsed: self.elapsed, ..other.clone() }
    }
}

/// The endpoints of several actions, counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) expected: u64,
    settled: u64,
    pub(crate) never_named: u64,
    /// The named endpoints that have not vanished, by status.
    pub(crate) named: BTreeMap<Status, u64>,
    pub(crate) vanished: u64,
}

impl Tally {
    pub(crate) fn of<'a>(reports: impl IntoIterator<Item = &'a ActionReport>) -> Self {
        let mut tally = Self::default();
        for report in reports {
            let counts = report.counts();
            tally.expected += report.expected();
            tally.settled += counts.settled();
            tally.never_named += report.never_named();
            for (status, count) in counts.iter() {
                *tally.named.entry(status.clone()).or_default() += count;
            }
            for endpoint in report.vanished() {
                if let EndpointState::Vanished(status) = endpoint.state {
                    tally.vanished += 1;
                    *tally.named.entry(status).or_default() -= 1;
                }
            }
        }
        tally.named.retain(|_, count| *count > 0);
        tally
    }
}

fn has_begun(status: &Status) -> bool {
    !matches!(status, Status::Pending | Status::Unreported)
}

/// A status in words. An unknown word is shown unchanged.
pub(crate) fn label(status: &Status) -> String {
    let words = match status {
        Status::Pending => "not begun",
        Status::InProgress => "running",
        Status::PendingAbort => "stopping",
        Status::CompletedSuccessfully => "completed",
        Status::CompletedWithExceptions => "completed with exceptions",
        Status::CompletedPartial => "partly completed",
        Status::Failed => "failed",
        Status::TimedOut => "timed out",
        Status::Expired => "expired",
        Status::Aborted => "aborted",
        Status::Cancelled => "cancelled",
        Status::Unreported => "not reported",
        unknown => return unknown.to_string(),
    };
    words.to_owned()
}
