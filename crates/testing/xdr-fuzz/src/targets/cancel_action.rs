//! Tests the cancellation of an action, by its id or with a saved report. The input is a script. The events after the
//! last "resume" belong to the cancellation.

use serde_json::Value;
use xdr_model::{CancelProgress, Cancelled, EndpointId, Error};

use super::wait::{Following, session_of};
use crate::drive::{Ended, check_acting, drive};
use crate::heard::Heard;
use crate::promises::check_error;
use crate::script::Script;

/// The maximum number of ids in one request.
const IDS_PER_REQUEST: usize = 1000;

pub(super) fn run(input: &[u8]) {
    let script = Script::read(input);
    let (known, mut following) = Following::begin(&script);
    let parts = script.parts();
    let (last, before) = parts.split_last().expect("there is a part");
    let Some(known) = following.follow(known, before) else { return };
    let ended = drive(session_of(last).cancel_action(known), last, None);
    check_acting(&ended.sends, ended.output.as_ref().err());
    let mut status = Heard::default();
    status.hear(&ended.sends, None);
    check_ids(&ended, &status);
    match &ended.output {
        Ok(cancelled) => {
            check_cancelled(cancelled, &ended.progress, &status);
            check_left_out(cancelled, &following, &status);
        }
        Err(error) => check_error(error),
    }
}

/// Checks that the requests cancel exactly the endpoints that the status reports as unsettled, by id.
fn check_ids(ended: &Ended<CancelProgress, Result<Cancelled, Error>>, status: &Heard) {
    let unsettled = status.with_status().filter(|endpoint| !endpoint.is_settled() && !endpoint.id.is_empty());
    let unsettled: Vec<&str> = unsettled.map(|endpoint| &*endpoint.id).collect();
    let parts: Vec<&[&str]> = unsettled.chunks(IDS_PER_REQUEST).collect();
    let mut bodies: Vec<_> = ended.sends.iter().filter(|sending| sending.acts).map(|s| &s.body).collect();
    bodies.dedup();
    assert!(bodies.len() <= parts.len(), "{} requests for {} parts", bodies.len(), parts.len());
    for (body, part) in bodies.iter().zip(&parts) {
        let request: Value = serde_json::from_slice(body).expect("requests are JSON");
        let filters = request["request_data"]["filters"].as_array().expect("never all");
        assert_eq!((filters.len(), filters[0]["field"].as_str()), (1, Some("endpoint_id_list")));
        assert_eq!(filters[0]["value"], Value::from(part.to_vec()), "ids of something else: {request}");
    }
    let is_whole = ended.output.as_ref().is_ok_and(|cancelled| cancelled.left == 0);
    assert!(!is_whole || bodies.len() == parts.len(), "a part was left out");
}

/// Checks that the result counts every endpoint of the status. An endpoint with an empty id cannot be cancelled.
fn check_cancelled(cancelled: &Cancelled, progress: &[CancelProgress], status: &Heard) {
    let (settled, unsettled): (Vec<_>, Vec<_>) = status.with_status().partition(|named| named.is_settled());
    let found = progress.iter().find_map(|told| match told {
        CancelProgress::Found { unsettled, settled } => Some((*unsettled, *settled)),
        _ => None,
    });
    let sought = unsettled.iter().filter(|endpoint| !endpoint.id.is_empty()).count();
    assert_eq!(found, Some((sought, settled.len())), "{cancelled:?}");
    let accounted = cancelled.endpoints + cancelled.refused + cancelled.left;
    assert_eq!((accounted, cancelled.settled), (unsettled.len(), settled.len()), "{cancelled:?}");
    let accepted = progress.iter().filter(|told| matches!(told, CancelProgress::Accepted(_))).count();
    assert_eq!(accepted, cancelled.aborts.len());
}

/// Checks that the result contains the known and the counted endpoints that are not in the status.
fn check_left_out(cancelled: &Cancelled, before: &Following, status: &Heard) {
    let known = before.heard.endpoints();
    let vanished = known.iter().filter(|known| !known.is_settled() && !status.has_status(&known.id));
    let told: Vec<_> = cancelled.vanished.iter().map(EndpointId::as_str).collect();
    assert_eq!(told, vanished.map(|endpoint| &*endpoint.id).collect::<Vec<_>>());
    let new = status.with_status().filter(|endpoint| !before.heard.has(&endpoint.id));
    let named = (known.len() + new.count()) as u64;
    let expected = before.heard.asked.count.unwrap_or(0).max(known.len() as u64);
    assert_eq!(cancelled.never_named, expected.saturating_sub(named), "{cancelled:?}");
}
