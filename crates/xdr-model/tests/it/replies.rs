//! Replies: every known shape, and the verdict on other bodies.

use proptest::prelude::*;
use serde_json::{Value, json};
use xdr_model::{
    AbortScan, ActionReport, EndpointId, GetActionStatus, Operation, Progress, Scan, StartedAction,
    operation::{ActionStatus, EndpointActionStatus, StatusCounts},
};

use crate::support::{Drive, Moment, ok, seconds, session};

const STARTED: &str = include_str!("fixtures/started.json");
const STATUS: &str = include_str!("fixtures/action_status.json");

fn started(reply: &str) -> StartedAction {
    let body = format!(r#"{{"reply":{reply}}}"#);
    let started = Scan::decode(body.as_bytes()).unwrap_or_else(|error| panic!("{body}: {error}"));
    assert_eq!(AbortScan::decode(body.as_bytes()).unwrap(), started, "both have the same reply");
    started
}

fn status(reply: &str) -> ActionStatus {
    let body = format!(r#"{{"reply":{reply}}}"#);
    GetActionStatus::decode(body.as_bytes()).unwrap_or_else(|error| panic!("{body}: {error}"))
}

#[test]
fn the_documented_reply_is_read() {
    let started = Scan::decode(STARTED.as_bytes()).unwrap();
    assert_eq!(started.action_id.as_str(), "4294967297");
    assert_eq!((started.endpoints_count, started.status.as_deref()), (Some(673), Some("1")));
}

#[test]
fn an_action_id_is_read_exactly_from_text_and_from_integers() {
    let table = [
        (r#""42""#, "42"),
        ("42", "42"),
        ("0", "0"),
        ("-7", "-7"),
        ("42.0", "42"),
        ("4.2e1", "42"),
        ("4294967297", "4294967297"),
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551616", "18446744073709551616"),
        ("340282366920938463463374607431768211456", "340282366920938463463374607431768211456"),
        ("9007199254740993.0", "9007199254740993"),
        ("9.007199254740993e15", "9007199254740993"),
        ("1844674407370955161.6e1", "18446744073709551616"),
        (r#""0042""#, "0042"),
        (r#""a/\u00e9 \"b\"""#, "a/é \"b\""),
        (r#"" ""#, " "),
    ];
    for (id, expected) in table {
        assert_eq!(started(&format!(r#"{{"action_id":{id}}}"#)).action_id.as_str(), expected, "{id}");
    }
}

#[test]
fn a_started_action_is_not_lost_to_a_detail_beside_its_id() {
    let table = [
        ("3", Some(3)),
        (r#""3""#, Some(3)),
        ("3.0", Some(3)),
        ("0", Some(0)),
        (r#""0003""#, Some(3)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("-1", None),
        ("1.5", None),
        (r#""many""#, None),
        (r#""""#, None),
        ("null", None),
        ("false", None),
        ("[3]", None),
        (r#"{"n":3}"#, None),
    ];
    for (count, expected) in table {
        let started = started(&format!(r#"{{"endpoints_count":{count},"action_id":"42"}}"#));
        assert_eq!((started.action_id.as_str(), started.endpoints_count), ("42", expected), "{count}");
    }
    for key in ["endpoints_count", "status"] {
        let started = started(&format!(r#"{{"{key}":{},"action_id":"42"}}"#, "7".repeat(70_000)));
        assert_eq!((started.action_id.as_str(), started.endpoints_count), ("42", None), "{key}");
    }
    let table = [("1", Some("1")), (r#""ok""#, Some("ok")), ("null", None), ("{}", None), ("[[1]]", None)];
    for (status, expected) in table {
        let started = started(&format!(r#"{{"status":{status},"action_id":"42"}}"#));
        assert_eq!(started.status.as_deref(), expected, "{status}");
    }
    assert_eq!(started(r#"{"action_id":"42"}"#).endpoints_count, None);
}

#[test]
fn unknown_and_repeated_keys_of_a_started_action_do_no_harm() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let known = started(&format!(r#"{{"x":{deep},"action_id":"42","tenant":{{"err":1}},"err_code":null}}"#));
    assert_eq!(known.action_id.as_str(), "42");
    // The last one counts.
    assert_eq!(started(r#"{"action_id":null,"action_id":7}"#).action_id.as_str(), "7");
    let twice = br#"{"reply":false,"x":{"reply":1},"reply":{"action_id":7}}"#;
    assert_eq!(Scan::decode(twice).unwrap().action_id.as_str(), "7");
}

#[test]
fn a_reply_without_a_readable_id_is_no_started_action() {
    let replies = [
        "null",
        "false",
        "true",
        "42",
        "\"42\"",
        "[]",
        r#"["42"]"#,
        "{}",
        r#"{"action_id":null}"#,
        r#"{"action_id":""}"#,
        r#"{"action_id":1.5}"#,
        r#"{"action_id":true}"#,
        r#"{"action_id":[42]}"#,
        r#"{"action_id":{}}"#,
        r#"{"action_id":1e999}"#,
        r#"{"actionId":42}"#,
    ];
    for reply in replies {
        let error = Scan::decode(format!(r#"{{"reply":{reply}}}"#).as_bytes()).expect_err(reply);
        assert!(error.api_error().is_none(), "{reply}");
    }
    for body in ["", "{}", "true", "[]", r#"{"action_id":42}"#, r#"{"reply":{"action_id":42}"#, "\u{feff}{}"]
    {
        assert!(Scan::decode(body.as_bytes()).is_err(), "{body}");
    }
    assert_eq!(Scan::decode(b"\xff").unwrap_err().to_string(), "the reply is not UTF-8 text");
}

// ---- the status of an action ------------------------------------------------------------------------------------

#[test]
fn every_word_is_known_for_what_it_is() {
    use EndpointActionStatus as S;
    let status = GetActionStatus::decode(STATUS.as_bytes()).unwrap();
    let found: Vec<_> = status
        .endpoints()
        .map(|(id, s)| format!("{id}: {s:?} settled={} success={}", s.is_settled(), s.is_success()))
        .collect();
    insta::assert_snapshot!("action_status", found.join("\n"));
    insta::assert_json_snapshot!("action_status_written", status);
    let words: Vec<_> = status.endpoints().map(|(_, s)| s).collect();
    assert!(words.contains(&&S::Unreported));
    assert_eq!(S::WORDS.len(), 12, "with both spellings of cancelled");
    for word in S::WORDS {
        assert!(STATUS.contains(&format!("\"{word}\"")), "the fixture lacks {word}");
    }
}

#[test]
fn both_spellings_of_cancelled_are_one_status() {
    let status = status(r#"{"data":{"a":"CANCELED","b":"CANCELLED"}}"#);
    assert_eq!(status.counts().get(&EndpointActionStatus::Cancelled), 2);
    assert!(status.counts().is_settled());
    assert_eq!(status.counts().successful(), 0);
}

/// The same word in a status, in a report that follows the action, and in a saved report.
#[test]
fn a_word_is_read_in_any_case() {
    let counts_of = |word: &str| {
        let counts = status(&json!({"data": {"a": word}}).to_string()).counts();
        let report = json!({"action_id": 7, "endpoints": [{"endpoint_id": "a", "status": word}]}).to_string();
        let report = ActionReport::from_json(&report).unwrap();
        assert_eq!(counts, report.counts(), "{word}");
        (counts.settled(), counts.successful())
    };
    assert_eq!(counts_of("completed_successfully"), (1, 1));
    assert_eq!(counts_of("Failed"), (1, 0));
    assert_eq!(counts_of("canceled"), (1, 0));
    assert_eq!(counts_of("pending"), (0, 0));
    // The Kelvin sign and the long s are not letters of these words.
    assert_eq!((counts_of("FAI\u{17f}ED"), counts_of("PENDING\u{212a}")), ((0, 0), (0, 0)));
}

proptest! {
    #[test]
    fn the_case_of_a_word_changes_nothing(words in proptest::collection::vec((0..12usize, any::<u64>()), 1..9)) {
        let cased = |word: &str, bits: u64| -> String {
            let case = |(i, c): (usize, char)| if bits >> (i % 64) & 1 == 1 { c.to_ascii_lowercase() } else { c };
            word.chars().enumerate().map(case).collect()
        };
        let data = |cased: &dyn Fn(&str, u64) -> String| {
            let word = |(at, (word, bits)): (usize, &(usize, u64))| {
                (format!("e{at}"), json!(cased(EndpointActionStatus::WORDS[*word], *bits)))
            };
            let data: serde_json::Map<_, _> = words.iter().enumerate().map(word).collect();
            json!({"reply": {"data": data}}).to_string()
        };
        let followed = |body: &str| {
            let wait = session().wait(xdr_model::ActionId::from(42), xdr_model::Polling::within(seconds(100)));
            let ended = crate::support::drive(wait, |_| ok(body));
            ended.progress.last().map(|told| serde_json::to_value(told.report()).unwrap())
        };
        let (as_is, other) = (data(&|word, _| word.to_owned()), data(&cased));
        prop_assert_eq!(GetActionStatus::decode(as_is.as_bytes()).unwrap(), GetActionStatus::decode(other.as_bytes()).unwrap());
        prop_assert_eq!(followed(&as_is), followed(&other));
    }
}

#[test]
fn an_unknown_word_is_kept_and_is_never_an_end() {
    let words =
        ["DONE", "done", "COMPLETED SUCCESSFULLY", "COMPLETED_SUCCESSFULLY ", "", "null", "\u{202e}x"];
    for word in words {
        let status = status(&json!({"data": {"a": word}}).to_string());
        let (_, kept) = status.endpoints().next().unwrap();
        assert!(matches!(kept, EndpointActionStatus::Unknown(kept) if kept.as_str() == word), "{word:?}");
        assert!(!kept.is_settled() && !kept.is_success() && !status.counts().is_settled(), "{word:?}");
        assert_eq!(serde_json::to_value(kept).unwrap(), word);
    }
}

#[test]
fn a_null_status_is_not_an_end_and_not_the_word_null() {
    let status = status(r#"{"data":{"a":null,"b":"null","c":"COMPLETED_SUCCESSFULLY"}}"#);
    let counts = status.counts();
    assert_eq!((counts.total(), counts.settled(), counts.is_settled()), (3, 1, false));
    assert_eq!(counts.get(&EndpointActionStatus::Unreported), 1);
    assert_eq!(status.unsettled().collect::<Vec<_>>(), ["a", "b"].map(EndpointId::from));
}

#[test]
fn all_of_nothing_is_not_settled() {
    let replies = [
        "{}",
        r#"{"data":null}"#,
        r#"{"data":{}}"#,
        r#"{"data":{},"errorReasons":{}}"#,
        r#"{"errorReasons":null}"#,
        r#"{"errorReasons":{"a":{}}}"#,
        r#"{"data":null,"more":1}"#,
    ];
    for reply in replies {
        let counts = status(reply).counts();
        assert_eq!((counts.total(), counts.is_settled()), (0, false), "{reply}");
    }
}

#[test]
fn a_reply_whose_statuses_stand_elsewhere_is_unreadable_and_not_empty() {
    let replies = [
        r#"{"a":"PENDING"}"#,
        r#"{"action_id":7,"status":"COMPLETED_SUCCESSFULLY"}"#,
        r#"{"endpoints":[]}"#,
        r#"{"Data":{"a":"PENDING"}}"#,
        r#"{"errorReasons":{},"more":null}"#,
        r#"{"err_code":null}"#,
        r#"[{"a":"PENDING"}]"#,
        "[]",
        r#"{"data":[{"a":"PENDING"}]}"#,
    ];
    for reply in replies {
        let body = format!(r#"{{"reply":{reply}}}"#);
        let error = GetActionStatus::decode(body.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "the reply is not of the documented shape", "{reply}");
        let ended = crate::support::drive(
            session().wait(xdr_model::ActionId::from(42), xdr_model::Polling::within(seconds(600))),
            |_| ok(&body),
        );
        assert!(ended.progress.iter().all(|told| matches!(told, Progress::Trouble { .. })), "{reply}");
    }
}

proptest! {
    /// With any other key instead of `data`.
    #[test]
    fn a_reply_without_data_is_empty_only_without_other_keys(key in "[a-zA-Z_]{1,12}", value in "[a-z\"{}0-9:]{0,9}") {
        let reply = json!({"reply": {key.clone(): value}}).to_string();
        let is_known = key == "data" || key == "errorReasons";
        prop_assert_eq!(GetActionStatus::decode(reply.as_bytes()).is_ok(), is_known && key != "data");
    }
}

#[test]
fn reasons_are_kept_where_they_can_be_read() {
    let data = r#""data":{"a":"FAILED","b":"FAILED","c":"COMPLETED_SUCCESSFULLY"}"#;
    let reasons = |reasons: &str| {
        let status = status(&format!(r#"{{"errorReasons":{reasons},{data}}}"#));
        assert_eq!(status.counts().total(), 3, "{reasons}");
        status
    };
    // Reasons for fewer endpoints than have failed, in any shape.
    let some = reasons(r#"{"b":{"errorData":"x","errorText":null},"z":7}"#);
    let unsuccessful: Vec<_> = some.unsuccessful().map(|(id, _, reason)| (id, reason)).collect();
    assert_eq!(
        unsuccessful,
        [("a".into(), None), ("b".into(), Some(json!({"errorData": "x", "errorText": null})))]
    );
    for none in ["null", "false", "7", "\"no\"", "[]", r#"[{"a":1}]"#, "{}"] {
        assert!(reasons(none).reasons().next().is_none(), "{none}");
    }
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let deep = reasons(&deep);
    let (_, kept) = deep.reasons().next().unwrap();
    assert!(
        kept.as_str().is_some_and(|text| text.len() == 10_000),
        "one that cannot be read is kept as text"
    );
}

#[test]
fn unknown_keys_are_ignored_and_of_repeated_ones_the_last_counts() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let body =
        format!(r#"{{"x":{deep},"reply":{{"y":{deep},"data":{{"a":"FAILED"}},"err_code":null}},"z":1}}"#);
    assert_eq!(GetActionStatus::decode(body.as_bytes()).unwrap().counts().total(), 1);

    let twice = status(r#"{"data":{"a":"FAILED","b":"FAILED"},"data":{"c":"ABORTED"}}"#);
    assert_eq!(twice.endpoints().count(), 1);
    assert_eq!(status(r#"{"data":{"a":"FAILED"},"data":null}"#).endpoints().count(), 0);
    let twice = br#"{"reply":{"data":{"a":"FAILED"},"errorReasons":{"a":1}},"reply":{}}"#;
    assert_eq!(GetActionStatus::decode(twice).unwrap(), ActionStatus::default());
    let twice = br#"{"reply":{"err_code":500},"reply":{"data":{"a":"FAILED"}}}"#;
    assert_eq!(GetActionStatus::decode(twice).unwrap().endpoints().count(), 1);
}

#[test]
fn what_is_no_status_is_refused_as_a_whole() {
    let replies = [
        "null",
        "false",
        "[]",
        "7",
        r#"{"data":false}"#,
        r#"{"data":[]}"#,
        r#"{"data":"x"}"#,
        r#"{"data":{"a":1}}"#,
        r#"{"data":{"a":{}}}"#,
        r#"{"data":{"a":["FAILED"]}}"#,
        r#"{"data":{"a":"\ud800"}}"#,
    ];
    for reply in replies {
        let body = format!(r#"{{"reply":{reply}}}"#);
        assert!(GetActionStatus::decode(body.as_bytes()).is_err(), "{reply}");
    }
    for body in ["", "{}", "[]", "null", r#"{"data":{}}"#, r#"{"reply":{}"#, r#"{"reply":{}} x"#] {
        assert!(GetActionStatus::decode(body.as_bytes()).is_err(), "{body}");
    }
}

// ---- error objects instead of a reply ---------------------------------------------------------------------------

#[test]
fn an_error_object_in_the_place_of_a_reply_is_found() {
    let bodies = [
        r#"{"reply":{"err_code":500,"err_msg":"m","err_extra":null}}"#,
        r#"{"err_code":"500","err_msg":"m","err_extra":"e"}"#,
        r#"{"reply":{"err_msg":"m"}}"#,
        r#"{"reply":{"err_code":500}}"#,
        r#"[{"err_code":500}]"#,
        r#"[1,{"reply":{"err_code":500}}]"#,
        r#"{"reply":[{"err_code":500}]}"#,
        r#"{"err_code":42,"reply":null}"#,
        r#"{"err_code":42,"reply":{}}"#,
        r#"{"reply":{},"err_msg":{"line":1,"column":19,"message":"no viable alternative"}}"#,
        r#"{"reply":{"data":{"a":"FAILED"},"err_code":500}}"#,
        r#"{"reply":{"action_id":7,"err_code":500}}"#,
    ];
    for body in bodies {
        for error in [
            Scan::decode(body.as_bytes()).map(|_| ()).expect_err(body),
            GetActionStatus::decode(body.as_bytes()).map(|_| ()).expect_err(body),
        ] {
            assert!(error.api_error().is_some(), "{body}: {error}");
        }
    }
}

// ---- the numbers of a wait and those of the whole reply ---------------------------------------------------------

/// The counts of a body as a wait makes them, without keeping endpoints.
fn counts_by_a_wait(body: &[u8]) -> Option<StatusCounts> {
    let polling = xdr_model::Polling::within(seconds(600));
    let told = Drive::new(session().wait(xdr_model::ActionId::from(1), polling))
        .run_until(|_| ok(body), |moment, _| moment == Moment::Told)
        .progress
        .pop()?;
    match told {
        Progress::Polled { report, .. } => Some(report.counts()),
        _ => None,
    }
}

fn statuses() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        4 => prop::sample::select(EndpointActionStatus::WORDS).prop_map(Value::from),
        1 => Just(Value::Null),
        1 => prop::sample::select(vec!["null", "NEW", "", "\u{e9}\"\\"]).prop_map(Value::from),
    ];
    prop::collection::btree_map(".{0,6}", word, 0..30).prop_map(|data| {
        let reasons: serde_json::Map<_, _> = data.keys().map(|id| (id.clone(), json!({"b": 1}))).collect();
        json!({"reply": {"data": data, "errorReasons": reasons}})
    })
}

/// Bodies that are almost valid replies.
pub(crate) fn near_replies() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"reply\":",
        "\"data\":",
        "\"action_id\":",
        "\"err_code\":",
        "\"err_msg\":",
        "\"errorReasons\":",
        "null",
        "42",
        "\"x\"",
        "\"PENDING\"",
        "-1.5e3",
        "\"\\ud800\"",
        "1e999",
        "\u{e9}",
        " ",
    ]);
    let mixed = prop::collection::vec(fragment, 0..12).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![mixed, prop::collection::vec(any::<u8>(), 0..64)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_wait_counts_what_the_whole_reply_holds(body in statuses()) {
        let body = body.to_string();
        let whole = GetActionStatus::decode(body.as_bytes()).unwrap();
        prop_assert_eq!(counts_by_a_wait(body.as_bytes()), Some(whole.counts()));
        prop_assert_eq!(whole.counts().total(), whole.endpoints().count() as u64);
    }

    #[test]
    fn arbitrary_bytes_are_read_or_refused_alike_by_a_wait_and_as_a_whole(body in near_replies()) {
        let _ = Scan::decode(&body);
        let whole = GetActionStatus::decode(&body).map(|status| status.counts()).ok();
        prop_assert_eq!(counts_by_a_wait(&body), whole);
    }

    #[test]
    fn an_id_of_digits_is_read_exactly(id in "[1-9][0-9]{0,40}") {
        for reply in [format!(r#"{{"action_id":{id}}}"#), format!(r#"{{"action_id":"{id}"}}"#)] {
            let started = started(&reply);
            prop_assert_eq!(started.action_id.as_str(), &*id);
        }
    }
}

#[test]
fn a_reply_with_as_many_words_as_endpoints_is_counted_in_one_pass() {
    let entries: Vec<String> = (0..200_000).map(|i| format!(r#""e{i}":"WORD {i}""#)).collect();
    let body = format!(r#"{{"reply":{{"data":{{{}}}}}}}"#, entries.join(","));
    let counts = GetActionStatus::decode(body.as_bytes()).unwrap().counts();
    // All words after the first thousand count as one.
    assert_eq!((counts.total(), counts.settled(), counts.iter().count()), (200_000, 0, 1_001));
}
