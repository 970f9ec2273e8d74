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

/// How long a wait goes on without a change when every endpoint that is still named has settled, but one has vanished
/// or was counted and never named. After this time the wait ends with a report that is not a success.
///
/// Ten minutes are ten polls at the longest default pause: a tenant that is only late names the endpoint again in
/// that time. The deadline is too long for this: it is chosen for the longest scan, often hours, and it ends in an
/// error where a report can show the gap.
const GAP: Duration = Duration::from_secs(10 * 60);

/// How an action stands after a reply that names at least one endpoint.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    /// How many endpoints the reply names that have not settled, and how many of these are pending.
    pub(crate) unsettled: u64,
    pub(crate) pending: u64,
    /// Whether an endpoint was named before it had settled, and is named no more.
    pub(crate) has_vanished: bool,
    /// How many endpoints were ever named, and how many are expected if that is known.
    pub(crate) named: u64,
    pub(crate) count: Option<u64>,
    /// Whether the reply is equal to the one before.
    pub(crate) is_repeated: bool,
    /// How long nothing has changed that matters for the end.
    pub(crate) unchanged: Duration,
}

/// What is to be expected of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outlook {
    /// Nothing more: the wait ends with a report.
    Ended,
    /// Everything that was ever named has settled, but nobody knows whether that is all: another reply must say the
    /// same. It is asked for after the shortest pause.
    Unconfirmed,
    /// More may come. If nothing changes for this time, nothing more will.
    Open(Option<Duration>),
}

/// Whether a wait has come to its end. `pending_limit` is that of the [`Cadence`](crate::Cadence). The table of it:
///
/// | still named | vanished, or fewer named than counted | ends |
/// |---|---|---|
/// | all settled | no, the count is known | at once |
/// | all settled | no, no count is known | with a second equal reply, or, without success, after ten minutes without change |
/// | all settled | yes | after ten minutes without change |
/// | pending and settled | | after the pending limit without change, if there is one |
/// | any other | | not yet |
pub(crate) fn outlook(standing: Standing, pending_limit: Option<Duration>) -> Outlook {
    let Standing { unsettled, pending, has_vanished, named, count, is_repeated, unchanged } = standing;
    let is_short = has_vanished || count.is_some_and(|count| named < count);
    let limit = match unsettled {
        0 if !is_short && (count.is_some() || is_repeated) => return Outlook::Ended,
        0 => Some(GAP),
        open if open == pending => pending_limit,
        _ => None,
    };
    match limit.map(|limit| limit.saturating_sub(unchanged)) {
        Some(Duration::ZERO) => Outlook::Ended,
        Some(_) if unsettled == 0 && !is_short => Outlook::Unconfirmed,
        left => Outlook::Open(left),
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
    fn every_row_of_the_table_of_ends() {
        use Outlook::{Ended, Open, Unconfirmed};
        let (second, hour) = (Duration::from_secs(1), Duration::from_secs(3600));
        let all = Standing {
            unsettled: 0,
            pending: 0,
            has_vanished: false,
            named: 2,
            count: Some(2),
            is_repeated: false,
            unchanged: Duration::ZERO,
        };
        let no_count = Standing { count: None, ..all };
        let vanished = Standing { has_vanished: true, is_repeated: true, ..all };
        let short = Standing { count: Some(3), is_repeated: true, ..all };
        let pending = Standing { unsettled: 2, pending: 2, is_repeated: true, ..all };
        let after = |unchanged, standing: Standing| Standing { unchanged, ..standing };
        let table = [
            ("all settled and counted", all, None, Ended),
            ("more than counted", Standing { count: Some(1), ..all }, None, Ended),
            ("no count", no_count, None, Unconfirmed),
            ("no count, repeated", Standing { is_repeated: true, ..no_count }, None, Ended),
            ("no count, other ones again and again", after(GAP - second, no_count), None, Unconfirmed),
            ("the same for ten minutes", after(GAP, no_count), None, Ended),
            ("vanished", vanished, None, Open(Some(GAP))),
            ("vanished, no count", Standing { count: None, ..vanished }, None, Open(Some(GAP))),
            ("vanished, nearly ten minutes", after(GAP - second, vanished), None, Open(Some(second))),
            ("vanished, ten minutes", after(GAP, vanished), None, Ended),
            ("never named", short, None, Open(Some(GAP))),
            ("never named, ten minutes", after(GAP, short), None, Ended),
            ("pending without a limit", after(hour * 9, pending), None, Open(None)),
            ("pending", after(hour - second, pending), Some(hour), Open(Some(second))),
            ("pending for long", after(hour, pending), Some(hour), Ended),
            (
                "vanished and pending",
                Standing { has_vanished: true, ..after(GAP, pending) },
                None,
                Open(None),
            ),
            ("one of them runs", after(hour, Standing { pending: 1, ..pending }), Some(hour), Open(None)),
            (
                "the limit is for what is pending",
                after(second, vanished),
                Some(second),
                Open(Some(GAP - second)),
            ),
        ];
        for (name, standing, limit, expected) in table {
            assert_eq!(outlook(standing, limit), expected, "{name}");
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
