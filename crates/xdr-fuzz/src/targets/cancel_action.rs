//! Cancelling an action. The input is a script.

use std::collections::BTreeSet;

use serde_json::Value;
use xdr_model::{ActionId, CancelProgress, Cancelled, Error, Pacing};

use crate::drive::{Ended, check_acting, drive};
use crate::promises::{check_error, session};
use crate::script::{Happening, Script};

/// What careful clients name in one request at most.
const IDS_PER_REQUEST: usize = 1000;

pub(super) fn run(input: &[u8]) {
    let script = Script::read(input);
    let session = session(script.advanced).with_pacing(Pacing::per_second(script.pace));
    let ended = drive(session.cancel_action(ActionId::from(42)), &script, None);
    check_acting(&ended.sends, ended.output.as_ref().err());
    check_ids(&ended);
    match &ended.output {
        Ok(cancelled) => check_cancelled(cancelled, &ended.progress),
        Err(error) => check_error(error),
    }
}

/// Only endpoints of the action are cancelled, by id.
fn check_ids(ended: &Ended<CancelProgress, Result<Cancelled, Error>>) {
    let (acting, reading): (Vec<_>, Vec<_>) = ended.sends.iter().partition(|sending| sending.acts);
    let mut named = BTreeSet::new();
    for sending in reading {
        if let Some(Happening::Answer { body, .. }) = &sending.happened {
            let status: Value = serde_json::from_slice(body).unwrap_or_default();
            named.extend(
                status["reply"]["data"].as_object().into_iter().flat_map(|data| data.keys().cloned()),
            );
        }
    }
    for sending in acting {
        let request: Value = serde_json::from_slice(&sending.body).expect("requests are JSON");
        let filters = request["request_data"]["filters"].as_array().expect("never all");
        assert_eq!((filters.len(), filters[0]["field"].as_str()), (1, Some("endpoint_id_list")));
        let ids = filters[0]["value"].as_array().expect("a list of ids");
        assert!((1..=IDS_PER_REQUEST).contains(&ids.len()), "{} ids in a request", ids.len());
        // A status that only the model can read names none here.
        let foreign = |id: &&Value| !id.as_str().is_some_and(|id| !id.is_empty() && named.contains(id));
        assert!(named.is_empty() || !ids.iter().any(|id| foreign(&id)), "ids of something else: {request}");
    }
}

/// Every endpoint is accounted for.
fn check_cancelled(cancelled: &Cancelled, progress: &[CancelProgress]) {
    let found = progress.iter().find_map(|told| match told {
        CancelProgress::Found { unsettled, settled } => Some((*unsettled, *settled)),
        _ => None,
    });
    let accounted = cancelled.endpoints + cancelled.refused + cancelled.left;
    assert_eq!(found, Some((accounted, cancelled.settled)), "{cancelled:?}");
    let accepted = progress.iter().filter(|told| matches!(told, CancelProgress::Accepted(_))).count();
    assert_eq!(accepted, cancelled.aborts.len());
}
