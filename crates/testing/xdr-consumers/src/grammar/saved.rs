//! Generated valid documents that a program saves.

use fastrand::Rng;
use serde_json::{Value, json};

use super::{MAX_INTEGER, Maker, action_id, filters, list_filter, pick, text, text_of_a_tenant, time_filter};

/// Makes the coverage of a scan.
pub(crate) fn coverage(rng: &mut Rng) -> Value {
    let mut coverage = json!({"filters": filters(rng)});
    perhaps(
        rng,
        &mut coverage,
        &[
            ("taken", count),
            ("named", count),
            ("complete", boolean),
            ("missing", ids),
            ("proves_gap", boolean),
        ],
    );
    coverage
}

/// Makes a report about an action.
pub(crate) fn report(rng: &mut Rng) -> Value {
    let endpoints: Vec<_> = (0..rng.usize(..4)).map(|_| endpoint(rng)).collect();
    let mut report = json!({"action_id": id_of_a_tenant(rng), "endpoints": endpoints});
    let optional: [(&str, Maker); 9] = [
        ("accepted", boolean),
        ("repeated", boolean),
        ("tenant", |rng| text_of_a_tenant(rng).into()),
        ("endpoints_count", count),
        ("filters", filters),
        ("unchanged_ms", count),
        ("skipped", skipped),
        ("unmatched_hostnames", |rng| (0..rng.usize(..3)).map(|_| text_of_a_tenant(rng)).collect()),
        ("is_success", boolean),
    ];
    perhaps(rng, &mut report, &optional);
    report
}

/// Makes the list of endpoints that a run skipped.
fn skipped(rng: &mut Rng) -> Value {
    let one = |rng: &mut Rng| {
        let why = pick(rng, &["disconnected", "being_scanned", "uninstalled"]);
        let mut skipped = json!({"endpoint_id": id_text(rng), "why": why});
        perhaps(rng, &mut skipped, &[("endpoint_name", |rng| text_of_a_tenant(rng).into())]);
        skipped
    };
    (0..rng.usize(..3)).map(|_| one(rng)).collect()
}

/// Makes the text of an id, up to the maximum length that a reader accepts.
fn id_text(rng: &mut Rng) -> String {
    let mut text = text_of_a_tenant(rng);
    let end = (0..=text.len().min(1024)).rev().find(|end| text.is_char_boundary(*end));
    text.truncate(end.unwrap_or_default());
    text
}

/// Makes an endpoint of a report.
pub(crate) fn endpoint(rng: &mut Rng) -> Value {
    let mut endpoint = json!({"endpoint_id": id_text(rng), "status": status(rng)});
    let optional: [(&str, Maker); 3] =
        [("omitted", boolean), ("reason", anything), ("reason_left_out", boolean)];
    perhaps(rng, &mut endpoint, &optional);
    endpoint
}

/// Makes a progress event of a followed action.
pub(crate) fn progress(rng: &mut Rng) -> Value {
    pick(rng, &[started as Maker, polled, trouble])(rng)
}

pub(crate) fn started(rng: &mut Rng) -> Value {
    json!({"event": "started", "report": report(rng)})
}

pub(crate) fn polled(rng: &mut Rng) -> Value {
    json!({"event": "polled", "elapsed_ms": count(rng), "report": report(rng)})
}

pub(crate) fn trouble(rng: &mut Rng) -> Value {
    json!({"event": "trouble", "message": text_of_a_tenant(rng), "in_a_row": count(rng), "next_in_ms": count(rng), "report": report(rng)})
}

/// Makes a scan in batches. Each id and each action contains the position of its batch, so all of them are distinct.
pub(crate) fn batches(rng: &mut Rng) -> Value {
    let batches: Vec<_> = (0..rng.usize(1..4)).map(|place| batch(rng, place)).collect();
    let mut document = json!({ "batches": batches });
    let optional: [(&str, Maker); 7] = [
        ("tenant", |rng| text_of_a_tenant(rng).into()),
        ("incident_id", |rng| text(rng).into()),
        ("filters", |rng| (0..rng.usize(..3)).map(|_| shared_filter(rng)).collect()),
        ("skipped", skipped),
        ("unmatched_ids", ids),
        ("unmatched_hostnames", |rng| (0..rng.usize(..3)).map(|_| text_of_a_tenant(rng)).collect()),
        ("is_success", boolean),
    ];
    perhaps(rng, &mut document, &optional);
    document
}

/// Makes the batch at a position.
fn batch(rng: &mut Rng, place: usize) -> Value {
    let mut batch = pick(rng, &[unstarted as Maker, started_batch])(rng);
    if let Some(ids) = batch.get_mut("endpoint_ids").and_then(Value::as_array_mut) {
        for (i, id) in ids.iter_mut().enumerate() {
            *id = format!("{} {place}.{i}", text(rng)).into();
        }
    }
    if let Some(action) = batch.get_mut("action") {
        action["action_id"] = match rng.bool() {
            true => place.into(),
            false => format!("{} {place}", pick(rng, &["", "a", "\n"])).into(),
        };
    }
    batch
}

/// Makes a batch that was not sent, was refused, or has an unknown outcome.
pub(crate) fn unstarted(rng: &mut Rng) -> Value {
    let state = pick(rng, &["not_sent", "sending", "refused"]);
    let mut batch = json!({"endpoint_ids": own_ids(rng), "state": state});
    perhaps(rng, &mut batch, &[("message", |rng| text_of_a_tenant(rng).into())]);
    batch
}

/// Makes a batch with an action, which this batch or an earlier program started.
pub(crate) fn started_batch(rng: &mut Rng) -> Value {
    let mut batch = json!({"state": "started", "action": report(rng)});
    let optional: [(&str, Maker); 2] =
        [("endpoint_ids", own_ids), ("message", |rng| text_of_a_tenant(rng).into())];
    perhaps(rng, &mut batch, &optional);
    batch
}

fn own_ids(rng: &mut Rng) -> Value {
    (0..rng.usize(1..4)).map(|i| format!("{} {i}", text(rng))).collect()
}

/// Makes a filter that can be combined with ids.
pub(crate) fn shared_filter(rng: &mut Rng) -> Value {
    loop {
        let filter = pick(rng, &[list_filter as Maker, time_filter])(rng);
        if filter["field"] != "endpoint_id_list" {
            return filter;
        }
    }
}

/// Adds a random selection of these keys.
fn perhaps(rng: &mut Rng, object: &mut Value, optional: &[(&str, Maker)]) {
    for (key, make) in optional {
        if rng.bool() {
            object[*key] = make(rng);
        }
    }
}

fn boolean(rng: &mut Rng) -> Value {
    rng.bool().into()
}

fn count(rng: &mut Rng) -> Value {
    match rng.u8(..3) {
        0 => pick(rng, &[0, 1, 673, MAX_INTEGER - 1, MAX_INTEGER]).into(),
        1 => rng.u64(..=MAX_INTEGER).into(),
        _ => rng.u64(..100_000).into(),
    }
}

/// Makes an action id as a tenant can send it. It is not empty.
fn id_of_a_tenant(rng: &mut Rng) -> Value {
    match (id_text(rng), action_id(rng)) {
        (id, Value::String(long)) if long.len() > 1024 && !id.is_empty() => id.into(),
        (_, Value::String(long)) if long.len() > 1024 => 42.into(),
        (id, other) if id.is_empty() || rng.bool() => other,
        (id, _) => id.into(),
    }
}

fn ids(rng: &mut Rng) -> Value {
    (0..rng.usize(..3)).map(|_| id_text(rng)).collect()
}

fn status(rng: &mut Rng) -> Value {
    let known = ["PENDING", "IN_PROGRESS", "COMPLETED_SUCCESSFULLY", "FAILED", "CANCELED"];
    match rng.u8(..4) {
        0 => Value::Null,
        1 => text_of_a_tenant(rng).into(),
        _ => pick(rng, &known).into(),
    }
}

/// Makes any JSON value, as in a reason.
fn anything(rng: &mut Rng) -> Value {
    let forms =
        [json!(null), json!(false), json!(-1.5e-3), json!(u64::MAX), json!([[], {}]), json!({"a": [1]})];
    match rng.u8(..3) {
        0 => text_of_a_tenant(rng).into(),
        1 => json!({"errorDescription": text_of_a_tenant(rng)}),
        _ => forms[rng.usize(..forms.len())].clone(),
    }
}
