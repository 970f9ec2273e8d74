//! How long a flow may take.

use std::time::{Duration, Instant};

/// How long a flow may take, counted from its first step.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TimeLimit {
    limit: Option<Duration>,
    deadline: Option<Instant>,
}

impl TimeLimit {
    pub(super) fn within(limit: Duration) -> Self {
        Self { limit: Some(limit), deadline: None }
    }

    /// Sets the deadline, in place of one that follows from the limit.
    pub(super) fn end_by(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    /// The deadline at a step. The first step sets it.
    pub(super) fn deadline(&mut self, now: Instant) -> Option<Instant> {
        if let Some(limit) = self.limit.take() {
            self.deadline = now.checked_add(limit);
        }
        self.deadline
    }
}
