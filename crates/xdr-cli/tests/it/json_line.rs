//! The lines of `--json`, as a terminal or a log shows them.

use serde_json::json;
use xdr_cli::json_line;
use xdr_sim::{Config, Fault, Server};

use crate::support::run_at;

#[test]
fn a_line_cannot_reorder_its_neighbours_and_has_the_same_value_for_a_parser() {
    let value = json!({ "\u{202e}id": "a \u{202e}b\u{200b}\u{7f}\u{9b}2J\u{2028}\u{feff}\u{e0041}\n\"\\ Büro 東京 🖥" });
    let line = json_line(&value);
    assert_eq!(
        line,
        "{\"\\u202eid\":\"a \\u202eb\\u200b\\u007f\\u009b2J\\u2028\\ufeff\\udb40\\udc41\\n\\\"\\\\ Büro 東京 🖥\"}\n"
    );
    assert_eq!(serde_json::from_str::<serde_json::Value>(&line).unwrap(), value);
}

#[test]
fn ids_from_the_tenant_are_written_so() {
    let server = Server::start(Config::new()).unwrap();
    server.sim().fault(Fault::on("scan").answer_json(200, r#"{"reply":{"action_id":"\u202e7\u009b"}}"#));
    let statuses = r#"{"reply":{"data":{"\u202ee1":"FAILED"},"errorReasons":{"\u202ee1":"\u202e"}}}"#;
    server.sim().fault(Fault::on("get_action_status").times(2).answer_json(200, statuses));
    let ran = run_at(&server, "scan", &["--all", "--json"]);
    assert!(!ran.out.contains(['\u{202e}', '\u{9b}']), "{}", ran.out);
    let report = ran.events().pop().unwrap();
    assert_eq!(report["action_id"], "\u{202e}7\u{9b}", "{report}");
    let endpoint = &report["endpoints"][0];
    assert_eq!(
        (&endpoint["endpoint_id"], &endpoint["status"]),
        (&"\u{202e}e1".into(), &"FAILED".into()),
        "{report}"
    );
}
