//! Checks the promises for requests that act on machines: they are carried out at most once, and errors say correctly
//! whether they may have been.

use xdr_model::{
    Error,
    transport::{Sent, TransportKind},
};

use super::Sending;
use crate::said::{ExpectedFindings, is_known_refusal};
use crate::script::Happening;

/// The maximum number of attempts of a request. Attempts that certainly were not sent do not count.
const ATTEMPTS: usize = 5;
/// The maximum number of consecutive attempts that were not sent.
const UNSENT: usize = 17;

/// Checks the acting requests of a flow, and its error, against the promises of actions.
pub(crate) fn check_acting(sends: &[Sending], error: Option<&Error>) {
    let acting: Vec<_> = sends.iter().filter(|sending| sending.acts).collect();
    for two in acting.windows(2) {
        if two[0].body == two[1].body {
            assert!(is_surely_undone(two[0]), "sent again after {:?}", two[0].happened);
        } else {
            assert!(is_answered(two[0]), "another part was sent after {:?}", two[0].happened);
        }
    }
    check_attempts(&acting);
    let done = acting.iter().find(|sending| may_be_done(sending));
    if let (Some(done), Some(error)) = (done, error) {
        assert!(
            error.may_have_taken_effect(),
            "{error} says that nothing was done after {:?}",
            done.happened
        );
    }
}

/// Checks the number of attempts. Requests with equal bodies are attempts of one request.
pub(crate) fn check_attempts(sends: &[&Sending]) {
    check_number(sends.iter().filter(|sending| !is_unsent(sending)).copied(), ATTEMPTS);
    for run in sends.chunk_by(|one, next| is_unsent(one) && is_unsent(next)) {
        check_number(run.iter().copied(), UNSENT);
    }
}

fn check_number<'s>(sends: impl Iterator<Item = &'s Sending>, most: usize) {
    let bodies: Vec<_> = sends.map(|sending| &sending.body).collect();
    for many in bodies.windows(most + 1) {
        assert!(many.iter().any(|body| *body != many[0]), "more than {most} attempts");
    }
}

fn is_unsent(sending: &Sending) -> bool {
    matches!(sending.happened, Some(Happening::Failed { sent: Sent::No, .. }))
}

fn is_answered(sending: &Sending) -> bool {
    matches!(sending.happened, Some(Happening::Answer { .. } | Happening::Cut { .. }))
}

/// Returns whether an error code leaves open whether the request was carried out.
fn is_doubtful(code: Option<i64>) -> bool {
    code.is_none_or(|code| !(300..500).contains(&code) || code == 408)
}

/// Returns whether the answer proves that nothing was carried out, and another attempt can succeed.
fn is_surely_undone(sending: &Sending) -> bool {
    let (status, body) = match &sending.happened {
        Some(Happening::Answer { status, body, .. } | Happening::Cut { status, body, .. }) => (*status, body),
        Some(Happening::Failed { sent, kind }) => {
            use TransportKind::{Certificate, Deadline, ProxyAuthentication, Stopped};
            return *sent == Sent::No
                && !matches!(kind, Certificate | ProxyAuthentication | Deadline | Stopped);
        }
        _ => return false,
    };
    let said = ExpectedFindings::by(body, is_cut(sending));
    let doubtful = |code: &Option<i64>| is_doubtful(*code) && !is_known_refusal(body);
    match status {
        _ if said.action => false,
        200..300 => said.errors.contains(&Some(429)) && !said.errors.iter().any(doubtful),
        429 => !said.unread_action && !said.is_unread && !said.errors.iter().any(|code| is_failure(*code)),
        _ => false,
    }
}

fn is_cut(sending: &Sending) -> bool {
    matches!(sending.happened, Some(Happening::Cut { .. }))
}

fn is_failure(code: Option<i64>) -> bool {
    code.is_some_and(|code| code == 408 || (500..600).contains(&code))
}

/// Returns whether the request may have been carried out, as far as the answer shows.
fn may_be_done(sending: &Sending) -> bool {
    let (status, body) = match &sending.happened {
        Some(Happening::Answer { status, body, .. } | Happening::Cut { status, body, .. }) => (*status, body),
        Some(Happening::Failed { sent, .. }) => return *sent == Sent::Maybe,
        // The flow was stopped before the answer.
        _ => return true,
    };
    let said = ExpectedFindings::by(body, is_cut(sending));
    let refuses = is_known_refusal(body);
    match status {
        _ if said.action || said.unread_action || said.leaves_open(status) => true,
        200..300 => said.errors.is_empty() || (said.errors.iter().any(|code| is_doubtful(*code)) && !refuses),
        408 => true,
        429 => said.is_unread || said.errors.iter().any(|code| is_failure(*code)),
        300..500 => false,
        500 => !refuses,
        _ => true,
    }
}
