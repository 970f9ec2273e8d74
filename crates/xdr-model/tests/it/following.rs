//! How following an action ends, and what its report says: first each rule, then a comparison with an oracle.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use xdr_model::{
    ActionId, ActionReport, CancelProgress, EndpointId, Error, Filter, Polling, Progress, ReportedEndpoint,
    Scan, StartedAction, error::WaitEnd,
};

use crate::support::{
    ABORT, DONE, Drive, Ended, Moment, Received, SCAN, STATUS, Sending, accepted, drive, empty_status, ok,
    script, seconds, session,
};

/// The status words in order of precedence for a repeated endpoint, the highest first: unsettled before settled, and
/// worse before better. The first five words are unsettled.
const ORDER: [&str; 13] = [
    "null",
    "NEW_WORD",
    "PENDING",
    "IN_PROGRESS",
    "PENDING_ABORT",
    "FAILED",
    "TIMEOUT",
    "EXPIRED",
    "ABORTED",
    "CANCELLED",
    "COMPLETED_PARTIAL",
    "COMPLETED_SUCCESSFULLY_WITH_EXCEPTIONS",
    DONE,
];

type Followed = Ended<Progress, Result<ActionReport, Error>>;

/// A status reply: endpoints with their words, or `null` without a word. An endpoint can be repeated.
type Reply = Vec<(&'static str, &'static str)>;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// A time that no wait of the properties exceeds without a reason.
const HOURS: Duration = Duration::from_secs(2 * 3600);

fn answer_of(reply: &[(&str, &str)]) -> Received {
    let word = |word: &str| if word == "null" { word.to_owned() } else { format!("\"{word}\"") };
    let entries: Vec<String> =
        reply.iter().map(|(id, status)| format!("\"{id}\":{}", word(status))).collect();
    ok(format!(r#"{{"reply":{{"data":{{{}}}}}}}"#, entries.join(",")))
}

/// Answers the polls from number `first` on with these replies, and repeats the last one.
fn polls(replies: &[Reply], first: usize) -> impl FnMut(&Sending) -> Received {
    let mut next = first;
    move |_| {
        let reply = &replies[next.min(replies.len() - 1)];
        next += 1;
        answer_of(reply)
    }
}

fn follow(known: impl Into<ActionReport>, replies: &[Reply]) -> Followed {
    drive(session().wait(known, Polling::within(DAY)), polls(replies, 0))
}

/// An accepted scan with this count.
fn started(count: Option<u64>) -> StartedAction {
    let count = count.map_or("null".to_owned(), |count| count.to_string());
    serde_json::from_str(&format!(r#"{{"action_id":42,"endpoints_count":{count}}}"#)).unwrap()
}

fn ids(endpoints: impl Iterator<Item = ReportedEndpoint>) -> Vec<String> {
    endpoints.map(|endpoint| endpoint.id.as_str().to_owned()).collect()
}

fn numbers(report: &ActionReport) -> (u64, u64, bool) {
    (report.counts().successful(), report.expected(), report.is_success())
}

// ---- the rules, one by one --------------------------------------------------------------------------------------

#[test]
fn an_endpoint_that_vanished_is_expected_and_ends_the_wait_after_ten_minutes() {
    let replies = [vec![("e1", "PENDING"), ("e2", "PENDING")], vec![("e1", DONE)]];
    let ended = follow(ActionId::from(42), &replies);
    let report = ended.output.unwrap();
    assert_eq!(numbers(&report), (1, 2, false));
    assert_eq!(ids(report.vanished()), ["e2"]);
    assert_eq!(ids(report.needs_attention()), ["e2"]);
    let settled_at = ended.sends[1].at;
    assert_eq!(ended.elapsed, settled_at + seconds(600), "the last pause ends with the ten minutes");
}

#[test]
fn another_endpoint_in_the_place_of_one_that_vanished_does_not_make_up_for_it() {
    let replies = [vec![("e1", "PENDING"), ("e2", "PENDING")], vec![("e1", DONE), ("e3", DONE)]];
    let report = follow(started(Some(2)), &replies).output.unwrap();
    assert_eq!(numbers(&report), (2, 3, false));
    assert_eq!(ids(report.vanished()), ["e2"]);
}

#[test]
fn an_endpoint_that_settled_and_is_named_no_more_stays_settled() {
    let replies = [vec![("e1", DONE), ("e2", "PENDING")], vec![("e2", DONE)]];
    for known in [ActionReport::from(ActionId::from(42)), started(Some(2)).into()] {
        let report = follow(known, &replies).output.unwrap();
        assert_eq!((numbers(&report), report.vanished().count()), ((2, 2, true), 0));
    }
}

#[test]
fn a_wait_that_does_not_know_how_many_there_are_asks_once_more() {
    let both = || vec![("e1", DONE), ("e2", DONE)];
    let replies = [vec![("e1", DONE)], vec![("e1", DONE), ("e2", "PENDING")], both()];
    let ended = follow(ActionId::from(42), &replies);
    assert_eq!(numbers(&ended.output.unwrap()), (2, 2, true));
    assert_eq!(ended.sends.len(), 4, "the last reply is confirmed");
    let pause = ended.sends[3].at - ended.sends[2].at;
    assert!((pause.as_secs_f64() - 5.0).abs() < 0.01, "after the shortest pause: {pause:?}");
    // A count without a meaning is ignored.
    for count in [Some(0), Some(u64::MAX)] {
        let ended = follow(started(count), &[both()]);
        assert_eq!((ended.sends.len(), numbers(&ended.output.unwrap())), (2, (2, 2, true)), "{count:?}");
    }
    let ended = follow(started(Some(2)), &[both()]);
    assert_eq!(ended.sends.len(), 1, "what is as many as were counted need not be confirmed");
}

#[test]
fn what_is_confirmed_is_the_same_endpoints_with_the_same_statuses() {
    let others: [(Reply, Reply); 3] = [
        (vec![("e1", DONE)], vec![("e2", DONE)]),
        (vec![("e1", "FAILED")], vec![("e1", DONE)]),
        (vec![("e1", DONE), ("e2", DONE)], vec![("e1", DONE)]),
    ];
    for (one, other) in others {
        let ended = follow(ActionId::from(42), &[one.clone(), other.clone(), one.clone(), other]);
        assert_eq!(ended.sends.len(), 5, "{one:?}");
        let alternate: Vec<_> = ended.sends.iter().map(|sending| sending.at).collect();
        assert!(alternate.windows(2).skip(1).all(|two| two[1] - two[0] < seconds(6)), "{alternate:?}");
    }
    // Another order, and an empty reply in between, make no difference.
    let (one, other) = (vec![("e1", DONE), ("e2", DONE)], vec![("e2", DONE), ("e1", DONE)]);
    assert_eq!(follow(ActionId::from(42), &[one.clone(), other]).sends.len(), 2);
    assert_eq!(follow(ActionId::from(42), &[one.clone(), vec![], one]).sends.len(), 3);
}

#[test]
fn replies_that_settle_all_and_are_never_the_same_end_the_wait_after_ten_minutes() {
    let (one, two) = (vec![("e1", DONE)], vec![("e1", DONE), ("e2", DONE)]);
    let replies: Vec<_> = std::iter::repeat_n([two, one], 500).flatten().collect();
    let ended = follow(ActionId::from(42), &replies);
    assert!((602..610).contains(&ended.elapsed.as_secs()), "{:?}", ended.elapsed);
    assert_eq!(numbers(&ended.output.unwrap()), (2, 2, false), "no two replies were the same");
}

#[test]
fn endpoints_that_were_counted_and_never_named_end_the_wait_after_ten_minutes() {
    let ended = follow(started(Some(2)), &[vec![("e1", DONE)]]);
    let report = ended.output.unwrap();
    assert_eq!((numbers(&report), report.never_named()), ((1, 2, false), 1));
    assert_eq!(ended.elapsed, ended.sends[0].at + seconds(600));
    // An endpoint that is named in the meantime starts the ten minutes again.
    let mut late = vec![vec![("e1", DONE)]; 12];
    late.push(vec![("e1", DONE), ("e2", DONE)]);
    let ended = follow(started(Some(3)), &late);
    assert_eq!(ended.elapsed, ended.sends[12].at + seconds(600));
    assert!(ended.sends[12].at > seconds(300));
}

#[test]
fn a_gap_does_not_end_a_wait_while_something_runs() {
    let replies = [vec![("e1", "PENDING"), ("e2", "PENDING")], vec![("e1", "IN_PROGRESS")]];
    let ended = follow(ActionId::from(42), &replies);
    let Err(Error::Wait(end)) = ended.output else { panic!() };
    assert!(matches!(end.why, WaitEnd::Deadline { .. }));
    assert_eq!(
        (ids(end.report.vanished()), ids(end.report.unsettled())),
        (vec!["e2".into()], vec!["e1".into()])
    );
}

#[test]
fn the_latest_status_counts_even_if_it_is_unsettled_again() {
    let replies = [
        vec![("e1", DONE), ("e2", "PENDING")],
        vec![("e1", "IN_PROGRESS"), ("e2", DONE)],
        vec![("e2", DONE)],
    ];
    let report = follow(started(Some(2)), &replies).output.unwrap();
    assert_eq!((numbers(&report), ids(report.vanished())), ((1, 2, false), vec!["e1".into()]));
}

#[test]
fn an_endpoint_that_is_repeated_counts_once_with_the_less_settled_then_the_worse_status() {
    for (i, counts) in ORDER.iter().enumerate() {
        for other in &ORDER[i..] {
            for reply in [vec![("e1", *counts), ("e1", *other)], vec![("e1", *other), ("e1", *counts)]] {
                let stop = |moment, _| moment == Moment::Told;
                let wait = session().wait(ActionId::from(42), Polling::within(DAY));
                let told = Drive::new(wait).run_until(|_| answer_of(&reply), stop).progress.pop().unwrap();
                let counts: Vec<_> =
                    told.report().counts().iter().map(|(word, n)| (word.as_str().to_owned(), n)).collect();
                assert_eq!(counts, [(ORDER[i].to_owned(), 1)], "{reply:?}");
            }
        }
    }
    let report = follow(started(Some(2)), &[vec![("e1", DONE), ("e1", DONE)]]).output.unwrap();
    assert_eq!((numbers(&report), report.never_named()), ((1, 2, false), 1), "one is not two");
}

#[test]
fn an_endpoint_that_only_a_reason_names_has_not_been_seen_to_settle() {
    let reply = r#"{"reply":{"data":{"e1":"COMPLETED_SUCCESSFULLY"},"errorReasons":{"e2":{"why":"disk"},"e3":null}}}"#;
    let ended = drive(session().wait(started(Some(1)), Polling::within(DAY)), |_| ok(reply));
    let report = ended.output.unwrap();
    assert_eq!(numbers(&report), (1, 2, false));
    let told: Vec<_> = report.needs_attention().collect();
    assert_eq!((told[0].id.as_str(), told[0].reason.as_ref().unwrap()["why"].as_str()), ("e2", Some("disk")));
}

#[test]
fn a_reason_for_another_status_is_none_for_this_one() {
    let first = r#"{"reply":{"data":{"e1":"FAILED","e2":"FAILED"},"errorReasons":{"e1":{},"e2":{}}}}"#;
    let mut answers = vec![ok(first)];
    let wait = session().wait(started(Some(3)), Polling::within(DAY));
    let then = [("e1", DONE), ("e2", "IN_PROGRESS"), ("e3", DONE)];
    let last = [("e1", DONE), ("e2", "FAILED"), ("e3", DONE)];
    let mut later = vec![answer_of(&last), answer_of(&then)];
    let report = drive(wait, |_| answers.pop().or_else(|| later.pop()).unwrap()).output.unwrap();
    assert!(report.endpoints().all(|endpoint| endpoint.reason.is_none()), "{report:?}");
}

#[test]
fn a_reason_without_end_and_a_flood_of_them_are_left_out_and_counted() {
    let entries = |what: &str| {
        let entries: Vec<_> = (0..1_000).map(|i| format!("\"e{i}\":{what}")).collect();
        format!("{{{}}}", entries.join(","))
    };
    let (failed, why) = (entries("\"FAILED\""), |length| format!("{{\"why\":\"{}\"}}", "x".repeat(length)));
    let follow = |reasons: &str| {
        let body = format!(r#"{{"reply":{{"data":{failed},"errorReasons":{reasons}}}}}"#);
        drive(session().wait(started(Some(1_000)), Polling::within(DAY)), |_| ok(&body)).output.unwrap()
    };
    let kept = |report: &ActionReport| {
        report.unsuccessful().filter(|endpoint| endpoint.reason.is_some()).count() as u64
    };
    let flood = follow(&entries(&why((16 << 10) - 10)));
    assert_eq!((kept(&flood), flood.reasons_left_out()), (512, 488), "8 MiB of them");
    let one = |length| follow(&format!("{{\"e1\":{}}}", why(length)));
    let (long, longer) = (one((16 << 10) - 10), one((16 << 10) - 9));
    assert_eq!((kept(&long), long.reasons_left_out()), (1, 0));
    assert_eq!((kept(&longer), longer.reasons_left_out()), (0, 1));
    let saved = ActionReport::from_json(&serde_json::to_string(&longer).unwrap()).unwrap();
    assert_eq!(saved.reasons_left_out(), 1, "it is known later");
}

#[test]
fn a_key_that_is_repeated_again_and_again_makes_a_reply_unreadable() {
    let data = r#""data":{"e1":"PENDING"},"#;
    let body = |times: usize| format!(r#"{{"reply":{{{}"data":{{"e1":"{DONE}"}}}}}}"#, data.repeat(times));
    let follow = |body: String| {
        let wait = session().wait(started(Some(1)), Polling::within(seconds(3)));
        drive(wait, |_| ok(&body)).output.is_ok()
    };
    assert!(follow(body(7)) && !follow(body(8)));
}

#[test]
fn words_that_are_others_in_every_reply_do_not_pile_up() {
    let mut poll = 0;
    let wait = session().wait(started(Some(101)), Polling::within(HOURS));
    let ended = drive(wait, |_| {
        poll += 1;
        let entries: Vec<_> = (0..100).map(|i| format!("\"e{i}\":\"WORD {}\"", poll * 100 + i)).collect();
        ok(format!(r#"{{"reply":{{"data":{{"e":"{DONE}",{}}}}}}}"#, entries.join(",")))
    });
    let Err(Error::Wait(end)) = ended.output else { panic!() };
    assert_eq!((end.report.counts().total(), end.report.counts().settled()), (101, 1));
    let last = ended.sends.len() * 100;
    let words: Vec<_> = end.report.unsettled().map(|endpoint| endpoint.state.to_string()).collect();
    assert_eq!(
        (words[0].clone(), words[99].clone()),
        (format!("WORD {last}"), format!("WORD {}", last + 99))
    );
}

#[test]
fn a_reason_is_kept_when_later_replies_omit_it() {
    let first = r#"{"reply":{"data":{"e1":"FAILED","e2":"PENDING"},"errorReasons":{"e1":{"why":"disk"}}}}"#;
    let mut answers = vec![ok(first)];
    let wait = session().wait(started(Some(2)), Polling::within(DAY));
    let report = drive(wait, |_| answers.pop().unwrap_or_else(|| answer_of(&[("e2", DONE)]))).output.unwrap();
    let [failed] = &report.unsuccessful().collect::<Vec<_>>()[..] else { panic!("{report:?}") };
    assert_eq!(failed.reason.as_ref().unwrap()["why"], "disk");
}

#[test]
fn pending_endpoints_hold_a_wait_no_longer_than_its_limit() {
    let limit = seconds(3600);
    let polling = Polling::within(DAY).with_pending_limit(limit);
    let wait = || session().wait(ActionId::from(42), polling);
    let offline = vec![("e1", DONE), ("e2", "PENDING"), ("e3", "PENDING")];
    let replies = [vec![("e1", "IN_PROGRESS"), ("e2", "PENDING"), ("e3", "PENDING")], offline.clone()];
    let ended = drive(wait(), polls(&replies, 0));
    let report = ended.output.unwrap();
    assert_eq!((numbers(&report), ids(report.not_begun())), ((1, 3, false), vec!["e2".into(), "e3".into()]));
    assert_eq!(ended.elapsed, ended.sends[1].at + limit, "since the last change");

    for busy in ["IN_PROGRESS", "PENDING_ABORT", "null", "NEW_WORD"] {
        let ended = drive(wait(), polls(&[vec![("e1", DONE), ("e2", busy), ("e3", "PENDING")]], 0));
        assert!(ended.output.is_err() && ended.elapsed == DAY, "{busy} is not pending");
    }
    let ended = follow(ActionId::from(42), &[offline]);
    assert!(ended.output.is_err() && ended.elapsed == DAY, "without a limit it is the deadline");
}

#[test]
fn more_endpoints_than_are_remembered_end_the_wait() {
    let entries: Vec<String> = (0..330_001).map(|i| format!("\"{i}\":\"{DONE}\"")).collect();
    let body = format!(r#"{{"reply":{{"data":{{{}}}}}}}"#, entries.join(","));
    let ended = drive(session().wait(ActionId::from(42), Polling::within(DAY)), |_| ok(&body));
    let Err(Error::Wait(end)) = ended.output else { panic!() };
    assert!(matches!(end.why, WaitEnd::TooManyEndpoints), "{end}");
    assert_eq!((ended.sends.len(), end.report.named()), (1, 330_000));
    assert!(!end.report.is_success() && end.report.never_named() == 1, "one at least is not remembered");

    let others = format!(r#"{{"reply":{{"data":{{"another":"{DONE}"}}}}}}"#);
    let resumed = drive(session().wait(end.report, Polling::within(DAY)), |_| ok(&others));
    let Err(Error::Wait(end)) = resumed.output else { panic!() };
    assert!(matches!(end.why, WaitEnd::TooManyEndpoints), "a reply of others only is no empty one: {end}");
    assert_eq!((resumed.sends.len(), end.report.named(), end.report.is_success()), (1, 330_000, false));
}

// ---- what the scan requested ------------------------------------------------------------------------------------

/// Follows a scan in which all endpoints complete.
fn scanned(filters: Vec<Filter>, count: Option<u64>, named: &[&'static str]) -> ActionReport {
    let reply: Reply = named.iter().map(|id| (*id, DONE)).collect();
    let count = count.map_or("null".to_owned(), |count| count.to_string());
    let ended =
        drive(session().scan_and_wait(Scan::matching(filters), Polling::within(DAY)).unwrap(), |sending| {
            match &*sending.operation {
                SCAN => ok(format!(r#"{{"reply":{{"action_id":42,"endpoints_count":{count}}}}}"#)),
                _ => answer_of(&reply),
            }
        });
    let Progress::Started { report } = &ended.progress[0] else { panic!() };
    assert_eq!(report.coverage().unwrap().taken(), count.parse().ok(), "told first");
    ended.output.unwrap()
}

fn hosts(names: &[&str]) -> Filter {
    Filter::hostname(names.iter().copied())
}

fn endpoint_ids(ids: &[&str]) -> Filter {
    Filter::endpoint_ids(ids.iter().copied())
}

#[test]
fn what_was_named_and_not_taken_is_no_success_and_is_told() {
    let group = || Filter::group_name(["Servers"]);
    type Row = (Vec<Filter>, Option<u64>, &'static [&'static str], Option<&'static str>);
    let table: [Row; 11] = [
        (
            vec![hosts(&["web-1", "web-typo"])],
            Some(1),
            &["e1"],
            Some("You named 2 hosts; the tenant took 1."),
        ),
        (vec![hosts(&["web-1", "WEB-1"])], Some(1), &["e1"], None),
        (vec![hosts(&["web-1", "web-2"])], None, &["e1"], Some("You named 2 hosts; the tenant named 1.")),
        (vec![hosts(&["web-1"])], Some(2), &["e1", "e2"], None),
        (
            vec![hosts(&["web-1", "web-2"]), group()],
            Some(1),
            &["e1"],
            Some(
                "You named 2 hosts; the tenant took 1. An endpoint must match every filter; that may be the reason.",
            ),
        ),
        (vec![endpoint_ids(&["e1", "e1"])], Some(1), &["e1"], None),
        (
            vec![endpoint_ids(&["e1", "e2"])],
            Some(2),
            &["e1", "e3"],
            Some("You named 2 endpoint ids; the tenant took 2. It has not named e2."),
        ),
        (
            vec![endpoint_ids(&["e1", "a", "b", "c", "d", "f"])],
            Some(1),
            &["e1"],
            Some("You named 6 endpoint ids; the tenant took 1. It has not named a, b, c and 2 more."),
        ),
        (
            vec![endpoint_ids(&["e1"]), hosts(&["web-1", "web-2"])],
            Some(1),
            &["e1"],
            Some(
                "You named 1 endpoint id and 2 hosts; the tenant took 1. An endpoint must match every filter; that may be the reason.",
            ),
        ),
        (vec![group(), Filter::username(["a", "b", "c"])], Some(1), &["e1"], None),
        // The tenant has named more endpoints than it has counted. One of the two is wrong, and it is unknown which.
        (
            vec![hosts(&["web-1", "web-2"])],
            Some(1),
            &["e1", "e2"],
            Some("You named 2 hosts; the tenant took 1."),
        ),
    ];
    for (filters, count, named, gap) in table {
        let report = scanned(filters.clone(), count, named);
        let coverage = report.coverage().unwrap();
        assert_eq!(
            (coverage.proves_gap(), report.is_success()),
            (gap.is_some(), gap.is_none()),
            "{filters:?}"
        );
        if let Some(gap) = gap {
            assert_eq!(coverage.to_string(), gap);
        }
        assert_eq!(report.missing().count(), coverage.missing().len());
    }
}

#[test]
fn what_was_asked_for_is_told_by_every_failure_after_acceptance() {
    let run = || session().scan_and_wait(Scan::matching([hosts(&["a", "b"])]), Polling::within(DAY)).unwrap();
    let failures: [fn() -> Received; 3] =
        [|| crate::support::answer(401, ""), empty_status, || answer_of(&[("e1", "IN_PROGRESS")])];
    for failure in failures {
        let ended =
            drive(run(), |sending| if sending.operation == SCAN { accepted(42, 1) } else { failure() });
        let Err(error @ Error::Wait(end)) = &ended.output else { panic!() };
        assert!(end.report.coverage().unwrap().proves_gap());
        assert!(error.to_string().contains("You named 2 hosts; the tenant took 1."), "{error}");
    }
}

#[test]
fn coverage_of_a_plain_send_names_what_the_scan_named() {
    let scan = Scan::matching([
        endpoint_ids(&["e1", "e2", "e1"]),
        hosts(&["Web-1", "web-1", "db"]),
        Filter::alias(["till-7"]),
    ]);
    let coverage = xdr_model::Coverage::of(&scan, &started(Some(1)));
    assert_eq!(coverage.endpoint_ids().collect::<Vec<_>>(), ["e1", "e2"]);
    assert_eq!(coverage.hostnames().collect::<Vec<_>>(), ["Web-1", "db"]);
    assert_eq!(coverage.filters(), &scan.filters);
    assert_eq!((coverage.taken(), coverage.missing().len(), coverage.proves_gap()), (Some(1), 0, true));
    let all = xdr_model::Coverage::of(&Scan::all(), &started(None));
    assert_eq!(all.to_string(), "You asked for every endpoint; the tenant did not say how many it took.");
    assert!(!all.proves_gap());
}

// ---- cancelling with a report -----------------------------------------------------------------------------------

#[test]
fn a_cancellation_aborts_what_the_status_names_and_tells_what_vanished() {
    let before = [vec![("e1", DONE), ("e2", "PENDING"), ("e3", "PENDING"), ("e4", "PENDING")]];
    let wait = session().wait(started(Some(6)), Polling::within(DAY));
    let known = Drive::new(wait).run_until(polls(&before, 0), |moment, _| moment == Moment::Told);
    let known = known.progress.into_iter().next_back().unwrap();
    let status = answer_of(&[("e3", "IN_PROGRESS"), ("e4", DONE), ("e5", "PENDING"), ("e5", DONE)]);
    let ended = drive(session().cancel_action(known), script([status, accepted(43, 2)]));
    let cancelled = ended.output.unwrap();
    assert!(ended.sends[1].body.contains(r#""value":["e3","e5"]"#), "{}", ended.sends[1].body);
    assert_eq!((ended.sends.len(), cancelled.endpoints, cancelled.settled), (2, 2, 1));
    assert_eq!(cancelled.vanished.iter().map(EndpointId::as_str).collect::<Vec<_>>(), ["e2"]);
    assert_eq!(cancelled.never_named, 1, "six were taken, e1 to e5 were named");
    assert!(matches!(ended.progress[0], CancelProgress::Found { unsettled: 2, settled: 1 }));
}

#[test]
fn a_known_action_that_is_named_no_more_is_not_called_unknown_by_a_cancellation() {
    type Row = (ActionReport, fn(&WaitEnd) -> bool);
    let known: [Row; 3] = [
        (ActionId::from(42).into(), |why| matches!(why, WaitEnd::UnknownAction)),
        (started(Some(2)).into(), |why| matches!(why, WaitEnd::NoEndpoint { accepted: Some(2) })),
        (follow(started(Some(1)), &[vec![("e1", DONE)]]).output.unwrap(), |why| {
            matches!(why, WaitEnd::Vanished)
        }),
    ];
    for (known, is_right) in known {
        let ended = drive(session().cancel_action(known), |_| empty_status());
        let Err(Error::Wait(end)) = ended.output else { panic!() };
        assert!(is_right(&end.why), "{end}");
        assert_eq!((ended.sends.len(), ended.sends.iter().filter(|s| s.operation == ABORT).count()), (3, 0));
    }
}

#[test]
fn a_report_of_another_tenant_is_neither_followed_nor_cancelled() {
    let known = follow(started(Some(1)), &[vec![("e1", "PENDING")]]);
    let Err(Error::Wait(end)) = known.output else { panic!() };
    assert_eq!(end.report.tenant(), Some("https://api-acme.xdr.us.paloaltonetworks.com"));
    let saved = serde_json::to_string(&end.report).unwrap();
    let other = xdr_model::Tenant::new("other.xdr.us.paloaltonetworks.com").unwrap();
    let other = xdr_model::Session::new(other, xdr_model::Credentials::standard("7", "s3cret").unwrap());
    let report = || ActionReport::from_json(&saved).unwrap();
    let errors = [
        drive(other.wait(report(), Polling::within(DAY)), script([])).output.unwrap_err(),
        drive(other.cancel_action(report()), script([])).output.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, Error::Invalid(_)), "{error}");
        assert!(error.to_string().contains("/tenant must be https://api-other."), "{error}");
    }
    let again =
        drive(session().wait(report(), Polling::within(seconds(9))), |_| answer_of(&[("e1", "PENDING")]));
    assert!(matches!(again.output, Err(Error::Wait(_))), "at its own it goes on");
}

// ---- against an oracle ------------------------------------------------------------------------------------------

/// A second implementation of the rules, as they are documented, without optimisations.
#[derive(Default)]
struct Oracle {
    /// The latest status of every named endpoint.
    latest: BTreeMap<String, String>,
    /// The last reply with endpoints, each endpoint once.
    reply: BTreeMap<String, String>,
    /// The time of the last change: a new endpoint, or a change of the unsettled endpoints.
    changed: Duration,
    empty_replies: u32,
}

#[derive(Debug, PartialEq)]
enum End {
    Report { success: bool, vanished: BTreeSet<String> },
    NothingNamed,
    Deadline,
}

fn has_settled(word: &str) -> bool {
    ORDER.iter().position(|known| *known == word).is_some_and(|place| place >= 5)
}

fn is_successful(word: &str) -> bool {
    word.starts_with("COMPLETED_SUCCESSFULLY")
}

/// The word that takes precedence of two words for one endpoint.
fn counts_of(one: &str, other: &str) -> String {
    let place = |word: &str| ORDER.iter().position(|known| *known == word).unwrap();
    ORDER[place(one).min(place(other))].to_owned()
}

impl Oracle {
    /// The end of the wait after a reply at this time. `None` if the wait continues.
    fn poll(
        &mut self,
        at: Duration,
        reply: &Reply,
        expected: &Expected,
        limit: Option<Duration>,
    ) -> Option<End> {
        let mut named = BTreeMap::new();
        for (id, word) in reply {
            let merged = named.get(*id).map_or((*word).to_owned(), |known: &String| counts_of(known, word));
            named.insert((*id).to_owned(), merged);
        }
        if named.is_empty() {
            self.empty_replies += 1;
            return (self.empty_replies >= 3 && at >= seconds(60)).then_some(End::NothingNamed);
        }
        self.empty_replies = 0;
        let unsettled = |reply: &BTreeMap<String, String>| -> BTreeMap<String, String> {
            let open = reply.iter().filter(|(_, word)| !has_settled(word));
            open.map(|(id, word)| (id.clone(), word.clone())).collect()
        };
        let is_new = named.keys().any(|id| !self.latest.contains_key(id));
        let was_open = |id: &String| self.latest.get(id).is_some_and(|word| !has_settled(word));
        let came_back = named.keys().any(|id| was_open(id) && !self.reply.contains_key(id));
        if is_new || came_back || unsettled(&named) != unsettled(&self.reply) {
            self.changed = at;
        }
        let is_equal = named == self.reply;
        self.latest.extend(named.clone());
        self.reply = named;

        let vanished: BTreeSet<String> = self
            .latest
            .iter()
            .filter(|(id, word)| !has_settled(word) && !self.reply.contains_key(*id))
            .map(|(id, _)| id.clone())
            .collect();
        let (open, quiet) = (unsettled(&self.reply), at - self.changed);
        let is_short = (self.latest.len() as u64) < expected.count.unwrap_or(0);
        let is_confirmed = expected.count.unwrap_or(0) > 0 || is_equal;
        let is_over = if open.is_empty() {
            vanished.is_empty() && !is_short && is_confirmed || quiet >= seconds(600)
        } else {
            open.values().all(|word| word == "PENDING") && limit.is_some_and(|limit| quiet >= limit)
        };
        let success = is_confirmed
            && vanished.is_empty()
            && !is_short
            && self.latest.values().all(|word| is_successful(word))
            && expected.is_met(&self.latest);
        is_over.then_some(End::Report { success, vanished })
    }
}

/// The count of the tenant, and the endpoints that the scan named.
#[derive(Debug, Clone)]
struct Expected {
    count: Option<u64>,
    ids: Option<BTreeSet<&'static str>>,
    hosts: Option<usize>,
}

impl Expected {
    fn is_met(&self, named: &BTreeMap<String, String>) -> bool {
        let taken = self.count.unwrap_or(named.len() as u64);
        let ids = self.ids.iter().flatten().all(|id| named.contains_key(*id));
        ids && self.hosts.is_none_or(|hosts| hosts as u64 <= taken)
    }

    fn scan(&self) -> Scan {
        let names = (0..self.hosts.unwrap_or(0)).map(|n| format!("host-{n}"));
        let hosts = self.hosts.map(|_| Filter::hostname(names));
        let ids = self.ids.iter().map(|ids| Filter::endpoint_ids(ids.iter().copied()));
        let filters: Vec<_> = ids.chain(hosts).collect();
        if filters.is_empty() { Scan::all() } else { Scan::matching(filters) }
    }
}

const IDS: [&str; 5] = ["e0", "e1", "e2", "e3", "e4"];

fn words() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        3 => Just(DONE),
        2 => Just("PENDING"),
        1 => Just("IN_PROGRESS"),
        1 => prop::sample::select(vec!["null", "NEW_WORD", "PENDING_ABORT", "FAILED", "CANCELLED", "COMPLETED_PARTIAL"]),
    ]
}

/// Most replies name every id, so that waits end. Some replies repeat an id.
fn replies() -> impl Strategy<Value = Vec<Reply>> {
    let entry = || (prop::sample::select(&IDS[..]), words());
    let some = prop::collection::vec(entry(), 0..6);
    let all = (1..=IDS.len(), prop::collection::vec(words(), IDS.len()))
        .prop_map(|(most, words)| IDS.into_iter().zip(words).take(most).collect());
    let done = (1..=IDS.len()).prop_map(|most| IDS.into_iter().take(most).map(|id| (id, DONE)).collect());
    let reply = prop_oneof![2 => some, 3 => all, 3 => done];
    let repeated = (reply, 1..4usize).prop_map(|(reply, times)| vec![reply; times]);
    prop::collection::vec(repeated, 1..6).prop_map(|replies| replies.concat())
}

fn expectations() -> impl Strategy<Value = Expected> {
    let ids = prop::collection::btree_set(prop::sample::select(&IDS[..]), 1..4);
    (prop::option::of(0..6u64), prop::option::weighted(0.3, ids), prop::option::weighted(0.3, 1..5usize))
        .prop_map(|(count, ids, hosts)| Expected { count, ids, hosts })
}

fn limits() -> impl Strategy<Value = Option<Duration>> {
    prop::option::of((1..5000u64).prop_map(seconds))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn a_run_ends_when_and_as_the_rules_say(
        replies in replies(), expected in expectations(), limit in limits(), longest in 30..2000u64,
    ) {
        let polling = Polling::within(HOURS).with_pauses(seconds(2), seconds(5), seconds(longest));
        let polling = limit.map_or(polling, |limit| polling.with_pending_limit(limit));
        let mut polls = polls(&replies, 0);
        let ended = drive(session().scan_and_wait(expected.scan(), polling).unwrap(), |sending| {
            match (&*sending.operation, expected.count) {
                (SCAN, Some(count)) => accepted(42, count),
                (SCAN, None) => ok(r#"{"reply":{"action_id":42}}"#),
                _ => polls(sending),
            }
        });
        let mut oracle = Oracle::default();
        let mut end = None;
        let asked = ended.sends.iter().filter(|sending| sending.operation == STATUS);
        for (poll, sending) in asked.enumerate() {
            prop_assert!(end.is_none(), "asked after the end, {end:?}");
            end = oracle.poll(sending.at, &replies[poll.min(replies.len() - 1)], &expected, limit);
        }
        // Progress and errors report no success before the rules allow it.
        for (i, told) in ended.progress.iter().enumerate() {
            let is_last = i + 1 == ended.progress.len() && ended.output.is_ok();
            prop_assert!(is_last || !told.report().is_success(), "{:?}", told);
        }
        if let Err(Error::Wait(end)) = &ended.output {
            prop_assert!(!end.report.is_success(), "{:?}", end);
        }
        let found = match &ended.output {
            Ok(report) => {
                let vanished = ids(report.vanished()).into_iter().collect();
                prop_assert_eq!(report.named(), oracle.latest.len() as u64);
                End::Report { success: report.is_success(), vanished }
            }
            Err(Error::Wait(end)) => match end.why {
                WaitEnd::Deadline { .. } if ended.elapsed == HOURS => End::Deadline,
                WaitEnd::Vanished | WaitEnd::NoEndpoint { .. } => End::NothingNamed,
                _ => panic!("{end}"),
            },
            Err(error) => panic!("{error}"),
        };
        prop_assert_eq!(found, end.unwrap_or(End::Deadline));
    }

    /// The replies stop changing before the ten minutes end, so that the number of polls does not matter.
    #[test]
    fn a_wait_that_is_resumed_ends_as_if_it_had_not_been_interrupted(
        replies in replies(), expected in expectations(), cuts in prop::collection::vec(1..4usize, 1..3),
    ) {
        let known = || match expected.count {
            _ if expected.ids.is_none() && expected.hosts.is_none() && expected.count.is_none() => {
                ActionReport::from(ActionId::from(42))
            }
            count => ActionReport::of(&expected.scan(), &started(count)),
        };
        let quick = Polling::within(HOURS).with_pauses(seconds(1), seconds(1), seconds(60));
        let whole = drive(session().wait(known(), quick), polls(&replies, 0));
        // Each wait counts empty replies from zero.
        let nothing_named = |error: &Error| !matches!(error, Error::Wait(end) if matches!(end.why, WaitEnd::Deadline { .. }));
        prop_assume!(!whole.output.as_ref().is_err_and(nothing_named));
        let [mut kept, mut saved, mut told] = [known(), known(), known()];
        let mut done = 0;
        for cut in cuts {
            if done + cut >= whole.sends.len() {
                break;
            }
            let part = |report: ActionReport| {
                let stop = |moment, sent| moment == Moment::Told && sent == cut;
                Drive::new(session().wait(report, quick)).run_until(polls(&replies, done), stop)
            };
            let left = |ended: Followed| match ended.output {
                Err(Error::Wait(end)) => end.report,
                other => panic!("it ended before: {other:?}"),
            };
            kept = left(part(kept));
            saved = serde_json::from_str(&serde_json::to_string(&left(part(saved))).unwrap()).unwrap();
            let last = part(told).progress.pop().unwrap();
            told = Progress::from_json(&serde_json::to_string(&last).unwrap()).unwrap().into();
            done += cut;
        }
        let rest = |report| drive(session().wait(report, quick), polls(&replies, done));
        for (how, report) in [("kept", kept), ("saved", saved), ("told", told)] {
            let resumed = rest(report);
            match (&whole.output, &resumed.output) {
                (Ok(whole), Ok(resumed)) => {
                    prop_assert_eq!(whole, resumed, "{}", how);
                    prop_assert_eq!(whole.is_success(), resumed.is_success());
                }
                (Err(Error::Wait(whole)), Err(Error::Wait(resumed))) => {
                    prop_assert_eq!(&whole.report, &resumed.report, "{}", how);
                }
                (whole, resumed) => panic!("{how}: {whole:?} {resumed:?}"),
            }
        }
    }

    /// A body that turns out to be no reply has no effect, and neither has a value that a repeated key replaces.
    #[test]
    fn a_reply_that_cannot_be_read_to_its_end_changes_nothing(
        replies in replies(), others in replies(), kinds in prop::collection::vec(0..7usize, 1..8), cut in 0.1..0.99,
    ) {
        let quick = Polling::within(HOURS).with_pauses(seconds(1), seconds(1), seconds(60));
        let plain = drive(session().wait(ActionId::from(42), quick), polls(&replies, 0));
        let (mut next, mut disturbed, mut kinds) = (0, false, kinds.into_iter().chain(std::iter::repeat(6)));
        let data = |reply: &Reply| {
            let body = answer_of(reply).unwrap().into_body();
            String::from_utf8(body.to_vec()).unwrap().replace(r#"{"reply":{"data":"#, "").replace("}}}", "}")
        };
        let ended = drive(session().wait(ActionId::from(42), quick), |_| {
            let other = data(&others[next % others.len()]);
            let this = data(&replies[next.min(replies.len() - 1)]);
            // At most one invalid body before each reply. Only these do not count as polls.
            let kind = if std::mem::take(&mut disturbed) { 6 } else { kinds.next().unwrap() };
            let body = match kind {
                0 => {
                    let whole = format!(r#"{{"reply":{{"data":{other}}}}}"#);
                    whole[..(whole.len() as f64 * cut) as usize].to_owned()
                }
                1 => format!(r#"{{"reply":{{"data":{other},"err_code":500}}}}"#),
                2 => format!(r#"{{"reply":{{"data":{other}}},"err_msg":"no"}}"#),
                3 => format!(r#"{{"reply":{{"data":{other}}}}} and more"#),
                4 => format!(r#"{{"reply":{{"data":{other},"data":{this}}}}}"#),
                5 => format!(r#"{{"reply":{{"data":{other},"errorReasons":{{"x":1}}}},"reply":{{"data":{this}}}}}"#),
                _ => format!(r#"{{"reply":{{"data":{this}}}}}"#),
            };
            disturbed = kind < 4;
            next += usize::from(!disturbed);
            ok(body)
        });
        match (plain.output, ended.output) {
            (Ok(plain), Ok(ended)) => prop_assert_eq!(plain, ended),
            (Err(Error::Wait(plain)), Err(Error::Wait(ended))) => {
                prop_assert_eq!(&plain.report, &ended.report, "{}", plain);
            }
            (plain, ended) => panic!("{plain:?} {ended:?}"),
        }
    }
}
