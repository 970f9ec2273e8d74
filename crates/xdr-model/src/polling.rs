//! When the status of an action is requested again.

use std::time::Duration;

mod decision;

pub(crate) use decision::{
    NextPoll, Outlook, Standing, Trouble, is_same_refusal, is_unknown, next_poll, outlook,
};

/// How often an action is polled, and for how long. The deadline has no default, so every caller chooses one.
///
/// ```
/// use std::time::Duration;
/// use xdr_model::Polling;
///
/// let overnight = Polling::within(Duration::from_secs(8 * 60 * 60));
/// assert_eq!(overnight.deadline(), Duration::from_secs(28_800));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Polling {
    deadline: Duration,
    first: Duration,
    shortest: Duration,
    longest: Duration,
    pending_limit: Option<Duration>,
}

/// The shortest possible pause.
const LEAST_PAUSE: Duration = Duration::from_millis(1);

impl Polling {
    /// Polls until `deadline`, with the default pauses. The first poll comes after 2 s and the second after 5 s. Then
    /// each pause is 1.5 times the one before it, up to 60 s. Each pause varies by ±20 %.
    ///
    /// The deadline is counted from the first step of the flow. It cuts off every exchange except the request that
    /// starts a scan: without its answer, the id of a running scan would be lost.
    pub const fn within(deadline: Duration) -> Self {
        Self {
            deadline,
            first: Duration::from_secs(2),
            shortest: Duration::from_secs(5),
            longest: Duration::from_secs(60),
            pending_limit: None,
        }
    }

    /// Sets other pauses: `first` before the first poll, then from `shortest` up to `longest`. A pause below one
    /// millisecond counts as one millisecond, and a `longest` below `shortest` counts as `shortest`.
    #[must_use]
    pub fn with_pauses(self, first: Duration, shortest: Duration, longest: Duration) -> Self {
        let shortest = shortest.max(LEAST_PAUSE);
        Self { first: first.max(LEAST_PAUSE), shortest, longest: longest.max(shortest), ..self }
    }

    /// Ends the wait when every endpoint that the tenant still names has settled or is pending, and the action has
    /// not changed for `limit`. Endpoints that are offline stay pending for days. Without a limit, a wait for them
    /// lasts until its deadline.
    ///
    /// The wait then ends with a report that is not a success; [`not_begun`](crate::ActionReport::not_begun) lists
    /// the pending endpoints. The action goes on: the tenant may still scan them when they connect.
    ///
    /// ```
    /// use std::time::Duration;
    /// use xdr_model::Polling;
    ///
    /// let minutes = |n: u64| Duration::from_secs(n * 60);
    /// let polling = Polling::within(minutes(240)).with_pending_limit(minutes(45));
    /// # assert_eq!(polling.pending_limit(), Some(minutes(45)));
    /// ```
    #[must_use]
    pub const fn with_pending_limit(self, limit: Duration) -> Self {
        Self { pending_limit: Some(limit), ..self }
    }

    /// How long a wait goes on if only pending endpoints are left. `None` means until the deadline.
    pub const fn pending_limit(&self) -> Option<Duration> {
        self.pending_limit
    }

    /// How long to wait in total.
    pub const fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The shortest pause between two polls. `fraction` is random in 0..1.
    pub(crate) fn shortest_pause(&self, fraction: f64) -> Duration {
        self.pause(1, fraction)
    }

    /// The pause before poll number `poll`, counted from 0. `fraction` is random in 0..1.
    pub(crate) fn pause(&self, poll: u32, fraction: f64) -> Duration {
        let seconds = match poll {
            0 => self.first.as_secs_f64(),
            n => {
                let grown =
                    self.shortest.as_secs_f64() * 1.5f64.powi(i32::try_from(n - 1).unwrap_or(i32::MAX));
                grown.min(self.longest.as_secs_f64())
            }
        };
        Duration::try_from_secs_f64(seconds * (0.8 + 0.4 * fraction)).unwrap_or(self.longest)
    }
}

impl From<Duration> for Polling {
    /// [`Polling::within`] this deadline.
    fn from(deadline: Duration) -> Self {
        Self::within(deadline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_two_seconds_to_a_minute() {
        let polling = Polling::within(Duration::from_secs(3600));
        let pauses: Vec<f64> = (0..10).map(|n| polling.pause(n, 0.5).as_secs_f64()).collect();
        let expected = [2.0, 5.0, 7.5, 11.25, 16.875, 25.3125, 37.96875, 56.953125, 60.0, 60.0];
        assert!(pauses.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{pauses:?}");
        assert_eq!(polling.pause(u32::MAX, 0.5), Duration::from_secs(60));
    }

    #[test]
    fn a_pause_varies_by_a_fifth() {
        let polling = Polling::within(Duration::from_secs(3600));
        assert_eq!(polling.pause(0, 0.0), Duration::from_millis(1600));
        assert!(polling.pause(0, 0.999_999) < Duration::from_millis(2400));
    }
}
