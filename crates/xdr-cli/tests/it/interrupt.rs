//! Ctrl-C, once and twice.

use std::io::{BufRead, BufReader, Lines, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command};
use std::time::Duration;

use serde_json::Value;
use xdr_sim::{ActionKind, Config, Fault, Outcomes, Server};

use crate::support::{program, run_at};

/// A command whose output is read while it runs.
pub(crate) struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    err: Lines<BufReader<ChildStderr>>,
}

impl Running {
    pub(crate) fn at(server: &Server, command: &str, arguments: &[&str]) -> Self {
        let mut child = program().args([command, "--url", &server.url()]).args(arguments).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let err = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, out, err }
    }

    pub(crate) fn read_until(&mut self, text: &str) {
        assert!(self.out.by_ref().lines().any(|line| line.unwrap().contains(text)), "{text}");
    }

    /// Returns when this request has come in.
    fn asks(&mut self, server: &Server, operation: &str) {
        self.asks_times(server, operation, 1);
    }

    /// Returns when so many of these requests have come in.
    pub(crate) fn asks_times(&mut self, server: &Server, operation: &str, times: usize) {
        while server.sim().requests().iter().filter(|request| request.operation() == operation).count()
            < times
        {
            assert_eq!(self.child.try_wait().unwrap(), None, "it ended before {operation}");
            std::thread::yield_now();
        }
    }

    /// Ends it at once, as a crash does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn press(&self) {
        let killed = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(killed.unwrap().success());
    }

    /// Signals, and when that has been taken in signals on until it leaves.
    pub(crate) fn press_on(&mut self) {
        self.press();
        assert!(self.err.by_ref().any(|line| line.unwrap().contains("Press Ctrl-C again")));
        while self.child.try_wait().unwrap().is_none() {
            self.press();
        }
    }

    /// The exit code, the last line as JSON, and what else was said.
    pub(crate) fn end(mut self) -> (Option<i32>, Value, String) {
        let last = self.out.lines().last().unwrap().unwrap();
        let mut said = String::new();
        self.err.for_each(|line| said += &(line.unwrap() + "\n"));
        let code = self.child.wait().unwrap().code();
        let last: Value = serde_json::from_str(&last).unwrap_or_else(|_| panic!("{last}"));
        assert_eq!(last["exit_code"].as_i64(), code.map(i64::from), "{last}");
        (code, last, said)
    }
}

/// A tenant where nothing ever happens, and that answers this operation when nobody waits any more.
fn silent_on(operation: &str) -> Server {
    let server = Server::start(Config::new().with_time_scale(0.0)).unwrap();
    server.sim().fault(Fault::on(operation).times(9).delay(Duration::from_secs(3600)));
    server
}

fn started(server: &Server) -> String {
    assert_eq!(run_at(server, "scan", &["--all", "--deadline", "1ms"]).code, Some(3));
    server.sim().clear_requests();
    server.sim().actions()[0].id.to_string()
}

#[test]
fn once_ends_the_waiting_says_how_to_go_on_and_cancels_nothing() {
    let server = Server::start(Config::new().with_time_scale(0.0)).unwrap();
    let mut running = Running::at(&server, "scan", &["--all", "--json"]);
    running.read_until("\"polled\"");
    running.press();
    let (code, last, _) = running.end();
    assert_eq!((code, &last["kind"], &last["why"]), (Some(3), &"wait".into(), &"stopped".into()));
    let sim = server.sim();
    assert_eq!(last["action_id"], sim.actions()[0].id);
    assert!(last["resume_command"].as_str().unwrap().ends_with(&format!(" --json {}", last["action_id"])));
    assert!(sim.actions().iter().all(|action| action.kind == ActionKind::Scan));
}

#[test]
fn twice_leaves_with_the_action_and_how_it_stood() {
    let server = Server::start(Config::new().with_time_scale(0.0)).unwrap();
    let mut running = Running::at(&server, "scan", &["--all", "--json"]);
    running.read_until("\"polled\"");
    server.sim().clear_requests();
    server.sim().fault(Fault::on("get_action_status").times(9).delay(Duration::from_secs(3600)));
    running.asks(&server, "get_action_status");
    running.press_on();
    let (code, last, said) = running.end();
    assert_eq!((code, &last["kind"], &last["why"]), (Some(3), &"wait".into(), &"left".into()), "{last}");
    assert_eq!(
        (&last["action_id"], &last["last"]["endpoints_count"]),
        (&server.sim().actions()[0].id.into(), &673.into())
    );
    assert!(said.contains(last["resume_command"].as_str().unwrap()), "{said}");
}

#[test]
fn twice_while_a_scan_is_sent_is_an_unknown_outcome() {
    let server = silent_on("scan");
    let mut running = Running::at(&server, "scan", &["--all", "--json"]);
    running.asks(&server, "scan");
    running.press_on();
    let (code, last, said) = running.end();
    assert_eq!((code, &last["kind"]), (Some(4), &"outcome_unknown".into()), "{last}");
    assert_eq!((&last["may_have_taken_effect"], last.get("action_id")), (&true.into(), None));
    assert!(said.contains("Action Center"), "{said}");
}

#[test]
fn twice_while_a_cancellation_is_sent_is_an_unknown_outcome() {
    let server = silent_on("abort_scan");
    let id = started(&server);
    let mut running = Running::at(&server, "cancel", &["--json", &id]);
    running.asks(&server, "abort_scan");
    running.press_on();
    let (code, last, said) = running.end();
    assert_eq!((code, &last["kind"]), (Some(4), &"outcome_unknown".into()), "{last}");
    assert_eq!((last["action_id"].to_string(), &last["left"]), (id, &673.into()), "{last}");
    assert!(said.contains(last["cancel_command"].as_str().unwrap()), "{said}");
}

#[test]
fn twice_before_a_cancellation_is_sent_has_done_nothing() {
    let server = Server::start(Config::new().with_time_scale(0.0)).unwrap();
    let id = started(&server);
    server.sim().fault(Fault::on("get_action_status").times(9).delay(Duration::from_secs(3600)));
    let mut running = Running::at(&server, "cancel", &["--json", &id]);
    running.asks(&server, "get_action_status");
    running.press_on();
    let (code, last, said) = running.end();
    assert_eq!((code, &last["may_have_taken_effect"]), (Some(1), &false.into()), "{last}");
    assert!(said.contains("Nothing was cancelled"), "{said}");
}

#[test]
fn twice_before_the_endpoints_are_listed_has_started_nothing() {
    let server = Server::start(Config::new().with_time_scale(0.0)).unwrap();
    server.sim().fault(Fault::on("get_endpoint").times(9).delay(Duration::from_secs(3600)));
    for arguments in [&["--all", "--max", "900", "--json"][..], &["--all", "--dry-run", "--json"]] {
        server.sim().clear_requests();
        let mut running = Running::at(&server, "scan", arguments);
        running.asks(&server, "get_endpoint");
        running.press_on();
        let (code, last, said) = running.end();
        assert_eq!((code, &last["may_have_taken_effect"]), (Some(1), &false.into()), "{last}");
        assert!(said.contains("Nothing was started"), "{said}");
    }
    assert_eq!(server.sim().actions().len(), 0);
}

#[test]
fn twice_while_names_are_read_ends_with_the_code_of_the_report() {
    let outcomes = Outcomes::all_failed();
    let server =
        Server::start(Config::new().with_endpoints(3).with_time_scale(1e9).with_outcomes(outcomes)).unwrap();
    server.sim().fault(Fault::on("get_endpoint").times(9).delay(Duration::from_secs(3600)));
    let mut running = Running::at(&server, "scan", &["--all", "--json"]);
    running.asks(&server, "get_endpoint");
    running.press_on();
    let (code, last, said) = running.end();
    assert_eq!((code, &last["kind"], last.get("cancel_command")), (Some(2), &"left".into(), None), "{last}");
    assert!(said.contains("has ended"), "{said}");
}

#[test]
fn twice_leaves_although_nobody_reads() {
    let server = Server::start(Config::new().with_endpoints(50_000).with_time_scale(1e9)).unwrap();
    let mut running = Running::at(&server, "scan", &["--all", "--json"]);
    running.read_until("\"settled\":50000");
    // The report has begun, and is larger than any pipe.
    assert!(!running.out.fill_buf().unwrap().is_empty());
    running.press_on();
    assert_eq!(running.child.wait().unwrap().code(), Some(2), "how it ended was known");
}
