//! The state of one endpoint in an action, as a function of the action time.

use fastrand::Rng;

use crate::outcomes::Outcomes;

/// How long a running scan takes to stop, in action time.
pub(crate) const ABORT_MS: u64 = 5_000;

/// No action time reaches this.
const NEVER: u64 = u64::MAX;

/// The state of one endpoint in one action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Pending,
    InProgress,
    PendingAbort,
    Aborted,
    Cancelled,
    Completed,
    Partial,
    Failed,
    TimedOut,
}

impl Status {
    /// The word in the reply of `get_action_status`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::InProgress => "IN_PROGRESS",
            Self::PendingAbort => "PENDING_ABORT",
            Self::Aborted => "ABORTED",
            Self::Cancelled => "CANCELLED",
            Self::Completed => "COMPLETED_SUCCESSFULLY",
            Self::Partial => "COMPLETED_PARTIAL",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMEOUT",
        }
    }

    /// The word of the filter field `scan_status`, for an endpoint whose latest scan is in this state.
    pub(crate) fn scan_word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::PendingAbort => "pending_cancellation",
            Self::Aborted => "aborted",
            Self::Cancelled => "canceled",
            Self::Completed | Self::Partial => "success",
            Self::Failed | Self::TimedOut => "error",
        }
    }

    /// The documentation says: "A scan can only be aborted if the selected endpoints are in Pending or in Progress
    /// status."
    pub(crate) fn is_abortable(self) -> bool {
        matches!(self, Self::Pending | Self::InProgress)
    }

    /// Whether a new scan must leave the endpoint alone.
    pub(crate) fn is_scanning(self) -> bool {
        self.is_abortable() || self == Self::PendingAbort
    }
}

/// The part of an action that concerns one endpoint. The times of its states are set at the start, so no timer is
/// needed.
///
/// There is one task for each endpoint of each running action, so the type is small.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task {
    begins_ms: u64,
    ends_ms: u64,
    /// The endpoint's number.
    pub(crate) endpoint: u32,
    outcome: Status,
    stopping: bool,
    away: Option<Away>,
}

/// The endpoint is offline. Nothing happens until it returns.
#[derive(Clone, Copy, Debug)]
struct Away {
    since_ms: u64,
    shows: Status,
}

impl Task {
    /// A scan that starts now and takes `duration_ms`. It is pending for the first tenth.
    pub(crate) fn scan(endpoint: u32, now_ms: u64, duration_ms: u64, outcome: Status) -> Self {
        let begins_ms = now_ms.saturating_add(duration_ms / 10);
        let ends_ms = now_ms.saturating_add(duration_ms);
        Self { begins_ms, ends_ms, endpoint, outcome, stopping: false, away: None }
    }

    /// The same for an endpoint that is offline.
    pub(crate) fn scan_offline(endpoint: u32, now_ms: u64, duration_ms: u64, outcome: Status) -> Self {
        let away = Some(Away { since_ms: now_ms, shows: Status::Pending });
        Self { away, ..Self::scan(endpoint, now_ms, duration_ms, outcome) }
    }

    pub(crate) fn status(&self, now_ms: u64) -> Status {
        match self {
            Self { away: Some(away), .. } => away.shows,
            task if task.ends_ms <= now_ms => task.outcome,
            task if task.stopping => Status::PendingAbort,
            task if task.begins_ms <= now_ms => Status::InProgress,
            _ => Status::Pending,
        }
    }

    /// When the last state begins. While the endpoint is offline, this is `NEVER`.
    pub(crate) fn ends_ms(&self) -> u64 {
        if self.away.is_some() { NEVER } else { self.ends_ms }
    }

    /// Pauses the task if it has not ended.
    pub(crate) fn stand_still(&mut self, now_ms: u64) {
        if self.away.is_none() && self.ends_ms > now_ms {
            self.away = Some(Away { since_ms: now_ms, shows: self.status(now_ms) });
        }
    }

    /// Continues the task from where it was paused.
    pub(crate) fn go_on(&mut self, now_ms: u64) {
        if let Some(away) = self.away.take() {
            let lost_ms = now_ms.saturating_sub(away.since_ms);
            self.begins_ms = self.begins_ms.saturating_add(lost_ms);
            self.ends_ms = self.ends_ms.saturating_add(lost_ms);
        }
    }

    /// Stops this scan and returns the task of the action that stops it.
    ///
    /// A pending scan is cancelled at once, whether the endpoint is online or offline. A scan in progress is aborted
    /// [`ABORT_MS`] later. If the endpoint is offline, this time continues after its return.
    pub(crate) fn abort(&mut self, now_ms: u64) -> Task {
        if self.status(now_ms) != Status::InProgress {
            let abort = Task::scan(self.endpoint, now_ms, 0, Status::Completed);
            *self = Self { outcome: Status::Cancelled, ..abort };
            return abort;
        }
        let since_ms = self.away.map_or(now_ms, |away| away.since_ms);
        let mut abort = Task::scan(self.endpoint, since_ms, ABORT_MS, Status::Completed);
        abort.away = self.away.map(|away| Away { shows: Status::Pending, ..away });
        let away = self.away.map(|away| Away { shows: Status::PendingAbort, ..away });
        *self = Self { ends_ms: abort.ends_ms, outcome: Status::Aborted, stopping: true, away, ..*self };
        abort
    }
}

/// Draws how a scan ends.
pub(crate) fn draw_outcome(outcomes: Outcomes, rng: &mut Rng) -> Status {
    let weighted = [
        (Status::Partial, outcomes.partial),
        (Status::Failed, outcomes.failed),
        (Status::TimedOut, outcomes.timed_out),
        (Status::Completed, outcomes.completed),
    ];
    let total: u64 = weighted.iter().map(|(_, weight)| u64::from(*weight)).sum();
    let mut roll = rng.u64(..total.max(1));
    for (outcome, weight) in weighted {
        match roll.checked_sub(u64::from(weight)) {
            Some(rest) => roll = rest,
            None => return outcome,
        }
    }
    Status::Completed
}
