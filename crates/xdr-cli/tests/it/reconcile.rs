//! `xdr reconcile`: what is being scanned after an unknown outcome.

use std::fs;

use serde_json::json;
use xdr_sim::{Config, Fault, Server};

use crate::support::{Ran, run_at};

fn server() -> Server {
    Server::start(Config::new().with_endpoints(250)).unwrap()
}

fn ids(server: &Server) -> Vec<String> {
    server.sim().endpoints().iter().map(|endpoint| endpoint.id.clone()).collect()
}

fn ended(ran: &Ran, code: i32) {
    assert_eq!(ran.code, Some(code), "{}{}", ran.out, ran.err);
}

#[test]
fn a_scan_whose_answer_was_lost_is_reconciled_and_nothing_is_started() {
    let server = server();
    server.sim().fault(Fault::on("scan").after_executing().hang_up());
    let ids = format!("{},removed", ids(&server)[..2].join(","));
    let ran = run_at(&server, "scan", &["--endpoint-id", &ids]);
    ended(&ran, 4);
    assert!(ran.err.contains("use reconcile"), "{}", ran.err);
    let ran = run_at(&server, "reconcile", &["--endpoint-id", &ids, "--attempted-at", "1h"]);
    ended(&ran, 0);
    for text in [
        "3 endpoints: 2 being scanned, 1 gone",
        "This does not show whether your scan is running",
        "Look in the Action Center before you scan again",
    ] {
        assert!(ran.out.contains(text), "{text}: {}", ran.out);
    }
    let ran = run_at(&server, "reconcile", &["--all", "--json"]);
    ended(&ran, 0);
    let events = ran.events();
    assert_eq!(events.len(), 252);
    let states: Vec<_> = events.iter().filter(|event| event["activity"] == "being_scanned").collect();
    assert_eq!((states.len(), &states[0]["event"]), (2, &json!("endpoint")));
    let last = events.last().unwrap();
    let counts = ["being_scanned", "not_being_scanned", "gone", "unknown", "endpoints", "exit_code"]
        .map(|key| last[key].as_u64().unwrap());
    assert_eq!((&last["event"], counts), (&json!("reconciled"), [2, 248, 0, 0, 250, 0]));
    assert_eq!(server.sim().actions().len(), 1);
}

#[test]
fn what_is_not_known_of_every_endpoint_ends_with_code_2() {
    let server = server();
    let ran = run_at(&server, "reconcile", &["--hostname", "web-typo"]);
    ended(&ran, 2);
    assert!(ran.out.contains("Host names that match no endpoint: web-typo"), "{}", ran.out);
    let page = r#"{"reply":{"total_count":1,"result_count":1,"endpoints":[{"endpoint_id":"e1"}]}}"#;
    server.sim().fault(Fault::on("get_endpoint").answer_json(200, page));
    let ran = run_at(&server, "reconcile", &["--endpoint-id", "e1"]);
    ended(&ran, 2);
    assert!(ran.out.contains("1 endpoint: 1 not known"), "{}", ran.out);
    server.sim().fault(Fault::on("get_endpoint").answer(403, &[], ""));
    ended(&run_at(&server, "reconcile", &["--all"]), 1);
    let ran = run_at(&server, "reconcile", &["--alias", "typo"]);
    ended(&ran, 2);
    assert!(ran.out.contains("This shows nothing about the scan"), "{}", ran.out);
    let ran = run_at(&server, "reconcile", &["--scan-status", "none"]);
    ended(&ran, 1);
    assert!(ran.err.contains("give the ids of the endpoints"), "{}", ran.err);
}

#[test]
fn the_batches_in_doubt_of_a_file_are_reconciled() {
    let server = server();
    let ids = ids(&server);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.json");
    let batch = |ids: &[String], state: &str| json!({"endpoint_ids": ids, "state": state});
    let saved = json!({"batches": [batch(&ids[..2], "sending"), batch(&ids[2..4], "not_sent")]});
    fs::write(&file, saved.to_string()).unwrap();
    let file = file.to_str().unwrap();
    let ran = run_at(&server, "reconcile", &["--state", file]);
    ended(&ran, 0);
    assert!(ran.out.contains("2 endpoints: 2 not being scanned"), "{}", ran.out);
    assert_eq!(fs::read_to_string(file).unwrap(), saved.to_string(), "the file is only read");
    for (more, why) in
        [(&["--group", "Servers"][..], "it takes no filters"), (&["--all"][..], "cannot be used with")]
    {
        let ran = run_at(&server, "reconcile", &[&["--state", file], more].concat());
        ended(&ran, 1);
        assert!(ran.err.contains(why), "{}", ran.err);
    }
    let other = json!({"tenant": "https://api-other.example", "batches": saved["batches"]});
    fs::write(file, other.to_string()).unwrap();
    let ran = run_at(&server, "reconcile", &["--state", file]);
    ended(&ran, 1);
    assert!(ran.err.contains("/tenant must be"), "another tenant does not list them: {}", ran.err);
    fs::write(file, json!({"batches": [batch(&ids[..2], "not_sent")]}).to_string()).unwrap();
    let ran = run_at(&server, "reconcile", &["--state", file]);
    ended(&ran, 1);
    assert!(ran.err.contains("no batch in the file is in doubt"), "{}", ran.err);
    fs::write(file, r#"{"action_id":7,"endpoints":[]}"#).unwrap();
    let ran = run_at(&server, "reconcile", &["--state", file]);
    assert!(ran.err.contains("To follow it, use `xdr resume` with this file"), "{}", ran.err);
    let ran = run_at(&server, "reconcile", &[]);
    ended(&ran, 1);
    assert!(ran.err.contains("no endpoint is selected"), "{}", ran.err);
    assert_eq!(server.sim().actions().len(), 0);
}
