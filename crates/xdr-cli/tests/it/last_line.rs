//! The last line of `--json`.

use std::path::Path;

use serde_json::{Value, json};
use xdr_cli::{
    Commands, Job, Names, Outcome, Target, TrackedAction, Tracker, abandoned_line, exit_code, last_line,
};
use xdr_model::{ActionId, Error, Scan, transport::Sent};

use crate::played_runs::{
    accepted, cancelled, followed, lost, many, nothing_matched, resumed, scanned, settled,
};
use crate::support::{answer, parse, statuses, variable};

/// The last line of a run that was given this action, or a scan.
fn told(end: &Result<Outcome, Error>, action: Option<u64>) -> Value {
    let line = last_line(end, &Names::default(), exit_code(end), &tracked(end, action), &commands());
    serde_json::to_value(line).unwrap()
}

fn tracked(end: &Result<Outcome, Error>, action: Option<u64>) -> TrackedAction {
    let tracker = Tracker::of(
        &action.map_or(Job::Scan(Scan::all().into()), |id| Job::Follow(ActionId::from(id).into())),
    );
    tracker.record_end(end, exit_code(end));
    tracker.snapshot()
}

fn commands() -> Commands {
    let target = Target::new(&parse("scan --all").unwrap(), variable).map_err(drop).unwrap();
    Commands::new(Path::new("tool"), &target, true)
}

fn fields(line: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| line[*name].clone()).collect()
}

#[test]
fn a_wait_says_in_one_word_why_it_ended() {
    let endless = || std::iter::repeat_with(|| settled("IN_PROGRESS")).take(1000);
    let unknown = || std::iter::repeat_with(|| statuses(&json!({}))).take(1000);
    let table = [
        (followed(endless()), "deadline", Value::Null),
        (followed([settled("PENDING")]), "stopped", Value::Null),
        (resumed(unknown()), "unknown_action", Value::Null),
        (followed(unknown()), "no_endpoint", Value::Null),
        (followed([answer(403, "")]), "failed", "refused".into()),
        (cancelled([many(), accepted(), answer(401, "")]), "cancelled_in_part", "refused".into()),
        (cancelled([many(), accepted(), lost(Sent::Maybe)]), "cancelled_in_part", "outcome_unknown".into()),
    ];
    for (end, why, cause) in table {
        let line = told(&end, Some(42));
        assert_eq!(fields(&line, &["event", "kind", "why"]), json!(["error", "wait", why]), "{line}");
        assert_eq!((&line["cause"], &line["action_id"]), (&cause, &42.into()), "{line}");
    }
}

#[test]
fn a_cancellation_in_part_has_the_fields_of_a_whole_one() {
    const FIELDS: [&str; 6] = ["exit_code", "endpoints", "settled", "refused", "left", "aborts"];
    let abort = json!({ "action_id": 43, "endpoints_count": 1000 });
    let part = told(&cancelled([many(), accepted(), lost(Sent::Maybe)]), Some(42));
    assert_eq!(fields(&part, &FIELDS), json!([4, 1000, 0, 0, 1, [abort]]), "{part}");
    let whole = told(&cancelled([many(), accepted(), nothing_matched()]), Some(42));
    assert_eq!(fields(&whole, &FIELDS), json!([2, 1000, 0, 1, 0, [abort]]), "{whole}");
}

#[test]
fn an_action_that_may_go_on_comes_with_the_commands_for_it() {
    let (resume, cancel) = ("tool follow --json 42", "tool cancel --json 42");
    let table = [
        (followed([settled("PENDING")]), Some(resume), Some(cancel)),
        (followed([answer(403, "")]), Some(resume), Some(cancel)),
        (followed(std::iter::repeat_with(|| statuses(&json!({}))).take(1000)), Some(resume), Some(cancel)),
        (cancelled([many(), lost(Sent::Maybe)]), Some(resume), Some(cancel)),
        (cancelled([many(), accepted(), accepted()]), Some(resume), None),
        (followed([settled("FAILED")]), None, None),
        (resumed(std::iter::repeat_with(|| statuses(&json!({}))).take(1000)), None, None),
    ];
    for (end, resume, cancel) in table {
        let line = told(&end, Some(42));
        assert_eq!(
            (line["resume_command"].as_str(), line["cancel_command"].as_str()),
            (resume, cancel),
            "{line}"
        );
    }
}

#[test]
fn the_action_is_named_by_every_end_that_knows_it_and_by_no_other() {
    for end in [cancelled([answer(401, "")]), cancelled([many(), lost(Sent::No)]), cancelled([many()])] {
        let line = told(&end, Some(42));
        assert_eq!(line["action_id"], 42, "{line}");
    }
    let line = told(&scanned([answer(401, "")]), None);
    assert_eq!((line.get("action_id"), &line["exit_code"]), (None, &1.into()), "{line}");
}

#[test]
fn an_action_that_only_a_broken_answer_names_is_not_lost() {
    const NAMED: &str = r#"{"reply":{"action_id":4711,"err_code":500,"err_msg":"half of it"}}"#;
    const COMMANDS: [&str; 2] = ["resume_command", "cancel_command"];
    for status in [200, 500, 503, 600] {
        let end = scanned([answer(status, NAMED)]);
        let left = serde_json::to_value(abandoned_line(&tracked(&end, None), &commands())).unwrap();
        for line in [told(&end, None), left] {
            assert_eq!(fields(&line, &["exit_code", "action_id"]), json!([4, 4711]), "{line}");
            let next_steps = json!(["tool follow --json 4711", "tool cancel --json 4711"]);
            assert_eq!(fields(&line, &COMMANDS), next_steps, "{line}");
        }
    }
}

#[test]
fn a_cancellation_names_its_own_action_and_not_the_one_of_a_broken_answer() {
    let broken = answer(200, r#"{"reply":{"action_id":4711,"err_code":500}}"#);
    let line = told(&cancelled([many(), broken]), Some(42));
    assert_eq!((&line["action_id"], &line["exit_code"]), (&42.into(), &4.into()), "{line}");
}
