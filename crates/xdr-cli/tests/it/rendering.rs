//! What is shown to a person.

use std::time::Duration;

use serde_json::{Value, json};
use xdr_cli::{Names, PollSummary, Throughput, bar_lines, plain_line, report};
use xdr_model::{ActionId, ActionReport, Polling};

use crate::support::{answer, play, session};

/// How 1,000 endpoints stand after so many seconds.
fn summary(seconds: u64, groups: &[(&str, usize)]) -> PollSummary {
    let words = groups.iter().flat_map(|(word, count)| std::iter::repeat_n(*word, *count));
    let data: serde_json::Map<_, _> =
        words.enumerate().map(|(n, word)| (format!("e{n}"), Value::from(word))).collect();
    let endpoints: Vec<_> =
        data.iter().map(|(id, word)| json!({ "endpoint_id": id, "status": word })).collect();
    let report = json!({ "action_id": 42, "endpoints_count": 1000, "endpoints": endpoints });
    let report = ActionReport::from_json(&report.to_string()).unwrap();
    PollSummary::new(&report, Duration::from_secs(seconds))
}

/// A scan of two minutes' polls, of whose endpoints 60 are offline.
fn polls() -> Vec<PollSummary> {
    let done = "COMPLETED_SUCCESSFULLY";
    vec![
        summary(2, &[("PENDING", 900)]),
        summary(60, &[("PENDING", 400), ("IN_PROGRESS", 500), (done, 95), ("FAILED", 5)]),
        summary(120, &[("PENDING", 60), ("IN_PROGRESS", 500), (done, 400), ("FAILED", 20), ("TIMEOUT", 20)]),
        summary(
            180,
            &[("PENDING", 60), ("IN_PROGRESS", 200), (done, 700), ("FAILED", 20), ("SOMETHING_NEW", 20)],
        ),
        summary(
            240,
            &[("PENDING", 60), ("PENDING_ABORT", 7), ("IN_PROGRESS", 33), (done, 860), ("FAILED", 40)],
        ),
        summary(3661, &[("PENDING", 60), (done, 900), ("FAILED", 40)]),
    ]
}

fn shown(show: impl Fn(&PollSummary, &Throughput) -> String) -> String {
    let mut throughput = Throughput::default();
    let line = |summary: &PollSummary| {
        throughput.record(summary);
        show(summary, &throughput)
    };
    polls().iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn progress_in_a_log_is_a_line_a_poll() {
    insta::assert_snapshot!(shown(plain_line), @r"
     0:02  0 of 1,000 settled (0 %): 1,000 not begun
     1:00  100 of 1,000 settled (10 %): 95 completed, 5 failed, 500 running; 400 not begun; 103 a minute, about 8:42 left
     2:00  440 of 1,000 settled (44 %): 400 completed, 20 failed, 20 timed out, 500 running; 60 not begun; 224 a minute, about 2:31 left
     3:00  720 of 1,000 settled (72 %): 700 completed, 20 failed, 200 running, 20 SOMETHING_NEW; 60 not begun; 243 a minute, about 1:10 left
     4:00  900 of 1,000 settled (90 %): 860 completed, 40 failed, 33 running, 7 stopping; 60 not begun, perhaps offline; 227 a minute, about 0:11 left for the others
    1:01:01  940 of 1,000 settled (94 %): 900 completed, 40 failed; 60 not begun, perhaps offline
    ");
}

#[test]
fn progress_under_a_bar_sets_apart_what_has_not_begun() {
    insta::assert_snapshot!(shown(|summary, throughput| bar_lines(summary, throughput, 79)), @r"
    1,000 not begun

    95 completed, 5 failed, 500 running
    103 a minute, about 8:42 left; 400 not begun
    400 completed, 20 failed, 20 timed out, 500 running
    224 a minute, about 2:31 left; 60 not begun
    700 completed, 20 failed, 200 running, 20 SOMETHING_NEW
    243 a minute, about 1:10 left; 60 not begun
    860 completed, 40 failed, 33 running, 7 stopping
    227 a minute, about 0:11 left for the others; 60 not begun, perhaps offline
    900 completed, 40 failed
    60 not begun, perhaps offline
    ");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let report = report(&example(), &Names::default(), 60, None);
    for line in shown(|summary, throughput| bar_lines(summary, throughput, 60)).lines().chain(report.lines())
    {
        assert!(console::measure_text_width(line) <= 60, "{line}");
    }
}

#[test]
fn two_polls_that_differ_in_time_only_say_the_same() {
    let [first, second] = [2, 60].map(|seconds| summary(seconds, &[("PENDING", 900)]));
    assert!(first.says_the_same_as(&second));
    assert!(!first.says_the_same_as(&polls()[1]));
}

/// Failures with reasons of every shape, one of them hostile.
fn example() -> ActionReport {
    let id = |n: u32| format!("{n:032x}");
    let mut data: serde_json::Map<_, _> =
        (100..130).map(|n| (id(n), Value::from("COMPLETED_SUCCESSFULLY"))).collect();
    data.extend((0..21).map(|n| (id(n), Value::from("FAILED"))));
    data.extend([(id(50), "COMPLETED_PARTIAL".into()), (id(51), "TIMEOUT".into())]);
    let reasons = json!({
        id(0): { "errorDescription": "not enough disk space", "errorData": null },
        id(1): { "code": 7, "text": "a\nb" },
        id(2): "\u{1b}[31mred\u{1b}[0m \u{202e}desrever",
        id(3): { "text": "x".repeat(200) },
        id(5): { "text": "The scan failed on the endpoint: not enough disk space" },
        id(6): { "text": "word ".repeat(80) },
        id(4): {},
    });
    let body = json!({ "reply": { "data": data, "errorReasons": reasons } }).to_string();
    let wait = session().wait(ActionId::from(42), Polling::within(Duration::from_secs(60)));
    play(wait, [answer(200, &body), answer(200, &body)]).unwrap()
}

#[test]
fn the_report_counts_outcomes_and_names_failures() {
    insta::assert_snapshot!(report(&example(), &Names::default(), 79, Some("xdr follow 42 | cat")), @r"
    Outcome           Endpoints    Share
    completed                30   56.6 %
    partly completed          1    1.9 %
    failed                   21   39.6 %
    timed out                 1    1.9 %
    total                    53  100.0 %

    Not completed                     Outcome
        Reason
    00000000000000000000000000000000  failed
        not enough disk space
    00000000000000000000000000000001  failed
        code: 7, text: a b
    00000000000000000000000000000002  failed
        red desrever
    00000000000000000000000000000003  failed
        xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
    00000000000000000000000000000004  failed
    00000000000000000000000000000005  failed
        The scan failed on the endpoint: not enough disk space
    00000000000000000000000000000006  failed
        word word word word word word word word word word word word word word word
        word word word word word word word word word word word word word word
        word word word word word word word word word word word word word word…
    00000000000000000000000000000007  failed
    00000000000000000000000000000008  failed
    00000000000000000000000000000009  failed
    0000000000000000000000000000000a  failed
    0000000000000000000000000000000b  failed
    0000000000000000000000000000000c  failed
    0000000000000000000000000000000d  failed
    0000000000000000000000000000000e  failed
    0000000000000000000000000000000f  failed
    00000000000000000000000000000010  failed
    00000000000000000000000000000011  failed
    00000000000000000000000000000012  failed
    00000000000000000000000000000013  failed
    … 3 endpoints not shown. To list them all:
      xdr follow 42 | cat
    ");
}

/// Endpoints of every state, most of them of no use to anybody.
fn gaps() -> ActionReport {
    let endpoint = |id: &str, status: &str| json!({ "endpoint_id": id, "status": status });
    let mut endpoints: Vec<_> = (0..30).map(|n| endpoint(&format!("failed-{n}"), "FAILED")).collect();
    endpoints.push(endpoint("offline-1", "PENDING"));
    endpoints.push(endpoint("done-1", "COMPLETED_SUCCESSFULLY"));
    let gone = |n: u32| {
        let mut gone = endpoint(&format!("gone-{n}"), "IN_PROGRESS");
        gone["omitted"] = true.into();
        gone
    };
    endpoints.extend((0..25).map(gone));
    let asked = json!([{ "field": "endpoint_id_list", "operator": "in", "value": ["done-1", "typo-1"] }]);
    let report = json!({ "action_id": 42, "endpoints_count": 58, "filters": asked, "endpoints": endpoints });
    ActionReport::from_json(&report.to_string()).unwrap()
}

#[test]
fn what_no_other_run_can_tell_is_never_cut() {
    let listed = |text: &str| {
        let kinds = ["gone-", "typo-", "failed-", "offline-", "done-"];
        kinds.map(|kind| text.lines().filter(|line| line.starts_with(kind)).count())
    };
    assert_eq!(listed(&report(&gaps(), &Names::default(), 79, Some("list 42"))), [25, 1, 0, 0, 0]);
    assert_eq!(
        listed(&report(&gaps(), &Names::default(), 79, None)),
        [25, 1, 30, 1, 0],
        "where nothing is cut"
    );
    assert!(
        report(&gaps(), &Names::default(), 79, Some("list 42"))
            .ends_with("… 31 endpoints not shown. To list them all:\n  list 42\n")
    );
}

#[test]
fn what_vanished_and_what_was_never_named_is_counted_apart() {
    let text = report(&gaps(), &Names::default(), 79, None);
    let head: Vec<_> = text.lines().take_while(|line| !line.is_empty()).collect();
    insta::assert_snapshot!(head.join("\n"), @r"
    Outcome                    Endpoints    Share
    completed                          1    1.7 %
    failed                            30   51.7 %
    not begun                          1    1.7 %
    vanished                          25   43.1 %
    never named by the tenant          1    1.7 %
    total                             58  100.0 %
    ");
    let summary = PollSummary::new(&gaps(), Duration::from_secs(60));
    insta::assert_snapshot!(plain_line(&summary, &Throughput::default()), @" 1:00  31 of 58 settled (53 %): 1 completed, 30 failed; 2 not begun, perhaps offline; 25 vanished");
}
