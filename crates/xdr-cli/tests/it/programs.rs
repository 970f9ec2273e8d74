//! The built examples, as people and scripts run them.

use xdr_sim::{Config, Fault, Outcomes, Server};

use crate::support::{PROGRAMS, Ran, program, run_at};

fn fast() -> Config {
    Config::new().with_time_scale(100_000.0)
}

#[test]
fn a_scan_with_failures_ends_with_a_table_and_code_2() {
    let server = Server::start(fast()).unwrap();
    for name in PROGRAMS {
        let ran = run_at(name, &server, &["--all"]);
        assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
        for text in ["for 673 endpoints", "673 of 673 settled", "Outcome", "Not completed", "disk space"] {
            assert!(ran.out.contains(text), "{text}: {}", ran.out);
        }
        assert_eq!(ran.err, "");
        let (table, list) = ran.out.split_once("Not completed").unwrap();
        let row = table.lines().find(|line| line.starts_with("completed ")).unwrap();
        let completed: usize = row.split_whitespace().nth(1).unwrap().parse().unwrap();
        let listed = list.lines().filter(|line| line.contains("  ") && !line.contains("Outcome")).count();
        assert_eq!(listed, 673 - completed, "what goes to no terminal is not cut: {}", ran.out);
    }
}

#[test]
fn a_scan_of_which_every_endpoint_completes_ends_with_code_0() {
    let server = Server::start(fast().with_outcomes(Outcomes::all_completed())).unwrap();
    for name in PROGRAMS {
        let ran = run_at(name, &server, &["--platform", "linux,macos", "--incident", "42"]);
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        assert!(!ran.out.contains("Not completed"), "{}", ran.out);
    }
    assert_eq!(server.sim().actions()[0].incident_id.as_deref(), Some("42"));
}

#[test]
fn every_line_of_json_is_an_object_and_the_last_one_the_report() {
    let server = Server::start(fast()).unwrap();
    for name in PROGRAMS {
        let ran = run_at(name, &server, &["--all", "--json"]);
        let events = ran.events();
        let names: Vec<_> = events.iter().filter_map(|event| event["event"].as_str()).collect();
        assert_eq!(events[0]["simulated"], false, "what answers at --url can be a tunnel to a real tenant");
        assert_eq!(names[..3], ["begin", "started", "polled"], "{}", ran.out);
        let report = events.last().unwrap();
        assert_eq!((&report["event"], &report["exit_code"]), (&"report".into(), &2.into()));
        assert_eq!(report["endpoints"].as_array().unwrap().len(), 673);
        assert_eq!((ran.code, &*ran.err), (Some(2), ""));
    }
}

#[test]
fn without_options_the_tenant_is_inside_of_the_program() {
    for name in PROGRAMS {
        // A selection that matches nothing, so that the demonstration does not take its time.
        let ran = Ran::of(program(name).args(["--hostname", "nobody"]));
        assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("inside of this program"), "{}", ran.out);
        assert!(ran.err.contains("no endpoint was found"), "{}", ran.err);
    }
}

#[test]
fn a_real_tenant_without_a_selection_is_refused_before_anything_is_sent() {
    for name in PROGRAMS {
        let ran = Ran::of(program(name).arg("--live"));
        assert_eq!((ran.code, &*ran.out), (Some(1), ""));
        assert!(ran.err.contains("no endpoint is selected"), "{}", ran.err);
    }
}

#[test]
fn usage_errors_are_json_too_and_never_have_the_code_of_failed_endpoints() {
    let table = [
        (&["--json", "--live"][..], None),
        (&["--json", "--no-such-option"], None),
        (&["--json", "--resume", "7"], Some(7)),
    ];
    for (arguments, action) in table {
        let ran = Ran::of(program(PROGRAMS[0]).args(arguments));
        let events = ran.events();
        assert_eq!((ran.code, events[0]["action_id"].as_u64()), (Some(1), action), "{}", ran.err);
        assert_eq!((events.len(), &events[0]["kind"]), (1, &"usage".into()));
    }
}

#[test]
fn endpoints_that_the_tenant_leaves_out_are_named_and_are_no_success() {
    let server = Server::start(fast().with_outcomes(Outcomes::all_completed())).unwrap();
    let ids = format!("{},gone", server.sim().endpoints()[0].id);
    for name in PROGRAMS {
        let ran = run_at(name, &server, &["--endpoint-id", &ids]);
        assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
        assert!(
            ran.out.contains("You named 2 endpoint ids; the tenant took 1. It has not named gone."),
            "{}",
            ran.out
        );
        assert!(ran.out.contains("gone") && ran.out.contains("never named by the tenant"), "{}", ran.out);
        let ran = run_at(name, &server, &["--endpoint-id", &ids, "--json"]);
        let last = ran.events().pop().unwrap();
        assert_eq!((&last["missing_ids"][0], &last["is_success"]), (&"gone".into(), &false.into()), "{last}");
    }
}

#[test]
fn a_host_that_the_tenant_does_not_know_is_told_at_once_and_is_no_success() {
    let server = Server::start(fast().with_outcomes(Outcomes::all_completed())).unwrap();
    let hosts = format!("{},web-typo", server.sim().endpoints()[0].hostname);
    for name in PROGRAMS {
        let ran = run_at(name, &server, &["--hostname", &hosts]);
        assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
        assert_eq!(ran.out.matches("You named 2 hosts; the tenant took 1.").count(), 2, "{}", ran.out);
        let events = run_at(name, &server, &["--hostname", &hosts, "--json"]).events();
        let gaps: Vec<_> = events.iter().filter(|event| event.get("gap").is_some()).collect();
        assert_eq!((&gaps[0]["event"], &gaps[1]["event"]), (&"started".into(), &"report".into()));
    }
}

#[test]
fn a_run_goes_on_from_what_another_kept() {
    let folder = tempfile::tempdir().unwrap();
    for name in PROGRAMS {
        let server = Server::start(Config::new().with_time_scale(0.0)).unwrap();
        let state = folder.path().join(name);
        let state = state.to_str().unwrap();
        let hosts = format!("{},web-typo", server.sim().endpoints()[0].hostname);
        let ran = run_at(name, &server, &["--hostname", &hosts, "--deadline", "1ms", "--state", state]);
        assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
        let id = server.sim().actions()[0].id.to_string();
        assert!(ran.out.contains(&format!("--state={state} --resume={id}\n")), "{}", ran.out);

        server.advance(std::time::Duration::from_secs(3600));
        let ran = run_at(name, &server, &["--state", state, "--resume", &id]);
        assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("You named 2 hosts; the tenant took 1."), "{}", ran.out);
        assert!(ran.out.contains("1 endpoint completed"), "{}", ran.out);
        let ran = run_at(name, &server, &["--resume", &id]);
        assert!(ran.out.contains("the result is not compared with it"), "{}", ran.out);

        let other = Server::start(Config::new().with_time_scale(0.0)).unwrap();
        for job in ["--resume", "--cancel"] {
            let missing = folder.path().join("missing");
            let ran = run_at(name, &server, &["--state", missing.to_str().unwrap(), job, &id]);
            assert!(ran.code == Some(1) && !missing.exists(), "a scan with a gap must not become a success");
            let ran = run_at(name, &other, &["--state", state, job, &id]);
            assert!(ran.code == Some(1) && ran.err.contains("/tenant must be"), "{}", ran.err);
            assert_eq!(other.sim().requests().len(), 0);
        }
        for (job, action) in [("--resume", "7"), ("--cancel", "7")] {
            let ran = run_at(name, &server, &["--state", state, job, action]);
            assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
            assert!(ran.err.contains("must be 7, the action that was asked for"), "{}", ran.err);
        }
        server.sim().clear_requests();
        let ran = run_at(name, &server, &["--all", "--state", state]);
        assert!(ran.code == Some(1) && ran.err.contains("the file exists"), "{}", ran.err);
        let refused = folder.path().join("refused");
        let gone = &["--hostname", "nobody", "--state", refused.to_str().unwrap()];
        assert!(run_at(name, &server, gone).code == Some(1) && !refused.exists(), "nothing is left behind");
        server.sim().clear_requests();
        let ran = run_at(name, &server, &["--all", "--state", "/no/such/folder/state.json"]);
        assert!(ran.code == Some(1) && ran.err.contains("--state /no/such"), "{}", ran.err);
        assert_eq!(server.sim().requests().len(), 0, "nothing is sent then");
    }
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
    for name in PROGRAMS {
        let server = scripted("2", &[r#"{"e1":"COMPLETED_SUCCESSFULLY","e2":"PENDING"}"#]);
        let ran = run_at(name, &server, &["--all", "--pending-limit", "1ms"]);
        assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("since nothing changes any more"), "{}", ran.out);
        assert!(ran.out.lines().any(|line| line.starts_with("e2") && line.ends_with("–")), "{}", ran.out);
    }
}

#[test]
fn help_documents_the_exit_codes() {
    let ran = Ran::of(program(PROGRAMS[0]).arg("--help"));
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("Exit codes:") && ran.out.contains("XDR_API_KEY_ID"), "{}", ran.out);
}

#[test]
fn a_scan_whose_answer_is_lost_ends_with_code_4_and_is_not_sent_again() {
    for name in PROGRAMS {
        let server = Server::start(fast()).unwrap();
        server.sim().fault(Fault::on("scan").after_executing().hang_up());
        let ran = run_at(name, &server, &["--all", "--json"]);
        let events = ran.events();
        let error = events.last().unwrap();
        assert_eq!((ran.code, &error["kind"]), (Some(4), &"outcome_unknown".into()));
        assert_eq!(error["may_have_taken_effect"], true);
        assert_eq!(server.sim().actions().len(), 1);
    }
}

#[test]
fn an_action_that_only_a_broken_answer_names_is_shown_with_its_commands() {
    const NAMED: &str = r#"{"reply":{"action_id":4711,"err_code":500,"err_msg":"half of it"}}"#;
    for name in PROGRAMS {
        let server = Server::start(fast()).unwrap();
        server.sim().fault(Fault::on("scan").times(2).answer_json(200, NAMED));
        let ran = run_at(name, &server, &["--all", "--json"]);
        let error = ran.events().pop().unwrap();
        assert_eq!((ran.code, &error["action_id"]), (Some(4), &4711.into()), "{}", ran.out);

        let ran = run_at(name, &server, &["--all"]);
        let (follow, cancel) = (ran.out.find("--resume=4711"), ran.out.find("--cancel=4711"));
        assert!(ran.code == Some(4) && follow.is_some() && follow < cancel, "{}{}", ran.out, ran.err);
    }
}

#[test]
fn an_action_can_be_cancelled_and_followed_to_its_end() {
    for name in PROGRAMS {
        let server = Server::start(Config::new().with_time_scale(0.0)).unwrap();
        let ran = run_at(name, &server, &["--all", "--deadline", "1ms"]);
        assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
        let id = server.sim().actions()[0].id.to_string();
        assert!(ran.out.contains(&format!("--resume={id}\n")), "{}", ran.out);

        let ran = run_at(name, &server, &["--cancel", &id]);
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("673 endpoints of action"), "{}", ran.out);

        let ran = run_at(name, &server, &["--resume", &id]);
        assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("cancelled"), "{}", ran.out);
    }
}

#[test]
fn a_scan_is_started_by_one_process_and_finished_by_another() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["start_and_finish", "start_and_finish_async"] {
        let server = Server::start(fast().with_outcomes(Outcomes::all_completed())).unwrap();
        let file = folder.path().join(name);
        let run = || Ran::of(program(name).arg(server.url()).arg(&file));
        let (started, finished) = (run(), run());
        assert!(started.code == Some(0) && started.out.starts_with("action "), "{}", started.err);
        assert!(finished.code == Some(0) && finished.out.ends_with("success: true\n"), "{}", finished.err);
        let kept = xdr_model::ActionReport::from_json(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert!(kept.is_success());
        let unkept = Ran::of(program(name).arg(server.url()).arg(folder.path().join("no/folder")));
        assert_eq!(unkept.code, Some(1));
        assert_eq!(server.sim().requests().iter().filter(|request| request.operation() == "scan").count(), 1);
    }
}
