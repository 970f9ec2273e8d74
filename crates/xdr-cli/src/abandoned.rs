//! What is said of an action when the program is left at once.

use xdr_model::ActionId;

use crate::text::{endpoints, number};
use crate::tracker::{CancelTally, TrackedAction};

/// What may be going on now.
pub(crate) fn abandoned_message(action: &TrackedAction) -> String {
    let what = match (&action.action_id, action.cancels, &action.tally) {
        _ if action.only_lists => "Nothing was started".to_owned(),
        (None, ..) => "The scan may have been started: look in the Action Center".to_owned(),
        (Some(id), false, _) if action.is_in_doubt => {
            format!("Action {id} may have been started: look in the Action Center")
        }
        (Some(id), false, _) if action.has_settled() => format!("Action {id} has ended"),
        (Some(id), false, _) => format!("Action {id} goes on"),
        (Some(id), true, None) => format!("Nothing was cancelled: action {id} goes on"),
        (Some(id), true, Some(tally)) => in_part(id, tally),
    };
    format!("Left at once. {what}")
}

fn in_part(id: &ActionId, tally: &CancelTally) -> String {
    let accepted = match tally.endpoints {
        0 => String::new(),
        count => format!("{} accepted, ", endpoints(count)),
    };
    let left = number(tally.left);
    format!(
        "Of action {id}: {accepted}{left} not known to be cancelled, for a request may have been on its way. \
         Cancelling again is safe: it asks only for what is left"
    )
}
