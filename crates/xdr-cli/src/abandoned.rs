//! The message when xdr ends without waiting for an answer.

use xdr_model::{ActionId, ActionReport, ScanBatches};

use crate::batches::{batches, in_words};
use crate::text::endpoints;
use crate::tracker::{CancelTally, TrackedAction};

/// Says what may still be running.
pub(crate) fn abandoned_message(action: &TrackedAction) -> String {
    let what = match (&action.action_id, action.cancels, &action.tally) {
        _ if action.only_lists => "Nothing was started".to_owned(),
        (None, ..) => "The scan may have been started: look in the Action Center".to_owned(),
        (Some(id), false, _) if action.is_in_doubt => {
            format!("Action {id} may have been started: look in the Action Center")
        }
        (Some(id), false, _) if action.has_ended() => format!("Action {id} has ended"),
        (Some(id), false, _) => format!("Action {id} is still running"),
        (Some(id), true, None) => format!("Nothing was cancelled. Action {id} is still running"),
        (Some(id), true, Some(tally)) => in_part(id, tally),
    };
    format!("You ended xdr before an answer came. {}", action.batches.as_ref().map_or(what, of_batches))
}

fn of_batches(all: &ScanBatches) -> String {
    let doubt = match all.in_doubt().count() {
        0 => "",
        _ => ". What is in doubt may have been started: look in the Action Center",
    };
    let goes_on = match all.reports().all(ActionReport::has_ended) {
        true => "",
        false => ". What was started may still be running",
    };
    format!("The scan has {}: {}{goes_on}{doubt}", batches(all.len()), in_words(all))
}

fn in_part(id: &ActionId, tally: &CancelTally) -> String {
    let accepted = match tally.endpoints {
        0 => String::new(),
        count => format!(". The tenant accepted it for {}", endpoints(count)),
    };
    let left = endpoints(tally.left);
    format!(
        "The cancellation of action {id} has an unknown outcome for {left}, because a request may have been \
         sent{accepted}. Cancelling again is safe: it reaches only endpoints that have not settled"
    )
}
