//! The program `xdr-sim`.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use xdr_sim::{Config, Endpoint, Sim};

use crate::support::{LIST, STATUS, ask, connect, request, rest};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_xdr-sim"))
}

/// Ends the program, also when the test fails.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn refused(args: &[&str]) -> (i32, String) {
    let Output { status, stderr, stdout } = program().args(args).output().unwrap();
    assert!(stdout.is_empty());
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}

/// Starts the program on a free port. Returns the address from the first line of its output.
pub(crate) fn start(flags: &[&str]) -> (Running, String) {
    let child =
        program().args(["--listen", "127.0.0.1:0"]).args(flags).stdout(Stdio::piped()).spawn().unwrap();
    let mut running = Running(child);
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let addr = line.strip_prefix("listening on http://").unwrap().strip_suffix('\n').unwrap().to_owned();
    (running, addr)
}

/// The whole reply to a scan of everything.
fn scan(addr: &str, key_id: &str, key: &str) -> String {
    let body = r#"{"request_data":{"filters":"all"}}"#;
    let mut stream = TcpStream::connect(addr).unwrap();
    write!(
        stream,
        "POST /public_api/v1/endpoints/scan HTTP/1.1\r\nhost: tenant\r\nconnection: close\r\n\
         authorization: {key}\r\nx-xdr-auth-id: {key_id}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

#[test]
fn its_first_line_names_the_address_and_it_serves_there() {
    let flags = ["--endpoints", "40", "--key-id", "9", "--key", "k", "--integer-ids"];
    let more = ["--seed", "5", "--offline", "5%", "--time-scale", "60"];
    let (_running, addr) = start(&[&flags[..], &more].concat());
    let reply = scan(&addr, "9", "k");
    assert!(
        reply.ends_with(r#"{"reply":{"action_id":4294967295,"endpoints_count":40,"status":1}}"#),
        "{reply}"
    );
}

#[test]
fn flags_make_a_tenant_that_refuses() {
    for (flags, first, second) in [
        (&[][..], "200", "500"),
        (&["--no-license"], "402", "402"),
        (&["--no-permission"], "403", "403"),
        (&["--no-permission-for", "scan"], "403", "403"),
        (&["--no-permission-for", "get_endpoint"], "200", "500"),
        (&["--rate-limit", "1"], "200", "429"),
        (&["--created"], "201", "500"),
        (&["--outage"], "500", "500"),
        (&["--max-body", "33"], "413", "413"),
    ] {
        let (_running, addr) = start(flags);
        for status in [first, second] {
            let reply = scan(&addr, "1", "demo");
            assert!(reply.starts_with(&format!("HTTP/1.1 {status} ")), "{flags:?}: {reply}");
        }
    }
}

/// The lines of the list, each with its columns.
fn list(flags: &[&str]) -> Vec<Vec<String>> {
    let Output { status, stdout, .. } = program().arg("--list").args(flags).output().unwrap();
    assert!(status.success());
    let text = String::from_utf8(stdout).unwrap();
    let columns = |line: &str| {
        line.split("  ").map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    text.lines().map(columns).collect()
}

#[test]
fn the_fleet_is_listed_as_it_is_served() {
    let flags = ["--endpoints", "40", "--seed", "5", "--offline", "25%"];
    let lines = list(&flags);
    let sim = Sim::new(Config::new().with_endpoints(40).with_seed(5).with_offline(0.25));
    let expected: Vec<_> = sim
        .endpoints()
        .iter()
        .map(|endpoint| {
            let Endpoint { id, hostname, platform, .. } = endpoint;
            [id, hostname, *platform, endpoint.connection.word(), &endpoint.group_names.join(", ")]
                .map(str::to_owned)
        })
        .collect();
    let found: Vec<_> = lines.iter().map(|line| [0, 1, 2, 3, 5].map(|column| line[column].clone())).collect();
    assert_eq!(found, expected);
    assert!(lines.iter().all(|line| line[4].ends_with('Z') && line[4].len() == 20), "{lines:?}");
}

#[test]
fn the_examples_of_the_readme_match_some_machines() {
    let lines = list(&["--offline", "5%"]);
    let servers = lines.iter().filter(|line| line[5].split(", ").any(|group| group == "Servers"));
    assert!(servers.filter(|line| line[3] == "connected").count() > 100);
}

#[test]
fn a_list_that_nobody_reads_to_its_end_is_no_error() {
    let mut child = program()
        .args(["--list", "--endpoints", "20000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    assert!(status.success() && stderr.is_empty(), "{status} {stderr:?}");
}

/// The body of a page of all endpoints.
fn page(addr: &str) -> Value {
    let mut stream = connect(addr);
    stream.write_all(request(LIST, r#"{"request_data":{}}"#, "connection: close\r\n").as_bytes()).unwrap();
    let reply = rest(&mut stream);
    serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn flags_decide_what_pages_show() {
    let (_running, addr) =
        start(&["--endpoints", "9", "--turnover", "1", "--filter-words", "--no-total-count"]);
    let first = page(&addr);
    assert_eq!(first["reply"].get("total_count"), None);
    assert_eq!(first["reply"]["endpoints"][0]["endpoint_status"], "connected");
    assert_eq!(
        (&first["reply"]["result_count"], &page(&addr)["reply"]["result_count"]),
        (&json!(9), &json!(8))
    );
}

#[test]
fn machines_can_be_left_out_of_scans() {
    let lines = list(&["--endpoints", "40"]);
    let (_running, addr) = start(&["--endpoints", "40", "--omit", &lines[0][0], "--omit", &lines[7][0]]);
    assert!(scan(&addr, "1", "demo").contains(r#""endpoints_count":"38""#));

    let (code, stderr) = refused(&["--listen", "127.0.0.1:0", "--omit", "e1"]);
    assert!(code == 1 && stderr.contains("no machine has the id `e1`"), "{stderr}");
}

#[test]
fn the_limit_can_be_switched_off() {
    let (_running, addr) = start(&["--rate-limit", "0"]);
    let limited = (0..30).map(|_| scan(&addr, "1", "demo")).filter(|reply| reply.contains(" 429 ")).count();
    assert_eq!(limited, 0);
}

#[test]
fn history_can_be_limited() {
    for (history, kept) in [("0", false), ("9", true)] {
        let (_running, addr) = start(&["--max-history", history, "--time-scale", "1e9", "--rate-limit", "0"]);
        let started = |reply: &String| reply.starts_with("HTTP/1.1 200 ");
        // The second scan starts when the first has ended. The tenant forgets actions at the start of a scan.
        assert_eq!((0..9999).map(|_| scan(&addr, "1", "demo")).filter(started).take(2).count(), 2);
        let mut stream = connect(&addr);
        let status =
            request(STATUS, r#"{"request_data":{"group_action_id":4294967295}}"#, "connection: close\r\n");
        stream.write_all(status.as_bytes()).unwrap();
        let reply = rest(&mut stream);
        assert_eq!(!reply.ends_with(r#"{"reply":{"data":{}}}"#), kept, "{reply}");
    }
}

#[test]
fn connections_can_be_limited() {
    let (_running, addr) = start(&["--max-connections", "1", "--rate-limit", "0"]);
    let mut first = connect(&addr);
    ask(&mut first);
    let mut second = connect(&addr);
    second.write_all(request(STATUS, "{}", "connection: close\r\n").as_bytes()).unwrap();
    (0..50).for_each(|_| ask(&mut first));
    second.set_nonblocking(true).unwrap();
    assert_eq!(second.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    second.set_nonblocking(false).unwrap();
    drop(first);
    assert!(rest(&mut second).starts_with("HTTP/1.1 400 "));
}

#[test]
fn wrong_flags_are_explained() {
    for (args, words) in [
        (["--offline", "0.05"], "must be a percentage from 0% to 100%"),
        (["--offline", "101%"], "must be a percentage from 0% to 100%"),
        (["--offline", "NaN%"], "must be a percentage from 0% to 100%"),
        (["--time-scale=-1", "--advanced"], "must be 0 or a positive number"),
        (["--listen", "localhost"], "invalid socket address"),
        (["--endpoints", "many"], "invalid digit"),
        (
            ["--no-permission-for", "validate"],
            "possible values: scan, abort_scan, get_action_status, get_endpoint",
        ),
    ] {
        let (code, stderr) = refused(&args);
        assert!(code == 2 && stderr.contains(words), "{args:?}: {stderr}");
    }
}

#[test]
fn an_address_that_cannot_be_had_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let (code, stderr) = refused(&["--listen", &addr]);
    assert!(code == 1 && stderr.contains(&format!("cannot listen on {addr}")), "{stderr}");
}
