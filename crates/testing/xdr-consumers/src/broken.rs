//! Generated documents that break exactly one rule.

use fastrand::Rng;
use serde_json::{Value, json};

use super::grammar::{self, MAX_INTEGER, Maker, enveloped, pick};

pub(super) mod saved;

/// The name of a rule, and a function that makes documents that break only this rule.
pub(super) type Rule = (&'static str, Maker);

/// The rules of `scan` and `abort_scan`.
#[rustfmt::skip]
pub(super) const SELECTION: &[Rule] = &[
    ("a request is an object", not_an_object),
    ("request_data is required", |_| json!({})),
    ("a request has no other key", |rng| beside(rng, grammar::selection)),
    ("request_data is an object", |rng| enveloped(not_an_object(rng))),
    ("filters is required", |rng| enveloped(pick_value(rng, &[json!({}), json!({"incident_id": "42"})]))),
    ("request_data has no other key", |rng| inside(rng, grammar::selection, stray_key, junk)),
    ("filters is all or a list", |rng| inside(rng, grammar::selection, |_| "filters", not_filters)),
    ("filters is not empty", |rng| inside(rng, grammar::selection, |_| "filters", |_| json!([]))),
    ("incident_id is text", |rng| inside(rng, grammar::selection, |_| "incident_id", not_text)),
    ("incident_id is not empty", |rng| inside(rng, grammar::selection, |_| "incident_id", |_| json!(""))),
    ("incident_id holds no invisible or surrounding character", |rng| inside(rng, grammar::selection, |_| "incident_id", grammar::refused_text)),
    ("a filter is an object", |rng| { let filter = not_an_object(rng); among_filters(rng, filter) }),
    ("field is required", |rng| lacking(rng, "field")),
    ("operator is required", |rng| lacking(rng, "operator")),
    ("value is required", |rng| lacking(rng, "value")),
    ("a filter has no other key", |rng| { let key = stray_key(rng); filter(rng, grammar::filter, key, junk) }),
    ("field is text", |rng| filter(rng, grammar::filter, "field", not_text)),
    ("field is known", |rng| filter(rng, grammar::filter, "field", unknown_field)),
    ("operator is in for lists", |rng| filter(rng, grammar::list_filter, "operator", |rng| not_operator(rng, "gte"))),
    ("operator is gte or lte for times", |rng| filter(rng, grammar::time_filter, "operator", |rng| not_operator(rng, "in"))),
    ("value is a list", |rng| filter(rng, grammar::list_filter, "value", not_a_list)),
    ("value is not empty", |rng| filter(rng, grammar::list_filter, "value", |_| json!([]))),
    ("an item is text", |rng| item(rng, grammar::list_filter, not_text)),
    ("an item is not empty", |rng| item(rng, grammar::text_filter, |_| json!(""))),
    ("an item holds no invisible or surrounding character", |rng| item(rng, grammar::text_filter, grammar::refused_text)),
    ("an item is a word of its field", |rng| item(rng, grammar::word_filter, not_a_word)),
    ("an item is an IP address", |rng| item(rng, grammar::ip_filter, not_an_ip)),
    ("a time is a number", |rng| filter(rng, grammar::time_filter, "value", not_a_number)),
    ("a time is whole", |rng| filter(rng, grammar::time_filter, "value", fraction)),
    ("a time has at least 13 digits", |rng| filter(rng, grammar::time_filter, "value", |rng| below(rng, 1_000_000_000_000))),
    ("a time is not in seconds", |rng| filter(rng, grammar::time_filter, "value", |rng| rng.u64(1_000_000_000..2_000_000_000).into())),
    ("a time has at most 13 digits", |rng| filter(rng, grammar::time_filter, "value", |rng| rng.u64(10_000_000_000_000..1 << 53).into())),
    ("a time is exact in every language", |rng| filter(rng, grammar::time_filter, "value", too_large)),
];

/// The rules of `get_action_status`.
#[rustfmt::skip]
pub(super) const STATUS_QUERY: &[Rule] = &[
    ("a request is an object", not_an_object),
    ("request_data is required", |_| json!({})),
    ("a request has no other key", |rng| beside(rng, grammar::status_query)),
    ("request_data is an object", |rng| enveloped(not_an_object(rng))),
    ("group_action_id is required", |_| enveloped(json!({}))),
    ("request_data has no other key", |rng| inside(rng, grammar::status_query, stray_key, junk)),
    ("group_action_id is a number or text", |rng| action(neither_number_nor_text(rng))),
    ("group_action_id is whole", |rng| action(fraction(rng))),
    ("group_action_id is not negative", |rng| action(below(rng, 0))),
    ("group_action_id is at most 2^53 - 1 as a number", |rng| action(too_large(rng))),
    ("group_action_id is not empty", |_| action(json!(""))),
    ("group_action_id holds no invisible or surrounding character", |rng| action(grammar::refused_text(rng))),
    ("group_action_id is no formatted number", |rng| action(formatted_number(rng))),
];

/// The rules of `get_endpoint`. The rules of filters are in `SELECTION`.
#[rustfmt::skip]
pub(super) const ENDPOINT_QUERY: &[Rule] = &[
    ("a request is an object", not_an_object),
    ("request_data is required", |_| json!({})),
    ("a request has no other key", |rng| beside(rng, grammar::endpoint_query)),
    ("request_data is an object", |rng| enveloped(not_an_object(rng))),
    ("every key is required", |rng| { let key = pick(rng, &["filters", "search_from", "search_to", "sort"]); without_inside(rng, key) }),
    ("request_data has no other key", |rng| inside(rng, grammar::endpoint_query, stray_key, junk)),
    ("filters is a list", |rng| inside(rng, grammar::endpoint_query, |_| "filters", not_a_list)),
    ("a filter is an object", |rng| { let filter = not_an_object(rng); with_filter(rng, filter) }),
    ("field is known", |rng| { let filter = with(grammar::endpoint_filter(rng), "field", "tags".into()); with_list(rng, filter) }),
    ("operator is in for connections", |rng| { let filter = with(grammar::connection_filter(rng), "operator", not_operator(rng, "gte")); with_filter(rng, filter) }),
    ("an item is a word of its field", |rng| { let filter = with(grammar::connection_filter(rng), "value", json!([not_a_word(rng)])); with_filter(rng, filter) }),
    ("search_from is whole", |rng| inside(rng, grammar::endpoint_query, |_| "search_from", fraction)),
    ("search_from is not negative", |rng| inside(rng, grammar::endpoint_query, |_| "search_from", |rng| below(rng, 0))),
    ("search_from is a number", |rng| inside(rng, grammar::endpoint_query, |_| "search_from", not_a_number)),
    ("search_to is whole", |rng| inside(rng, grammar::endpoint_query, |_| "search_to", fraction)),
    ("search_to is at least 1", |rng| inside(rng, grammar::endpoint_query, |_| "search_to", |rng| below(rng, 1))),
    ("search_to is exact in every language", |rng| inside(rng, grammar::endpoint_query, |_| "search_to", too_large)),
    ("sort is an object", |rng| inside(rng, grammar::endpoint_query, |_| "sort", not_an_object_with_keys)),
    ("sort is by the id", |rng| inside(rng, grammar::endpoint_query, |_| "sort", |rng| sort(pick(rng, &["last_seen", "first_seen", "", "ENDPOINT_ID"]), "asc"))),
    ("sort goes upwards", |rng| inside(rng, grammar::endpoint_query, |_| "sort", |rng| sort("endpoint_id", pick(rng, &["desc", "ASC", "", "asc "])))),
];

fn sort(field: &str, keyword: &str) -> Value {
    json!({"field": field, "keyword": keyword})
}

/// Does not return an empty object: it breaks one rule for each missing key.
fn not_an_object_with_keys(rng: &mut Rng) -> Value {
    pick_value(
        rng,
        &[json!(null), json!(true), json!(0), json!("endpoint_id"), json!([]), json!(["endpoint_id", "asc"])],
    )
}

/// Makes a request of `get_endpoint` without a key of `request_data`.
fn without_inside(rng: &mut Rng, key: &str) -> Value {
    enveloped(without(grammar::endpoint_query(rng)["request_data"].take(), key))
}

/// Makes a request of `get_endpoint` with an additional filter.
fn with_filter(rng: &mut Rng, filter: Value) -> Value {
    let mut request = grammar::endpoint_query(rng);
    if let Some(filters) = request["request_data"]["filters"].as_array_mut() {
        filters.push(filter);
    }
    request
}

/// Makes a request of `get_endpoint` with an additional filter. The operator and the value of the filter are valid.
fn with_list(rng: &mut Rng, filter: Value) -> Value {
    let filter = with(with(filter, "operator", "in".into()), "value", json!(["a"]));
    with_filter(rng, filter)
}

/// Makes a number with the separators of a spreadsheet.
fn formatted_number(rng: &mut Rng) -> Value {
    let mut number = rng.u64(..).to_string();
    for _ in 0..rng.usize(1..4) {
        number.insert(rng.usize(..=number.len()), pick(rng, &['.', ',', '\'']));
    }
    number.into()
}

fn action(id: Value) -> Value {
    enveloped(Value::from_iter([("group_action_id", id)]))
}

/// Makes a request with an additional key.
fn beside(rng: &mut Rng, valid: Maker) -> Value {
    with(valid(rng), stray_key(rng), junk(rng))
}

/// Makes a request in which one key of `request_data` is replaced or added.
fn inside(rng: &mut Rng, valid: Maker, key: fn(&mut Rng) -> &'static str, value: Maker) -> Value {
    let inside = valid(rng)["request_data"].take();
    enveloped(with(inside, key(rng), value(rng)))
}

/// Makes a selection with an additional filter at a random position.
fn among_filters(rng: &mut Rng, filter: Value) -> Value {
    let mut filters: Vec<_> = (0..rng.usize(..3)).map(|_| grammar::filter(rng)).collect();
    filters.insert(rng.usize(..=filters.len()), filter);
    enveloped(json!({"filters": filters}))
}

/// Makes a selection with a filter in which one key is replaced or added.
fn filter(rng: &mut Rng, valid: Maker, key: &str, value: Maker) -> Value {
    let filter = with(valid(rng), key, value(rng));
    among_filters(rng, filter)
}

/// Makes a selection with a filter without this key.
fn lacking(rng: &mut Rng, key: &str) -> Value {
    let filter = without(grammar::filter(rng), key);
    among_filters(rng, filter)
}

/// Makes a selection with a filter that has an additional item at a random position.
fn item(rng: &mut Rng, valid: Maker, item: Maker) -> Value {
    let mut filter = valid(rng);
    if let Some(items) = filter["value"].as_array_mut() {
        items.insert(rng.usize(..=items.len()), item(rng));
    }
    among_filters(rng, filter)
}

fn with(mut object: Value, key: &str, value: Value) -> Value {
    object[key] = value;
    object
}

fn without(mut object: Value, key: &str) -> Value {
    if let Some(object) = object.as_object_mut() {
        object.remove(key);
    }
    object
}

fn pick_value(rng: &mut Rng, choices: &[Value]) -> Value {
    choices[rng.usize(..choices.len())].clone()
}

/// Returns a key that no object accepts. Some of these keys are properties of every JavaScript object.
fn stray_key(rng: &mut Rng) -> &'static str {
    pick(
        rng,
        &["extra", "", " ", "Filters", "incident-id", "__proto__", "constructor", "toString", "ünï", "0"],
    )
}

fn junk(rng: &mut Rng) -> Value {
    pick_value(rng, &[json!(null), json!(1), json!(""), json!([]), json!({}), json!("all"), json!(false)])
}

fn not_an_object(rng: &mut Rng) -> Value {
    let positional = json!(["hostname", "in", ["a"]]);
    pick_value(rng, &[json!(null), json!(true), json!(0), json!("all"), json!([]), json!([[]]), positional])
}

fn not_text(rng: &mut Rng) -> Value {
    let texts =
        [json!(null), json!(false), json!(0), json!(42), json!(1.5), json!([]), json!(["a"]), json!({})];
    pick_value(rng, &texts)
}

fn not_a_list(rng: &mut Rng) -> Value {
    let indexed = json!({"0": "a", "length": 1});
    pick_value(rng, &[json!(null), json!(true), json!(1), json!("windows"), json!(""), json!({}), indexed])
}

fn not_a_number(rng: &mut Rng) -> Value {
    let values =
        [json!(null), json!(true), json!("1760000000000"), json!(""), json!([1]), json!({}), json!([])];
    pick_value(rng, &values)
}

fn neither_number_nor_text(rng: &mut Rng) -> Value {
    pick_value(rng, &[json!(null), json!(true), json!([]), json!([42]), json!({})])
}

fn not_filters(rng: &mut Rng) -> Value {
    let filter = grammar::filter(rng);
    let words = ["ALL", "All", "all ", "none", "", "*", "all\n"].map(Value::from);
    let others = [json!(null), json!(true), json!(0), json!({}), filter];
    pick_value(rng, &[&words[..], &others].concat())
}

fn unknown_field(rng: &mut Rng) -> Value {
    let fields =
        ["tags", "group_id", "dist_id", "endpoint_status", "HOSTNAME", "", "hostname ", "__proto__", "all"];
    pick(rng, &fields).into()
}

fn not_operator(rng: &mut Rng, of_other_fields: &str) -> Value {
    let words = ["eq", "IN", "GTE", "", "in ", "neq", "contains", of_other_fields].map(Value::from);
    let others = [json!(null), json!(0), json!(["in"]), json!({})];
    pick_value(rng, &[&words[..], &others].concat())
}

fn not_a_word(rng: &mut Rng) -> Value {
    pick(
        rng,
        &["solaris", "Windows", "", "windows ", "linux\n", "macOS", "ISOLATED", "SCAN_STATUS_NONE", "all"],
    )
    .into()
}

#[rustfmt::skip]
const NOT_IPS: &[&str] = &[
    "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4\n", "\n::1", " ::1", "::1 ", "::1%eth0", "[::1]",
    "1.2.3.4/24", "1.2.3.4:80", "1..3.4", "0x1.2.3.4", "1::2::3", ":::", ":", "12345::", "g::", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "1.2.3.4::", "::ffff:1.2.3.400",
    "\u{661}.2.3.4", "1.2.3.4\u{0}", "localhost", "-1.2.3.4", "1,2,3,4", "::ffff:01.2.3.4", "1:", ":1",
];

/// Returns an invalid address: a known one, or a valid address with a character added or removed.
fn not_an_ip(rng: &mut Rng) -> Value {
    let mut address = grammar::ip(rng);
    let at = rng.usize(..address.len());
    match rng.u8(..3) {
        0 => drop(address.remove(at)),
        1 => address.insert(at, pick(rng, &['.', ':', '0', 'f', 'g', '%', ' '])),
        _ => address = pick(rng, NOT_IPS).into(),
    }
    let is_right = address.parse::<std::net::IpAddr>().is_ok();
    if is_right { pick(rng, NOT_IPS).into() } else { address.into() }
}

fn fraction(rng: &mut Rng) -> Value {
    let any = rng.f64() * 1e9 + 0.25;
    let any = if any.fract() == 0.0 { 0.25 } else { any };
    pick(rng, &[1.5, 0.5, 1e-1, 1_760_000_000_000.5, 5e-324, 4_503_599_627_370_495.5, any]).into()
}

fn below(rng: &mut Rng, minimum: i64) -> Value {
    pick(rng, &[minimum - 1, minimum - 2, -42, -1_760_000_000_000, i64::MIN]).into()
}

/// Returns numbers of up to 64 bits and above. Parsers read numbers above 64 bits differently.
fn too_large(rng: &mut Rng) -> Value {
    let integers = [MAX_INTEGER + 1, MAX_INTEGER + 2, i64::MAX as u64, u64::MAX].map(Value::from);
    let floats = [1e19, 1.8e19, 1e22, 1e38, 1e40, 1e300, f64::MAX].map(Value::from);
    pick_value(rng, &[&integers[..], &floats].concat())
}
