//! Ctrl-C, once and twice, in a program with each client.
//!
//! The first Ctrl-C ends the waiting and cancels nothing. The second one ends the program, whatever the client is
//! doing.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command};
use std::time::Duration;

use xdr_conformance::{Kind, tenant};
use xdr_sim::{ActionKind, Fault, Server};

use crate::program::{Job, LEFT, STOPPING, program};

/// A running program. The test reads its output.
struct Running<'s> {
    child: Child,
    out: BufReader<ChildStdout>,
    err: BufReader<ChildStderr>,
    server: &'s Server,
}

impl<'s> Running<'s> {
    fn at(kind: Kind, server: &'s Server, job: &Job) -> Self {
        server.sim().clear_requests();
        let mut child = program(kind, job, &server.url(), "demo", false).spawn().expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("it is piped"));
        let err = BufReader::new(child.stderr.take().expect("it is piped"));
        Self { child, out, err, server }
    }

    fn read_until(&mut self, text: &str) {
        let mut lines = self.out.by_ref().lines().map(|line| line.expect("text"));
        assert!(lines.any(|line| line.contains(text)), "{text}");
    }

    /// Waits until the server has received this request.
    fn asks(&mut self, operation: &str) {
        while !self.server.sim().requests().iter().any(|request| request.operation() == operation) {
            assert_eq!(self.child.try_wait().expect("it runs"), None, "it ended before {operation}");
            std::thread::yield_now();
        }
    }

    fn press(&self) {
        let killed = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(killed.expect("a signal can be sent").success());
    }

    /// Presses Ctrl-C, waits until the program has reacted, and presses it again.
    fn press_twice(&mut self) {
        self.press();
        let mut lines = self.err.by_ref().lines().map(|line| line.expect("text"));
        assert!(lines.any(|line| line == STOPPING));
        self.press();
    }

    /// Waits for the end. Returns the exit code and the rest of the output.
    fn end(mut self) -> (Option<i32>, String) {
        let mut told = String::new();
        self.out.read_to_string(&mut told).expect("text");
        (self.child.wait().expect("it ends").code(), told)
    }

    fn assert_left(self) {
        let (code, told) = self.end();
        assert_eq!(code, Some(LEFT), "{told}");
        assert!(!told.contains("ended "), "{told}");
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

fn each(case: impl Fn(Kind, &Server)) {
    for kind in [Kind::Blocking, Kind::Async] {
        case(kind, &Server::start(tenant()).expect("a tenant can be simulated"));
    }
}

/// Delays the answers to this operation so long that no client waits for them.
fn silence(server: &Server, operation: &str) {
    server.sim().fault(Fault::on(operation).times(9).delay(Duration::from_secs(3600)));
}

/// An action that another program has started.
fn started(kind: Kind, server: &Server) -> String {
    let mut running = Running::at(kind, server, &Job::Scan);
    running.read_until("Started");
    server.sim().actions()[0].id.to_string()
}

fn sent(server: &Server, operation: &str) -> usize {
    server.sim().requests().iter().filter(|request| request.operation() == operation).count()
}

#[test]
fn once_ends_the_waiting_with_the_action_and_cancels_nothing() {
    each(|kind, server| {
        let mut running = Running::at(kind, server, &Job::Scan);
        running.read_until("Polled");
        running.press();
        let (code, told) = running.end();
        assert!(code == Some(0) && told.contains("why: Stopped"), "{told}");
        assert!(told.contains(&server.sim().actions()[0].id.to_string()), "{told}");
        assert!(server.sim().actions().iter().all(|action| action.kind == ActionKind::Scan));
    });
}

#[test]
fn once_while_a_scan_is_sent_waits_for_its_answer_and_tells_it() {
    each(|kind, server| {
        server.sim().fault(Fault::on("scan").delay(Duration::from_millis(300)).after_executing());
        let mut running = Running::at(kind, server, &Job::Scan);
        running.asks("scan");
        running.press();
        let (code, told) = running.end();
        assert!(code == Some(0) && told.contains("progress Started"), "{told}");
        assert!(told.contains("why: Stopped") && sent(server, "get_action_status") == 0, "{told}");
    });
}

#[test]
fn twice_leaves_while_a_status_is_asked_for() {
    each(|kind, server| {
        let id = started(kind, server);
        silence(server, "get_action_status");
        let mut running = Running::at(kind, server, &Job::Follow(id));
        running.asks("get_action_status");
        running.press_twice();
        running.assert_left();
    });
}

#[test]
fn twice_leaves_while_a_scan_is_sent() {
    each(|kind, server| {
        silence(server, "scan");
        let mut running = Running::at(kind, server, &Job::Scan);
        running.asks("scan");
        running.press_twice();
        running.assert_left();
        assert_eq!(sent(server, "scan"), 1);
    });
}

#[test]
fn twice_leaves_while_a_cancellation_is_sent() {
    each(|kind, server| {
        let id = started(kind, server);
        silence(server, "abort_scan");
        let mut running = Running::at(kind, server, &Job::Cancel(id));
        running.asks("abort_scan");
        running.press_twice();
        running.assert_left();
        assert_eq!(sent(server, "abort_scan"), 1);
    });
}

#[test]
fn twice_before_a_cancellation_is_sent_cancels_nothing() {
    each(|kind, server| {
        let id = started(kind, server);
        silence(server, "get_action_status");
        let mut running = Running::at(kind, server, &Job::Cancel(id));
        running.asks("get_action_status");
        running.press_twice();
        running.assert_left();
        assert_eq!(sent(server, "abort_scan"), 0);
    });
}

#[test]
fn twice_leaves_although_nobody_reads_what_is_written() {
    for kind in [Kind::Blocking, Kind::Async] {
        let many = tenant().with_endpoints(50_000).with_time_scale(1e9);
        let server = Server::start(many).expect("a tenant can be simulated");
        let mut running = Running::at(kind, &server, &Job::Scan);
        // The program has begun to write the report, which is larger than any pipe.
        running.asks("get_action_status");
        running.read_until("Started");
        assert!(!running.out.fill_buf().expect("it writes").is_empty());
        running.press_twice();
        assert_eq!(running.child.wait().expect("it ends").code(), Some(LEFT), "{kind:?}");
    }
}
