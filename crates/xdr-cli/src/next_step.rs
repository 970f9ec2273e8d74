//! How to go on with an action after a run has ended.

use xdr_model::{Error, WaitEnd};

use crate::exit_code::Outcome;
use crate::tracker::Facts;

mod commands;

pub use commands::Commands;

/// How to go on with an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Follow it to its end.
    Follow,
    /// Cancel what is left of it.
    Cancel,
}

impl Way {
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Follow => "--resume",
            Self::Cancel => "--cancel",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Follow => "To follow it",
            Self::Cancel => "To cancel what is left of it",
        }
    }
}

/// The ways that this end leaves open, first what is meant most probably. An end that is not known here leaves both:
/// only the tenant's word that there is nothing closes one.
pub(crate) fn ways(end: &Result<Outcome, Error>, facts: &Facts) -> &'static [Way] {
    match end {
        Ok(Outcome::Followed(_)) => &[],
        Ok(Outcome::Cancelled(cancelled)) if cancelled.left == 0 => &[Way::Follow],
        Err(Error::Wait(ended)) if matches!(ended.why, WaitEnd::UnknownAction) => &[],
        Err(Error::Wait(_)) | Ok(Outcome::Cancelled(_)) => both_ways(facts),
        Err(error) if error.may_have_taken_effect() => both_ways(facts),
        Err(_) => &[],
    }
}

/// Both, first what was being done. Cancelling again is always safe: it asks only for what is left.
pub(crate) fn both_ways(facts: &Facts) -> &'static [Way] {
    if facts.cancels { &[Way::Cancel, Way::Follow] } else { &[Way::Follow, Way::Cancel] }
}
