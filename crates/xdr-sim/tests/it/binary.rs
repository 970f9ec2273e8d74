//! The program around the server.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use crate::support::{STATUS, ask, connect, request, rest};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_xdr-sim"))
}

/// Ends the program also when the test fails.
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

/// Starts the program on a free port; the address is what its first line names.
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
        // The second scan starts when the first has ended; then the tenant looks what to forget.
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
        (["--time-scale=-1", "--advanced"], "must be a number from 0"),
        (["--listen", "localhost"], "invalid socket address"),
        (["--endpoints", "many"], "invalid digit"),
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
