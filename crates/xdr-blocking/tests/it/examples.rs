//! The examples, as somebody runs them who tries the crate.

use xdr_workspace::run_example as run;

#[test]
fn scan_tells_how_many_endpoints_completed() {
    let out = run("scan");
    assert!(out.contains(" endpoints settled\n"), "{out}");
    assert!(out.ends_with(", success: false\n"), "some simulated endpoints fail: {out}");
}

#[test]
fn follow_goes_on_from_what_was_saved() {
    let out = run("follow");
    assert!(out.ends_with(" of 673 endpoints completed\n"), "{out}");
}

#[test]
fn cancel_cancels_what_has_not_settled() {
    let out = run("cancel");
    assert!(out.ends_with("673 endpoints cancelled, 0 had settled\n"), "{out}");
}

#[test]
fn custom_operation_reads_the_reply() {
    assert_eq!(run("custom_operation"), "{\"name\":\"p\"}\n");
}
