//! How to continue with an action after a run has ended.

use xdr_model::{Error, error::WaitEnd};

use crate::exit_code::Outcome;
use crate::tracker::TrackedAction;

mod commands;

pub use commands::Commands;

/// A way to continue with an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Follow it to its end.
    Follow,
    /// Cancel what is left of it.
    Cancel,
}

impl NextStep {
    /// The name of the command.
    pub(crate) fn command(self) -> &'static str {
        match self {
            Self::Follow => "follow",
            Self::Cancel => "cancel",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Follow => "To follow the action",
            Self::Cancel => "To cancel what is left of the action",
        }
    }
}

/// The steps that are still possible after this end, the most likely one first. After an unknown kind of end both are
/// possible: only the tenant's answer that nothing is left rules one out.
pub(crate) fn next_steps(end: &Result<Outcome, Error>, action: &TrackedAction) -> &'static [NextStep] {
    match end {
        Ok(
            Outcome::Followed(_)
            | Outcome::InBatches(_)
            | Outcome::Previewed(_)
            | Outcome::Reconciled(_)
            | Outcome::Listed(_),
        ) => &[],
        Ok(Outcome::Cancelled(cancelled)) if cancelled.left == 0 => &[NextStep::Follow],
        Err(Error::Wait(ended)) if matches!(ended.why, WaitEnd::UnknownAction) => &[],
        Err(Error::Wait(_)) | Ok(Outcome::Cancelled(_)) => both_steps(action),
        Err(error) if error.may_have_taken_effect() => both_steps(action),
        Err(_) => &[],
    }
}

/// Both steps, first the one that the run was doing. Cancelling again is always safe: it cancels only what is left.
pub(crate) fn both_steps(action: &TrackedAction) -> &'static [NextStep] {
    if action.has_ended() && !action.cancels {
        return &[];
    }
    if action.cancels { &[NextStep::Cancel, NextStep::Follow] } else { &[NextStep::Follow, NextStep::Cancel] }
}
