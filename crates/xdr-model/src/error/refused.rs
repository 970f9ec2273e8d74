//! Calls that were refused.

use std::fmt;

use http::StatusCode;

use super::failed::nothing_done;
use super::{Answer, Attempted, Refusal};
use crate::selection::Selection;

/// The call was refused. Nothing was carried out.
///
/// Every status 3xx and every 4xx except 408 is a refusal, whatever `err_code` its body holds. Tenants have been
/// observed to send a code that differs from the status. A 500 is one if its error object holds a known text of a
/// definite refusal, such as "No endpoint was found for creating the requested action" or "param is missing". There
/// are three exceptions:
///
/// * An answer that names an action is never a refusal.
/// * A page that is not the tenant's ([`Answer::is_foreign`]) with a 4xx other than 404, 405 or 429 is an
///   [`OutcomeUnknown`](super::OutcomeUnknown): a filter that inspects answers can have replaced the
///   tenant's 200 with it.
/// * An action that is answered with 429 and the code 408 or 5xx is a [`ServerFailure`](super::ServerFailure). A call
///   that is refused with 429 is sent again, but this one may have been carried out.
#[derive(Debug)]
#[non_exhaustive]
pub struct Refused {
    /// The call that was refused.
    pub call: Attempted,
    /// Why it was refused.
    pub reason: Refusal,
    /// The tenant's answer.
    pub answer: Answer,
}

impl Refused {
    /// Whether the tenant can accept the same call a moment later.
    pub(crate) fn is_rate_limit(&self) -> bool {
        self.reason == Refusal::RateLimited
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, reason, answer } = self;
        write!(f, "{} was refused by {} ({}): {reason}", call.operation, call.host, answer.status.as_u16())?;
        match &call.selection {
            Some(selection) if *reason == Refusal::NoEndpointMatched => possible_causes(selection, f)?,
            _ => {}
        }
        call.fmt(f)?;
        if answer.status == StatusCode::NOT_FOUND && *reason == Refusal::BadRequest {
            f.write_str("; a 404 usually means that the address of the tenant is wrong")?;
        }
        write!(f, "{}{answer}", nothing_done(call.replay))
    }
}

fn possible_causes(selection: &Selection, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let causes: Vec<_> = selection.causes().collect();
    write!(f, "; selected: {selection}; possible causes: ")?;
    match causes.split_last() {
        Some((last, [])) => f.write_str(last),
        Some((last, others)) => write!(f, "{}, or {last}", others.join(", ")),
        None => Ok(()),
    }
}
