//! A report covers everything that the scan asked for, and every endpoint that the tenant has ever named.

use std::ops::ControlFlow;
use std::time::Duration;

use xdr_conformance::{DEADLINE, Trial, both, both_with, standard, tenant};
use xdr_model::{
    ActionId, ActionReport, EndpointId, Filter, Polling, Progress, ReportedEndpoint, Scan, Settings,
};
use xdr_sim::{Fault, Outcomes};

use crate::cancel::cancelled_ids;
use crate::support::quiet;

const DONE: &str = "COMPLETED_SUCCESSFULLY";
const TEN_MINUTES: Duration = Duration::from_secs(600);

/// One status reply: endpoints with their words.
type Reply = &'static [(&'static str, &'static str)];

/// Makes the tenant answer the polls with these replies, and repeat the last one.
fn script(trial: &Trial, replies: &[Reply]) {
    let (last, first) = replies.split_last().expect("there is a reply");
    let mut sim = trial.server.sim();
    first.iter().for_each(|reply| sim.fault(answer(reply)));
    sim.fault(answer(last).times(9999));
}

fn answer(reply: Reply) -> Fault {
    let entries: Vec<_> = reply.iter().map(|(id, word)| format!(r#""{id}":"{word}""#)).collect();
    let body = format!(r#"{{"reply":{{"data":{{{}}}}}}}"#, entries.join(","));
    Fault::on("get_action_status").answer_json(200, body)
}

/// Makes the tenant accept the next scan as action 42 with `count` endpoints.
fn accept(trial: &Trial, count: u64) {
    let body = format!(r#"{{"reply":{{"action_id":42,"endpoints_count":{count}}}}}"#);
    trial.server.sim().fault(Fault::on("scan").answer_json(200, body));
}

/// Follows an action through these replies: a scan that was accepted for this number of endpoints, or an action of
/// which only the id is known. Returns the report, and the time from the poll that settled everything to the end.
fn followed(count: Option<u64>, replies: &[Reply]) -> (ActionReport, Duration) {
    both(|trial| {
        script(trial, replies);
        let mut settled = None;
        let observe = |progress: Progress| {
            if progress.report().named() > 0 && progress.report().unsettled().count() == 0 {
                settled.get_or_insert(trial.time.passed());
            }
            ControlFlow::Continue(())
        };
        let report = match count {
            Some(count) => {
                accept(trial, count);
                trial.scan_and_wait(Scan::all(), observe)
            }
            None => trial.wait(ActionId::from(42), observe),
        };
        trial.server.sim().clear_faults();
        let settled = settled.expect("a poll settles everything");
        (without_tenant(&report.expect("it comes to an end")), trial.time.passed() - settled)
    })
}

/// Follows a scan that was accepted for `count` endpoints, and breaks off at this poll. Returns the last progress as
/// JSON.
fn saved_at(poll: usize, trial: &Trial, count: u64) -> String {
    accept(trial, count);
    let (mut polls, mut saved) = (0, String::new());
    let ended = trial.scan_and_wait(Scan::all(), |progress| {
        saved = serde_json::to_string(&progress).expect("progress can be written");
        polls += usize::from(matches!(progress, Progress::Polled { .. }));
        if polls == poll { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    ended.expect_err("it was broken off");
    saved
}

/// The report without its tenant. Each client has its own tenant, and everything else must be equal.
fn without_tenant(report: &ActionReport) -> ActionReport {
    let mut report = serde_json::to_value(report).expect("a report can be written");
    let tenant = report.as_object_mut().and_then(|report| report.remove("tenant"));
    assert!(tenant.is_some(), "a report of a wait names its tenant");
    serde_json::from_value(report).expect("what was written can be read")
}

fn ids(endpoints: impl Iterator<Item = ReportedEndpoint>) -> Vec<String> {
    endpoints.map(|endpoint| endpoint.id.as_str().to_owned()).collect()
}

/// The number of successful endpoints, the number of expected endpoints, and whether the report is a success.
fn numbers(report: &ActionReport) -> (u64, u64, bool) {
    (report.counts().successful(), report.expected(), report.is_success())
}

#[test]
fn an_endpoint_that_vanished_ends_a_wait_after_ten_minutes_and_is_no_success() {
    let (report, after) = followed(None, &[&[("e1", "PENDING"), ("e2", "PENDING")], &[("e1", DONE)]]);
    assert_eq!((numbers(&report), ids(report.vanished())), ((1, 2, false), vec!["e2".into()]));
    assert_eq!(after, TEN_MINUTES);
}

#[test]
fn another_endpoint_does_not_make_up_for_one_that_vanished() {
    let replies: [Reply; 2] = [&[("e1", "PENDING"), ("e2", "PENDING")], &[("e1", DONE), ("e3", DONE)]];
    let (report, _) = followed(Some(2), &replies);
    assert_eq!((numbers(&report), ids(report.vanished())), ((2, 3, false), vec!["e2".into()]));
}

#[test]
fn an_endpoint_that_settled_and_is_named_no_more_stays_settled() {
    let (report, _) = followed(None, &[&[("e1", DONE), ("e2", "PENDING")], &[("e2", DONE)]]);
    assert_eq!(numbers(&report), (2, 2, true));
}

#[test]
fn a_wait_by_id_alone_does_not_end_with_the_first_endpoint_that_is_named() {
    let replies: [Reply; 3] =
        [&[("e1", DONE)], &[("e1", DONE), ("e2", "PENDING")], &[("e1", DONE), ("e2", DONE)]];
    assert_eq!(numbers(&followed(None, &replies).0), (2, 2, true));
}

#[test]
fn an_endpoint_that_is_never_named_ends_a_wait_after_ten_minutes_and_is_no_success() {
    let (report, after) = followed(Some(2), &[&[("e1", DONE)]]);
    assert_eq!((numbers(&report), report.never_named(), after), ((1, 2, false), 1, TEN_MINUTES));
}

#[test]
fn an_endpoint_that_is_named_twice_counts_once() {
    let (report, _) = followed(Some(2), &[&[("e1", DONE), ("e1", DONE)]]);
    assert_eq!((numbers(&report), report.never_named()), ((1, 2, false), 1));
}

/// Scans the endpoints of `filter` on a tenant without faults.
fn scanned(filter: impl Fn(&Trial) -> Filter) -> ActionReport {
    let tenant = tenant().with_outcomes(Outcomes::all_completed());
    both_with(&tenant, &Settings::default(), &standard(), |trial| {
        without_tenant(&trial.scan_and_wait(Scan::matching([filter(trial)]), quiet).expect("it settles"))
    })
}

#[test]
fn a_host_that_the_tenant_did_not_take_is_no_success_and_is_told() {
    let existing = |trial: &Trial| trial.server.sim().endpoints()[0].hostname.clone();
    let report = scanned(|trial| Filter::hostname([existing(trial), "web-typo".into()]));
    assert_eq!(numbers(&report), (1, 1, false));
    let coverage = report.coverage().expect("it was asked for here");
    assert_eq!(coverage.to_string(), "You named 2 hosts; the tenant took 1.");
    assert!(scanned(|trial| Filter::hostname([existing(trial)])).is_success());
}

#[test]
fn an_id_that_the_tenant_does_not_know_is_no_success_and_is_listed() {
    let existing = |trial: &Trial| trial.server.sim().endpoints()[0].id.clone();
    let report = scanned(|trial| Filter::endpoint_ids([existing(trial), "gone".into()]));
    assert_eq!((numbers(&report), ids(report.missing())), ((1, 1, false), vec!["gone".into()]));
    assert!(scanned(|trial| Filter::endpoint_ids([existing(trial)])).is_success());
}

#[test]
fn offline_endpoints_hold_a_wait_no_longer_than_the_pending_limit_and_are_listed() {
    let tenant = tenant().with_offline(0.05).with_outcomes(Outcomes::all_completed());
    both_with(&tenant, &Settings::default(), &standard(), |trial| {
        let hour = Duration::from_secs(3600);
        let polling = Polling::within(DEADLINE).with_pending_limit(hour);
        let flow = trial.session.scan_and_wait(Scan::all(), polling).expect("a good scan");
        let report = trial.client.drive(trial.in_time(flow), quiet).expect("the limit is no failure");
        assert_eq!((numbers(&report), report.unchanged()), ((639, 673, false), hour));
        let sim = trial.server.sim();
        let statuses = sim.statuses(report.action_id().as_str().parse().expect("a number"));
        let offline: Vec<_> = statuses.iter().filter(|(_, word)| *word == "PENDING").collect();
        assert_eq!(ids(report.not_begun()), offline.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        without_tenant(&report)
    });
}

#[test]
fn a_wait_that_is_resumed_from_saved_progress_ends_as_if_it_had_not_been_interrupted() {
    let replies: [Reply; 3] = [
        &[("e1", "PENDING"), ("e2", "PENDING"), ("e3", "PENDING")],
        &[("e1", DONE), ("e3", "IN_PROGRESS")],
        &[("e3", DONE)],
    ];
    let (whole, _) = followed(Some(3), &replies);
    assert_eq!((numbers(&whole), ids(whole.vanished())), ((2, 3, false), vec!["e2".into()]));
    both(|trial| {
        script(trial, &replies);
        let read = Progress::from_json(&saved_at(2, trial, 3)).expect("what was written can be read");
        let known = ActionReport::from(read);
        assert!(known.clone().for_action(&ActionId::from(43)).is_err(), "it is of another action");
        let known = known.for_action(&ActionId::from(42)).expect("it is of this one");
        let other = trial.client_of(&trial.session, &Settings::default()).expect("the settings are the same");
        let flow = trial.session.wait(known, Polling::within(DEADLINE));
        let report = other.drive(trial.in_time(flow), quiet).expect("it comes to an end");
        assert_eq!(without_tenant(&report), whole);
        trial.server.sim().clear_faults();
    });
}

#[test]
fn a_cancellation_with_a_saved_report_aborts_what_is_named_now_and_lists_what_vanished() {
    both(|trial| {
        trial.server.sim().fault(answer(&[("e1", DONE), ("e2", "PENDING"), ("e3", "PENDING")]));
        let progress = Progress::from_json(&saved_at(1, trial, 5)).expect("what was written can be read");
        let report = serde_json::to_string(progress.report()).expect("a report can be written");
        let known = ActionReport::from_json(&report).expect("what was written can be read");
        trial.server.sim().fault(answer(&[("e1", DONE), ("e3", "IN_PROGRESS"), ("e4", "PENDING")]));
        let accepted = r#"{"reply":{"action_id":43,"endpoints_count":2}}"#;
        trial.server.sim().fault(Fault::on("abort_scan").answer_json(200, accepted));
        let cancelled = trial.cancel_action(known, quiet).expect("there is something to cancel");
        assert_eq!(cancelled_ids(trial), [["e3", "e4"]]);
        assert_eq!((cancelled.endpoints, cancelled.settled, cancelled.never_named), (2, 1, 1));
        assert_eq!(cancelled.vanished, [EndpointId::from("e2")]);
    });
}
