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
        for text in
            ["for 673 endpoints", "673 of 673 settled", "Outcome", "Not completed", "disk space", "more (use"]
        {
            assert!(ran.out.contains(text), "{text}: {}", ran.out);
        }
        assert_eq!(ran.err, "");
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
        assert_eq!(report["endpoints"].as_object().unwrap().len(), 673);
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
        assert!(ran.out.contains("left out by the tenant") && ran.out.ends_with("gone\n"), "{}", ran.out);
        let ran = run_at(name, &server, &["--endpoint-id", &ids, "--json"]);
        assert_eq!(ran.events().last().unwrap()["left_out"][0], "gone");
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
