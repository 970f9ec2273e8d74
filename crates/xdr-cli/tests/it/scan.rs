//! `xdr scan` and usage errors, as people and scripts run them.

use xdr_sim::{Config, Fault, Outcomes, Server};

use crate::support::{Ran, program, run_at};

fn fast() -> Config {
    Config::new().with_time_scale(100_000.0)
}

#[test]
fn a_scan_with_failures_ends_with_a_table_and_code_2() {
    let server = Server::start(fast()).unwrap();
    let ran = run_at(&server, "scan", &["--all"]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    for text in ["for 673 endpoints", "673 of 673 settled", "Outcome", "Not completed", "disk space"] {
        assert!(ran.out.contains(text), "{text}: {}", ran.out);
    }
    assert_eq!(ran.err, "");
    let (table, list) = ran.out.split_once("Not completed").unwrap();
    let row = table.lines().find(|line| line.starts_with("completed ")).unwrap();
    let completed: usize = row.split_whitespace().nth(1).unwrap().parse().unwrap();
    // A name begins its line; the id and the reason stand under it.
    let listed = list.lines().skip(1).filter(|line| line.contains('-') && !line.starts_with(' ')).count();
    assert_eq!(listed, 673 - completed, "what goes to no terminal is not cut: {}", ran.out);
}

#[test]
fn a_scan_of_which_every_endpoint_completes_ends_with_code_0() {
    let server = Server::start(fast().with_outcomes(Outcomes::all_completed())).unwrap();
    let ran = run_at(&server, "scan", &["--platform", "linux,macos", "--incident", "42"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(!ran.out.contains("Not completed"), "{}", ran.out);
    assert_eq!(server.sim().actions()[0].incident_id.as_deref(), Some("42"));
}

#[test]
fn every_line_of_json_is_an_object_and_the_last_one_the_report() {
    let server = Server::start(fast()).unwrap();
    let ran = run_at(&server, "scan", &["--all", "--json"]);
    let events = ran.events();
    let names: Vec<_> = events.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(events[0]["simulated"], false, "what answers at --url can be a tunnel to a real tenant");
    assert_eq!(names[..3], ["begin", "started", "polled"], "{}", ran.out);
    let report = events.last().unwrap();
    assert_eq!((&report["event"], &report["exit_code"]), (&"report".into(), &2.into()));
    assert_eq!(report["endpoints"].as_array().unwrap().len(), 673);
    assert_eq!((ran.code, &*ran.err), (Some(2), ""));
}

#[test]
fn a_real_tenant_without_a_selection_is_refused_before_anything_is_sent() {
    let ran = Ran::of(program().arg("scan"));
    assert_eq!((ran.code, &*ran.out), (Some(1), ""));
    assert!(ran.err.contains("no endpoint is selected"), "{}", ran.err);
}

#[test]
fn usage_errors_are_json_too_and_never_have_the_code_of_failed_endpoints() {
    let table = [
        (&["scan", "--json"][..], None),
        (&["scan", "--json", "--no-such-option"], None),
        (&["--json"], None),
        (&["follow", "--json", "7", "--url", "http://192.168.0.7:8080"], Some(7)),
    ];
    for (arguments, action) in table {
        let ran = Ran::of(program().args(arguments));
        let events = ran.events();
        assert_eq!((ran.code, events[0]["action_id"].as_u64()), (Some(1), action), "{}", ran.err);
        assert_eq!((events.len(), &events[0]["kind"]), (1, &"usage".into()));
    }
}

#[test]
fn endpoints_that_the_tenant_leaves_out_are_named_and_are_no_success() {
    let server = Server::start(fast().with_outcomes(Outcomes::all_completed())).unwrap();
    let ids = format!("{},gone", server.sim().endpoints()[0].id);
    let ran = run_at(&server, "scan", &["--endpoint-id", &ids]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("You named 2 endpoint ids; the tenant took 1. It has not named gone."),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("gone") && ran.out.contains("never named by the tenant"), "{}", ran.out);
    let ran = run_at(&server, "scan", &["--endpoint-id", &ids, "--json"]);
    let last = ran.events().pop().unwrap();
    assert_eq!((&last["missing_ids"][0], &last["is_success"]), (&"gone".into(), &false.into()), "{last}");
}

#[test]
fn a_host_that_the_tenant_does_not_know_is_told_at_once_and_is_no_success() {
    let server = Server::start(fast().with_outcomes(Outcomes::all_completed())).unwrap();
    let hosts = format!("{},web-typo", server.sim().endpoints()[0].hostname);
    let ran = run_at(&server, "scan", &["--hostname", &hosts]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    assert_eq!(ran.out.matches("You named 2 hosts; the tenant took 1.").count(), 2, "{}", ran.out);
    let events = run_at(&server, "scan", &["--hostname", &hosts, "--json"]).events();
    let gaps: Vec<_> = events.iter().filter(|event| event.get("gap").is_some()).collect();
    assert_eq!((&gaps[0]["event"], &gaps[1]["event"]), (&"started".into(), &"report".into()));
}

/// A tenant whose scan is accepted for this many endpoints, and whose statuses are these, the last one again and again.
fn scripted(count: &str, polls: &[&str]) -> Server {
    let server = Server::start(fast()).unwrap();
    let accepted = format!(r#"{{"reply":{{"action_id":42,"endpoints_count":{count}}}}}"#);
    server.sim().fault(Fault::on("scan").answer_json(200, accepted));
    for (place, poll) in polls.iter().enumerate() {
        let times = if place + 1 == polls.len() { 100_000 } else { 1 };
        let reply = format!(r#"{{"reply":{{"data":{poll}}}}}"#);
        server.sim().fault(Fault::on("get_action_status").times(times).answer_json(200, reply));
    }
    server
}

#[test]
fn endpoints_that_have_not_begun_end_a_run_after_the_limit_and_are_listed() {
    let server = scripted("2", &[r#"{"e1":"COMPLETED_SUCCESSFULLY","e2":"PENDING"}"#]);
    let ran = run_at(&server, "scan", &["--all", "--pending-limit", "1ms"]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("because nothing changed any more"), "{}", ran.out);
    assert!(ran.out.lines().any(|line| line == "e2             not begun  no longer listed"), "{}", ran.out);
}

#[test]
fn help_documents_the_exit_codes() {
    let ran = Ran::of(program().arg("--help"));
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("Exit codes:") && ran.out.contains("XDR_API_KEY_ID"), "{}", ran.out);
}

#[test]
fn a_scan_whose_answer_is_lost_ends_with_code_4_and_is_not_sent_again() {
    let server = Server::start(fast()).unwrap();
    server.sim().fault(Fault::on("scan").after_executing().hang_up());
    let ran = run_at(&server, "scan", &["--all", "--json"]);
    let events = ran.events();
    let error = events.last().unwrap();
    assert_eq!((ran.code, &error["kind"]), (Some(4), &"outcome_unknown".into()));
    assert_eq!(error["may_have_taken_effect"], true);
    assert_eq!(server.sim().actions().len(), 1);
}

#[test]
fn an_action_that_only_a_broken_answer_names_is_shown_with_its_commands() {
    const NAMED: &str = r#"{"reply":{"action_id":4711,"err_code":500,"err_msg":"half of it"}}"#;
    let server = Server::start(fast()).unwrap();
    server.sim().fault(Fault::on("scan").times(2).answer_json(200, NAMED));
    let ran = run_at(&server, "scan", &["--all", "--json"]);
    let error = ran.events().pop().unwrap();
    assert_eq!((ran.code, &error["action_id"]), (Some(4), &4711.into()), "{}", ran.out);

    let ran = run_at(&server, "scan", &["--all"]);
    let command = |name: &str| format!("xdr {name} --url {} 4711\n", server.url());
    let (follow, cancel) = (ran.out.find(&command("follow")), ran.out.find(&command("cancel")));
    assert!(ran.code == Some(4) && follow.is_some() && follow < cancel, "{}{}", ran.out, ran.err);
}
