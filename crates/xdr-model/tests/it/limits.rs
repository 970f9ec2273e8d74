//! Limits on replies: their size, the kept part of a reply, and the readable part of an incomplete one.

use std::time::Instant;

use proptest::prelude::*;
use serde_json::json;
use xdr_model::{
    AbortScan, ActionId, ActionReport, Error, GetActionStatus, Operation, Polling, Scan,
    operation::EndpointActionStatus,
    transport::{Context, Event, Flow, Sent, Step, TransportError, TransportKind},
};

use crate::support::{Received, UNIX_MS, answer, drive, ok, response, seconds, session};

const MIB: u64 = 1 << 20;

fn limit_of(mut flow: impl Flow) -> impl Fn(u16, u64) -> u64 {
    let context = Context { now: Instant::now(), unix_ms: UNIX_MS, entropy: &|| [7; 32] };
    let step = flow.step(&context, Event::Resume);
    let Step::Send(exchange) = step else { panic!("it begins with a request") };
    move |status, setting| exchange.body_limit.most(&response(status, &[], "").into_parts().0, setting)
}

#[test]
fn a_reply_may_be_as_large_as_its_operation_says() {
    let started = [
        limit_of(session().call(&Scan::all()).unwrap()),
        limit_of(session().call(&AbortScan::all()).unwrap()),
    ];
    for limit in started {
        assert_eq!((limit(200, 64 * MIB), limit(200, 7), limit(500, 64 * MIB)), (MIB, 7, MIB));
    }
    let limit = limit_of(session().call(&GetActionStatus::new(7.into())).unwrap());
    assert_eq!((limit(200, 64 * MIB), limit(299, u64::MAX), limit(200, 7)), (64 * MIB, u64::MAX, 7));
    for status in [302, 400, 401, 429, 500, 503] {
        assert_eq!((limit(status, 64 * MIB), limit(status, 7)), (MIB, 7), "{status}");
    }
}

fn cut(body: &[u8]) -> Received {
    let (head, body) = response(200, &[], body).into_parts();
    Err(TransportError::new(Sent::Maybe, TransportKind::TooLarge).after_head(head, body))
}

fn error_of(received: impl Fn() -> Received) -> Error {
    drive(session().call(&Scan::all()).unwrap(), |_| received()).output.unwrap_err()
}

/// The action that an incomplete reply still names.
fn named_by_cut(body: &[u8]) -> Option<String> {
    let error = error_of(|| cut(body));
    assert!(matches!(error, Error::Unreadable(_)) && error.may_have_taken_effect(), "{error}");
    error.action_id().map(|id| id.as_str().to_owned())
}

#[test]
fn the_action_is_read_from_what_came_of_a_reply() {
    let table = [
        (r#"{"reply":{"action_id":42,"x":["#, Some("42")),
        (r#"{"reply":{"x":{"action_id":1},"action_id":42}"#, Some("42")),
        (r#"{"reply":{"action_id":"a\u00e9","x"#, Some("aé")),
        (r#"{"reply":{"action_id":4.2e1 ,"#, Some("42")),
        (r#"[{"reply":{"action_id":42},"#, Some("42")),
        // The missing part of the reply may name another action.
        (r#"{"action_id":42,"#, None),
        (r#"{"data":{"action_id":42,"#, None),
        (r#"{"data":{"metadata":{"action_id":42,"#, None),
        (r#"{"data":{"action_id":41},"reply":{"action_id":42,"#, Some("42")),
        // A number or a text that may be incomplete.
        (r#"{"reply":{"action_id":42"#, None),
        (r#"{"reply":{"action_id":4.2e"#, None),
        (r#"{"reply":{"action_id":"42"#, None),
        (r#"{"reply":{"action_id":"42\"#, None),
        // A body that is not JSON names no action.
        (r#"{"reply":{"action_id":42x"#, None),
        (r#"x{"reply":{"action_id":42,"#, None),
        (r#"{"reply":{"other":{"action_id":42,"#, None),
        (r#"{"reply":{"action_id":[42],"#, None),
    ];
    for (body, expected) in table {
        assert_eq!(named_by_cut(body.as_bytes()).as_deref(), expected, "{body}");
    }
    let large = format!(r#"{{"reply":{{"action_id":42,"x":"{}"#, "x".repeat(MIB as usize));
    assert_eq!(named_by_cut(large.as_bytes()).as_deref(), Some("42"));
}

fn junk() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "0",
        "null",
        "\"action_id\"",
        "\"\\\"action_id\\\":9\"",
        "[]",
        "{}",
        r#"{"action_id":9}"#,
        r#"[{"action_id":9}]"#,
        "-1.5e3",
        "\"é\\u00e9\"",
        "[[[{}]]]",
    ]);
    prop::collection::vec((0..3u8, value), 0..3)
        .prop_map(|entries| entries.iter().map(|(key, value)| format!(r#""k{key}": {value}, "#)).collect())
}

fn named_reply() -> impl Strategy<Value = String> {
    let id = prop_oneof![
        "[1-9][0-9]{0,30}".boxed(),
        "[1-9]\\.[0-9]{0,3}e[1-9]"
            .prop_filter("it is JSON", |id| serde_json::from_str::<f64>(id).is_ok())
            .boxed(),
        "\"[a-z0-9é ]{1,9}(\\\\u00e9|\\\\n|\\\\\"){0,2}\"".boxed(),
    ];
    (junk(), id, junk(), 0..4u8).prop_map(|(before, id, after, shape)| {
        let fields = format!(r#"{{{before}"action_id": {id}, {after}"z":0}}"#);
        match shape {
            0 => format!(r#"{{"reply": {fields}}}"#),
            1 => format!(r#"{{"x":[1,{{"action_id":9}}],"reply":{fields},"y":{{}}}}"#),
            2 => format!(r#"{{"data":{{"action_id":9}},"action_id":9,"reply":{fields},"data":{fields}}}"#),
            _ => format!(r#" {{"data":{{{before}"metadata":{{"x":1}}}},"reply":{fields}}}"#),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// For every length of the received part, and with any other content.
    #[test]
    fn the_action_of_a_cut_reply_is_that_of_the_whole_one_or_none(reply in named_reply(), more in junk()) {
        let whole = drive(session().call(&Scan::all()).unwrap(), |_| ok(&reply)).output;
        let whole = whole.as_ref().map_or_else(Error::action_id, |started| Some(&started.action_id));
        let whole = whole.map(|id| id.as_str().to_owned());
        for end in 0..=reply.len() {
            let named = named_by_cut(&reply.as_bytes()[..end]);
            prop_assert!(named.is_none() || named == whole, "{end} {named:?} {whole:?}");
            let with_more = [&reply.as_bytes()[..end], more.as_bytes()].concat();
            let named = named_by_cut(&with_more);
            prop_assert!(named.is_none() || named == whole, "{end} {named:?} {whole:?}");
        }
        prop_assert_eq!(whole.is_some(), named_by_cut(reply.as_bytes()).is_some());
    }
}

#[test]
fn a_reply_that_is_repeated_with_another_action_is_unreadable_and_the_first_is_told() {
    let error = error_of(|| ok(r#"{"reply":{"action_id":42},"reply":{"action_id":43}}"#));
    assert!(matches!(error, Error::Unreadable(_)), "{error}");
    assert_eq!(error.action_id().map(ActionId::as_str), Some("42"));
    for beside in [r#""action_id":41"#, r#""data":{"action_id":41}"#] {
        let body = format!(r#"{{{beside},"reply":{{"action_id":42}}}}"#);
        assert_eq!(Scan::decode(body.as_bytes()).unwrap().action_id, 42.into(), "{body}");
    }
}

#[test]
fn an_id_above_its_limit_makes_a_reply_unreadable() {
    let longest = "é".repeat(512);
    let longer = format!("{longest}x");
    let scan = |id: &str| Scan::decode(json!({"reply": {"action_id": id}}).to_string().as_bytes()).is_ok();
    assert!(scan(&longest) && !scan(&longer));
    let status = |reply: serde_json::Value| {
        GetActionStatus::decode(json!({ "reply": reply }).to_string().as_bytes()).is_ok()
    };
    for (id, is_read) in [(&longest, true), (&longer, false)] {
        assert_eq!(status(json!({"data": {id: "FAILED"}})), is_read);
        assert_eq!(status(json!({"data": {"e": "FAILED"}, "errorReasons": {id: 1}})), is_read);
        let saved = |action: &str, endpoint: &str| {
            let endpoints = json!([{"endpoint_id": endpoint, "status": "FAILED"}]);
            ActionReport::from_json(&json!({"action_id": action, "endpoints": endpoints}).to_string()).is_ok()
        };
        assert_eq!((saved(id, "e"), saved("7", id)), (is_read, is_read));
    }
    let escaped = |times: usize| format!(r#"{{"reply":{{"action_id":"{}"}}}}"#, "\\u0061".repeat(times));
    assert!(
        Scan::decode(escaped(1024).as_bytes()).is_ok() && Scan::decode(escaped(1025).as_bytes()).is_err()
    );
    let digits =
        |times: usize| error_of(|| ok(format!(r#"{{"reply":{{"action_id":{}}}}}"#, "7".repeat(times))));
    assert!(digits(1025).action_id().is_none() && digits(1025).may_have_taken_effect());
}

#[test]
fn words_beyond_the_limits_are_left_out_and_counted_and_are_never_an_end() {
    let follow = |data: &serde_json::Value| {
        let body = json!({"reply": {"data": data}}).to_string();
        let wait = session().wait(ActionId::from(7), Polling::within(seconds(100)));
        let ended = drive(wait, |_| ok(&body));
        ended.progress.last().unwrap().report().clone()
    };
    let (longest, longer) = ("é".repeat(128), format!("{}x", "é".repeat(128)));
    let report = follow(&json!({"a": longest, "b": longer, "c": "FAILED"}));
    assert_eq!((report.words_left_out(), report.counts().settled(), report.unsettled().count()), (1, 1, 2));
    let told: Vec<_> =
        report.unsettled().map(|endpoint| endpoint.state.to_string().chars().count()).collect();
    assert_eq!(told, [64, 1], "the second is left out");
    assert_eq!(ActionReport::from_json(&serde_json::to_string(&report).unwrap()).unwrap(), report);

    let many: serde_json::Map<_, _> =
        (0..1_500).map(|i| (format!("e{i:04}"), json!(format!("W{i}")))).collect();
    let report = follow(&many.into());
    assert_eq!((report.words_left_out(), report.counts().total(), report.is_success()), (500, 1_500, false));
    let saved = ActionReport::from_json(&serde_json::to_string(&report).unwrap()).unwrap();
    assert_eq!((&saved, saved.words_left_out()), (&report, 500));
}

#[test]
fn a_word_that_was_left_out_is_read_when_there_is_room_again() {
    let body = |from: usize, to: usize| {
        let data: serde_json::Map<_, _> =
            (from..to).map(|i| (format!("e{i:04}"), json!(format!("W{i}")))).collect();
        json!({"reply": {"data": data}}).to_string()
    };
    let settled: serde_json::Map<_, _> = (0..1_200)
        .map(|i| (format!("e{i:04}"), json!(if i < 1_100 { "FAILED".to_owned() } else { format!("W{i}") })))
        .collect();
    let settled = json!({"reply": {"data": settled}}).to_string();
    let mut answers = vec![settled.clone(), settled, body(0, 1_200)];
    let wait = session().wait(ActionId::from(7), Polling::within(seconds(200)));
    let ended = drive(wait, |_| answers.pop().map_or_else(|| answer(500, ""), ok));
    let left_out: Vec<_> = ended.progress.iter().map(|told| told.report().words_left_out()).collect();
    assert_eq!(&left_out[..3], [200, 100, 0][..].as_ref(), "{left_out:?}");
}

#[test]
fn of_many_error_objects_those_beyond_the_limit_leave_all_open() {
    let list = |count: usize| vec![json!({"err_code": 429}); count];
    let kind = |errors: Vec<serde_json::Value>| {
        let body = json!(errors).to_string();
        drive(session().call(&GetActionStatus::new(7.into())).unwrap(), |_| answer(200, &body))
            .output
            .unwrap_err()
    };
    assert!(matches!(kind(list(16)), Error::Refused(_)));
    assert!(matches!(kind(list(17)), Error::OutcomeUnknown(_)));
}

/// A status reply that names this number of endpoints.
fn naming(count: usize) -> String {
    let entries: Vec<_> = (0..count).map(|i| format!("\"{i}\":null")).collect();
    format!(r#"{{"reply":{{"data":{{{}}}}}}}"#, entries.join(","))
}

#[test]
fn a_status_beyond_the_limit_of_endpoints_is_unreadable() {
    let read = GetActionStatus::decode(naming(330_000).as_bytes()).unwrap();
    assert_eq!(read.counts().get(&EndpointActionStatus::Unreported), 330_000);
    let error = GetActionStatus::decode(naming(330_001).as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "the reply names more endpoints than can be held");

    let long = |count: usize| {
        let entries: Vec<_> = (0..count).map(|i| format!("\"{i:01024}\":null")).collect();
        GetActionStatus::decode(format!(r#"{{"reply":{{"data":{{{}}}}}}}"#, entries.join(",")).as_bytes())
    };
    assert_eq!(long(12 << 10).unwrap().counts().total(), 12 << 10);
    assert!(long((12 << 10) + 1).is_err(), "12 MiB of ids");
}

#[test]
fn a_reply_beyond_a_limit_is_not_requested_again() {
    let too_many = naming(330_001);
    for received in [&(|| cut(b"{")) as &dyn Fn() -> Received, &|| ok(&too_many)] {
        let call = session().call(&GetActionStatus::new(7.into())).unwrap();
        let ended = drive(call, |_| received());
        assert_eq!(ended.sends.len(), 1, "{:?}", ended.output);
        assert!(matches!(ended.output, Err(Error::Unreadable(_))), "{:?}", ended.output);
    }
}

/// Each kept reason is searched for secrets only once, however often the reply repeats it.
#[test]
fn a_reason_that_is_repeated_again_and_again_costs_no_more_than_its_bytes() {
    let again = r#""a":1,"#.repeat(200_000);
    let reason = format!("{}\\n", "x".repeat(16_000));
    let body = format!(r#"{{"reply":{{"data":{{"a":"FAILED"}},"errorReasons":{{{again}"a":"{reason}"}}}}}}"#);
    let call = session().call(&GetActionStatus::new(7.into())).unwrap();
    let status = drive(call, |_| ok(&body)).output.unwrap();
    assert_eq!(status.reasons().next().unwrap().1.as_str().map(str::len), Some(16_001));
}
