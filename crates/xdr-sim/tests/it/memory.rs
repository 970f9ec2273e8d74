//! The peak memory of the program under hostile requests, as Linux counts it.

use std::fs;
use std::io::Write;

use crate::binary::{Running, start};
use crate::support::{ABORT, KEY, SCAN, VALIDATE, all, connect, request, rest};

/// The peak memory of the program, in MiB.
fn peak(program: &Running) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() / 1024
}

fn chunked(headers: &str) -> String {
    format!("POST {SCAN} HTTP/1.1\r\nhost: tenant\r\n{headers}transfer-encoding: chunked\r\n\r\n")
}

#[test]
fn large_bodies_cost_little() {
    let (program, addr) = start(&["--rate-limit", "0"]);
    let piece = "10000\r\n".to_owned() + &"0,".repeat(32 * 1024) + "\r\n";
    for headers in ["", KEY] {
        let mut stream = connect(&addr);
        let _ = stream.write_all(format!("{}1\r\n[\r\n", chunked(headers)).as_bytes());
        let taken = (0..1500).take_while(|_| stream.write_all(piece.as_bytes()).is_ok()).count();
        assert!(taken < 1500);
    }
    // None of these requests ends, so that the server holds all of them at the same time.
    let body = "1\r\n \r\n".to_owned() + "10000\r\n" + &" ".repeat(0x10000) + "\r\n";
    let held: Vec<_> = (0..200)
        .map(|_| {
            let mut stream = connect(&addr);
            stream.write_all(chunked("").as_bytes()).unwrap();
            (0..16).for_each(|_| stream.write_all(body.as_bytes()).unwrap());
            stream
        })
        .collect();
    let mut last = connect(&addr);
    last.write_all(request(VALIDATE, "{}", "connection: close\r\n").as_bytes()).unwrap();
    assert!(rest(&mut last).ends_with("\r\n\r\ntrue"));
    drop(held);
    assert!(peak(&program) < 64, "{} MiB", peak(&program));
}

#[test]
fn thousands_of_actions_cost_little() {
    let (program, addr) = start(&["--rate-limit", "0"]);
    for number in 0..2000 {
        let path = if number % 2 == 0 { SCAN } else { ABORT };
        let mut stream = connect(&addr);
        stream.write_all(request(path, &all().to_string(), "connection: close\r\n").as_bytes()).unwrap();
        assert!(rest(&mut stream).starts_with("HTTP/1.1 200 "));
    }
    assert!(peak(&program) < 32, "{} MiB", peak(&program));
}
