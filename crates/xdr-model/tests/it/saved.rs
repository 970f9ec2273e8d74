//! Saved documents: they are read again without changes, and a document that breaks a rule is refused.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use xdr_model::{
    AbortScan, ActionId, ActionReport, Coverage, EndpointId, Error, Filter, Filters, IncidentId, Invalid,
    Polling, Progress, Scan, StartedAction,
};

use crate::support::{DONE, accepted, answer, drive, ok, seconds, session};

/// Made once: the document has 40 MB.
fn too_many() -> &'static Invalid {
    static INVALID: LazyLock<Invalid> = LazyLock::new(|| {
        let endpoint = |i| format!(r#"{{"endpoint_id":"{i}","status":null}}"#);
        let endpoints: Vec<_> = (0..330_001).map(endpoint).collect();
        let document = format!(r#"{{"action_id":42,"endpoints":[{}]}}"#, endpoints.join(","));
        ActionReport::from_json(&document).unwrap_err()
    });
    &INVALID
}

/// Documents of a report, of progress and of coverage that break rules, each with these rules.
pub(crate) fn broken() -> Vec<(&'static str, Invalid)> {
    let report = |text: Value| ActionReport::from_json(&text.to_string()).unwrap_err();
    let progress = |text: Value| Progress::from_json(&text.to_string()).unwrap_err();
    let coverage = |text: Value| Coverage::from_json(&text.to_string()).unwrap_err();
    let known = json!({"action_id": 42, "endpoints": []});
    vec![
        ("no report", report(json!([]))),
        ("a report without an id", report(json!({"endpoints": []}))),
        ("a count as text", report(json!({"action_id": 42, "endpoints": [], "endpoints_count": "2"}))),
        ("endpoints that are no list", report(json!({"action_id": 42, "endpoints": {}}))),
        (
            "three mistakes",
            report(
                json!({"action_id": 42, "accepted": 1, "endpoints": [{"endpoint_id": 1, "status": 2, "reason": []}]}),
            ),
        ),
        ("more endpoints than are remembered", too_many().clone()),
        (
            "a report of another action",
            ActionReport::from(ActionId::from(7)).for_action(&ActionId::from(42)).unwrap_err(),
        ),
        (
            "an endpoint that was skipped for no reason",
            report(
                json!({"action_id": 42, "endpoints": [], "skipped": [{"endpoint_id": "e1", "why": "offline"}]}),
            ),
        ),
        (
            "an unmatched host name that is no text",
            report(json!({"action_id": 42, "endpoints": [], "unmatched_hostnames": ["web-1", 7]})),
        ),
        ("progress of no event", progress(json!({"event": "ended", "report": known}))),
        ("progress without a report", progress(json!({"event": "polled", "elapsed_ms": -1}))),
        ("coverage without filters", coverage(json!({"taken": 1}))),
    ]
}

#[test]
fn every_broken_rule_is_named_with_its_place() {
    let places = |invalid: &Invalid| -> Vec<String> {
        invalid.violations().iter().map(|violation| violation.pointer.clone()).collect()
    };
    let expected: [&[&str]; 12] = [
        &[""],
        &["/action_id"],
        &["/endpoints_count"],
        &["/endpoints"],
        &["/endpoints/0/endpoint_id", "/endpoints/0/status", "/accepted"],
        &["/endpoints"],
        &["/action_id"],
        &["/skipped/0/why"],
        &["/unmatched_hostnames/1"],
        &["/event"],
        &["/report", "/elapsed_ms"],
        &["/filters"],
    ];
    for ((name, invalid), expected) in broken().iter().zip(expected) {
        assert_eq!(places(invalid), expected, "{name}: {invalid}");
    }
}

/// A value is read again from its document without changes, and so is the document.
fn comes_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let document = serde_json::to_string(value).unwrap();
    let read: T = serde_json::from_str(&document).unwrap_or_else(|error| panic!("{document}: {error}"));
    assert_eq!((&read, serde_json::to_string(&read).unwrap()), (value, document));
}

#[test]
fn what_a_program_holds_comes_back_as_it_was() {
    let filter = Filter::hostname(["web-1", "web-2"]);
    comes_back(&filter);
    comes_back(&Filters::All);
    comes_back(
        &Scan::matching([filter.clone(), Filter::platform([xdr_model::Platform::Linux])]).with_incident("4"),
    );
    comes_back(&Scan::all());
    comes_back(&AbortScan::matching([filter]));
    for id in ["0", "7", "07", "-7", "9007199254740991", "9007199254740992", "18446744073709551616", "a b"] {
        let id: ActionId = id.parse().unwrap();
        comes_back(&id);
        comes_back(&ActionReport::from(id));
    }
    comes_back(&EndpointId::from(""));
    comes_back(&IncidentId::from("42"));
    let started = r#"{"action_id":"4294967297","endpoints_count":"673","status":1}"#;
    comes_back(&serde_json::from_str::<StartedAction>(started).unwrap());
    comes_back(&Coverage::of(&Scan::all(), &serde_json::from_str(started).unwrap()));
    comes_back(&ActionReport::of(&Scan::all(), &serde_json::from_str(started).unwrap()));
}

#[test]
fn what_a_program_holds_can_be_part_of_what_it_saves() {
    #[derive(Debug, PartialEq, Serialize, serde::Deserialize)]
    #[serde(tag = "kind")]
    enum Mine {
        Started {
            by: String,
            #[serde(flatten)]
            started: StartedAction,
        },
        Report(ActionReport),
        Known {
            scan: Scan,
            ids: Vec<EndpointId>,
            progress: Option<Coverage>,
        },
    }
    let started: StartedAction =
        serde_json::from_str(r#"{"action_id":"007","endpoints_count":2,"status":"1"}"#).unwrap();
    comes_back(&Mine::Started { by: "me".into(), started: started.clone() });
    comes_back(&Mine::Report(started.clone().into()));
    let scan = Scan::matching([Filter::alias(["a"])]);
    let progress = Some(Coverage::of(&scan, &started));
    comes_back(&Mine::Known { scan, ids: vec!["".into(), "e1".into()], progress });
}

#[test]
fn what_would_widen_a_scan_is_refused_when_it_is_read_again() {
    for filters in [json!([]), json!(null), json!({}), json!("ALL"), json!([[]])] {
        for document in
            [json!({"filters": filters}), json!({"filters": filters, "incident_id": "4"}), json!({})]
        {
            assert!(serde_json::from_value::<Scan>(document.clone()).is_err(), "{document}");
            assert!(serde_json::from_value::<AbortScan>(document.clone()).is_err(), "{document}");
        }
        assert!(serde_json::from_value::<Filters>(filters.clone()).is_err(), "{filters}");
    }
    let empty = json!({"field": "hostname", "operator": "in", "value": []});
    assert!(serde_json::from_value::<Filter>(empty).is_err());
    assert!(serde_json::from_value::<IncidentId>(json!("")).is_err());
}

#[test]
fn a_large_action_id_is_written_so_that_every_language_reads_it() {
    let document =
        |id: u64| serde_json::to_value(ActionReport::from(ActionId::from(id))).unwrap()["action_id"].clone();
    assert_eq!(document(9_007_199_254_740_991), json!(9_007_199_254_740_991_u64));
    assert_eq!(document(9_007_199_254_740_992), json!("9007199254740992"));
}

#[test]
fn progress_of_every_kind_comes_back_with_its_report() {
    let mut answers = vec![
        answer(503, ""),
        ok(r#"{"reply":{"data":{"e1":"FAILED","e2":null},"errorReasons":{"e1":{"why":["disk",1.5]}}}}"#),
        accepted(42, 2),
    ];
    let scan = Scan::matching([Filter::hostname(["a", "b"])]);
    let run = session().scan_and_wait(&scan, Polling::within(seconds(60))).unwrap();
    let ended = drive(run, |_| {
        answers.pop().unwrap_or_else(|| ok(format!(r#"{{"reply":{{"data":{{"e1":"{DONE}"}}}}}}"#)))
    });
    let Err(Error::Wait(end)) = &ended.output else { panic!() };
    assert_eq!(end.report.vanished().count(), 1);
    let mut kinds = Vec::new();
    for progress in &ended.progress {
        let document = serde_json::to_string(progress).unwrap();
        let read = Progress::from_json(&document).unwrap();
        assert_eq!(read.report(), progress.report());
        assert_eq!(serde_json::to_string(&read).unwrap(), document);
        kinds.push(match read {
            Progress::Started { .. } => "started",
            Progress::Polled { .. } => "polled",
            Progress::Trouble { error: None, in_a_row: 1, ref message, .. } if message.contains("503") => {
                "trouble"
            }
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(kinds[..4], ["started", "polled", "trouble", "polled"]);
    comes_back(&end.report);
    comes_back(&end.report.coverage().unwrap());
}

#[test]
fn what_a_tenant_writes_never_makes_a_saved_report_unreadable() {
    let deep = |levels| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let reasons = [
        deep(60),
        deep(120),
        deep(10_000),
        "1e999".into(),
        "-0".into(),
        r#"{"a":1,"a":2}"#.into(),
        " 7 ".into(),
    ];
    for reason in reasons {
        let reply = format!(
            r#"{{"reply":{{"data":{{"e\u0000\"":"FAILED","":"WORD\u202e","e1":null}},"errorReasons":{{"":{reason}}}}}}}"#
        );
        let ended = drive(session().wait(ActionId::from(42), Polling::within(seconds(10))), |_| ok(&reply));
        let Err(Error::Wait(end)) = ended.output else { panic!() };
        comes_back(&end.report);
        let progress = Progress::Trouble {
            report: end.report,
            message: String::new(),
            error: None,
            in_a_row: 1,
            next_in: seconds(0),
        };
        let nested = serde_json::to_string(&[[progress]]).unwrap();
        let [[read]]: [[Progress; 1]; 1] = serde_json::from_str(&nested).unwrap();
        assert_eq!(read.report().named(), 3);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_report_of_any_reply_comes_back(
        data in prop::collection::btree_map(".{0,4}", prop::option::of(".{0,4}"), 1..20),
        reason in "[\\[\\]{}\":,a0-9e.-]{0,12}",
    ) {
        let reasons = if serde_json::from_str::<Value>(&reason).is_ok() { reason } else { "1".to_owned() };
        let id = serde_json::to_string(data.keys().next().unwrap()).unwrap();
        let data = serde_json::to_string(&data).unwrap();
        let reply = format!(r#"{{"reply":{{"data":{data},"errorReasons":{{{id}:{reasons}}}}}}}"#);
        let ended = drive(session().wait(ActionId::from(42), Polling::within(seconds(3))), |_| ok(&reply));
        let Err(Error::Wait(end)) = ended.output else { panic!() };
        comes_back(&end.report);
    }
}
