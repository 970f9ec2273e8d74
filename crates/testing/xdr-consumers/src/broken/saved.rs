//! Generated documents that a program saves, each of which breaks exactly one rule.

use fastrand::Rng;
use serde_json::{Value, json};

use super::super::grammar::saved::{
    batches, coverage, endpoint, polled, progress, report, started, started_batch, trouble, unstarted,
};
use super::super::grammar::{refused_text, text_filter};
use super::{
    Maker, Rule, below, fraction, junk, neither_number_nor_text, not_a_list, not_a_number, not_an_object,
    not_filters, not_text, pick, pick_value, stray_key, too_large, with, without,
};

/// The rules of coverage.
#[rustfmt::skip]
pub(crate) const COVERAGE: &[Rule] = &[
    ("coverage is an object", not_an_object),
    ("filters is required", |rng| without(coverage(rng), "filters")),
    ("coverage has no other key", |rng| stray(rng, coverage)),
    ("filters is all or a list", |rng| other(rng, coverage, "filters", not_filters)),
    ("filters is not empty", |rng| other(rng, coverage, "filters", |_| json!([]))),
    ("taken is a count", |rng| other(rng, coverage, "taken", not_a_count)),
    ("missing is a list", |rng| other(rng, coverage, "missing", not_a_list)),
    ("a missing id is text", |rng| other(rng, coverage, "missing", |rng| json!(["e1", not_text(rng)]))),
    ("proves_gap is a boolean", |rng| other(rng, coverage, "proves_gap", not_a_boolean)),
    ("complete is a boolean", |rng| other(rng, coverage, "complete", not_a_boolean)),
];

/// The rules of a report.
#[rustfmt::skip]
pub(crate) const REPORT: &[Rule] = &[
    ("a report is an object", not_an_object),
    ("action_id is required", |rng| without(report(rng), "action_id")),
    ("endpoints is required", |rng| without(report(rng), "endpoints")),
    ("a report has no other key", |rng| stray(rng, report)),
    ("action_id is a number or text", |rng| other(rng, report, "action_id", neither_number_nor_text)),
    ("action_id is whole", |rng| other(rng, report, "action_id", fraction)),
    ("action_id is not negative", |rng| other(rng, report, "action_id", |rng| below(rng, 0))),
    ("action_id is at most 2^53 - 1 as a number", |rng| other(rng, report, "action_id", too_large)),
    ("action_id is not empty", |rng| other(rng, report, "action_id", |_| json!(""))),
    ("accepted is a boolean", |rng| other(rng, report, "accepted", not_a_boolean)),
    ("repeated is a boolean", |rng| other(rng, report, "repeated", not_a_boolean)),
    ("endpoints_count is a count", |rng| other(rng, report, "endpoints_count", not_a_count)),
    ("filters is all or a list", |rng| other(rng, report, "filters", not_filters)),
    ("filters is not empty", |rng| other(rng, report, "filters", |_| json!([]))),
    ("unchanged_ms is a count", |rng| other(rng, report, "unchanged_ms", not_a_count)),
    ("is_success is a boolean", |rng| other(rng, report, "is_success", not_a_boolean)),
    ("endpoints is a list", |rng| other(rng, report, "endpoints", not_a_list)),
    ("an endpoint is an object", |rng| among_endpoints(rng, not_an_object)),
    ("endpoint_id is required", |rng| among_endpoints(rng, |rng| without(endpoint(rng), "endpoint_id"))),
    ("status is required", |rng| among_endpoints(rng, |rng| without(endpoint(rng), "status"))),
    ("an endpoint has no other key", |rng| among_endpoints(rng, |rng| stray(rng, endpoint))),
    ("endpoint_id is text", |rng| among_endpoints(rng, |rng| other(rng, endpoint, "endpoint_id", not_text))),
    ("status is text or null", |rng| among_endpoints(rng, |rng| other(rng, endpoint, "status", neither_text_nor_null))),
    ("omitted is a boolean", |rng| among_endpoints(rng, |rng| other(rng, endpoint, "omitted", not_a_boolean))),
];

/// The rules of progress.
#[rustfmt::skip]
pub(crate) const PROGRESS: &[Rule] = &[
    ("progress is an object", not_an_object),
    ("event is required", |rng| without(progress(rng), "event")),
    ("event is known", |rng| other(rng, progress, "event", not_an_event)),
    ("report is required", |rng| without(progress(rng), "report")),
    ("report is an object", |rng| other(rng, progress, "report", not_an_object)),
    ("the report follows its own rules", |rng| other(rng, progress, "report", |rng| without(report(rng), "action_id"))),
    ("progress has no other key", |rng| stray(rng, progress)),
    ("only polled has elapsed_ms", |rng| other(rng, started, "elapsed_ms", |_| json!(1))),
    ("only trouble has message", |rng| other(rng, polled, "message", |_| json!("m"))),
    ("elapsed_ms is required", |rng| without(polled(rng), "elapsed_ms")),
    ("message is required", |rng| without(trouble(rng), "message")),
    ("in_a_row is required", |rng| without(trouble(rng), "in_a_row")),
    ("next_in_ms is required", |rng| without(trouble(rng), "next_in_ms")),
    ("elapsed_ms is a count", |rng| other(rng, polled, "elapsed_ms", not_a_count)),
    ("message is text", |rng| other(rng, trouble, "message", not_text)),
    ("in_a_row is a count", |rng| other(rng, trouble, "in_a_row", not_a_count)),
    ("next_in_ms is a count", |rng| other(rng, trouble, "next_in_ms", not_a_count)),
];

/// The rules of batches. The schema does not say that all ids and actions are distinct, so this rule is not here.
#[rustfmt::skip]
pub(crate) const BATCHES: &[Rule] = &[
    ("a document is an object", not_an_object),
    ("batches is required", |rng| without(batches(rng), "batches")),
    ("a document has no other key", |rng| stray(rng, batches)),
    ("batches is a list", |rng| other(rng, batches, "batches", not_a_list)),
    ("batches is not empty", |rng| other(rng, batches, "batches", |_| json!([]))),
    ("tenant is text", |rng| other(rng, batches, "tenant", not_text)),
    ("incident_id holds no invisible or surrounding character", |rng| other(rng, batches, "incident_id", refused_text)),
    ("filters is a list", |rng| other(rng, batches, "filters", not_a_list)),
    ("no filter is on ids", |rng| other(rng, batches, "filters", |rng| json!([with(text_filter(rng), "field", "endpoint_id_list".into())]))),
    ("a filter is a filter", |rng| other(rng, batches, "filters", |rng| json!([not_an_object(rng)]))),
    ("skipped is a list", |rng| other(rng, batches, "skipped", not_a_list)),
    ("unmatched_ids is a list", |rng| other(rng, batches, "unmatched_ids", not_a_list)),
    ("unmatched_hostnames is a list", |rng| other(rng, batches, "unmatched_hostnames", not_a_list)),
    ("is_success is a boolean", |rng| other(rng, batches, "is_success", not_a_boolean)),
    ("a batch is an object", |rng| among_batches(rng, not_an_object)),
    ("state is required", |rng| among_batches(rng, |rng| without(unstarted(rng), "state"))),
    ("state is known", |rng| among_batches(rng, |rng| other(rng, unstarted, "state", not_a_state))),
    ("an unstarted batch has ids", |rng| among_batches(rng, |rng| without(unstarted(rng), "endpoint_ids"))),
    ("an unstarted batch has no action", |rng| among_batches(rng, |rng| other(rng, unstarted, "action", report))),
    ("an unstarted batch has no other key", |rng| among_batches(rng, |rng| stray(rng, unstarted))),
    ("a started batch has an action", |rng| among_batches(rng, |rng| without(started_batch(rng), "action"))),
    ("a started batch has no other key", |rng| among_batches(rng, |rng| stray(rng, started_batch))),
    ("the action follows its own rules", |rng| among_batches(rng, |rng| other(rng, started_batch, "action", |rng| without(report(rng), "endpoints")))),
    ("endpoint_ids is a list", |rng| among_batches(rng, |rng| any_batch(rng, "endpoint_ids", not_a_list))),
    ("endpoint_ids is not empty", |rng| among_batches(rng, |rng| any_batch(rng, "endpoint_ids", |_| json!([])))),
    ("an id holds no invisible or surrounding character", |rng| among_batches(rng, |rng| any_batch(rng, "endpoint_ids", |rng| json!([refused_text(rng)])))),
    ("message is text", |rng| among_batches(rng, |rng| any_batch(rng, "message", not_text))),
];

/// Makes a document in which one key is replaced or added.
fn other(rng: &mut Rng, valid: Maker, key: &str, value: Maker) -> Value {
    with(valid(rng), key, value(rng))
}

/// Makes a document with an additional key.
fn stray(rng: &mut Rng, valid: Maker) -> Value {
    with(valid(rng), stray_key(rng), junk(rng))
}

/// Makes a report with an additional endpoint at a random position.
fn among_endpoints(rng: &mut Rng, endpoint: Maker) -> Value {
    let mut report = report(rng);
    let wrong = endpoint(rng);
    if let Some(endpoints) = report["endpoints"].as_array_mut() {
        endpoints.insert(rng.usize(..=endpoints.len()), wrong);
    }
    report
}

/// Makes batches with an additional batch at a random position. The action id of this batch is unique.
fn among_batches(rng: &mut Rng, batch: Maker) -> Value {
    let mut document = batches(rng);
    let mut wrong = batch(rng);
    if let Some(id) = wrong.pointer_mut("/action/action_id") {
        *id = "another".into();
    }
    if let Some(batches) = document["batches"].as_array_mut() {
        batches.insert(rng.usize(..=batches.len()), wrong);
    }
    document
}

/// Makes a batch, started or not, in which one key is replaced or added.
fn any_batch(rng: &mut Rng, key: &str, value: Maker) -> Value {
    let valid = pick(rng, &[unstarted as Maker, started_batch]);
    other(rng, valid, key, value)
}

/// Returns a value that is not a count. A count is an integer from 0 to 2^53 - 1.
fn not_a_count(rng: &mut Rng) -> Value {
    match rng.u8(..4) {
        0 => not_a_number(rng),
        1 => fraction(rng),
        2 => below(rng, 0),
        _ => too_large(rng),
    }
}

fn not_a_boolean(rng: &mut Rng) -> Value {
    pick_value(rng, &[json!(null), json!(0), json!(1), json!("true"), json!(""), json!([]), json!({})])
}

fn neither_text_nor_null(rng: &mut Rng) -> Value {
    pick_value(rng, &[json!(false), json!(0), json!(1.5), json!([]), json!(["FAILED"]), json!({})])
}

fn not_a_state(rng: &mut Rng) -> Value {
    let words = ["", "done", "NOT_SENT", "Started", "sending ", "not-sent", "__proto__"].map(Value::from);
    pick_value(rng, &[&words[..], &[json!(null), json!(0), json!(["sending"]), json!({})]].concat())
}

fn not_an_event(rng: &mut Rng) -> Value {
    let words = ["", "ended", "Started", "polled ", "__proto__"].map(Value::from);
    pick_value(rng, &[&words[..], &[json!(null), json!(0), json!(["started"]), json!({})]].concat())
}
