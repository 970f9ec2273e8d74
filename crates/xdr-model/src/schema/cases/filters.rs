//! One filter: each field with what it takes and what it does not take.

use super::Case;

const SCHEMA: &str = "filter";

/// Field, operators, a right value, facts about right values, facts about wrong values.
type Row = (&'static str, &'static [&'static str], &'static [Fact], &'static [Fact]);
type Fact = (&'static str, &'static str);

const IN: &[&str] = &["in"];
const TIME: &[&str] = &["gte", "lte"];

const NAMES: &[Fact] =
    &[("one-value", r#"["a"]"#), ("two-values", r#"["a","b"]"#), ("blank-inside", r#"["Berlin Servers"]"#)];
const NO_NAMES: &[Fact] = &[
    ("empty-list", "[]"),
    ("empty-text", r#"[""]"#),
    ("blank-before", r#"["web-1"," web-2"]"#),
    ("line-break-inside", r#"["web-1\nweb-2"]"#),
    ("not-in-a-list", r#""a""#),
    ("null", "null"),
    ("number-in-list", "[1]"),
];
const IPS: &[Fact] = &[
    ("version-4", r#"["192.168.5.12"]"#),
    ("version-4-greatest", r#"["255.255.255.255"]"#),
    ("version-6", r#"["2001:db8:0:0:0:0:0:1"]"#),
    ("version-6-shortened", r#"["2001:db8::1"]"#),
    ("version-6-shortest", r#"["::"]"#),
    ("version-6-capitals", r#"["2001:DB8::A"]"#),
    ("version-4-in-version-6", r#"["::ffff:10.0.0.1"]"#),
    ("both-versions", r#"["10.0.0.1","::1"]"#),
];
const NO_IPS: &[Fact] = &[
    ("empty-list", "[]"),
    ("empty-text", r#"[""]"#),
    ("not-in-a-list", r#""192.168.5.12""#),
    ("null", "null"),
    ("number-in-list", "[167772161]"),
    ("three-octets", r#"["192.168.5"]"#),
    ("octet-above-255", r#"["192.168.5.256"]"#),
    ("octet-with-leading-zero", r#"["192.168.5.012"]"#),
    ("network", r#"["10.0.0.0/8"]"#),
    ("range", r#"["10.0.0.1-10.0.0.9"]"#),
    ("host-name", r#"["web-1"]"#),
    ("with-port", r#"["10.0.0.1:80"]"#),
    ("in-brackets", r#"["[::1]"]"#),
    ("zone", r#"["fe80::1%eth0"]"#),
    ("nine-groups", r#"["1:2:3:4:5:6:7:8:9"]"#),
    ("two-double-colons", r#"["1::2::3"]"#),
    ("group-of-five-digits", r#"["2001:db8::12345"]"#),
    ("line-break-at-the-end", r#"["10.0.0.1\n"]"#),
    ("space-at-the-end", r#"["10.0.0.1 "]"#),
    ("digits-of-another-script", r#"["١٠.٠.٠.١"]"#),
];
const PLATFORMS: &[Fact] = &[
    ("windows", r#"["windows"]"#),
    ("linux", r#"["linux"]"#),
    ("macos", r#"["macos"]"#),
    ("android", r#"["android"]"#),
    ("two-values", r#"["windows","linux"]"#),
];
const NO_PLATFORMS: &[Fact] = &[
    ("empty-list", "[]"),
    ("unknown-word", r#"["solaris"]"#),
    ("capital-letter", r#"["Windows"]"#),
    ("word-of-replies", r#"["AGENT_OS_WINDOWS"]"#),
    ("empty-text", r#"[""]"#),
    ("not-in-a-list", r#""windows""#),
    ("null", "null"),
    ("number-in-list", "[1]"),
];
const ISOLATIONS: &[Fact] = &[
    ("isolated", r#"["isolated"]"#),
    ("unisolated", r#"["unisolated"]"#),
    ("both", r#"["isolated","unisolated"]"#),
];
const NO_ISOLATIONS: &[Fact] = &[
    ("empty-list", "[]"),
    ("unknown-word", r#"["pending"]"#),
    ("capital-letters", r#"["ISOLATED"]"#),
    ("word-of-replies", r#"["AGENT_UNISOLATED"]"#),
    ("boolean", "true"),
    ("boolean-in-list", "[true]"),
    ("not-in-a-list", r#""isolated""#),
    ("null", "null"),
];
const SCANS: &[Fact] = &[
    ("none", r#"["none"]"#),
    ("pending", r#"["pending"]"#),
    ("in-progress", r#"["in_progress"]"#),
    ("canceled", r#"["canceled"]"#),
    ("aborted", r#"["aborted"]"#),
    ("pending-cancellation", r#"["pending_cancellation"]"#),
    ("success", r#"["success"]"#),
    ("error", r#"["error"]"#),
    ("two-values", r#"["success","error"]"#),
];
const NO_SCANS: &[Fact] = &[
    ("empty-list", "[]"),
    ("unknown-word", r#"["done"]"#),
    ("other-spelling", r#"["cancelled"]"#),
    ("word-of-replies", r#"["SCAN_STATUS_SUCCESS"]"#),
    ("not-in-a-list", r#""none""#),
    ("null", "null"),
    ("null-in-list", "[null]"),
];
const TIMES: &[Fact] = &[
    ("of-today", "1760000000000"),
    ("least", "1000000000000"),
    ("greatest", "9999999999999"),
    ("integer-with-a-point", "1760000000000.0"),
    ("integer-with-an-exponent", "176e10"),
];
const NO_TIMES: &[Fact] = &[
    ("zero", "0"),
    ("negative", "-1"),
    ("below-least", "999999999999"),
    ("above-greatest", "10000000000000"),
    ("seconds", "1790000000"),
    ("microseconds", "1790000000000000"),
    ("nanoseconds", "1790000000000000000"),
    ("far-above-greatest", "1e300"),
    ("fraction", "1760000000000.5"),
    ("text", r#""1760000000000""#),
    ("date", r#""2025-10-09T08:53:20Z""#),
    ("list", "[1760000000000]"),
    ("empty-list", "[]"),
    ("null", "null"),
    ("boolean", "true"),
];

/// The fields of the pages.
const FIELDS: &[Row] = &[
    ("endpoint_id_list", IN, NAMES, NO_NAMES),
    ("dist_name", IN, NAMES, NO_NAMES),
    ("group_name", IN, NAMES, NO_NAMES),
    ("alias", IN, NAMES, NO_NAMES),
    ("hostname", IN, NAMES, NO_NAMES),
    ("username", IN, NAMES, NO_NAMES),
    ("ip_list", IN, IPS, NO_IPS),
    ("platform", IN, PLATFORMS, NO_PLATFORMS),
    ("isolate", IN, ISOLATIONS, NO_ISOLATIONS),
    ("scan_status", IN, SCANS, NO_SCANS),
    ("first_seen", TIME, TIMES, NO_TIMES),
    ("last_seen", TIME, TIMES, NO_TIMES),
];

/// The operators of all fields.
const OPERATORS: &[&str] = &["in", "gte", "lte"];

/// What is right or wrong for every field, or every field of its kind, and shown with one.
const RIGHT: &[Fact] = &[
    ("text-no-break-space-inside", r#"{"field":"hostname","operator":"in","value":["Berlin\u00a0Servers"]}"#),
    (
        "text-zero-width-joiner-inside",
        r#"{"field":"hostname","operator":"in","value":["\ud83d\udc68\u200d\ud83d\udcbb"]}"#,
    ),
    (
        "text-zero-width-non-joiner-at-the-end",
        r#"{"field":"hostname","operator":"in","value":["\u0646\u0645\u06cc\u200c"]}"#,
    ),
    (
        "text-variation-selector-at-the-end",
        r#"{"field":"hostname","operator":"in","value":["\u2764\ufe0f"]}"#,
    ),
    ("value-repeated", r#"{"field":"hostname","operator":"in","value":["a","a"]}"#),
    ("value-beyond-ascii", r#"{"field":"hostname","operator":"in","value":["Büro-東京-🖥"]}"#),
    ("keys-in-another-order", r#"{"value":["a"],"operator":"in","field":"hostname"}"#),
];
const WRONG: &[Fact] = &[
    ("text-blank-only", r#"{"field":"hostname","operator":"in","value":[" "]}"#),
    ("text-blank-after", r#"{"field":"hostname","operator":"in","value":["web-1 "]}"#),
    ("text-no-break-space-after", r#"{"field":"hostname","operator":"in","value":["web-1\u00a0"]}"#),
    ("text-ideographic-space-before", r#"{"field":"hostname","operator":"in","value":["\u3000web-1"]}"#),
    ("text-tab-inside", r#"{"field":"hostname","operator":"in","value":["web\t1"]}"#),
    ("text-line-break-after", r#"{"field":"hostname","operator":"in","value":["web-1\n"]}"#),
    (
        "text-carriage-return-after",
        r#"{"field":"hostname","operator":"in","value":["0f6ba1a18c35d416c8e27a319cc2fea0\r"]}"#,
    ),
    ("text-line-separator-inside", r#"{"field":"hostname","operator":"in","value":["web\u20281"]}"#),
    ("text-null-character-inside", r#"{"field":"hostname","operator":"in","value":["web\u00001"]}"#),
    ("text-delete-inside", r#"{"field":"hostname","operator":"in","value":["web\u007f1"]}"#),
    ("text-soft-hyphen-inside", r#"{"field":"hostname","operator":"in","value":["web\u00ad1"]}"#),
    ("text-zero-width-space-inside", r#"{"field":"hostname","operator":"in","value":["web\u200b1"]}"#),
    ("text-right-to-left-override-inside", r#"{"field":"hostname","operator":"in","value":["web\u202e1"]}"#),
    ("text-word-joiner-inside", r#"{"field":"hostname","operator":"in","value":["web\u20601"]}"#),
    ("text-byte-order-mark-before", r#"{"field":"hostname","operator":"in","value":["\ufeffweb-1"]}"#),
    ("value-empty-after-a-right-one", r#"{"field":"hostname","operator":"in","value":["a",""]}"#),
    ("value-null-in-list", r#"{"field":"hostname","operator":"in","value":[null]}"#),
    ("value-list-in-list", r#"{"field":"hostname","operator":"in","value":[["a"]]}"#),
    ("value-object", r#"{"field":"hostname","operator":"in","value":{"a":"b"}}"#),
    ("operator-eq", r#"{"field":"hostname","operator":"eq","value":["a"]}"#),
    ("operator-contains", r#"{"field":"hostname","operator":"contains","value":["a"]}"#),
    ("operator-in-capitals", r#"{"field":"hostname","operator":"IN","value":["a"]}"#),
    ("operator-eq-with-a-time", r#"{"field":"last_seen","operator":"eq","value":1760000000000}"#),
    ("unknown-field", r#"{"field":"colour","operator":"in","value":["a"]}"#),
    ("field-of-endpoints-only", r#"{"field":"endpoint_status","operator":"in","value":["connected"]}"#),
    ("field-of-tags", r#"{"field":"tags","operator":"in","value":["a"]}"#),
    ("field-in-capitals", r#"{"field":"HOSTNAME","operator":"in","value":["a"]}"#),
    ("field-null", r#"{"field":null,"operator":"in","value":["a"]}"#),
    ("field-list", r#"{"field":["hostname"],"operator":"in","value":["a"]}"#),
    ("operator-null", r#"{"field":"hostname","operator":null,"value":["a"]}"#),
    ("operator-list", r#"{"field":"hostname","operator":["in"],"value":["a"]}"#),
    ("positional", r#"["hostname","in",["a"]]"#),
    ("field-as-key", r#"{"hostname":["a"]}"#),
    ("empty-object", "{}"),
    ("text", r#""hostname""#),
    ("null", "null"),
];

/// Each fact about a filter, alone.
pub(super) fn cases() -> Vec<Case> {
    let fields = FIELDS.iter().flat_map(of_field);
    fields.chain(super::of(SCHEMA, true, RIGHT)).chain(super::of(SCHEMA, false, WRONG)).collect()
}

fn of_field((field, operators, right, wrong): &Row) -> Vec<Case> {
    let (operator, value) = (operators[0], right[0].1);
    let filter = |operator: &str, value: &str| {
        format!(r#"{{"field":"{field}","operator":"{operator}","value":{value}}}"#)
    };
    let case = |is_valid, fact: &str, text: String| {
        let fact = format!("{}-{fact}", field.replace('_', "-"));
        Case { schema: SCHEMA, is_valid, fact, text }
    };
    let mut cases = Vec::new();
    cases.extend(right.iter().map(|(fact, value)| case(true, fact, filter(operator, value))));
    cases.extend(wrong.iter().map(|(fact, value)| case(false, fact, filter(operator, value))));
    cases.extend(
        OPERATORS
            .iter()
            .map(|word| case(operators.contains(word), &format!("operator-{word}"), filter(word, value))),
    );
    for (fact, text) in [
        ("without-field", format!(r#"{{"operator":"{operator}","value":{value}}}"#)),
        ("without-operator", format!(r#"{{"field":"{field}","value":{value}}}"#)),
        ("without-value", format!(r#"{{"field":"{field}","operator":"{operator}"}}"#)),
        (
            "unknown-key",
            format!(r#"{{"field":"{field}","operator":"{operator}","value":{value},"negate":true}}"#),
        ),
    ] {
        cases.push(case(false, fact, text));
    }
    cases
}
