//! Texts from callers and documents, checked against the documented rule, and ids of the tenant, for which there is no
//! rule.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use xdr_model::{
    AbortScan, ActionId, ActionReport, EndpointId, EndpointState, Filter, Filters, GetActionStatus,
    IncidentId, Invalid, Operation, Polling, Scan, StartedAction,
};

use crate::mistakes::is_formatted_number;
use crate::support::{ABORT, DONE, STATUS, accepted, drive, ok, session};

/// Characters that are refused everywhere.
const ANYWHERE: &[(u32, u32)] = &[
    (0x00, 0x1f),
    (0x7f, 0x9f),
    (0xad, 0xad),
    (0x61c, 0x61c),
    (0x180e, 0x180e),
    (0x200b, 0x200b),
    (0x200e, 0x200f),
    (0x2028, 0x202e),
    (0x2060, 0x206f),
    (0xfeff, 0xfeff),
];

fn is_refused(c: char) -> bool {
    ANYWHERE.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(c)))
}

/// A second implementation of the rule.
pub(crate) fn may_be_supplied(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.chars().any(is_refused)
}

type Field = fn([String; 1]) -> Filter;

const FIELDS: [(&str, Field); 6] = [
    ("endpoint_id_list", Filter::endpoint_ids),
    ("dist_name", Filter::distribution_name),
    ("group_name", Filter::group_name),
    ("alias", Filter::alias),
    ("hostname", Filter::hostname),
    ("username", Filter::username),
];

/// The verdicts on a text in every place that accepts a text, each with the reported place.
fn verdicts(text: &str) -> Vec<(&'static str, Result<(), Invalid>)> {
    const ITEM: &str = "/request_data/filters/0/value/0";
    const INCIDENT: &str = "/request_data/incident_id";
    let request = |data: Value| json!({"request_data": data}).to_string();
    let mut verdicts = Vec::new();
    for (field, filter) in FIELDS {
        let filter = filter([text.to_owned()]);
        let document = request(json!({"filters": [{"field": field, "operator": "in", "value": [text]}]}));
        verdicts.extend([
            (ITEM, Scan::matching([filter.clone()]).validate()),
            (ITEM, AbortScan::matching([filter]).validate()),
            (ITEM, Scan::from_json(&document).map(drop)),
            (ITEM, AbortScan::from_json(&document).map(drop)),
        ]);
    }
    let incident = request(json!({"filters": "all", "incident_id": text}));
    let action = request(json!({"group_action_id": text}));
    verdicts.extend([
        (INCIDENT, Scan::all().with_incident(text).validate()),
        (INCIDENT, AbortScan::all().with_incident(text).validate()),
        (INCIDENT, Scan::from_json(&incident).map(drop)),
        (INCIDENT, AbortScan::from_json(&incident).map(drop)),
        ("/action_id", text.parse::<ActionId>().map(drop)),
        ("/request_data/group_action_id", GetActionStatus::from_json(&action).map(drop)),
    ]);
    verdicts
}

/// The common verdict on a text: `None` if it is valid, and otherwise the rule.
fn verdict(text: &str) -> Option<String> {
    let verdicts = verdicts(text);
    let rule = verdicts[0].1.as_ref().err().map(|invalid| invalid.violations()[0].rule.to_string());
    for (place, verdict) in verdicts {
        let Err(invalid) = verdict else {
            assert_eq!(rule, None, "{text:?} at {place}");
            continue;
        };
        let [violation] = invalid.violations() else { panic!("{text:?} at {place}: {invalid}") };
        assert_eq!(violation.pointer, place, "{text:?}");
        if !text.is_empty() {
            assert_eq!(Some(&*violation.rule), rule.as_deref(), "{text:?} at {place}");
        }
    }
    let saved = json!({"filters": [{"field": "alias", "operator": "in", "value": [text]}]});
    assert_eq!(serde_json::from_value::<Scan>(saved.clone()).is_ok(), rule.is_none(), "{text:?}");
    assert_eq!(serde_json::from_value::<Filters>(saved["filters"].clone()).is_ok(), rule.is_none());
    assert_eq!(serde_json::from_value::<IncidentId>(json!(text)).is_ok(), rule.is_none(), "{text:?}");
    rule
}

#[test]
fn each_character_has_one_verdict_at_either_end_and_inside() {
    let around = |place: usize, c: char| match place {
        0 => format!("{c}web"),
        1 => format!("we{c}b"),
        2 => format!("web{c}"),
        _ => c.to_string(),
    };
    let (mut refused, mut at_the_ends) = (0, 0);
    for c in
        (0..=0x3100).chain(0xfe00..=0xfeff).chain([0xe0100, 0x1f4a5, 0x10ffff]).filter_map(char::from_u32)
    {
        let verdicts = [0, 1, 2, 3].map(|place| {
            let alias = Scan::matching([Filter::alias([around(place, c)])]);
            alias.validate().is_ok()
        });
        let expected = match (is_refused(c), c.is_whitespace()) {
            (true, _) => [false; 4],
            (false, true) => [false, true, false, false],
            (false, false) => [true; 4],
        };
        assert_eq!(verdicts, expected, "{c:?}");
        refused += u32::from(!expected[1]);
        at_the_ends += u32::from(expected[1] && !expected[0]);
    }
    let listed: u32 = ANYWHERE.iter().map(|(first, last)| last - first + 1).sum();
    assert_eq!(
        (refused, at_the_ends),
        (listed, 17),
        "blank, no-break space, U+1680, U+2000 to 200A, 202F, 205F, 3000"
    );
}

#[test]
fn the_message_says_which_character_stands_where() {
    let long = "x".repeat(100);
    let (before, after) = (format!("{long}y\nz"), format!("\t{long}"));
    let table = [
        ("web-1\n", r#"a line break after "web-1""#),
        ("web-1\nweb-2\n", r#"a line break between "web-1" and "web-2""#),
        (" web-2", r#"a space before "web-2""#),
        ("web-1, ", r#"a space after "web-1,""#),
        (
            "0f6ba1a18c35d416c8e27a319cc2fea0\r",
            r#"a carriage return after "0f6ba1a18c35d416c8e27a319cc2fea0""#,
        ),
        ("\u{feff}web-1", r#"a byte-order mark before "web-1""#),
        ("web\t1", r#"a tab between "web" and "1""#),
        ("web-1\u{a0}", r#"a no-break space after "web-1""#),
        ("web\u{200b}1", r#"a zero-width space between "web" and "1""#),
        ("web\u{ad}1", r#"a soft hyphen between "web" and "1""#),
        ("web\u{2028}1", r#"a line separator between "web" and "1""#),
        ("web\u{2029}1", r#"a paragraph separator between "web" and "1""#),
        ("web\u{2060}1", r#"a word joiner between "web" and "1""#),
        ("\u{202e}gnp", r#"a bidirectional control character (U+202E) before "gnp""#),
        ("\0web", r#"a control character (U+0000) before "web""#),
        ("\u{3000}web", r#"a space character (U+3000) before "web""#),
        ("a\u{180e}b", r#"an invisible character (U+180E) between "a" and "b""#),
        ("\u{1b}[31mred", r#"a control character (U+001B) before "[31mred""#),
        (" \n ", "a space with no visible text"),
        ("a\n \u{feff}b", r#"a line break between "a" and "b""#),
        (&before, r#"a line break between "…xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy" and "z""#),
        (&after, r#"a tab before "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…""#),
    ];
    for (text, expected) in table {
        assert_eq!(verdict(text), Some(format!("must not hold {expected}")), "{text:?}");
    }
    assert_eq!(verdict(""), Some("must be non-empty text".to_owned()));
    for text in [
        "Berlin Servers",
        "a\u{a0}b",
        "نمی\u{200c}خواهم",
        "\u{1f468}\u{200d}\u{1f4bb}",
        "\u{2764}\u{fe0f}",
        "\u{200d}",
        "\"",
    ] {
        assert_eq!(verdict(text), None, "{text:?}");
    }
}

#[test]
fn every_broken_text_of_a_request_is_reported_at_once() {
    let scan =
        Scan::matching([Filter::hostname(["web-1 ", "web-2", "", "web\n3"]), Filter::alias(["\u{feff}a"])]);
    let invalid = scan.with_incident("4 ").validate().unwrap_err();
    insta::assert_snapshot!(invalid.to_string().replace("; ", "\n"), @r#"
    /request_data/filters/0/value/0 must not hold a space after "web-1" (found "web-1 ")
    /request_data/filters/0/value/2 must be non-empty text (found "")
    /request_data/filters/0/value/3 must not hold a line break between "web" and "3" (found "web\n3")
    /request_data/filters/1/value/0 must not hold a byte-order mark before "a" (found "\u{feff}a")
    /request_data/incident_id must not hold a space after "4" (found "4 ")
    "#);
}

#[test]
fn the_values_of_a_filter_are_read_in_the_order_in_which_they_were_given() {
    let Filter::Hostname(names) = Filter::hostname(["b", "a", "b"]) else { panic!("it is of another field") };
    assert_eq!(
        (names.iter().collect::<Vec<_>>(), names.len(), names.is_empty()),
        (vec!["b", "a", "b"], 3, false)
    );
    assert_eq!(Filter::Hostname(["b", "a", "b"].into_iter().collect()), Filter::Hostname(names));
}

/// Texts from few characters, so that most are at the limits of the rule.
fn texts() -> impl Strategy<Value = String> {
    let odd = ANYWHERE.iter().flat_map(|(first, last)| [*first, *last, last + 1]);
    let odd = odd.chain([0x20, 0x7e, 0xa0, 0x1680, 0x200a, 0x200c, 0x202f, 0x205f, 0x3000, 0xfe0f]);
    let odd: Vec<_> = odd.filter_map(char::from_u32).collect();
    let character = prop_oneof![3 => "[a-z0-9-]", 2 => prop::sample::select(odd).prop_map(String::from), 1 => any::<char>().prop_map(String::from)];
    prop_oneof![4 => prop::collection::vec(character, 0..6).prop_map(|characters| characters.concat()), 1 => ".{0,40}"]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_text_may_be_supplied_exactly_as_the_rule_says(
        text in texts().prop_filter("another rule of action ids", |text| !is_formatted_number(text)),
    ) {
        let rule = verdict(&text);
        prop_assert_eq!(rule.is_none(), may_be_supplied(&text), "{:?}", rule);
        // Every text is reported on one plain line.
        prop_assert!(rule.is_none_or(|rule| rule.len() < 400 && !rule.chars().any(is_refused)));
    }

    #[test]
    fn whatever_a_tenant_names_is_kept_sent_back_saved_and_cancelled(
        action in texts().prop_filter("it names nothing", |id| !id.is_empty()),
        endpoints in prop::collection::btree_set(texts(), 1..5),
    ) {
        follow_and_cancel(&action, &Vec::from_iter(endpoints.iter().map(String::as_str)));
    }
}

// ---- ids of the tenant ------------------------------------------------------------------------------------------

const ODD: [&str; 10] =
    ["e 1", " e1", "e1 ", "e1\n", "\n", "\0", "\u{202e}e1", "\u{feff}", "e1\u{200b}", "\"e1\""];

#[test]
fn ids_of_a_tenant_are_kept_and_sent_back_unchanged() {
    for action in ODD {
        follow_and_cancel(action, &["", "e1", "e1 ", " ", "\r\n", "\u{1b}[31m", "\u{2066}e1", "\0"]);
    }
}

/// A scan with ids of the tenant. It is followed, saved, read again and cancelled, and no id changes.
fn follow_and_cancel(action: &str, endpoints: &[&str]) {
    let status = |word: &str| {
        let data = endpoints.iter().map(|id| (id.to_string(), json!(word))).collect();
        ok(json!({"reply": {"data": Value::Object(data), "errorReasons": {endpoints[0]: "why"}}}).to_string())
    };
    let started = json!({"reply": {"action_id": action, "endpoints_count": endpoints.len()}});
    let id = Scan::decode(started.to_string().as_bytes()).unwrap().action_id;
    assert_eq!((id.as_str(), GetActionStatus::new(id.clone()).validate()), (action, Ok(())));
    comes_back::<ActionId>(&json!(id));
    comes_back::<StartedAction>(&started["reply"]);

    let minute = Polling::within(Duration::from_secs(60));
    let mut answers = vec![status("FAILED"), status("PENDING"), ok(started.to_string())];
    let run = drive(session().scan_and_wait(Scan::all(), minute).unwrap(), |_| answers.pop().unwrap());
    let report = run.output.unwrap();
    assert_eq!(report.action_id(), &id);
    let asked = json!({"request_data": {"group_action_id": sent_as(action)}}).to_string();
    assert!(run.sends[1..].iter().all(|sending| sending.operation == STATUS && sending.body == asked));
    let named: Vec<_> = report.endpoints().map(|endpoint| endpoint.id).collect();
    assert_eq!(sorted(named.iter().map(EndpointId::as_str)), sorted(endpoints.iter().copied()));
    assert!(report.endpoints().all(|endpoint| matches!(endpoint.state, EndpointState::Settled(_))));
    comes_back::<ActionReport>(&json!(report));
    comes_back::<Vec<EndpointId>>(&json!(named));

    let saved = ActionReport::from_json(&json!(run.progress[0].report()).to_string()).unwrap();
    let cancel = drive(session().cancel_action(saved), |sending| match &*sending.operation {
        ABORT => accepted(43, 99),
        _ => status("PENDING"),
    });
    let cancelled = cancel.output.unwrap();
    let unnamed = endpoints.iter().filter(|id| id.is_empty()).count();
    assert_eq!((cancelled.endpoints, cancelled.refused), (endpoints.len() - unnamed, unnamed));
    let aborted: Vec<Value> = cancel.sends[1..].iter().map(|sending| sending.body.parse().unwrap()).collect();
    let aborted = aborted.iter().flat_map(|body| body.pointer("/request_data/filters/0/value")?.as_array());
    let aborted: Vec<_> = aborted.flatten().filter_map(Value::as_str).collect();
    assert_eq!(sorted(aborted), sorted(endpoints.iter().copied().filter(|id| !id.is_empty())));
    let done = drive(session().wait(id, minute), |_| status(DONE));
    assert!(done.output.unwrap().endpoints().all(|endpoint| endpoint.state.is_success()));
}

/// An id of digits is sent as an integer.
fn sent_as(action: &str) -> Value {
    let integer = action.parse().ok().filter(|id: &u64| id.to_string() == action);
    integer.map_or(json!(action), Value::from)
}

fn sorted<'a>(ids: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut ids: Vec<_> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}

fn comes_back<T: serde::de::DeserializeOwned + serde::Serialize + PartialEq + std::fmt::Debug>(
    document: &Value,
) {
    let read = |document: &Value| serde_json::from_str::<T>(&document.to_string()).unwrap();
    let value = read(document);
    assert_eq!(read(&json!(value)), value);
}
