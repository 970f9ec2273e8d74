//! The rules of the model and the schemas give the same verdict on saved documents. A document that is read and saved
//! again does not change.

use std::convert::identity;
use std::fmt::Debug;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use xdr_model::{ActionReport, Coverage, Progress, Scan, ScanBatches};

use crate::mutate::near_saved;
use crate::verdict::{agree, filters};

/// Compares the verdicts of `read`, of `Deserialize` and of the schema on documents similar to `seeds`. A value is
/// written as a valid document, and this document is read as an equal value. `compared` returns the comparable part of
/// a value.
fn agree_and_come_back<T, E, C>(
    name: &str,
    seeds: Vec<Value>,
    read: fn(&str) -> Result<T, E>,
    compared: fn(T) -> C,
) where
    T: Serialize + DeserializeOwned,
    E: Debug,
    C: PartialEq + Debug,
{
    agree_where(name, seeds, |_| true, read, compared);
}

/// The same on the documents for which it `is_said` in the schema what the rules say.
fn agree_where<T, E, C>(
    name: &str,
    seeds: Vec<Value>,
    is_said: fn(&str) -> bool,
    read: fn(&str) -> Result<T, E>,
    compared: fn(T) -> C,
) where
    T: Serialize + DeserializeOwned,
    E: Debug,
    C: PartialEq + Debug,
{
    let texts = prop::sample::select(seeds).prop_flat_map(near_saved);
    let texts = texts.prop_filter("what no schema can say", move |text| is_said(text));
    let in_both_ways = |text: &str| {
        let value = read(text);
        assert_eq!(value.is_ok(), serde_json::from_str::<T>(text).is_ok(), "{text}");
        value
    };
    agree(name, texts, in_both_ways, |validator, text, value| {
        let written = serde_json::to_string(&value).unwrap();
        prop_assert!(validator.is_valid(&serde_json::from_str(&written).unwrap()), "{}: {}", text, written);
        let again = read(&written).map_err(|error| TestCaseError::fail(format!("{written}: {error:?}")))?;
        prop_assert_eq!(&serde_json::to_string(&again).unwrap(), &written, "{}", text);
        let deserialized: T = serde_json::from_str(text).unwrap();
        let value = compared(value);
        prop_assert_eq!(&compared(again), &value, "{}", text);
        prop_assert_eq!(&compared(deserialized), &value, "{}", text);
        Ok(())
    });
}

/// `document` with one filter at a time, so that a change usually affects the verdict.
fn with_each_filter(document: &Value) -> Vec<Value> {
    let with = |filter| {
        let mut document = document.clone();
        document["filters"] = json!([filter]);
        document
    };
    filters().into_iter().map(with).collect()
}

fn report() -> Value {
    json!({
        "action_id": 42,
        "accepted": true,
        "repeated": true,
        "tenant": "https://api-a.b",
        "endpoints_count": 3,
        "endpoints": [
            {"endpoint_id": "e1", "status": "FAILED", "reason": {"why": ["disk", 1.5]}},
            {"endpoint_id": "e2", "status": "PENDING", "omitted": true},
        ],
        "unchanged_ms": 60_000,
        "is_success": false,
    })
}

#[test]
fn a_scan_that_was_saved_has_one_verdict() {
    let seeds = with_each_filter(&json!({"incident_id": "42"}));
    agree_and_come_back("scan", seeds, |text| serde_json::from_str::<Scan>(text), identity);
}

#[test]
fn coverage_has_one_verdict() {
    let seeds = with_each_filter(
        &json!({"taken": 1, "named": 1, "complete": true, "missing": ["e1", ""], "proves_gap": true}),
    );
    agree_and_come_back("coverage", seeds, Coverage::from_json, identity);
}

#[test]
fn a_report_has_one_verdict() {
    let mut seeds = with_each_filter(&report());
    seeds.extend(vec![report(); 12]);
    agree_and_come_back("action-report", seeds, ActionReport::from_json, identity);
}

#[test]
fn progress_has_one_verdict() {
    let small = json!({"action_id": " a\n", "endpoints": [{"endpoint_id": "e1", "status": null}]});
    let seeds = [report(), small].into_iter().flat_map(|report| {
        [
            json!({"event": "started", "report": report}),
            json!({"event": "polled", "elapsed_ms": 2000, "report": report}),
            json!({"event": "trouble", "message": "HTTP 503", "in_a_row": 1, "next_in_ms": 500, "report": report}),
        ]
    });
    agree_and_come_back("progress", seeds.collect(), Progress::from_json, ActionReport::from);
}

/// A batch in each state.
fn batches() -> [Value; 5] {
    [
        json!({"endpoint_ids": ["e1", "e2"], "state": "not_sent"}),
        json!({"endpoint_ids": ["e3"], "state": "sending", "message": "HTTP 503"}),
        json!({"endpoint_ids": ["e4"], "state": "refused", "message": ""}),
        json!({"endpoint_ids": ["e5"], "state": "started", "action": {"action_id": 1, "endpoints": []}}),
        json!({"state": "started", "action": report()}),
    ]
}

#[test]
fn batches_have_one_verdict() {
    let skipped = json!([{"endpoint_id": "e9", "endpoint_name": "h", "why": "disconnected"}]);
    let rest = json!({
        "tenant": "https://api-a.b", "incident_id": "42", "skipped": skipped, "unmatched_ids": ["e7"],
        "unmatched_hostnames": ["h"], "is_success": false,
    });
    let with = |batches: &[Value]| {
        let mut document = rest.clone();
        document["batches"] = batches.into();
        document
    };
    let mut seeds = with_each_filter(&json!({"batches": [batches()[0]]}));
    seeds.extend(batches().iter().flat_map(|batch| {
        let alone = json!({"batches": [batch]});
        [with(std::slice::from_ref(batch)), alone.clone(), alone]
    }));
    seeds.push(with(&batches()));
    let is_said =
        |text: &str| ScanBatches::check_by_schema(text).is_ok() == ScanBatches::from_json(text).is_ok();
    agree_where("scan-batches", seeds, is_said, ScanBatches::from_json, identity);
}

/// The two rules that no schema can say.
#[test]
fn an_id_or_an_action_that_stands_twice_is_valid_by_the_schema_only() {
    let validator = crate::validator(&crate::document("scan-batches"));
    let [not_sent, sending, _, started, followed] = batches();
    let with = |batch: &Value, key: &str, value: Value| {
        let mut batch = batch.clone();
        batch[key] = value;
        batch
    };
    for (batches, place) in [
        (json!([with(&not_sent, "endpoint_ids", json!(["e1", "e1"]))]), "/batches/0/endpoint_ids/1"),
        (json!([not_sent, with(&sending, "endpoint_ids", json!(["e3", "e2"]))]), "/batches/1/endpoint_ids/1"),
        (json!([followed, with(&started, "action", report())]), "/batches/1/action"),
        (json!([followed, followed]), "/batches/1/action"),
    ] {
        let document = json!({ "batches": batches });
        let text = document.to_string();
        assert!(validator.is_valid(&document) && ScanBatches::check_by_schema(&text).is_ok(), "{text}");
        let invalid = ScanBatches::from_json(&text).unwrap_err();
        assert_eq!(invalid.violations()[0].pointer, place, "{text}: {invalid}");
    }
}

/// A reader computes the derived values itself, because the saved ones can be wrong.
#[test]
fn a_verdict_of_a_document_is_not_believed() {
    let gap = |text: &str| Coverage::from_json(text).unwrap().proves_gap();
    let success = |text: &str| ActionReport::from_json(text).unwrap().is_success();
    let hosts = |taken| json!({"filters": [filters()[4], filters()[0]], "taken": taken});
    let ended = |status| json!({"action_id": 42, "repeated": true, "endpoints": [{"endpoint_id": "e1", "status": status}]});
    type Verdict = fn(&str) -> bool;
    let rows: [(&str, Verdict, Value, bool); 4] = [
        ("proves_gap", gap, hosts(1), true),
        ("proves_gap", gap, hosts(2), false),
        ("is_success", success, ended("COMPLETED_SUCCESSFULLY"), true),
        ("is_success", success, ended("FAILED"), false),
    ];
    for (key, verdict, mut document, truth) in rows {
        for claimed in [true, false] {
            document[key] = claimed.into();
            assert_eq!(verdict(&document.to_string()), truth, "{document}");
        }
    }
}
