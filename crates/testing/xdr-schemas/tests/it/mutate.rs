//! Documents that are valid, or have few mistakes.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

/// A change at one place of a document.
#[derive(Debug, Clone)]
enum Change {
    Replace(Value),
    Remove,
    /// Inserts this value under that key, or appends it to a list.
    Add(&'static str, Value),
    /// Inserts this value under that key before the existing entry. The last entry counts.
    Shadow(Value),
    /// Replaces the value with a list of this value.
    Wrap,
    /// Repeats the first item of a list.
    Repeat,
}

/// Texts of documents that differ from a request or a reply by up to three changes.
pub(crate) fn near(message: Value) -> impl Strategy<Value = String> {
    changed(message, KEYS, WORDS)
}

/// The same for saved documents, which have their own keys and words.
pub(crate) fn near_saved(document: Value) -> impl Strategy<Value = String> {
    changed(document, SAVED_KEYS, SAVED_WORDS)
}

fn changed(
    document: Value,
    keys: &'static [&'static str],
    words: &'static [&'static str],
) -> impl Strategy<Value = String> {
    let changes = prop::collection::vec((any::<Index>(), change(keys, words)), 0..4);
    changes.prop_map(move |changes| {
        let mut document = document.clone();
        for (place, change) in changes {
            let places = places(&document);
            apply(&mut document, &places[place.index(places.len())], change);
        }
        // A key with a leading space sorts first. Without the space, it repeats the other key.
        document.to_string().replace("\" ", "\"")
    })
}

#[rustfmt::skip]
const KEYS: &[&str] = &[
    "filters", "incident_id", "field", "operator", "value", "request_data", "group_action_id", "extra", "",
    "search_from", "search_to", "sort", "keyword", "endpoints", "endpoint_id", "total_count", "reply", "action_id", "endpoints_count", "status", "data", "errorReasons", "err_code", "err_msg",
];

#[rustfmt::skip]
const WORDS: &[&str] = &[
    "", "a", "1", "007", "-1", "all", "ALL", "in", "gte", "lte", "hostname", "ip_list", "platform", "isolate",
    "scan_status", "first_seen", "endpoint_status", "lost", "endpoint_id", "asc", "tags", "windows", "isolated", "none", "127.0.0.1", "::1", "1.2.3", "FAILED",
    " a", "a ", "a b", "a\n", "a\nb", "a\r", "\u{feff}a", "a\u{200b}b", "a\u{202e}b", "\0", "a\u{a0}b", "a\u{3000}",
    "\u{200d}", "a\u{200c}", "a\u{fe0f}",
];

#[rustfmt::skip]
const SAVED_KEYS: &[&str] = &[
    "filters", "incident_id", "field", "operator", "value", "taken", "named", "complete", "missing", "proves_gap", "action_id", "accepted", "repeated", "tenant",
    "endpoints_count", "endpoints", "unchanged_ms", "is_success", "endpoint_id", "status", "omitted", "reason",
    "batches", "endpoint_ids", "state", "action", "unmatched_ids", "event", "elapsed_ms", "message", "in_a_row", "next_in_ms", "report", "extra", "",
];

#[rustfmt::skip]
const SAVED_WORDS: &[&str] = &[
    "", "a", "1", "007", "-1", "all", "ALL", "in", "gte", "hostname", "ip_list", "platform", "first_seen", "linux",
    "127.0.0.1", "started", "not_sent", "sending", "refused", "polled", "trouble", "PENDING", "FAILED", "COMPLETED_SUCCESSFULLY", "NEW_WORD",
    " a", "a b", "a\n", "a\r", "\u{feff}a", "a\u{200b}b", "a\u{202e}b", "\0", "a\u{3000}", "\u{200d}",
];

#[rustfmt::skip]
const INTEGERS: &[i64] = &[
    0, 1, -1, 42, 1_760_000_000_000, 9_007_199_254_740_991, 9_007_199_254_740_992, i64::MAX, i64::MIN,
];

#[rustfmt::skip]
const FLOATS: &[f64] = &[
    0.0, -0.0, 1.0, 1.5, -2.0, 1e12, 9_007_199_254_740_991.0, 9_007_199_254_740_992.0, 1e19, 1e300,
];

fn change(keys: &'static [&'static str], words: &'static [&'static str]) -> impl Strategy<Value = Change> {
    let key = prop::sample::select(keys);
    prop_oneof![
        6 => scalar(words).prop_map(Change::Replace),
        2 => Just(Change::Remove),
        2 => (key, scalar(words)).prop_map(|(key, value)| Change::Add(key, value)),
        1 => scalar(words).prop_map(Change::Shadow),
        1 => Just(Change::Wrap),
        1 => Just(Change::Repeat),
    ]
}

/// Values at the limits of the rules.
fn scalar(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let words = prop::sample::select(words);
    let integers = prop::sample::select(INTEGERS);
    let floats = prop::sample::select(FLOATS);
    prop_oneof![
        4 => words.prop_map(Value::from),
        3 => integers.prop_map(Value::from),
        3 => floats.prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => "[^ ].{0,5}".prop_map(Value::from),
        1 => prop::sample::select(vec![json!(null), json!(true), json!([]), json!({}), json!([null]), json!([""]), json!(["a"])]),
    ]
}

/// The JSON Pointer of everything in `value`.
fn places(value: &Value) -> Vec<String> {
    let below = |key: &str, value| {
        places(value).into_iter().map(move |place| format!("/{key}{place}")).collect::<Vec<_>>()
    };
    let inside: Vec<String> = match value {
        Value::Object(object) => object.iter().flat_map(|(key, value)| below(key, value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(i, item)| below(&i.to_string(), item)).collect()
        }
        _ => Vec::new(),
    };
    [String::new()].into_iter().chain(inside).collect()
}

fn apply(document: &mut Value, place: &str, change: Change) {
    match change {
        Change::Replace(new) => *document.pointer_mut(place).unwrap() = new,
        Change::Wrap => {
            let value = document.pointer_mut(place).unwrap();
            *value = json!([value.take()]);
        }
        Change::Add(key, new) => match document.pointer_mut(place).unwrap() {
            Value::Object(object) => drop(object.insert(key.into(), new)),
            Value::Array(items) => items.push(new),
            _ => {}
        },
        Change::Repeat => {
            if let Some(items) = document.pointer_mut(place).unwrap().as_array_mut() {
                items.extend(items.first().cloned());
            }
        }
        Change::Remove => change_parent(document, place, |parent, key| match parent {
            Value::Object(object) => drop(object.remove(key)),
            Value::Array(items) => drop(items.remove(key.parse().unwrap())),
            _ => {}
        }),
        Change::Shadow(new) => change_parent(document, place, |parent, key| {
            if let Value::Object(object) = parent {
                object.insert(format!(" {key}"), new);
            }
        }),
    }
}

fn change_parent(document: &mut Value, place: &str, change: impl FnOnce(&mut Value, &str)) {
    if let Some((parent, key)) = place.rsplit_once('/') {
        change(document.pointer_mut(parent).unwrap(), key);
    }
}
