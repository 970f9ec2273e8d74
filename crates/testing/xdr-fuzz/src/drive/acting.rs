//! At most once, and the truth about it: what the requests that act on machines must obey.

use xdr_model::{
    Error,
    transport::{Sent, TransportKind},
};

use super::Sending;
use crate::said::{ExpectedFindings, is_known_refusal};
use crate::script::Happening;

/// How often the same request is sent at most.
const ATTEMPTS: usize = 5;
/// How many attempts in a row can fail to send it.
const UNSENT: usize = 17;

/// Holds the requests of a flow that act, and the error that it ended with, to the promises of actions.
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

/// Holds requests, of which those with equal bodies are one that is sent again, to how often that may be.
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

/// A code that leaves open whether anything was done.
fn is_doubtful(code: Option<i64>) -> bool {
    code.is_none_or(|code| !(300..500).contains(&code) || code == 408)
}

/// Whether what came back says that nothing was done and that asking again can help.
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

/// Whether it may have been carried out for all that came back.
fn may_be_done(sending: &Sending) -> bool {
    let (status, body) = match &sending.happened {
        Some(Happening::Answer { status, body, .. } | Happening::Cut { status, body, .. }) => (*status, body),
        Some(Happening::Failed { sent, .. }) => return *sent == Sent::Maybe,
        // Stopped in flight.
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
