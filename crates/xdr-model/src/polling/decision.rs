//! Decides whether a wait for an action goes on or ends.

use std::time::Duration;

use crate::error::Error;
use crate::retry;

/// A wait ends when its failures reach both limits: 20 in a row, and 15 minutes.
const FAILURES: u32 = 20;
const TROUBLE: Duration = Duration::from_secs(15 * 60);
/// A tenant that names no endpoint in this many replies in a row, this long after the wait began, does not know the
/// action. Before that, it may not have processed the action yet.
const EMPTY_REPLIES: u32 = 3;
const EMPTY_FOR: Duration = Duration::from_secs(60);

/// A wait ends after this many equal refusals in a row over this time.
const REFUSALS: u32 = 3;
const REFUSED_FOR: Duration = Duration::from_secs(60);

/// What a decision about a failed status request depends on besides the error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trouble {
    /// How many status requests have failed in a row, this one included, and how long they have done so.
    pub(crate) failures: u32,
    pub(crate) lasting: Duration,
    /// The same for those with an equal refusal.
    pub(crate) equal: u32,
    pub(crate) equal_for: Duration,
    /// Whether the tenant has answered before. If it has, its address is right.
    pub(crate) has_answered: bool,
    /// The time until the deadline.
    pub(crate) left: Duration,
    /// Random in 0..1, for the jitter.
    pub(crate) fraction: f64,
}

/// What follows a failed status request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextPoll {
    /// Another one after this pause.
    After(Duration),
    /// None: the tenant asks to wait until after the deadline.
    TooLate,
    /// None: another one cannot help.
    Never,
}

/// What follows a failed status request:
///
/// | failure | a wait | why |
/// |---|---|---|
/// | 401, 402, 403 of the tenant, a certificate | ends | A key, a licence, a role or a certificate does not change by itself. |
/// | a redirect, or a page that is not the tenant's with a 4xx other than 404, 405, 408 or 429 | ends, unless the tenant has answered before | Before its first answer the address is probably wrong. After it a proxy or a filter answers for a time, for example because a login has expired. |
/// | any other refusal, the same one three times in a row over a minute | ends | It can be temporary, but seldom is. |
/// | a `Retry-After` that ends after the deadline (from a page that is not the tenant's: at most 60 s) | ends, and names it | No request can follow before the deadline, so the rest of the wait would bring nothing new. |
/// | any other | goes on, until there are 20 in a row and they have lasted for 15 minutes | It is an outage. The scan goes on without the wait, and a restart of a network or of a tenant takes minutes. Both limits must be reached, so that neither quick failures nor long pauses alone end a wait. |
pub(crate) fn next_poll(error: &Error, trouble: Trouble) -> NextPoll {
    let is_refused_again =
        is_other_refusal(error) && trouble.equal >= REFUSALS && trouble.equal_for >= REFUSED_FOR;
    let is_over = trouble.failures >= FAILURES && trouble.lasting >= TROUBLE;
    if is_final(error)
        || is_refused_again
        || is_over
        || (retry::is_in_between(error) && !trouble.has_answered)
    {
        return NextPoll::Never;
    }
    let pause = match retry::asked_pause(error) {
        Some(asked) if asked >= trouble.left && asked > retry::RETRY_AFTER_LEAST => return NextPoll::TooLate,
        Some(asked) => asked,
        None => retry::backoff(error, trouble.failures, trouble.fraction),
    };
    NextPoll::After(pause.min(trouble.left))
}

/// Whether another request would get the same answer.
fn is_final(error: &Error) -> bool {
    match error {
        Error::NotSent(error) => !error.is_transient(),
        Error::Refused(error) => error.reason.ends_a_wait(),
        _ => false,
    }
}

/// Whether it is a refusal that can be temporary, but seldom is.
fn is_other_refusal(error: &Error) -> bool {
    matches!(error, Error::Refused(error) if !error.is_rate_limit()) && !retry::is_in_between(error)
}

/// Whether two failures in a row are the same refusal.
pub(crate) fn is_same_refusal(one: &Error, other: &Error) -> bool {
    match (one, other) {
        (Error::Refused(one), Error::Refused(other)) => {
            (one.answer.status, &one.reason) == (other.answer.status, &other.reason)
        }
        _ => false,
    }
}

/// How long a wait goes on without a change if every endpoint that is still named has settled, but an endpoint has
/// vanished, or was counted and never named. After this time, the wait ends with a report that is not a success.
///
/// Ten minutes are ten polls at the longest default pause. A tenant that is only late names the endpoint again within
/// this time. The deadline cannot replace this limit: it is chosen for the longest scan, often hours, and it ends the
/// wait with an error, while a report can show the gap.
const GAP: Duration = Duration::from_secs(10 * 60);

/// The state of an action after a reply that names at least one endpoint.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    /// How many endpoints the reply names that have not settled, and how many of these are pending.
    pub(crate) unsettled: u64,
    pub(crate) pending: u64,
    /// Whether an endpoint was named, has not settled, and is no longer named.
    pub(crate) has_vanished: bool,
    /// How many endpoints were ever named, and how many are expected if that is known.
    pub(crate) named: u64,
    pub(crate) count: Option<u64>,
    /// Whether the reply is equal to the one before.
    pub(crate) is_repeated: bool,
    /// How long the action has not changed; see [`ActionReport::unchanged`](crate::ActionReport::unchanged).
    pub(crate) unchanged: Duration,
}

/// What can still be expected of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outlook {
    /// Nothing. The wait ends with a report.
    Ended,
    /// All endpoints that were ever named have settled, but it is not known whether these are all. Another reply must
    /// say the same. It is requested after the shortest pause.
    Unconfirmed,
    /// Changes. If nothing changes for this time, the wait ends.
    Open(Option<Duration>),
}

/// Whether a wait has ended. `pending_limit` is that of the [`Polling`](crate::Polling).
///
/// | still named | vanished, or fewer named than counted | ends | why |
/// |---|---|---|---|
/// | all settled | no, the count is known | at once | All that the tenant took has settled. |
/// | all settled | no, no count is known | with a second equal reply, or, without success, after ten minutes without change | A tenant can name endpoints later, so one reply does not show that they are all. |
/// | all settled | yes | after ten minutes without change | The tenant can name the missing ones late. See `GAP` for the ten minutes. |
/// | pending and settled | | after the pending limit without change, if there is one | Such endpoints are mostly offline and can stay so for days. Only the caller knows how long that matters. |
/// | any other | | not yet | An endpoint is being scanned, or has an unknown status word. An unknown word never counts as an end. |
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

/// Whether the tenant does not know the action. An empty reply is not a success. One empty reply is not enough,
/// because a tenant that has just accepted an action may not have processed it yet.
pub(crate) fn is_unknown(empty_replies: u32, followed: Duration) -> bool {
    empty_replies >= EMPTY_REPLIES && followed >= EMPTY_FOR
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::samples;
    use crate::transport_error::{Sent, TransportKind};

    /// The first failure of a wait with an hour left, in which the tenant has answered before.
    const FIRST: Trouble = Trouble {
        failures: 1,
        lasting: Duration::ZERO,
        equal: 1,
        equal_for: Duration::ZERO,
        has_answered: true,
        left: Duration::from_secs(3600),
        fraction: 1.0,
    };

    #[test]
    fn every_row_of_the_table() {
        use NextPoll::{After, Never, TooLate};
        let seconds = |seconds| After(Duration::from_secs(seconds));
        let second = seconds(1);
        // The failure, what follows it if the tenant has answered before, and if it has not.
        let table = [
            ("authentication", samples::status(401, ""), Never, Never),
            ("licence", samples::status(402, ""), Never, Never),
            ("permission", samples::status(403, ""), Never, Never),
            ("a certificate", samples::transport(Sent::No, TransportKind::Certificate), Never, Never),
            ("a redirect", samples::status(302, ""), second, Never),
            ("a redirect with a page", samples::page(302, ""), second, Never),
            ("a foreign 400", samples::page(400, ""), second, Never),
            ("a foreign 401", samples::page(401, ""), second, Never),
            ("a foreign 403", samples::page(403, ""), second, Never),
            ("a foreign 407", samples::page(407, ""), second, Never),
            ("a foreign 451", samples::page(451, ""), second, Never),
            ("a foreign 404", samples::page(404, ""), second, second),
            ("a foreign 405", samples::page(405, ""), second, second),
            ("a foreign 408", samples::page(408, ""), second, second),
            ("a foreign 429", samples::page(429, ""), seconds(5), seconds(5)),
            ("a foreign 429 after hours", samples::page(429, "36000"), seconds(60), seconds(60)),
            ("a foreign 200", samples::page(200, ""), second, second),
            ("a foreign 503", samples::page(503, ""), second, second),
            ("a Retry-After that ends with the deadline", samples::status(429, "3600"), TooLate, TooLate),
            ("a Retry-After before the deadline", samples::status(429, "3599"), seconds(3599), seconds(3599)),
            ("a Retry-After of another failure", samples::status(503, "700"), seconds(700), seconds(700)),
            ("the rate limit", samples::status(429, ""), seconds(5), seconds(5)),
            ("every other 4xx: 400", samples::status(400, ""), second, second),
            ("every other 4xx: 404", samples::status(404, ""), second, second),
            ("408", samples::status(408, ""), second, second),
            ("500", samples::status(500, ""), second, second),
            ("a status that no row names", samples::status(600, ""), second, second),
            ("an unreadable reply", samples::status(200, ""), second, second),
            ("no answer", samples::transport(Sent::Maybe, TransportKind::Closed), second, second),
            (
                "not sent",
                samples::transport(Sent::No, TransportKind::Connect),
                After(Duration::from_millis(250)),
                After(Duration::from_millis(250)),
            ),
        ];
        for (name, error, after_an_answer, before) in table {
            assert_eq!(next_poll(&error, FIRST), after_an_answer, "{name}, after an answer");
            let trouble = Trouble { has_answered: false, ..FIRST };
            assert_eq!(next_poll(&error, trouble), before, "{name}, before an answer");
        }
    }

    #[test]
    fn the_same_refusal_three_times_in_a_row_over_a_minute_ends_it() {
        let missing =
            r#"{"reply":{"err_code":500,"err_msg":"m","err_extra":"group_action_id param is missing"}}"#;
        let minute = Duration::from_secs(60);
        let ends = |error: &Error, equal, equal_for| {
            let trouble = Trouble { failures: 9, equal, equal_for, ..FIRST };
            next_poll(error, trouble) == NextPoll::Never
        };
        for error in [400, 404, 405, 413].map(|status| samples::status(status, "")) {
            assert!(ends(&error, 3, minute) && !ends(&error, 2, minute), "{error}");
            assert!(!ends(&error, 3, minute - Duration::from_millis(1)), "{error}");
        }
        assert!(ends(&samples::page(404, ""), 3, minute));
        assert!(ends(&samples::answered(500, "", missing), 3, minute));
        assert!(!ends(&samples::status(500, ""), 9, minute), "it is no refusal");
        assert!(!ends(&samples::status(429, ""), 9, minute), "it passes");
        assert!(!ends(&samples::page(403, ""), 9, minute) && !ends(&samples::status(302, ""), 9, minute));

        let same = |one: &Error, other: &Error| is_same_refusal(one, other);
        assert!(same(&samples::status(400, ""), &samples::status(400, "")));
        assert!(!same(&samples::status(400, ""), &samples::status(404, "")));
        assert!(!same(&samples::status(404, ""), &samples::page(404, "")), "another reason");
        assert!(!same(&samples::status(500, ""), &samples::status(500, "")), "they are no refusals");
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
        let goes_on = |failures, lasting| {
            let trouble = Trouble { failures, lasting, ..FIRST };
            next_poll(&failure, trouble) != NextPoll::Never
        };
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
