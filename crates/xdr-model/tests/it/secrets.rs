//! A tenant that sends the key back in a good reply. No output and no saved document contains the key, except that ids
//! do not change.

use std::fmt::{Debug, Display};

use serde_json::{Value, json};
use xdr_model::{
    ActionId, ActionReport, GetActionStatus, GetEndpoints, Polling, Scan, ScanPlan, StartedAction,
    registry::OperationInfo, transport::Flow,
};

use crate::support::{KEY, advanced_session, answer, drive, ok, seconds, session};

fn assert_hidden(name: &str, shown: impl Display) {
    let shown = shown.to_string();
    assert!(!shown.contains(KEY) && shown.contains("[REDACTED]"), "{name}: {shown}");
}

fn assert_debug_hidden(name: &str, value: &impl Debug) {
    assert_hidden(name, format!("{value:?}"));
    assert_hidden(name, format!("{value:#?}"));
}

/// The texts of a started action if the tenant repeats the key as its id and its status.
#[test]
fn a_started_action_shows_no_key_and_is_followed_by_its_id() {
    let body = json!({"reply": {"action_id": KEY, "status": format!("started by {KEY}")}}).to_string();
    let started = drive(session().call(&Scan::all()).unwrap(), |_| ok(&body)).output.unwrap();
    assert_eq!(started.action_id.as_str(), KEY, "it is sent back");
    assert_eq!(serde_json::to_value(&started.action_id).unwrap(), KEY);
    assert_eq!(started.status.as_deref(), Some("started by [REDACTED]"));
    assert_hidden("the id", &started.action_id);
    assert_debug_hidden("the reply", &started);
    let any = OperationInfo::named("scan").unwrap();
    let call = any.call(&session(), r#"{"request_data":{"filters":"all"}}"#).unwrap();
    let reply = drive(call, |_| ok(&body)).output.unwrap();
    assert_debug_hidden("the reply of any operation", reply.downcast_ref::<StartedAction>().unwrap());
    let ended =
        drive(session().scan_and_wait(Scan::all(), Polling::within(seconds(60))).unwrap(), |sending| {
            if sending.operation == "scan" { ok(&body) } else { answer(403, "") }
        });
    let error = ended.output.unwrap_err();
    assert_hidden("the error of the wait", &error);
    assert_debug_hidden("the error of the wait", &error);
    assert!(ended.sends.last().unwrap().body.contains(KEY), "the status is asked for by the id");
    ended.progress.iter().for_each(|told| assert_debug_hidden("progress", told));
    let cut = drive(session().call(&Scan::all()).unwrap(), |_| answer(500, &body)).output.unwrap_err();
    assert_eq!(cut.action_id().map(ActionId::as_str), Some(KEY));
    assert_hidden("an answer that names an action", &cut);
    assert_debug_hidden("an answer that names an action", &cut);
}

fn status(reason: &Value) -> String {
    let data = json!({KEY: "FAILED", "e1": format!("WAITING FOR {KEY}"), "e2": "FAILED"});
    json!({"reply": {"data": data, "errorReasons": {"e2": reason, KEY: reason}}}).to_string()
}

/// The same in every form that a JSON encoder can produce.
fn reasons() -> Vec<Value> {
    vec![
        json!(format!("no such key: {KEY}")),
        json!({"why": [{KEY: 1}, KEY]}),
        json!(format!("{}\u{200b}{}", &KEY[..9], &KEY[9..])),
    ]
}

#[test]
fn words_and_reasons_are_kept_without_the_key_and_ids_with_it() {
    for reason in reasons() {
        for body in [status(&reason), status(&reason).replace('K', "\\u004b").replace('/', "\\/")] {
            let wait = session().wait(ActionId::from(7), Polling::within(seconds(60)));
            let ended = drive(wait, |_| ok(&body));
            let report: ActionReport = ended.progress.last().unwrap().report().clone();
            assert_debug_hidden("the report", &report);
            let told: Vec<_> = report.needs_attention().collect();
            assert_debug_hidden("the endpoints", &told);
            told.iter().for_each(|endpoint| assert!(!endpoint.state.to_string().contains(KEY)));
            ended.progress.iter().for_each(|told| assert_debug_hidden("progress", told));
            assert_debug_hidden("the error", &ended.output.unwrap_err());
            let mut saved = serde_json::to_value(&report).unwrap();
            assert_eq!(
                saved["endpoints"].as_array_mut().map(|all| all.retain(|it| it["endpoint_id"] != KEY)),
                Some(())
            );
            assert_eq!(saved["endpoints"].as_array().map(Vec::len), Some(2), "the id is saved as it came");
            assert_hidden("the saved report", &saved);
            let call = session().call(&GetActionStatus::new(7.into())).unwrap();
            let whole = drive(call, |_| ok(&body)).output.unwrap();
            assert_debug_hidden("the status", &whole);
            let reasons: Vec<_> = whole.reasons().collect();
            assert_debug_hidden("the reasons", &reasons);
        }
    }
}

/// The same for the call that lists endpoints, also if a run continues with the listed endpoints.
#[test]
fn an_endpoint_shows_no_key_and_is_scanned_by_its_id() {
    let endpoint = json!({
        "endpoint_id": KEY, "endpoint_name": KEY, "endpoint_status": KEY, "os_type": KEY, "ip": [KEY], "users": KEY,
        "domain": KEY, "alias": KEY, "group_name": [KEY], "is_isolated": KEY, "scan_status": KEY,
    });
    let body = json!({"reply": {"total_count": 1, "endpoints": [endpoint]}}).to_string();
    let page = drive(session().call(&GetEndpoints::all()).unwrap(), |_| ok(&body)).output.unwrap();
    assert_debug_hidden("the page", &page);
    let mut saved = serde_json::to_value(&page).unwrap();
    assert_eq!(saved["endpoints"][0]["endpoint_id"].take(), KEY, "the id is saved as it came");
    assert_hidden("the saved page", &saved);
    let preview = drive(session().preview(&Scan::all()).unwrap(), |_| ok(&body)).output.unwrap();
    assert_debug_hidden("the preview", &preview);
    let run = session().scan_and_wait(ScanPlan::from(&preview), Polling::within(seconds(60))).unwrap();
    let ended = drive(run, |_| answer(403, ""));
    assert!(ended.sends[0].body.contains(KEY), "it is scanned by its id");
    let plan = ScanPlan::from(Scan::all()).skip_disconnected();
    let run = session().scan_and_wait(plan, Polling::within(seconds(60))).unwrap();
    let error = drive(run, |_| ok(&body)).output.unwrap_err();
    assert!(!error.to_string().contains(KEY), "{error}");
}

/// Ids are saved without changes, so a resumed wait hides them again.
#[test]
fn what_is_resumed_shows_no_key() {
    let saved = json!({
        "action_id": KEY,
        "endpoints": [{"endpoint_id": KEY, "status": format!("WAITING FOR {KEY}"), "reason": {"why": KEY}}],
    });
    let saved = ActionReport::from_json(&saved.to_string()).unwrap();
    let wait = session().wait(saved.clone(), Polling::within(seconds(60)));
    let error = drive(wait, |_| answer(403, r#"{"reply":{"err_code":403}}"#)).output.unwrap_err();
    assert_hidden("the error of the wait", &error);
    assert_debug_hidden("the error of the wait", &error);
    let error = drive(session().cancel_action(saved), |_| ok(r#"{"reply":{"data":{}}}"#)).output.unwrap_err();
    assert_debug_hidden("the error of the cancellation", &error);
}

#[test]
fn a_cancellation_sends_the_id_and_does_not_show_it() {
    let body = json!({"reply": {"data": {KEY: "PENDING"}}}).to_string();
    let ended =
        drive(session().cancel_action(ActionId::from(7)), |sending| match sending.operation.as_str() {
            "abort_scan" => answer(500, ""),
            _ => ok(&body),
        });
    assert!(
        ended.sends.iter().any(|sending| sending.operation == "abort_scan" && sending.body.contains(KEY))
    );
    let error = ended.output.unwrap_err();
    assert!(!error.to_string().contains(KEY) && !format!("{error:?}").contains(KEY), "{error:?}");
}

/// An advanced key signs with a nonce. Texts that look like a nonce are removed from words and reasons.
#[test]
fn what_a_request_was_signed_with_is_not_kept() {
    let signed = "0123456789abcdef".repeat(4);
    let body =
        json!({"reply": {"data": {"e1": signed, "e2": "FAILED"}, "errorReasons": {"e2": {"nonce": signed}}}});
    let wait = advanced_session().wait(ActionId::from(7), Polling::within(seconds(60)));
    let ended = drive(wait, |_| ok(body.to_string()));
    let saved = serde_json::to_string(ended.progress.last().unwrap()).unwrap();
    assert!(!saved.contains(&signed) && saved.matches("[REDACTED]").count() == 2, "{saved}");
    let _ = session().wait(ActionId::from(7), Polling::within(seconds(1))).stop();
}

#[test]
fn a_word_that_is_redacted_does_not_change_in_every_reply() {
    let body = json!({"reply": {"data": {"e1": KEY, "e2": "PENDING"}}}).to_string();
    let wait = session().wait(ActionId::from(7), Polling::within(seconds(1000)));
    let ended = drive(wait, |_| ok(&body));
    let report = ended.progress.last().unwrap().report();
    assert!(report.unchanged() > seconds(100), "{:?}", report.unchanged());
}
