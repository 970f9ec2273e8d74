//! How to go on with an action after a run has ended.

use xdr_model::{Error, WaitEnd};

use crate::exit::Outcome;
use crate::known::Facts;

/// How to go on with an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Follow it to its end.
    Follow,
    /// Cancel what is left of it.
    Cancel,
}

/// First what is meant most probably.
const FOLLOWING: &[Way] = &[Way::Follow, Way::Cancel];
/// Cancelling again is always safe: it asks only for what is left.
const CANCELLING: &[Way] = &[Way::Cancel, Way::Follow];

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

/// The ways that this end leaves open.
pub(crate) fn ways(end: &Result<Outcome, Error>) -> &'static [Way] {
    match end {
        Ok(Outcome::Followed(_)) => &[],
        Ok(Outcome::Cancelled(cancelled)) if cancelled.left > 0 => CANCELLING,
        Ok(Outcome::Cancelled(_)) => &[Way::Follow],
        Err(Error::Wait(ended)) => match ended.why {
            WaitEnd::UnknownAction => &[],
            WaitEnd::CancelledInPart { .. } => CANCELLING,
            _ => FOLLOWING,
        },
        Err(error) if error.may_have_taken_effect() => CANCELLING,
        Err(_) => &[],
    }
}

/// The ways after a second Ctrl-C.
pub(crate) fn ways_after_leaving(facts: &Facts) -> &'static [Way] {
    if facts.cancels { CANCELLING } else { FOLLOWING }
}
