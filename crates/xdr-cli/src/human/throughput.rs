//! Measures how fast the endpoints of an action settle.

use std::collections::VecDeque;
use std::time::Duration;

use crate::poll_summary::PollSummary;

/// The number of polls that are kept. With a pause of a minute between polls, they cover the last five minutes.
const POLLS: usize = 6;
/// Endpoints that have not begun are probably offline if their number has not changed for this many polls while others
/// settled.
const STILL: usize = 3;

/// Estimates, from the last few polls, how fast endpoints settle and how long the rest takes.
#[derive(Debug, Clone, Default)]
pub struct Throughput {
    polls: VecDeque<Poll>,
}

#[derive(Debug, Clone, Copy)]
struct Poll {
    at: Duration,
    settled: u64,
    not_begun: u64,
}

impl Throughput {
    /// Adds a poll.
    pub fn record(&mut self, summary: &PollSummary) {
        let PollSummary { elapsed, settled, not_begun, .. } = *summary;
        self.polls.push_back(Poll { at: elapsed, settled, not_begun });
        if self.polls.len() > POLLS {
            self.polls.pop_front();
        }
    }

    /// The number of endpoints that settle in a minute. `None` until two polls show it.
    pub fn per_minute(&self) -> Option<f64> {
        let (first, last) = (self.polls.front()?, self.polls.back()?);
        let minutes = last.at.saturating_sub(first.at).as_secs_f64() / 60.0;
        let settled = last.settled.checked_sub(first.settled).filter(|settled| *settled > 0)?;
        (minutes > 0.0).then(|| settled as f64 / minutes)
    }

    /// Whether the endpoints that have not begun are probably offline: nothing else is left, or their number has not
    /// changed while others settled.
    pub fn are_offline(&self, summary: &PollSummary) -> bool {
        let recent: Vec<_> = self.polls.iter().rev().take(STILL).collect();
        let still = recent.len() == STILL
            && recent.iter().all(|poll| poll.not_begun == summary.not_begun)
            && recent.last().is_some_and(|poll| poll.settled < summary.settled);
        summary.not_begun > 0 && summary.settled > 0 && (summary.moving == 0 || still)
    }

    /// The remaining time at this rate, in whole seconds. Endpoints that are probably offline do not count.
    pub fn time_left(&self, summary: &PollSummary) -> Option<Duration> {
        let not_begun = if self.are_offline(summary) { 0 } else { summary.not_begun };
        let rest = summary.moving + not_begun;
        let minutes = rest as f64 / self.per_minute()?;
        Duration::try_from_secs_f64((minutes * 60.0).ceil()).ok().filter(|_| rest > 0)
    }
}
