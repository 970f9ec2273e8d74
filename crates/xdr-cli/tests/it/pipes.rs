//! Readers that go away.

use std::io::{BufRead, BufReader, Read};

use xdr_sim::{Config, Server};

use crate::support::program;

#[test]
fn a_reader_that_leaves_early_costs_neither_the_action_nor_a_panic() {
    for arguments in [&["--all", "--json"][..], &["--all"]] {
        let server = Server::start(Config::new().with_time_scale(100_000.0)).unwrap();
        let mut child = program().args(["scan", "--url", &server.url()]).args(arguments).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), &*said), (Some(2), ""), "{first}");
    }
}

#[test]
fn help_that_nobody_reads_is_no_failure() {
    let mut child = program().arg("--help").spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), &*said), (Some(0), ""));
}
