//! Reads which endpoints are being scanned after an attempt with an unknown outcome.

use serde_json::{Value, json};
use xdr_model::{
    EndpointActivity as Activity, EpochMillis, Error, Filter, GetActionStatus, Reconciled, Scan, ScanBatches,
    ScanStatus, TimeBound, operation::EndpointScanStatus, transport::TransportKind as Kind,
};

use crate::support::{Drive, Ended, Received, Sending, drive, lost, ok, session};

const AT: u64 = 1_760_000_000_000;

/// A tenant with these endpoints, each with its scan status. It applies the filter on ids, and shows a hundred per
/// page.
fn tenant(endpoints: &[(String, Value)]) -> impl Fn(&Sending) -> Received {
    move |sending| {
        assert_eq!(sending.operation, "get_endpoint", "nothing is started");
        let request: Value = serde_json::from_str(&sending.body).unwrap();
        let data = &request["request_data"];
        let place = |key: &str| usize::try_from(data[key].as_u64().unwrap()).unwrap();
        let asked = data["filters"][0]["value"].as_array();
        let listed = endpoints.iter().filter(|(id, _)| asked.is_none_or(|ids| ids.contains(&json!(id))));
        let rows: Vec<_> =
            listed.map(|(id, status)| json!({"endpoint_id": id, "scan_status": status})).collect();
        let page = rows.get(place("search_from")..place("search_to").min(rows.len())).unwrap_or_default();
        ok(json!({"reply": {"total_count": rows.len(), "endpoints": page}}).to_string())
    }
}

/// Refused attempts, each with its name.
pub(crate) fn broken() -> Vec<(String, Error)> {
    let status = Scan::matching([Filter::scan_status([ScanStatus::None])]);
    let batches = json!({"batches": [{"endpoint_ids": ["e1"], "state": "not_sent"}]});
    let batches = ScanBatches::from_json(&batches.to_string()).unwrap();
    vec![
        ("reconcile: a scan by its scan status only".into(), session().reconcile(&status).unwrap_err()),
        (
            "reconcile: a call that selects no endpoints".into(),
            session().reconcile(&GetActionStatus::new(7.into())).unwrap_err(),
        ),
        ("reconcile: no batch in doubt".into(), session().reconcile_batches(&batches).unwrap_err()),
    ]
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("e{n:05}")).collect()
}

fn reconcile(scan: &Scan, tenant: impl Fn(&Sending) -> Received) -> Ended<usize, Result<Reconciled, Error>> {
    drive(session().reconcile(scan).unwrap(), |sending| tenant(sending))
}

#[test]
fn every_scan_status_is_told_as_what_it_is() {
    for status in EndpointScanStatus::KNOWN {
        let expected = match status {
            EndpointScanStatus::Pending
            | EndpointScanStatus::InProgress
            | EndpointScanStatus::PendingCancellation => Activity::BeingScanned,
            EndpointScanStatus::Unreported => Activity::Unknown,
            _ => Activity::NotBeingScanned,
        };
        let endpoints = [("e1".to_owned(), json!(status))];
        let now =
            reconcile(&Scan::matching([Filter::endpoint_ids(["e1"])]), tenant(&endpoints)).output.unwrap();
        assert_eq!(now.endpoints[0].activity, expected, "{status}");
    }
    let endpoints = [("e1".to_owned(), json!("A_NEW_WORD"))];
    let now = reconcile(&Scan::all(), tenant(&endpoints)).output.unwrap();
    assert_eq!(now.endpoints[0].activity, Activity::Unknown, "an unknown word is not an end");
}

#[test]
fn each_of_many_ids_is_told_in_its_order_and_one_that_is_not_listed_is_gone() {
    let asked = ids(2500);
    let status = |n: usize| json!(["pending", "success"][n % 2]);
    // Every fifth endpoint has disappeared.
    let endpoints: Vec<_> =
        asked.iter().cloned().enumerate().filter(|(n, _)| n % 5 > 0).map(|(n, id)| (id, status(n))).collect();
    let ended = reconcile(&Scan::matching([Filter::endpoint_ids(asked.clone())]), tenant(&endpoints));
    assert_eq!(ended.progress.last(), Some(&2000));
    let now = ended.output.unwrap();
    assert!(now.endpoints.iter().map(|endpoint| endpoint.id.as_str()).eq(&asked));
    let counts = [Activity::BeingScanned, Activity::NotBeingScanned, Activity::Gone, Activity::Unknown]
        .map(|activity| now.count(activity));
    assert_eq!((counts, now.may_have_missed), ([1000, 1000, 500, 0], false));
    assert!(now.that_are(Activity::Gone).all(|endpoint| endpoint.summary.is_none()));
}

/// A tenant that counts more endpoints than it shows, and a tenant that ignores the filter.
#[test]
fn what_may_be_missing_from_a_list_is_not_gone() {
    let scan = Scan::matching([Filter::endpoint_ids(["e1", "e2"])]);
    let row = |id: &str| json!({"endpoint_id": id, "scan_status": "pending"});
    let short = json!({"reply": {"total_count": 2, "endpoints": [row("e1")]}}).to_string();
    let now = reconcile(&scan, |_| ok(&short)).output.unwrap();
    assert_eq!((now.count(Activity::Gone), now.count(Activity::Unknown)), (0, 1));
    assert!(now.may_have_missed);
    let all = json!({"reply": {"total_count": 2, "endpoints": [row("E1"), row("e9")]}}).to_string();
    let now = reconcile(&scan, |_| ok(&all)).output.unwrap();
    let told: Vec<_> =
        now.endpoints.iter().map(|endpoint| (endpoint.id.as_str(), endpoint.activity)).collect();
    assert_eq!(told, [("e1", Activity::BeingScanned), ("e2", Activity::Gone)]);
}

#[test]
fn the_list_does_not_depend_on_what_the_attempt_changes() {
    let seen = EpochMillis::new(AT);
    let scan = Scan::matching([
        Filter::group_name(["Servers"]),
        Filter::hostname(["WEB-1", "web-2"]),
        Filter::scan_status([ScanStatus::Success]),
        Filter::last_seen(TimeBound::AtOrBefore(seen)),
        Filter::last_seen(TimeBound::AtOrAfter(seen)),
    ]);
    let page = json!({"reply": {"total_count": 1, "endpoints": [
        {"endpoint_id": "e1", "endpoint_name": "web-1", "scan_status": "in_progress"}
    ]}});
    let ended = reconcile(&scan, |_| ok(page.to_string()));
    let request: Value = serde_json::from_str(&ended.sends[0].body).unwrap();
    let sent: Vec<_> = request["request_data"]["filters"].as_array().unwrap().iter().collect();
    let fields: Vec<_> = sent.iter().map(|filter| (&filter["field"], &filter["operator"])).collect();
    let (within, from) = (json!("in"), json!("gte"));
    assert_eq!(
        fields,
        [(&json!("group_name"), &within), (&json!("hostname"), &within), (&json!("last_seen"), &from)]
    );
    let now = ended.output.unwrap();
    assert_eq!(
        (now.count(Activity::BeingScanned), &*now.unmatched_hostnames),
        (1, &["web-2".to_owned()][..])
    );
}

#[test]
fn an_endpoint_that_is_newer_than_the_attempt_is_scanned_by_a_later_one() {
    let row = |id: &str, seen: u64, status: &str| json!({"endpoint_id": id, "first_seen": seen, "scan_status": status});
    let rows = [row("e1", AT, "pending"), row("e2", AT + 1, "pending"), row("e3", AT + 1, "none")];
    let page = json!({"reply": {"total_count": 3, "endpoints": rows}}).to_string();
    let flow = session().reconcile(&Scan::all()).unwrap();
    let now = drive(flow.attempted_at(EpochMillis::new(AT)).unwrap(), |_| ok(&page)).output.unwrap();
    assert_eq!(now.endpoints.iter().map(|e| e.began_later).collect::<Vec<_>>(), [false, true, false]);
    let now = reconcile(&Scan::all(), |_| ok(&page)).output.unwrap();
    assert!(now.endpoints.iter().all(|endpoint| !endpoint.began_later), "without a time nothing is known");
    let seconds = session().reconcile(&Scan::all()).unwrap().attempted_at(EpochMillis::new(AT / 1000));
    assert!(seconds.unwrap_err().to_string().contains("looks like seconds"));
}

#[test]
fn nothing_is_told_without_a_list_and_nothing_is_asked_without_a_selection() {
    let nothing = Scan::matching([]);
    assert!(matches!(session().reconcile(&nothing), Err(Error::Invalid(_))), "nothing is not everything");
    for stops_at in 0..12 {
        let mut moments = 0;
        let endpoints: Vec<_> = ids(1500).into_iter().map(|id| (id, json!("pending"))).collect();
        let scan = Scan::matching([Filter::endpoint_ids(ids(1500))]);
        let tenant = tenant(&endpoints);
        let ended = Drive::new(session().reconcile(&scan).unwrap()).run_until(
            |sending| tenant(sending),
            |_, _| {
                moments += 1;
                moments > stops_at
            },
        );
        let error = ended.output.expect_err("it was stopped before the end");
        assert!(!error.may_have_taken_effect(), "{stops_at}: {error}");
    }
    let ended = reconcile(&Scan::all(), |_| lost(Kind::Closed));
    assert!(!ended.output.unwrap_err().may_have_taken_effect());
}

#[test]
fn the_batches_in_doubt_are_reconciled_at_their_tenant_only() {
    let batch = |ids: &[&str], state: &str| json!({"endpoint_ids": ids, "state": state});
    let saved = |tenant: &str| {
        let batches = [batch(&["e1"], "sending"), batch(&["e2"], "not_sent"), batch(&["e3"], "sending")];
        ScanBatches::from_json(&json!({"tenant": tenant, "batches": batches}).to_string()).unwrap()
    };
    let other = session().reconcile_batches(&saved("https://api-other.example")).unwrap_err();
    assert!(other.to_string().contains("/tenant must be"), "{other}");
    let own = saved(&session().tenant().to_string());
    let endpoints = [("e1".to_owned(), json!("pending")), ("e2".to_owned(), json!("pending"))];
    let tenant = tenant(&endpoints);
    let now = drive(session().reconcile_batches(&own).unwrap(), |sending| tenant(sending)).output.unwrap();
    let told: Vec<_> =
        now.endpoints.iter().map(|endpoint| (endpoint.id.as_str(), endpoint.activity)).collect();
    assert_eq!(told, [("e1", Activity::BeingScanned), ("e3", Activity::Gone)]);
}

/// An empty page without a count does not prove that an endpoint is gone. A filter on the scan status cannot select the
/// endpoints of an attempt, because the attempt changes this status.
#[test]
fn nothing_is_claimed_without_evidence() {
    let scan = Scan::matching([Filter::endpoint_ids(["e1"])]);
    for (page, expected) in [
        (json!({"endpoints": []}), Activity::Unknown),
        (json!({"total_count": 0, "endpoints": []}), Activity::Gone),
    ] {
        let now = reconcile(&scan, |_| ok(json!({"reply": page}).to_string())).output.unwrap();
        assert_eq!(now.endpoints[0].activity, expected, "{page}");
    }
    assert!(broken().iter().all(|(_, error)| matches!(error, Error::Invalid(_))), "nothing is sent");
}
