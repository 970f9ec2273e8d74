//! Whether and when a call is sent again: one decision for every operation and transport.

use std::time::Duration;

use crate::error::{Error, Refusal};
use crate::replay::Replay;

/// How many times a call is sent at most.
pub(crate) const ATTEMPTS: u32 = 3;
/// The same after a rate limit. Without `Retry-After` the pauses add up to about a minute: public clients wait for 30
/// to 60 seconds (netskopeoss/ta_cloud_exchange_plugins; jnthans/wazuh-cortex-xdr).
const BUSY_ATTEMPTS: u32 = 5;
/// A single call does not wait for a longer `Retry-After`: it ends with the error. If the page is not the tenant's, a
/// longer `Retry-After` counts as this.
const RETRY_AFTER_MOST: Duration = Duration::from_secs(60);
/// A shorter `Retry-After` counts as this: a server that sends one is already busy.
pub(crate) const RETRY_AFTER_LEAST: Duration = Duration::from_secs(1);

/// What a decision may depend on besides the error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryState {
    pub(crate) replay: Replay,
    /// How many attempts so far may have sent it.
    pub(crate) sent: u32,
    /// How many attempts in a row could not send it, this one included.
    pub(crate) unsent: u32,
    /// The time since the first of these attempts.
    pub(crate) unsent_for: Duration,
    /// The limit for this time; see [`Session::with_unsent_retry`](crate::Session::with_unsent_retry).
    pub(crate) unsent_limit: Duration,
    /// Whether the tenant has answered before. If it has, its address is right.
    pub(crate) has_answered: bool,
    /// Random in 0..1, for the jitter.
    pub(crate) fraction: f64,
}

/// The pause before the next attempt, or `None` to give up:
///
/// | error | actions | reads | why |
/// |---|---|---|---|
/// | [`NotSent`](Error::NotSent) that [can pass](crate::transport::TransportKind::is_transient) | within the limit, 30 s by default | the same | Nothing was carried out, and the network may recover. |
/// | [`NotSent`](Error::NotSent) that cannot pass, such as a certificate | no | no | The next attempt would fail in the same way. |
/// | [`Refused`](Error::Refused) for the rate limit | yes | yes | The tenant says that it carried out nothing, and that it can do so later. |
/// | a redirect, or [`OutcomeUnknown`](Error::OutcomeUnknown) by a page that is not the tenant's | never | if the tenant has answered before | A filter can have replaced the tenant's answer, so the action may run. If the tenant has never answered, the address is probably wrong. |
/// | [`Unreadable`](Error::Unreadable), because the reply exceeds a limit | never | no | The action probably runs. The next reply to a read would be as large. |
/// | [`OutcomeUnknown`](Error::OutcomeUnknown), [`ServerFailure`](Error::ServerFailure), [`Unreadable`](Error::Unreadable) | never | yes | The action may run, and the API has no idempotency key. A read changes nothing. |
/// | any other [`Refused`](Error::Refused) | no | no | The tenant would give the same answer again. |
/// | [`Invalid`](Error::Invalid), [`Wait`](Error::Wait) | no | no | A request that breaks a rule is never sent. A wait retries by its own rules: `next_poll`. |
///
/// A call is sent at most three times. Three failures are an outage, and the caller can wait longer. A call that ends
/// with a rate limit is sent at most five times, so that the pauses add up to the minute that public clients wait.
/// Attempts that could not send the call do not count. A `Retry-After` above 60 s ends the attempts, because a single
/// call should not block for longer. If the page is not the tenant's, the `Retry-After` counts as 60 s, because
/// anybody can have written it.
pub(crate) fn next_attempt(error: &Error, state: RetryState) -> Option<Duration> {
    if !may_repeat(error, state) {
        return None;
    }
    if let Error::NotSent(_) = error {
        let pause = backoff(error, state.unsent, state.fraction);
        return Some(pause).filter(|pause| state.unsent_for + *pause <= state.unsent_limit);
    }
    let most = if is_rate_limit(error) { BUSY_ATTEMPTS } else { ATTEMPTS };
    let asked = asked_pause(error);
    if state.sent >= most || asked.is_some_and(|asked| asked > RETRY_AFTER_MOST) {
        return None;
    }
    Some(asked.unwrap_or_else(|| backoff(error, state.sent, state.fraction)))
}

/// Whether another attempt can help and does no harm.
fn may_repeat(error: &Error, RetryState { replay, has_answered, .. }: RetryState) -> bool {
    match error {
        Error::NotSent(error) => error.is_transient(),
        error if is_in_between(error) => replay == Replay::Safe && has_answered,
        Error::Refused(error) => error.is_rate_limit(),
        Error::Unreadable(error) if error.exceeds_a_limit() => false,
        Error::OutcomeUnknown(_) | Error::ServerFailure(_) | Error::Unreadable(_) => replay == Replay::Safe,
        Error::Invalid(_) | Error::Wait(_) => false,
    }
}

/// Whether something between this machine and the tenant may have answered, or the address is wrong: a redirect, or a
/// page that is not the tenant's with a 4xx other than 404, 405, 408 and 429.
pub(crate) fn is_in_between(error: &Error) -> bool {
    match error {
        Error::Refused(error) => matches!(error.reason, Refusal::Redirect { .. }),
        Error::OutcomeUnknown(error) => error.is_foreign_refusal(),
        _ => false,
    }
}

fn is_rate_limit(error: &Error) -> bool {
    matches!(error, Error::Refused(error) if error.is_rate_limit())
}

/// The pause that an answer asks for.
pub(crate) fn asked_pause(error: &Error) -> Option<Duration> {
    let answer = error.answer()?;
    let is_sure = !answer.is_foreign() && !answer.status.is_redirection();
    let most = if is_sure { Duration::MAX } else { RETRY_AFTER_MOST };
    answer.retry_after.map(|asked| asked.clamp(RETRY_AFTER_LEAST, most))
}

/// The pause after failure number `failures`, counted from 1, if the answer asks for none. It grows up to a limit. A
/// part of it is random, so that programs that failed together do not retry together. For a call that could not be
/// sent, it is at least half of its maximum, so that the number of attempts within a time limit is bounded.
pub(crate) fn backoff(error: &Error, failures: u32, fraction: f64) -> Duration {
    let grown = |first: Duration, most: Duration| {
        first.saturating_mul(2u32.saturating_pow(failures.saturating_sub(1))).min(most)
    };
    match error {
        Error::NotSent(_) => {
            grown(Duration::from_millis(250), Duration::from_secs(5)).mul_f64(0.5 + fraction / 2.0)
        }
        error if is_rate_limit(error) => {
            grown(Duration::from_secs(4), Duration::from_secs(32)).mul_f64(0.75 + fraction / 2.0)
        }
        _ => grown(Duration::from_secs(1), Duration::from_secs(30)).mul_f64(fraction),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::samples;
    use crate::transport_error::{Sent, TransportKind};

    fn state(replay: Replay) -> RetryState {
        let unsent_limit = Duration::from_secs(30);
        let unsent_for = Duration::ZERO;
        RetryState {
            replay,
            sent: 1,
            unsent: 1,
            unsent_for,
            unsent_limit,
            has_answered: false,
            fraction: 1.0,
        }
    }

    fn decide(error: &Error, replay: Replay, sent: u32) -> Option<Duration> {
        next_attempt(error, RetryState { sent, ..state(replay) })
    }

    #[test]
    fn every_row_of_the_table() {
        let not_sent = |kind| samples::transport(Sent::No, kind);
        let (second, quarter) = (Some(Duration::from_secs(1)), Some(Duration::from_millis(250)));
        let (five, minute) = (Some(Duration::from_secs(5)), Some(Duration::from_secs(60)));
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
            ("no file descriptors", not_sent(TransportKind::Exhausted), quarter, quarter),
            ("a failure without a kind", not_sent(TransportKind::Other), quarter, quarter),
            ("certificate problem", not_sent(TransportKind::Certificate), None, None),
            ("credentials of a proxy", not_sent(TransportKind::ProxyAuthentication), None, None),
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
            ("429", samples::status(429, ""), five, five),
            ("429 at once", samples::status(429, "0"), second, second),
            ("429 after 60 s", samples::status(429, "60"), minute, minute),
            ("429 after 61 s", samples::status(429, "61"), None, None),
            ("a foreign 429 after an hour", samples::page(429, "3600"), minute, minute),
            ("a foreign 403", samples::page(403, ""), None, None),
            ("a foreign 404", samples::page(404, ""), None, None),
            ("a foreign 503 after an hour", samples::page(503, "3600"), None, minute),
            ("500", samples::status(500, ""), None, second),
            ("503 after 7 s", samples::status(503, "7"), None, Some(Duration::from_secs(7))),
            ("408", samples::status(408, ""), None, second),
        ];
        for (name, error, acting, reading) in table {
            assert_eq!(decide(&error, Replay::Unsafe, 1), acting, "{name}, action");
            assert_eq!(decide(&error, Replay::Safe, 1), reading, "{name}, read");
            let last = if name.contains("429") { BUSY_ATTEMPTS } else { ATTEMPTS };
            let after = decide(&error, Replay::Safe, last);
            let is_unsent = matches!(error, Error::NotSent(_));
            assert_eq!(after, reading.filter(|_| is_unsent), "{name}, after the last attempt");
        }
    }

    #[test]
    fn a_call_that_could_not_be_sent_is_tried_again_within_its_limit() {
        let error = samples::transport(Sent::No, TransportKind::Connect);
        let after = |millis, limit| {
            let (unsent_for, unsent_limit) = (Duration::from_millis(millis), Duration::from_secs(limit));
            let state = RetryState { unsent: 9, unsent_for, unsent_limit, ..state(Replay::Unsafe) };
            next_attempt(&error, state)
        };
        assert_eq!(after(25_000, 30), Some(Duration::from_secs(5)));
        assert_eq!(after(25_001, 30), None);
        assert_eq!(after(0, 0), None, "a check of the connection");
    }

    /// With any jitter there are 8 to 17 attempts, and the last one is made after more than 20 seconds.
    #[test]
    fn pauses_before_what_was_not_sent_fill_the_limit() {
        let error = samples::transport(Sent::No, TransportKind::Connect);
        for fraction in [0.0, 0.3, 0.999] {
            let mut state = RetryState { fraction, unsent: 0, ..state(Replay::Unsafe) };
            loop {
                state.unsent += 1;
                match next_attempt(&error, state) {
                    Some(pause) => state.unsent_for += pause,
                    None => break,
                }
            }
            assert!((8..=17).contains(&state.unsent), "{fraction}: {} attempts", state.unsent);
            assert!(state.unsent_for > Duration::from_secs(20), "{fraction}: {:?}", state.unsent_for);
        }
    }

    #[test]
    fn pauses_double_up_to_a_limit_and_are_jittered() {
        let not_sent = samples::transport(Sent::No, TransportKind::Connect);
        let failure = samples::status(500, "");
        let pauses = |error: &Error| [1, 2, 3, 5, 6, u32::MAX].map(|n| backoff(error, n, 1.0));
        assert_eq!(pauses(&not_sent), [250, 500, 1000, 4000, 5000, 5000].map(Duration::from_millis));
        assert_eq!(backoff(&not_sent, 1, 0.0), Duration::from_millis(125));
        assert_eq!(pauses(&failure), [1, 2, 4, 16, 30, 30].map(Duration::from_secs));
        assert_eq!(backoff(&failure, 1, 0.0), Duration::ZERO);
    }

    /// Whatever the jitter, each pause is longer than the one before, and all of them are about a minute.
    #[test]
    fn a_rate_limit_is_waited_for_about_a_minute_with_growing_pauses() {
        let busy = samples::status(429, "");
        let all =
            |fraction: f64| (1..BUSY_ATTEMPTS).map(move |n| backoff(&samples::status(429, ""), n, fraction));
        assert_eq!(all(0.0).sum::<Duration>(), Duration::from_secs(45));
        assert_eq!(all(1.0).sum::<Duration>(), Duration::from_secs(75));
        for n in 1..BUSY_ATTEMPTS - 1 {
            assert!(backoff(&busy, n, 1.0) < backoff(&busy, n + 1, 0.0));
        }
        assert_eq!(backoff(&busy, u32::MAX, 1.0), Duration::from_secs(40));
    }
}
