//! How scans end.

/// These are the weights with which an online endpoint's scan ends in each way.
///
/// Only their proportion counts. If all are 0, every scan completes. The seed decides which endpoint ends how; use
/// [`Sim::set_outcomes`](crate::Sim::set_outcomes) for one endpoint. As with real tenants, some failed endpoints give no
/// reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcomes {
    /// `COMPLETED_SUCCESSFULLY`
    pub completed: u32,
    /// `COMPLETED_PARTIAL`
    pub partial: u32,
    /// `FAILED`
    pub failed: u32,
    /// `TIMEOUT`
    pub timed_out: u32,
}

impl Outcomes {
    /// This makes every scan of an online endpoint complete.
    #[must_use]
    pub fn all_completed() -> Self {
        Self { completed: 1, partial: 0, failed: 0, timed_out: 0 }
    }

    /// This makes every scan of an online endpoint fail.
    #[must_use]
    pub fn all_failed() -> Self {
        Self { completed: 0, partial: 0, failed: 1, timed_out: 0 }
    }
}

impl Default for Outcomes {
    /// This is a mix: 90 % complete, 4 % partially, 4 % fail, 2 % time out.
    fn default() -> Self {
        Self { completed: 90, partial: 4, failed: 4, timed_out: 2 }
    }
}
