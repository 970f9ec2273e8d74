//! Every known shape of a reply, through both clients.

use xdr_conformance::both;
use xdr_model::{ActionId, Error, GetActionStatus, Scan};
use xdr_sim::Fault;

#[test]
fn every_shape_of_the_reply_to_a_scan_is_read() {
    let table = [
        (
            "text",
            r#"{"action_id":"4294967297","endpoints_count":"673","status":"1"}"#,
            "4294967297",
            Some(673),
        ),
        ("integers", r#"{"action_id":4294967297,"endpoints_count":673,"status":1}"#, "4294967297", Some(673)),
        ("integers as floats", r#"{"action_id":42.0,"endpoints_count":6.73e2}"#, "42", Some(673)),
        ("an id beyond all integers", r#"{"action_id":18446744073709551616}"#, "18446744073709551616", None),
        ("without count and status", r#"{"action_id":"a-7"}"#, "a-7", None),
        ("null for count and status", r#"{"action_id":7,"endpoints_count":null,"status":null}"#, "7", None),
        ("keys that are not known", r#"{"x":[{}],"action_id":7,"endpoints_count":1}"#, "7", Some(1)),
        (
            "an empty error beside it",
            r#"{"action_id":7,"err_code":0,"err_msg":"","err_extra":null}"#,
            "7",
            None,
        ),
    ];
    for (name, reply, id, count) in table {
        both(|trial| {
            let body = format!(r#"{{"reply":{reply}}}"#);
            trial.server.sim().fault(Fault::on("scan").answer_json(200, body));
            let started = trial.send(&Scan::all()).expect(name);
            assert_eq!((started.action_id.as_str(), started.endpoints_count), (id, count), "{name}");
        });
    }
}

#[test]
fn every_shape_of_an_action_status_is_read() {
    // Endpoints, settled, successful.
    let table = [
        ("data is null", r#"{"data":null}"#, (0, 0, 0)),
        ("data is absent", "{}", (0, 0, 0)),
        ("data is empty", r#"{"data":{}}"#, (0, 0, 0)),
        (
            "not settled",
            r#"{"data":{"a":"PENDING","b":"IN_PROGRESS","c":"PENDING_ABORT","d":null,"e":"TOMORROW"}}"#,
            (5, 0, 0),
        ),
        (
            "settled badly",
            r#"{"data":{"a":"COMPLETED_PARTIAL","b":"FAILED","c":"TIMEOUT","d":"EXPIRED","e":"ABORTED","f":"CANCELLED","g":"CANCELED"}}"#,
            (7, 7, 0),
        ),
        (
            "settled well",
            r#"{"data":{"a":"COMPLETED_SUCCESSFULLY","b":"COMPLETED_SUCCESSFULLY_WITH_EXCEPTIONS"}}"#,
            (2, 2, 2),
        ),
        (
            "words in any case",
            r#"{"data":{"a":"completed_successfully","b":"Failed","c":"pending"}}"#,
            (3, 2, 1),
        ),
        ("data is absent beside reasons", r#"{"errorReasons":{"a":{}}}"#, (0, 0, 0)),
        (
            "with reasons of any form",
            r#"{"data":{"a":"FAILED","b":"PENDING"},"errorReasons":{"a":{"errorText":"disk","n":[1]}}}"#,
            (2, 1, 0),
        ),
    ];
    for (name, reply, expected) in table {
        both(|trial| {
            let body = format!(r#"{{"reply":{reply}}}"#);
            trial.server.sim().fault(Fault::on("get_action_status").answer_json(200, body));
            let status = trial.send(&GetActionStatus::new(ActionId::from(7))).expect(name);
            let counts = status.counts();
            assert_eq!((counts.total(), counts.settled(), counts.successful()), expected, "{name}");
            status.reasons().count()
        });
    }
}

#[test]
fn a_status_whose_words_stand_elsewhere_is_unreadable() {
    for reply in [r#"{"e1":"PENDING"}"#, r#"[{"e1":"PENDING"}]"#, r#"{"action_id":7,"status":"PENDING"}"#] {
        both(|trial| {
            let body = format!(r#"{{"reply":{reply}}}"#);
            trial.server.sim().fault(Fault::on("get_action_status").answer_json(200, body).times(3));
            let error = trial.send(&GetActionStatus::new(ActionId::from(7))).expect_err(reply);
            assert!(matches!(error, Error::Unreadable(_)), "{error}");
            error.to_string()
        });
    }
}
