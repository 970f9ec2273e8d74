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

/// Whether a wait ends at it, although it goes on after most failures: asking again cannot help.
pub(crate) fn ends_a_wait(error: &Error) -> bool {
    match error {
        Error::NotSent(error) => !error.can_heal(),
        Error::Refused(error) => error.reason.ends_a_wait(),
        _ => false,
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
