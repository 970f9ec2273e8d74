//! Looking before a scan: `xdr endpoints`, `--dry-run`, `--max` and `--skip-…`; and the names in reports.

use xdr_sim::{Config, Connection, Fault, Outcomes, Server};

use crate::support::{Ran, run_at};

fn server() -> Server {
    let config =
        Config::new().with_endpoints(250).with_time_scale(100_000.0).with_outcomes(Outcomes::all_completed());
    Server::start(config).unwrap()
}

fn failing() -> Config {
    Config::new().with_time_scale(100_000.0).with_outcomes(Outcomes::all_failed())
}

/// The names of the first endpoints in the order of their ids.
fn hosts(server: &Server, count: usize) -> Vec<String> {
    let mut endpoints: Vec<_> = server
        .sim()
        .endpoints()
        .iter()
        .map(|endpoint| (endpoint.id.clone(), endpoint.hostname.clone()))
        .collect();
    endpoints.sort();
    endpoints.into_iter().take(count).map(|(_, host)| host).collect()
}

fn disconnect(server: &Server, host: &str) {
    let id = id_of(server, host);
    server.sim().set_connection(&id, Connection::Disconnected);
}

fn id_of(server: &Server, host: &str) -> String {
    server.sim().endpoints().iter().find(|endpoint| endpoint.hostname == host).unwrap().id.clone()
}

fn actions(server: &Server) -> usize {
    server.sim().actions().len()
}

fn ended(ran: &Ran, code: i32) {
    assert_eq!(ran.code, Some(code), "{}{}", ran.out, ran.err);
}

#[test]
fn endpoints_are_listed_with_their_names() {
    let server = server();
    let hosts = hosts(&server, 2);
    disconnect(&server, &hosts[1]);
    let ran = run_at(&server, "endpoints", &["--hostname", &hosts.join(",")]);
    ended(&ran, 0);
    let rows: Vec<_> =
        ran.out.lines().filter(|line| hosts.iter().any(|host| line.starts_with(host))).collect();
    assert!(rows.len() == 2 && rows[0].ends_with(&id_of(&server, &hosts[0])), "{}", ran.out);
    assert!(rows[0].contains(" connected ") && rows[1].contains(" disconnected, seen "), "{}", ran.out);
    assert!(ran.out.ends_with("2 endpoints\n"), "{}", ran.out);

    let ran = run_at(&server, "endpoints", &["--json", "--connection", "disconnected"]);
    ended(&ran, 0);
    let events = ran.events();
    assert_eq!((events.len(), &events[0]["job"]), (3, &"endpoints".into()), "{}", ran.out);
    assert_eq!(
        (&events[1]["event"], &events[1]["endpoint_name"]),
        (&"endpoint".into(), &hosts[1].clone().into())
    );
    assert_eq!((&events[2]["event"], &events[2]["endpoints"]), (&"listed".into(), &1.into()));

    let ran = run_at(&server, "endpoints", &["--json"]);
    assert_eq!(ran.events().len(), 252, "without an option every endpoint is listed");
    let ran = run_at(&server, "endpoints", &["--hostname", &format!("{},web-typo", hosts[0])]);
    ended(&ran, 2);
    assert!(ran.out.contains("Host names that match no endpoint: web-typo"), "{}", ran.out);
    let ran = run_at(&server, "endpoints", &["--endpoint-id", "gone", "--json"]);
    assert_eq!(ran.events().pop().unwrap()["unmatched_ids"][0], "gone");
    let ran = run_at(&server, "endpoints", &["--group", "nobody"]);
    ended(&ran, 0);
    assert!(ran.out.ends_with("No endpoint matches\n"), "{}", ran.out);
    assert_eq!(actions(&server), 0);
}

#[test]
fn a_list_that_may_lack_endpoints_says_so_and_ends_with_code_2() {
    let server = server();
    let page = r#"{"reply":{"total_count":3,"result_count":1,"endpoints":[{"endpoint_id":"e1"}]}}"#;
    server.sim().fault(Fault::on("get_endpoint").times(1000).answer_json(200, page));
    let ran = run_at(&server, "endpoints", &[]);
    ended(&ran, 2);
    assert!(ran.out.contains("may be missing from this list"), "{}", ran.out);
    assert_eq!(run_at(&server, "endpoints", &["--json"]).events().pop().unwrap()["may_have_missed"], true);
    for look in ["--dry-run", "--skip-offline"] {
        let ran = run_at(&server, "scan", &["--all", look]);
        ended(&ran, 1);
        assert!(ran.err.contains("some may be missing from its list"), "{}", ran.err);
    }
    assert_eq!(actions(&server), 0);
}

#[test]
fn a_dry_run_tells_what_would_be_scanned_and_starts_nothing() {
    let server = server();
    let hosts = hosts(&server, 3);
    disconnect(&server, &hosts[2]);
    let names = format!("{},web-typo", hosts.join(","));
    let with = |more: &[&str]| {
        let ran = run_at(&server, "scan", &[&["--hostname", &names, "--dry-run"], more].concat());
        assert_eq!(actions(&server), 0);
        ran
    };
    let ran = with(&["--skip-offline"]);
    ended(&ran, 2);
    for text in [
        "3 endpoints selected",
        "2 connected, 1 disconnected",
        "Host names that match no endpoint: web-typo",
        "1 endpoint skipped: 1 not connected",
        "Nothing was started. Without --dry-run, 2 endpoints would be scanned",
    ] {
        assert!(ran.out.contains(text), "{text}: {}", ran.out);
    }
    let events = with(&["--skip-offline", "--json"]).events();
    let last = events.last().unwrap();
    assert_eq!((events.len(), &events[3]["skipped"]), (5, &"disconnected".into()), "{events:?}");
    assert_eq!(
        (&last["event"], &last["would_scan"], &last["exit_code"]),
        (&"dry_run".into(), &2.into(), &2.into())
    );
    assert_eq!(
        (&last["unmatched_hostnames"][0], &last["by_connection"]["disconnected"]),
        (&"web-typo".into(), &1.into())
    );

    let ran = with(&["--max", "2"]);
    ended(&ran, 1);
    assert!(ran.err.contains("--max of 2 is exceeded: 3 endpoints"), "{}", ran.err);
    let last = with(&["--max", "2", "--json"]).events().pop().unwrap();
    assert_eq!((&last["exit_code"], &last["would_scan"]), (&1.into(), &0.into()), "{last}");
    assert!(last["refused"].as_str().unwrap().contains("--max"), "{last}");
    ended(&run_at(&server, "scan", &["--hostname", &hosts[0], "--dry-run"]), 0);
}

#[test]
fn a_run_under_its_cap_scans_what_was_listed_and_names_what_it_skipped() {
    let server = server();
    let hosts = hosts(&server, 3);
    disconnect(&server, &hosts[2]);
    let names = hosts.join(",");
    let ran = run_at(&server, "scan", &["--hostname", &names, "--max", "2"]);
    ended(&ran, 1);
    assert!(ran.err.contains("--max of 2 is exceeded: 3 endpoints") && actions(&server) == 0, "{}", ran.err);
    let ran = run_at(&server, "scan", &["--hostname", &names, "--max", "2", "--skip-offline"]);
    ended(&ran, 0);
    assert!(ran.out.contains("1 endpoint skipped: 1 not connected"), "{}", ran.out);
    assert!(
        ran.out.lines().any(|line| line.starts_with(&hosts[2]) && line.contains("not connected")),
        "{}",
        ran.out
    );
    assert_eq!(actions(&server), 1);

    let asked = format!("{},web-typo", hosts[0]);
    let ran = run_at(&server, "scan", &["--hostname", &asked, "--max", "2"]);
    ended(&ran, 2);
    assert_eq!(ran.out.matches("Host names that match no endpoint: web-typo").count(), 2, "{}", ran.out);
    let last =
        run_at(&server, "scan", &["--hostname", &asked, "--max", "2", "--json"]).events().pop().unwrap();
    assert_eq!(
        (&last["unmatched_hostnames"][0], &last["is_success"]),
        (&"web-typo".into(), &false.into()),
        "{last}"
    );
}

#[test]
fn a_report_names_the_hosts_that_need_attention() {
    let server = Server::start(failing()).unwrap();
    let hosts = hosts(&server, 1);
    let arguments = ["--endpoint-id", &format!("{},gone", id_of(&server, &hosts[0]))];
    let ran = run_at(&server, "scan", &arguments);
    ended(&ran, 2);
    let row = ran.out.lines().find(|line| line.starts_with(&hosts[0])).unwrap();
    assert!(row.contains("failed") && row.contains("connected"), "{}", ran.out);
    assert!(
        ran.out.lines().any(|line| line.starts_with("gone ") && line.contains("no longer listed")),
        "{}",
        ran.out
    );
    let last = run_at(&server, "scan", &[&arguments[..], &["--json"]].concat()).events().pop().unwrap();
    let summaries = last["summaries"].as_array().unwrap();
    assert_eq!((summaries.len(), &summaries[0]["endpoint_name"]), (1, &hosts[0].clone().into()), "{last}");
}

#[test]
fn a_report_is_shown_without_names_when_they_cannot_be_read() {
    let server = Server::start(failing().without_permission_for("get_endpoint")).unwrap();
    let id = server.sim().endpoints()[0].id.clone();
    let ran = run_at(&server, "scan", &["--endpoint-id", &id]);
    ended(&ran, 2);
    assert!(ran.out.lines().any(|line| line.starts_with(&id)), "{}", ran.out);
    assert!(ran.out.contains("The names of the endpoints were not read: "), "{}", ran.out);
    let last = run_at(&server, "scan", &["--endpoint-id", &id, "--json"]).events().pop().unwrap();
    assert!(
        last["event"] == "report" && last["names_problem"].as_str().unwrap().contains("not read"),
        "{last}"
    );
    // A run that needs the list is refused without it.
    let ran = run_at(&server, "scan", &["--endpoint-id", &id, "--max", "5"]);
    ended(&ran, 1);
    assert_eq!(actions(&server), 2);
}
