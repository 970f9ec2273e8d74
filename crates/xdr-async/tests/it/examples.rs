//! The examples, as somebody runs them who tries the crate.

use std::process::Command;

/// Runs a built example without arguments, and gives what it prints.
fn run(name: &str) -> String {
    let test = std::env::current_exe().expect("a test is a program");
    let built = test.ancestors().nth(2).expect("it is in a folder of the build");
    let example = built.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(example.exists(), "{} is missing: run all tests of this crate", example.display());
    let output = Command::new(example).output().expect("an example can be run");
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{name}: {out}{err}");
    assert_eq!(err, "", "{name}: {out}");
    out
}

#[test]
fn scan_tells_how_many_endpoints_completed() {
    let out = run("async_scan");
    assert!(out.contains(" endpoints settled\n"), "{out}");
    assert!(out.ends_with(", success: false\n"), "some simulated endpoints fail: {out}");
}

#[test]
fn follow_goes_on_from_what_was_saved() {
    let out = run("async_follow");
    assert!(out.ends_with(" of 673 endpoints completed\n"), "{out}");
}

#[test]
fn cancel_cancels_what_has_not_settled() {
    let out = run("async_cancel");
    assert!(out.ends_with("673 endpoints cancelled, 0 had settled\n"), "{out}");
}

#[test]
fn custom_operation_reads_the_reply() {
    assert_eq!(run("async_custom_operation"), "{\"name\":\"p\"}\n");
}

#[test]
fn progress_tells_the_id_first_and_the_result_last() {
    let out = run("async_progress");
    assert!(out.starts_with("started action ") && out.ends_with("\nsuccess: false\n"), "{out}");
}

#[test]
fn preview_looks_before_it_scans() {
    let out = run("async_preview");
    assert!(out.starts_with("{Windows: ") && out.ends_with(" skipped\n"), "{out}");
}

#[test]
fn cancel_where_cancels_what_runs_on_a_group() {
    assert_eq!(run("async_cancel_where"), "cancellation accepted for 205 of 205 endpoints\n");
}

#[test]
fn large_list_is_scanned_in_batches() {
    assert_eq!(run("async_large_list"), "2500 of 2500 settled in 3 batches\n");
}

#[test]
fn after_unknown_reads_what_is_being_scanned() {
    assert_eq!(run("async_after_unknown"), "205 of 205 endpoints are being scanned\n");
}
