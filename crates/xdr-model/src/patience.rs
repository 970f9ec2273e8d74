//! When following an action goes on, and when it is given up.

use std::time::Duration;

use crate::error::Error;
use crate::retry;

/// Both limits of trouble must be passed before a wait is given up: it survives 15 minutes of it, and 20 failures
/// in a row.
const FAILURES: u32 = 20;
const TROUBLE: Duration = Duration::from_secs(15 * 60);
/// After so many replies in a row that name no endpoint, and so long after the following began, the tenant does not
/// know the action. Before that it may just not have got to it.
const EMPTY_REPLIES: u32 = 3;
const EMPTY_FOR: Duration = Duration::from_secs(60);

/// The pause before the tenant is asked again, or `None` to give up. `failures` in a row have lasted for `trouble`.
/// The table of it:
///
/// | failure | a wait |
/// |---|---|
/// | 401, 402, 403, a redirect, a certificate | ends |
/// | a `Retry-After` above a minute | ends, and tells it |
/// | every other | goes on, until there are 20 in a row and it has lasted for 15 minutes |
pub(crate) fn next_poll(error: &Error, failures: u32, trouble: Duration, fraction: f64) -> Option<Duration> {
    if is_final(error) || (failures >= FAILURES && trouble >= TROUBLE) {
        return None;
    }
    retry::pause(error, failures, fraction)
}

/// Whether asking again cannot give another answer.
fn is_final(error: &Error) -> bool {
    match error {
        Error::NotSent(error) => !error.can_heal(),
        Error::Refused(error) => error.reason.ends_a_wait(),
        _ => false,
    }
}

/// Whether the tenant does not know the action: an empty reply is not success, and not always the last word.
pub(crate) fn is_unknown(empty_replies: u32, followed: Duration) -> bool {
    empty_replies >= EMPTY_REPLIES && followed >= EMPTY_FOR
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Sent, TransportKind, samples};

    #[test]
    fn every_row_of_the_table() {
        let minute = Duration::from_secs(60);
        let second = Some(Duration::from_secs(1));
        let table = [
            ("authentication", samples::status(401, ""), None),
            ("licence", samples::status(402, ""), None),
            ("permission", samples::status(403, ""), None),
            ("a redirect", samples::status(302, ""), None),
            ("a certificate", samples::transport(Sent::No, TransportKind::Certificate), None),
            ("a Retry-After above a minute", samples::status(429, "61"), None),
            ("a Retry-After of a minute", samples::status(429, "60"), Some(minute)),
            ("a Retry-After of another failure", samples::status(503, "7"), Some(Duration::from_secs(7))),
            ("the rate limit", samples::status(429, ""), second),
            ("every other 4xx: 400", samples::status(400, ""), second),
            ("every other 4xx: 404", samples::status(404, ""), second),
            ("408", samples::status(408, ""), second),
            ("500", samples::status(500, ""), second),
            ("a status that no row names", samples::status(600, ""), second),
            ("an unreadable reply", samples::status(200, ""), second),
            ("no answer", samples::transport(Sent::Maybe, TransportKind::Closed), second),
            (
                "not sent",
                samples::transport(Sent::No, TransportKind::Connect),
                Some(Duration::from_millis(250)),
            ),
        ];
        for (name, error, pause) in table {
            assert_eq!(next_poll(&error, 1, Duration::ZERO, 1.0), pause, "{name}");
        }
    }

    #[test]
    fn trouble_is_too_much_when_both_limits_are_passed() {
        let failure = samples::status(500, "");
        let goes_on = |failures, trouble| next_poll(&failure, failures, trouble, 1.0).is_some();
        assert!(goes_on(19, TROUBLE * 2));
        assert!(goes_on(1000, TROUBLE - Duration::from_millis(1)));
        assert!(!goes_on(20, TROUBLE));
    }

    #[test]
    fn an_action_is_unknown_after_three_empty_replies_and_a_minute() {
        assert!(!is_unknown(2, EMPTY_FOR * 9));
        assert!(!is_unknown(99, EMPTY_FOR - Duration::from_millis(1)));
        assert!(is_unknown(3, EMPTY_FOR));
    }
}
