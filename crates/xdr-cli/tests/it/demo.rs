//! `xdr demo`.

use std::time::{Duration, Instant};

use crate::support::{Ran, program};

#[test]
fn a_demonstration_shows_failures_ends_with_code_0_and_takes_less_than_15_seconds() {
    let begin = Instant::now();
    let ran = Ran::of(program().arg("demo"));
    let took = begin.elapsed();
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{}", ran.out);
    assert!(took < Duration::from_secs(15), "{took:?}");
    for text in [
        "Scanning a simulated tenant inside this program\n",
        "Not completed",
        "This is not a success: outside the demonstration, the exit code would be 2\n",
    ] {
        assert!(ran.out.contains(text), "{text}: {}", ran.out);
    }
}

#[test]
fn a_demonstration_for_programs_is_said_to_be_simulated() {
    let ran = Ran::of(program().args(["demo", "--json"]));
    let events = ran.events();
    assert_eq!((&events[0]["event"], &events[0]["simulated"]), (&"begin".into(), &true.into()));
    let last = events.last().unwrap();
    assert_eq!((ran.code, &last["exit_code"]), (Some(0), &0.into()));
    assert_eq!((&last["event"], &last["is_success"]), (&"report".into(), &false.into()));
}

#[test]
fn only_a_demonstration_starts_a_simulated_tenant() {
    for command in [&["scan", "--all"][..], &["follow", "7"], &["cancel", "7"]] {
        let ran = Ran::of(program().args(command).env_remove("XDR_FQDN"));
        assert_eq!((ran.code, &*ran.out), (Some(1), ""), "{command:?}");
        assert!(ran.err.contains("XDR_FQDN is not set"), "{command:?}: {}", ran.err);
    }
}
