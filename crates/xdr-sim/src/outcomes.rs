//! How scans end.

/// The weights of the four ways in which the scan of an online endpoint ends.
///
/// Only the proportions count. If all weights are 0, every scan completes. The seed decides how the scan of each
/// endpoint ends. [`Sim::set_outcomes`](crate::Sim::set_outcomes) sets the weights for one endpoint. As on real
/// tenants, some failures have no reason.
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
    /// Returns weights with which every scan of an online endpoint completes.
    #[must_use]
    pub fn all_completed() -> Self {
        Self { completed: 1, partial: 0, failed: 0, timed_out: 0 }
    }

    /// Returns weights with which every scan of an online endpoint fails.
    #[must_use]
    pub fn all_failed() -> Self {
        Self { completed: 0, partial: 0, failed: 1, timed_out: 0 }
    }
}

impl Default for Outcomes {
    /// 90 % complete, 4 % complete partially, 4 % fail, 2 % time out.
    fn default() -> Self {
        Self { completed: 90, partial: 4, failed: 4, timed_out: 2 }
    }
}
