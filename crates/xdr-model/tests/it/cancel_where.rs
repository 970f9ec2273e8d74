//! Cancelling running scans.

use serde_json::{Value, json};
use xdr_model::{
    CancelWhereProgress, CancelledWhere, Error, Filter, Filters, transport::TransportKind as Kind,
};

use crate::support::{
    Drive, Ended, Received, Sending, accepted, answer, drive, lost, no_endpoint, ok, session,
};

type Cancelling = Ended<CancelWhereProgress, Result<CancelledWhere, Error>>;

/// The page that a request asks for, of this number of endpoints that are being scanned.
fn page(running: usize, sending: &Sending) -> Received {
    let request: Value = serde_json::from_str(&sending.body).unwrap();
    let place = |key: &str| usize::try_from(request["request_data"][key].as_u64().unwrap()).unwrap();
    let page = place("search_from")..place("search_to").min(running);
    let endpoints: Vec<_> = page
        .map(|n| json!({"endpoint_id": format!("e{n:05}"), "endpoint_name": format!("host-{n}"), "scan_status": "pending"}))
        .collect();
    ok(json!({"reply": {"total_count": running, "endpoints": endpoints}}).to_string())
}

/// The ids that a cancellation names.
fn ids(sending: &Sending) -> Vec<String> {
    let request: Value = serde_json::from_str(&sending.body).unwrap();
    let filters = request["request_data"]["filters"].as_array().unwrap();
    assert_eq!((filters.len(), &filters[0]["field"]), (1, &json!("endpoint_id_list")), "only by id");
    serde_json::from_value(filters[0]["value"].clone()).unwrap()
}

fn aborts(ended: &Cancelling) -> Vec<&Sending> {
    ended.sends.iter().filter(|sending| sending.operation == "abort_scan").collect()
}

/// A cancellation of all running scans. Its requests get these answers, one after another.
fn cancel(running: usize, answers: &[fn(u64) -> Received]) -> Cancelling {
    let mut answers = answers.iter();
    drive(session().cancel_where(Filters::All).unwrap(), |sending| match &*sending.operation {
        "get_endpoint" => page(running, sending),
        _ => answers.next().expect("no more is sent")(ids(sending).len() as u64),
    })
}

#[test]
fn exactly_what_is_being_scanned_is_cancelled_by_its_ids() {
    let ended = cancel(2500, &[|n| accepted(1, n), |n| accepted(2, n - 1), |_| no_endpoint()]);
    let counts: Vec<_> = aborts(&ended).into_iter().map(|sending| ids(sending).len()).collect();
    assert_eq!(counts, [1000, 1000, 500]);
    assert!(
        ended.sends[0]
            .body
            .contains(r#"{"field":"scan_status","operator":"in","value":["pending","in_progress"]}"#)
    );
    let Some(CancelWhereProgress::Found { running }) = ended.progress.first() else { panic!("named first") };
    assert_eq!(running.endpoints()[7].name.as_deref(), Some("host-7"));
    let cancelled = ended.output.unwrap();
    assert_eq!((cancelled.running.len(), cancelled.aborts.len()), (2500, 2));
    assert_eq!((cancelled.endpoints, cancelled.refused, cancelled.left), (1999, 501, 0));
    assert!(cancelled.failure.is_none());
}

#[test]
fn a_tenant_that_ignores_the_filters_does_not_decide_what_is_cancelled() {
    let row = |id: &str, scan: &str| json!({"endpoint_id": id, "scan_status": scan});
    let rows = [row("e1", "pending"), row("e2", "SCAN_STATUS_NONE"), row("e3", "SCAN_STATUS_IN_PROGRESS")];
    let page = json!({"reply": {"total_count": 3, "endpoints": rows}}).to_string();
    let ended = drive(session().cancel_where(Filters::All).unwrap(), |sending| match &*sending.operation {
        "get_endpoint" => ok(&page),
        _ => accepted(1, 2),
    });
    assert_eq!(ids(aborts(&ended)[0]), ["e1", "e3"]);
    let one = Filters::Matching(vec![Filter::endpoint_ids(["e1"])]);
    let ended = drive(session().cancel_where(one).unwrap(), |_| ok(&page));
    assert!(matches!(ended.output, Err(Error::Invalid(_))) && aborts(&ended).is_empty());
}

#[test]
fn a_stop_after_a_refusal_tells_what_was_refused() {
    let running = |sending: &Sending| match &*sending.operation {
        "get_endpoint" => page(1500, sending),
        _ => no_endpoint(),
    };
    let mut refused = false;
    for stops_at in 0..60 {
        let mut moments = 0;
        let ended = Drive::new(session().cancel_where(Filters::All).unwrap()).run_until(running, |_, _| {
            moments += 1;
            moments > stops_at
        });
        if aborts(&ended).len() == 1 && ended.progress.len() == 2 {
            let cancelled = ended.output.unwrap();
            assert_eq!((cancelled.refused, cancelled.left, cancelled.is_complete()), (1000, 500, false));
            refused = true;
        }
    }
    assert!(refused, "it was stopped between the requests");
}

#[test]
fn the_filters_are_sent_with_the_state_of_the_scan() {
    let servers = Filters::Matching(vec![Filter::group_name(["Servers"])]);
    let ended = drive(session().cancel_where(servers).unwrap(), |sending| page(0, sending));
    let request: Value = serde_json::from_str(&ended.sends[0].body).unwrap();
    let fields: Vec<_> = request["request_data"]["filters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|filter| &filter["field"])
        .collect();
    assert_eq!(fields, ["group_name", "scan_status"]);
    assert!(session().cancel_where(Filters::Matching(vec![])).is_err(), "nothing is not everything");
}

#[test]
fn where_nothing_is_being_scanned_nothing_is_sent() {
    let ended = cancel(0, &[]);
    assert_eq!(aborts(&ended).len(), 0);
    assert_eq!(ended.output.unwrap().endpoints, 0);
}

#[test]
fn a_list_that_cannot_be_read_cancels_nothing() {
    let ended = drive(session().cancel_where(Filters::All).unwrap(), |_| answer(403, ""));
    assert_eq!(aborts(&ended).len(), 0);
    assert!(matches!(ended.output, Err(Error::Refused(_))), "{:?}", ended.output);
}

#[test]
fn a_failure_after_a_part_tells_what_was_accepted_and_what_is_left() {
    let ended = cancel(2500, &[|n| accepted(1, n), |_| lost(Kind::Closed)]);
    let cancelled = ended.output.unwrap();
    assert_eq!((cancelled.endpoints, cancelled.left), (1000, 1500));
    assert!(cancelled.failure.is_some_and(|error| error.may_have_taken_effect()));
    let ended = cancel(2500, &[|_| lost(Kind::Closed)]);
    assert!(ended.output.unwrap_err().may_have_taken_effect());
}

#[test]
fn a_stop_tells_what_was_accepted_and_what_is_left() {
    for stops_at in 0..40 {
        let mut moments = 0;
        let ended = Drive::new(session().cancel_where(Filters::All).unwrap()).run_until(
            |sending| match &*sending.operation {
                "get_endpoint" => page(1500, sending),
                _ => accepted(1, ids(sending).len() as u64),
            },
            |_, _| {
                moments += 1;
                moments > stops_at
            },
        );
        let sent: usize = aborts(&ended).into_iter().map(|sending| ids(sending).len()).sum();
        match ended.output {
            Ok(cancelled) => {
                assert_eq!(cancelled.endpoints + cancelled.left, 1500, "{stops_at}");
                assert!(cancelled.left == 0 || cancelled.failure.is_some(), "{stops_at}");
            }
            Err(error) => assert_eq!(sent > 0, error.may_have_taken_effect(), "{stops_at}: {error}"),
        }
    }
}
