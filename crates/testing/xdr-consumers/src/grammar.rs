//! Generated valid documents. This grammar follows the specification and does not use the types of the model. A mistake
//! in the model is therefore not repeated here.

use std::net::{Ipv4Addr, Ipv6Addr};

use fastrand::Rng;
use serde_json::{Value, json};

pub(super) mod saved;

/// A function that makes a random value.
pub(super) type Maker = fn(&mut Rng) -> Value;

/// Fields with values that can be any valid text.
pub(super) const TEXT_FIELDS: &[&str] =
    &["endpoint_id_list", "dist_name", "group_name", "alias", "hostname", "username"];

/// Fields with a fixed set of values, and these values.
pub(super) const WORD_FIELDS: &[(&str, &[&str])] = &[
    ("platform", &["windows", "linux", "macos", "android"]),
    ("isolate", &["isolated", "unisolated"]),
    (
        "scan_status",
        &[
            "none",
            "pending",
            "in_progress",
            "canceled",
            "aborted",
            "pending_cancellation",
            "success",
            "error",
        ],
    ),
];

/// Fields with values that are times.
const TIME_FIELDS: &[&str] = &["first_seen", "last_seen"];

/// 2^53 - 1, the largest integer that every language reads exactly.
pub(super) const MAX_INTEGER: u64 = 9_007_199_254_740_991;

/// Texts that can cause problems in a language: inner blanks, characters above 16 bits, and names of JavaScript
/// properties.
#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "web-1", "9f2c4b1e0d7a4c55a1b2c3d4e5f60718", "ACME\\jdoe", "Servers (EU)", "0", "null", "[]", "all", "e\u{301}",
    "\u{1f4a5}", "\u{10ffff}", "\"", "'", "</script>", "__proto__", "constructor", "toString", "Größe", "名前", "ﷺ",
    "..", "%00", "42", "-1", "Berlin Servers", "a\u{a0}b", "a\u{3000}b", "a  b", "\u{200c}", "a\u{200d}", "\u{2764}\u{fe0f}",
    "~", "!",
];

/// Characters that are invalid anywhere in a text: the first and the last of each range.
#[rustfmt::skip]
pub(super) const INVISIBLE: &[char] = &[
    '\0', '\t', '\n', '\r', '\u{1f}', '\u{7f}', '\u{85}', '\u{9f}', '\u{ad}', '\u{61c}', '\u{180e}', '\u{200b}', '\u{200e}',
    '\u{200f}', '\u{2028}', '\u{2029}', '\u{202e}', '\u{2060}', '\u{206f}', '\u{feff}',
];

/// Characters that are invalid only at the beginning and at the end of a text.
pub(super) const BLANK: &[char] =
    &[' ', '\u{a0}', '\u{1680}', '\u{2000}', '\u{200a}', '\u{202f}', '\u{205f}', '\u{3000}'];

pub(super) fn pick<T: Copy>(rng: &mut Rng, choices: &[T]) -> T {
    choices[rng.usize(..choices.len())]
}

/// Makes `{"request_data": …}`.
pub(super) fn enveloped(inside: Value) -> Value {
    Value::from_iter([("request_data", inside)])
}

/// Makes a request of `scan` or `abort_scan`.
pub(super) fn selection(rng: &mut Rng) -> Value {
    let mut inside = json!({"filters": filters(rng)});
    if rng.bool() {
        inside["incident_id"] = text(rng).into();
    }
    enveloped(inside)
}

/// Makes a request of `get_action_status`.
pub(super) fn status_query(rng: &mut Rng) -> Value {
    enveloped(json!({"group_action_id": action_id(rng)}))
}

/// Makes a request of `get_endpoint`.
pub(super) fn endpoint_query(rng: &mut Rng) -> Value {
    let filters: Vec<_> = (0..rng.usize(..4)).map(|_| endpoint_filter(rng)).collect();
    let from = match rng.u8(..3) {
        0 => pick(rng, &[0, 100, MAX_INTEGER - 100]),
        1 => rng.u64(..MAX_INTEGER - 100),
        _ => 100 * rng.u64(..50),
    };
    let to = from + pick(rng, &[1, 50, 100]);
    let sort = json!({"field": "endpoint_id", "keyword": "asc"});
    enveloped(json!({"filters": filters, "search_from": from, "search_to": to, "sort": sort}))
}

/// Makes a filter that `get_endpoint` accepts.
pub(super) fn endpoint_filter(rng: &mut Rng) -> Value {
    match rng.u8(..3) {
        0 => connection_filter(rng),
        1 => list_of("public_ip_list", rng, ip),
        _ => filter(rng),
    }
}

pub(super) fn connection_filter(rng: &mut Rng) -> Value {
    const WORDS: &[&str] = &["connected", "disconnected", "lost", "uninstalled"];
    list_of("endpoint_status", rng, |rng| pick(rng, WORDS).into())
}

fn action_id(rng: &mut Rng) -> Value {
    match rng.u8(..4) {
        0 => text(rng).into(),
        1 => rng.u64(..=MAX_INTEGER).to_string().into(),
        2 => pick(rng, &[0, 1, 42, u64::from(u32::MAX) + 1, MAX_INTEGER]).into(),
        _ => rng.u64(..=MAX_INTEGER).into(),
    }
}

fn filters(rng: &mut Rng) -> Value {
    match rng.u8(..12) {
        0 => "all".into(),
        _ => (0..rng.usize(1..4)).map(|_| filter(rng)).collect(),
    }
}

/// Makes a filter on any field.
pub(super) fn filter(rng: &mut Rng) -> Value {
    match rng.u8(..4) {
        0 => text_filter(rng),
        1 => word_filter(rng),
        2 => ip_filter(rng),
        _ => time_filter(rng),
    }
}

/// Makes a filter on any field except the times.
pub(super) fn list_filter(rng: &mut Rng) -> Value {
    match rng.u8(..3) {
        0 => text_filter(rng),
        1 => word_filter(rng),
        _ => ip_filter(rng),
    }
}

pub(super) fn text_filter(rng: &mut Rng) -> Value {
    list_of(pick(rng, TEXT_FIELDS), rng, text)
}

pub(super) fn word_filter(rng: &mut Rng) -> Value {
    let (field, words) = pick(rng, WORD_FIELDS);
    list_of(field, rng, |rng| pick(rng, words).into())
}

pub(super) fn ip_filter(rng: &mut Rng) -> Value {
    list_of("ip_list", rng, ip)
}

pub(super) fn time_filter(rng: &mut Rng) -> Value {
    let value: u64 = match rng.u8(..3) {
        0 => pick(rng, &[1_000_000_000_000, 1_000_000_000_001, 1_760_000_000_000, 9_999_999_999_999]),
        1 => rng.u64(1_000_000_000_000..10_000_000_000_000),
        _ => rng.u64(1_600_000_000_000..1_900_000_000_000),
    };
    json!({"field": pick(rng, TIME_FIELDS), "operator": pick(rng, &["gte", "lte"]), "value": value})
}

fn list_of(field: &str, rng: &mut Rng, mut item: impl FnMut(&mut Rng) -> String) -> Value {
    let values: Vec<_> = (0..rng.usize(1..4)).map(|_| item(rng)).collect();
    json!({"field": field, "operator": "in", "value": values})
}

/// Makes a valid text.
pub(super) fn text(rng: &mut Rng) -> String {
    match rng.u8(..9) {
        0 => pick(rng, TEXTS).repeat(rng.usize(1..40)),
        1 => format!("{}{}", (0..rng.usize(..20)).map(|_| seen(rng)).collect::<String>(), pick(rng, TEXTS)),
        2 => format!("{}{}{}", pick(rng, TEXTS), pick(rng, BLANK), pick(rng, TEXTS)),
        3..6 => pick(rng, TEXTS).into(),
        _ => format!("host-{}", rng.u32(..)),
    }
}

/// Returns a character that is neither white space nor invisible.
fn seen(rng: &mut Rng) -> char {
    loop {
        let c = rng.char(..);
        if !c.is_whitespace() && !is_invisible(c) {
            return c;
        }
    }
}

/// Returns whether a character is invalid anywhere in a text. This is a second list, independent of the model.
fn is_invisible(c: char) -> bool {
    matches!(c, '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Makes a text with an invalid character, or with a blank at an end.
pub(super) fn refused_text(rng: &mut Rng) -> Value {
    let (text, more, blank) = (text(rng), text(rng), pick(rng, BLANK));
    let invisible = pick(rng, INVISIBLE);
    let refused = match rng.u8(..7) {
        0 => format!("{text}{invisible}"),
        1 => format!("{invisible}{text}"),
        2 => format!("{text}{invisible}{more}"),
        3 => format!("{text}{blank}"),
        4 => format!("{blank}{text}"),
        5 => invisible.into(),
        _ => blank.into(),
    };
    refused.into()
}

/// Makes a text as a tenant can send it. Readers accept any content.
pub(super) fn text_of_a_tenant(rng: &mut Rng) -> String {
    match rng.u8(..8) {
        0 => String::new(),
        1 => refused_text(rng).as_str().unwrap_or_default().to_owned(),
        2 => (0..rng.usize(1..20)).map(|_| rng.char(..)).collect(),
        _ => text(rng),
    }
}

/// Makes an IP address in one of its notations.
pub(super) fn ip(rng: &mut Rng) -> String {
    let groups: [u16; 8] = std::array::from_fn(|_| if rng.bool() { 0 } else { rng.u16(..) });
    let v4 = Ipv4Addr::from(rng.u32(..));
    match rng.u8(..6) {
        0..2 => v4.to_string(),
        2 => Ipv6Addr::from(groups).to_string(),
        3 => Ipv6Addr::from(groups).to_string().to_uppercase(),
        4 => groups.map(|group| format!("{group:04x}")).join(":"),
        _ => format!("{}:{v4}", pick(rng, &["::ffff", ":", "64:ff9b:", "1:2:3:4:5:6", "a::b"])),
    }
}
