//! Whether and when a call is sent again: one decision for every operation and transport.

use std::time::Duration;

use crate::error::Error;
use crate::operation::Replay;

/// How many times a call is sent at most.
pub(crate) const ATTEMPTS: u32 = 3;
/// After this much time since the first attempt, a call that could not be sent is not tried again.
const NOT_SENT_FOR: Duration = Duration::from_secs(30);
/// A `Retry-After` above this is told, not waited for.
const RETRY_AFTER_MOST: Duration = Duration::from_secs(60);
/// "At once" is not taken at its word: who says it is busy already.
const RETRY_AFTER_LEAST: Duration = Duration::from_secs(1);

/// What a decision may depend on besides the error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Situation {
    pub(crate) replay: Replay,
    /// How many times it was sent so far, at least 1.
    pub(crate) attempts: u32,
    /// Since the first attempt.
    pub(crate) elapsed: Duration,
    /// Random in 0..1, for the jitter.
    pub(crate) fraction: f64,
}

/// The pause before the next attempt, or `None` to give up. The table of it:
///
/// | error | acting operations | reads |
/// |---|---|---|
/// | [`NotSent`](Error::NotSent), but for certificates | within 30 s | within 30 s |
/// | [`Refused`](Error::Refused) for the rate limit | yes | yes |
/// | [`OutcomeUnknown`](Error::OutcomeUnknown), [`ServerFailure`](Error::ServerFailure), [`Unreadable`](Error::Unreadable) | never | yes |
/// | every other | no | no |
pub(crate) fn next_attempt(error: &Error, situation: Situation) -> Option<Duration> {
    if situation.attempts >= ATTEMPTS || !may_repeat(error, situation.replay) {
        return None;
    }
    let pause = pause(error, situation.attempts, situation.fraction)?;
    let in_time = !matches!(error, Error::NotSent(_)) || situation.elapsed + pause <= NOT_SENT_FOR;
    in_time.then_some(pause)
}

/// Whether sending it again can help and can do no harm.
fn may_repeat(error: &Error, replay: Replay) -> bool {
    match error {
        Error::NotSent(error) => error.can_heal(),
        Error::Refused(error) => error.is_rate_limit(),
        Error::OutcomeUnknown(_) | Error::ServerFailure(_) | Error::Unreadable(_) => replay == Replay::Safe,
        Error::Invalid(_) | Error::Wait(_) => false,
    }
}

/// The pause after failure number `failures`, counted from 1; `None` when the server asks for too long a one.
pub(crate) fn pause(error: &Error, failures: u32, fraction: f64) -> Option<Duration> {
    match error.retry_after() {
        Some(asked) => (asked <= RETRY_AFTER_MOST).then_some(asked.max(RETRY_AFTER_LEAST)),
        None => Some(backoff(error, failures).mul_f64(fraction)),
    }
}

/// The longest pause after failure number `failures`; a random part of it is taken (full jitter).
fn backoff(error: &Error, failures: u32) -> Duration {
    let (first, most) = match error {
        Error::NotSent(_) => (Duration::from_millis(250), Duration::from_secs(5)),
        _ => (Duration::from_secs(1), Duration::from_secs(30)),
    };
    first.saturating_mul(2u32.saturating_pow(failures.saturating_sub(1))).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Sent, TransportKind, samples};

    fn decide(error: &Error, replay: Replay, attempts: u32, elapsed: u64) -> Option<Duration> {
        let elapsed = Duration::from_secs(elapsed);
        next_attempt(error, Situation { replay, attempts, elapsed, fraction: 1.0 })
    }

    #[test]
    fn every_row_of_the_table() {
        let not_sent = |kind| samples::transport(Sent::No, kind);
        let (second, quarter) = (Some(Duration::from_secs(1)), Some(Duration::from_millis(250)));
        // The failure, the pause before an action and before a read are sent again.
        let table = [
            ("DNS", not_sent(TransportKind::Resolve), quarter, quarter),
            ("refused", not_sent(TransportKind::Connect), quarter, quarter),
            (
                "connect timeout, or a deadline with the body revoked",
                not_sent(TransportKind::Timeout),
                quarter,
                quarter,
            ),
            ("proxy refusal", not_sent(TransportKind::Proxy), quarter, quarter),
            ("TLS hang", not_sent(TransportKind::Tls), quarter, quarter),
            ("TLS reset", not_sent(TransportKind::Closed), quarter, quarter),
            ("certificate problem", not_sent(TransportKind::Certificate), None, None),
            (
                "reset or EOF after the body",
                samples::transport(Sent::Maybe, TransportKind::Closed),
                None,
                second,
            ),
            ("garbage", samples::transport(Sent::Maybe, TransportKind::Garbage), None, second),
            ("timeout after the body", samples::transport(Sent::Maybe, TransportKind::Timeout), None, second),
            ("1xx", samples::status(103, ""), None, second),
            ("a status that no row names", samples::status(600, ""), None, second),
            ("2xx that cannot be read", samples::status(200, ""), None, second),
            ("400", samples::status(400, ""), None, None),
            ("401", samples::status(401, ""), None, None),
            ("404", samples::status(404, ""), None, None),
            ("3xx", samples::status(307, ""), None, None),
            ("429", samples::status(429, ""), second, second),
            (
                "429 after 60 s",
                samples::status(429, "60"),
                Some(Duration::from_secs(60)),
                Some(Duration::from_secs(60)),
            ),
            ("429 after 61 s", samples::status(429, "61"), None, None),
            ("500", samples::status(500, ""), None, second),
            ("503 after 7 s", samples::status(503, "7"), None, Some(Duration::from_secs(7))),
            ("408", samples::status(408, ""), None, second),
        ];
        for (name, error, acting, reading) in table {
            assert_eq!(decide(&error, Replay::Unsafe, 1, 0), acting, "{name}, action");
            assert_eq!(decide(&error, Replay::Safe, 1, 0), reading, "{name}, read");
            assert_eq!(decide(&error, Replay::Safe, ATTEMPTS, 0), None, "{name}, for the fourth time");
        }
    }

    #[test]
    fn a_call_that_could_not_be_sent_is_tried_for_thirty_seconds() {
        let error = samples::transport(Sent::No, TransportKind::Connect);
        assert!(decide(&error, Replay::Unsafe, 2, 29).is_some());
        assert!(decide(&error, Replay::Unsafe, 2, 30).is_none());
        assert!(decide(&samples::status(429, ""), Replay::Unsafe, 2, 3000).is_some(), "only then");
    }

    #[test]
    fn pauses_double_up_to_a_limit_and_are_fully_jittered() {
        let not_sent = samples::transport(Sent::No, TransportKind::Connect);
        let failure = samples::status(500, "");
        let pauses =
            |error: &Error| [1, 2, 3, 5, 6, u32::MAX].map(|n| pause(error, n, 1.0).unwrap_or_default());
        assert_eq!(pauses(&not_sent), [250, 500, 1000, 4000, 5000, 5000].map(Duration::from_millis));
        assert_eq!(pauses(&failure), [1, 2, 4, 16, 30, 30].map(Duration::from_secs));
        assert_eq!(pause(&failure, 1, 0.0), Some(Duration::ZERO));
    }
}
