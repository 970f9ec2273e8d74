//! The message of a program that ends without waiting for an answer.

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
        (Some(id), false, _) => format!("Action {id} goes on"),
        (Some(id), true, None) => format!("Nothing was cancelled: action {id} goes on"),
        (Some(id), true, Some(tally)) => in_part(id, tally),
    };
    format!("Ended without waiting for an answer. {}", action.batches.as_ref().map_or(what, of_batches))
}

fn of_batches(all: &ScanBatches) -> String {
    let doubt = match all.in_doubt().count() {
        0 => "",
        _ => ". What is in doubt may have been started: look in the Action Center",
    };
    let goes_on = match all.reports().all(ActionReport::has_ended) {
        true => "",
        false => ". What was started goes on",
    };
    format!("Of {}: {}{goes_on}{doubt}", batches(all.len()), in_words(all))
}

fn in_part(id: &ActionId, tally: &CancelTally) -> String {
    let accepted = match tally.endpoints {
        0 => String::new(),
        count => format!("the tenant accepted the cancellation of {}; ", endpoints(count)),
    };
    let left = endpoints(tally.left);
    format!(
        "Action {id}: {accepted}for {left} the outcome is not known, because a request may have been on its way. \
         Cancelling again is safe: it asks only for what is left"
    )
}
