//! Conversations on a virtual clock: the requests and their times, the progress, and the endings.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use xdr_model::{
    ActionId, ActionReport, CancelProgress, Cancelled, Error, Filter, GetActionStatus, Polling, Progress,
    RateLimit, Replay, Scan, Session,
    error::{Refusal, WaitEnd, WaitEnded},
    flow::{CancelAction, ScanRun, WaitForAction},
    transport::{Event, Step, TransportKind as Kind},
};

use crate::support::{
    ABORT, Clock, DONE, Drive, Ended, Moment, Received, SCAN, STATUS, Sending, UNIX_MS, accepted,
    advanced_session, answer, drive, empty_status, lost, millis, no_endpoint, ok, response, script,
    script_to_the_end, seconds, session, statuses, unsent,
};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn scan() -> Scan {
    Scan::matching([Filter::hostname(["web-1"])])
}

fn wait(deadline: Duration) -> WaitForAction {
    session().wait(ActionId::from(42), Polling::within(deadline))
}

fn scan_run(deadline: Duration) -> ScanRun {
    session().scan_and_wait(scan(), Polling::within(deadline)).unwrap()
}

fn cancel() -> CancelAction {
    session().cancel_action(ActionId::from(42))
}

fn pending() -> Received {
    statuses(&[(1, "PENDING")])
}

fn limited(retry_after: &str) -> Received {
    Ok(response(429, &[("retry-after", retry_after)], ""))
}

/// The end of a wait, after the checks for every wait.
fn wait_ended(ended: &Ended<Progress, Result<ActionReport, Error>>) -> &WaitEnded {
    let Err(error @ Error::Wait(wait)) = &ended.output else { panic!("{:?}", ended.output) };
    assert_eq!(error.action_id(), Some(wait.report.action_id()));
    assert_eq!(wait.report.action_id().as_str(), "42");
    assert!(error.may_have_taken_effect() && !error.is_safe_to_retry());
    wait
}

/// Polls as `settled/expected`, and troubles as the number of consecutive ones.
fn told(progress: &[Progress]) -> Vec<String> {
    let text = |progress: &Progress| match progress {
        Progress::Started { report } => format!("started {}", report.action_id()),
        Progress::Polled { report, .. } => format!("{}/{}", report.counts().settled(), report.expected()),
        Progress::Trouble { in_a_row, .. } => format!("trouble {in_a_row}"),
        other => panic!("{other:?}"),
    };
    progress.iter().map(text).collect()
}

// ---- what is sent -----------------------------------------------------------------------------------------------

#[test]
fn a_request_has_the_standard_headers_and_the_body_of_the_operation() {
    let ended = drive(session().call(&scan()).unwrap(), |_| accepted(42, 1));
    let [sent] = &ended.sends[..] else { panic!() };
    assert_eq!(sent.uri, "https://api-acme.xdr.us.paloaltonetworks.com/public_api/v1/endpoints/scan");
    assert_eq!(sent.header("content-type"), "application/json");
    assert_eq!(sent.header("accept"), "application/json");
    assert_eq!(sent.header("accept-encoding"), "identity");
    assert_eq!(sent.header("x-xdr-auth-id"), "7");
    assert_eq!(sent.header("content-length"), sent.body.len().to_string());
    assert_eq!(sent.header("authorization"), crate::support::KEY);
    assert!(!sent.headers.contains_key("x-xdr-nonce") && !sent.headers.contains_key("x-xdr-timestamp"));
    assert_eq!(
        sent.body,
        r#"{"request_data":{"filters":[{"field":"hostname","operator":"in","value":["web-1"]}]}}"#
    );
    assert_eq!((sent.replay, sent.within), (Replay::Unsafe, None));
}

#[test]
fn every_attempt_is_signed_afresh_with_an_advanced_key() {
    let ended = drive(advanced_session().call(&scan()).unwrap(), |_| limited("7"));
    assert_eq!(ended.sends.len(), 5);
    let timestamps: Vec<u64> =
        ended.sends.iter().map(|s| s.header("x-xdr-timestamp").parse().unwrap()).collect();
    assert_eq!(timestamps, [0, 7_000, 14_000, 21_000, 28_000].map(|after| UNIX_MS + after));
    for name in ["x-xdr-nonce", "authorization"] {
        let values: BTreeSet<&str> = ended.sends.iter().map(|s| s.header(name)).collect();
        assert_eq!(values.len(), 5, "{name} is good once");
        assert!(values.iter().all(|value| value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit())));
    }
    let bodies: BTreeSet<&str> = ended.sends.iter().map(|s| &*s.body).collect();
    assert_eq!(bodies.len(), 1);
    assert!(ended.sends.iter().all(|s| !format!("{:?}", s.headers).contains(crate::support::KEY)));
}

#[test]
fn a_poll_reads_and_ends_by_the_deadline() {
    let ended = drive(wait(seconds(4)), |_| pending());
    let [sent] = &ended.sends[..] else { panic!() };
    assert_eq!((&*sent.operation, sent.replay), (STATUS, Replay::Safe));
    assert_eq!(sent.body, r#"{"request_data":{"group_action_id":42}}"#);
    assert_eq!(sent.within, Some(seconds(2)));
}

// ---- waiting ----------------------------------------------------------------------------------------------------

#[test]
fn a_wait_ends_when_every_endpoint_has_settled_whatever_the_outcomes() {
    let answers: [fn() -> Received; 4] = [
        || statuses(&[(5, "PENDING")]),
        || statuses(&[(2, DONE), (2, "IN_PROGRESS"), (1, "PENDING")]),
        || statuses(&[(2, DONE), (1, "FAILED"), (1, "A_WORD_OF_TOMORROW"), (1, "PENDING_ABORT")]),
        || statuses(&[(2, DONE), (1, "FAILED"), (1, "CANCELED"), (1, "EXPIRED")]),
    ];
    let ended = drive(wait(HOUR), script_to_the_end(answers));
    assert_eq!(told(&ended.progress), ["0/5", "2/5", "3/5", "5/5", "5/5"], "the end is confirmed");
    let report = ended.output.unwrap();
    assert_eq!((report.action_id().as_str(), report.endpoints_count(), report.expected()), ("42", None, 5));
    assert!(!report.is_success());
    assert_eq!(report.unsuccessful().count(), 3);
    insta::assert_json_snapshot!("report", report);
}

#[test]
fn a_wait_is_a_success_only_when_all_was_carried_out_in_full() {
    let report = |words: &[(usize, &str)]| drive(wait(HOUR), |_| statuses(words)).output.unwrap();
    assert!(report(&[(2, DONE), (1, "COMPLETED_SUCCESSFULLY_WITH_EXCEPTIONS")]).is_success());
    for word in ["COMPLETED_PARTIAL", "FAILED", "TIMEOUT", "EXPIRED", "ABORTED", "CANCELLED"] {
        assert!(!report(&[(2, DONE), (1, word)]).is_success(), "{word}");
    }
}

#[test]
fn polls_begin_after_two_seconds_and_grow_to_one_a_minute() {
    let ended = drive(wait(HOUR), |_| pending());
    let pauses: Vec<f64> = ended.waits.iter().take(10).map(Duration::as_secs_f64).collect();
    // The jitter is slightly above its average.
    let expected = [2.0, 5.0, 7.5, 11.25, 16.875, 25.3125, 37.96875, 56.953125, 60.0, 60.0];
    assert!(
        pauses.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6),
        "{pauses:?}"
    );
}

#[test]
fn a_pause_varies_by_a_fifth_of_itself() {
    let first =
        |fraction| Drive::new(wait(HOUR)).with_fraction(fraction).run(|_| pending()).waits[..2].to_vec();
    assert_eq!(first(0.0), [millis(1600), millis(4000)]);
    assert!(first(0.999).iter().zip([millis(2400), millis(6000)]).all(|(found, most)| *found < most));
}

#[test]
fn a_cadence_can_be_another() {
    let polling = Polling::within(seconds(10)).with_pauses(millis(500), seconds(1), seconds(2));
    let ended = drive(session().wait(ActionId::from(42), polling), |_| pending());
    let at: Vec<f64> = ended.sent_at();
    assert_eq!(at, [0.5, 1.5, 3.0, 5.0, 7.0, 9.0]);
    assert_eq!(ended.elapsed, seconds(10));

    let nonsense = Polling::within(seconds(1)).with_pauses(Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let ended = drive(session().wait(ActionId::from(42), nonsense), |_| pending());
    assert!(ended.sends.len() <= 11, "it is still paced: {}", ended.sends.len());
}

#[test]
fn the_deadline_ends_a_wait_exactly_and_the_last_known_is_told() {
    let ended = drive(wait(seconds(60)), |_| statuses(&[(3, DONE), (2, "PENDING")]));
    assert_eq!(ended.elapsed, seconds(60));
    let end = wait_ended(&ended);
    assert!(matches!(end.why, WaitEnd::Deadline { trouble: None }), "{end:?}");
    let last = &end.report;
    assert_eq!((last.counts().settled(), last.counts().total()), (3, 5));
    assert_eq!(last.unsettled().count(), 2);
}

#[test]
fn a_deadline_is_never_passed() {
    for deadline in [millis(0), millis(1), millis(1999), millis(2000), millis(2001), seconds(9), seconds(600)]
    {
        for latency in [millis(0), millis(700), seconds(90)] {
            for answer in [pending, empty_status, || unsent(Kind::Connect), || limited("59"), || limited("0")]
            {
                let ended = Drive::new(wait(deadline)).with_latency(latency).run(|_| answer());
                assert!(ended.elapsed <= deadline, "{deadline:?} {latency:?} {:?}", ended.elapsed);
                assert!(matches!(
                    wait_ended(&ended).why,
                    WaitEnd::Deadline { .. } | WaitEnd::UnknownAction | WaitEnd::RetryTooLate(_)
                ));
            }
        }
    }
}

#[test]
fn the_deadline_tells_the_trouble_that_was_last() {
    let mut answers = vec![statuses(&[(1, DONE), (1, "PENDING")])];
    let ended = drive(wait(seconds(60)), |_| answers.pop().unwrap_or_else(|| lost(Kind::Timeout)));
    let end = wait_ended(&ended);
    assert!(matches!(&end.why, WaitEnd::Deadline { trouble: Some(_) }));
    assert!(matches!(end.cause(), Some(Error::OutcomeUnknown(_))));
    assert_eq!(end.report.counts().settled(), 1);
}

#[test]
fn an_answer_that_settles_all_counts_even_at_the_deadline() {
    let ended = Drive::new(scan_run(seconds(5)))
        .with_latency(seconds(2))
        .run(|sending| if sending.operation == SCAN { accepted(42, 2) } else { statuses(&[(2, DONE)]) });
    assert!(ended.output.unwrap().is_success());
    assert_eq!(ended.elapsed, seconds(5));
}

#[test]
fn an_action_is_unknown_after_three_empty_replies_and_a_minute_but_not_before() {
    let ended = drive(wait(DAY), |_| empty_status());
    assert!(matches!(wait_ended(&ended).why, WaitEnd::UnknownAction));
    // The polls at 2, 7, 14.5, 25.75 and 42.625 s are too early. The next one is the first after a minute.
    assert_eq!(ended.sends.len(), 6);
    assert!((ended.elapsed.as_secs_f64() - 67.9375).abs() < 0.001, "{:?}", ended.elapsed);

    let slow = Polling::within(DAY).with_pauses(seconds(100), seconds(100), seconds(100));
    let ended = drive(session().wait(ActionId::from(42), slow), |_| empty_status());
    assert_eq!(ended.sends.len(), 3, "a minute alone is not enough");
}

#[test]
fn a_scan_that_was_accepted_is_never_called_a_wrong_id() {
    let run = |count| {
        let ended = drive(scan_run(DAY), |sending| match &*sending.operation {
            SCAN => accepted(42, count),
            _ => empty_status(),
        });
        let WaitEnd::NoEndpoint { accepted } = wait_ended(&ended).why else { panic!("{:?}", ended.output) };
        accepted
    };
    assert_eq!([run(0), run(673)], [Some(0), Some(673)]);
}

#[test]
fn an_action_that_was_known_is_not_called_unknown() {
    let mut answers = vec![statuses(&[(1, DONE), (2, "PENDING")])];
    let ended = drive(wait(DAY), |_| answers.pop().unwrap_or_else(empty_status));
    let end = wait_ended(&ended);
    assert!(matches!(end.why, WaitEnd::Vanished));
    assert_eq!(end.report.counts().settled(), 1, "what was known is told");
}

#[test]
fn a_slow_start_does_not_count_towards_the_minute_of_an_unknown_action() {
    let mut starts = vec![accepted(42, 1), limited("30"), limited("30")];
    let ended = drive(scan_run(DAY), |sending| match &*sending.operation {
        SCAN => starts.pop().unwrap(),
        _ => empty_status(),
    });
    assert!(matches!(wait_ended(&ended).why, WaitEnd::NoEndpoint { .. }));
    // The same as without a slow answer: six polls, and the last one is the first after a minute.
    assert_eq!(ended.sends.len(), 3 + 6, "{:?}", ended.sent_at());
}

#[test]
fn an_action_that_appears_late_or_is_named_between_empty_replies_is_known() {
    let mut polls = 0;
    let ended = drive(wait(DAY), |_| {
        polls += 1;
        match polls {
            1..=4 | 6..=7 | 9..=10 => empty_status(),
            5 | 8 => pending(),
            _ => statuses(&[(1, DONE)]),
        }
    });
    assert!(ended.output.unwrap().is_success());
}

#[test]
fn an_empty_reply_is_told_with_what_is_expected_and_is_no_success() {
    let ended = drive(scan_run(DAY), script([accepted(42, 7), empty_status(), statuses(&[(7, DONE)])]));
    assert_eq!(told(&ended.progress), ["started 42", "0/7", "7/7"]);
    assert!(ended.output.unwrap().is_success());
}

#[test]
fn a_reply_that_names_fewer_endpoints_than_were_taken_in_is_not_the_end() {
    let answers = [accepted(42, 3), statuses(&[(2, DONE)]), statuses(&[(3, DONE)])];
    let ended = drive(scan_run(DAY), script(answers));
    assert_eq!(told(&ended.progress), ["started 42", "2/3", "3/3"]);
    assert_eq!(ended.output.unwrap().endpoints_count(), Some(3));

    let ended =
        drive(scan_run(seconds(600)), script_to_the_end([|| accepted(42, 3), || statuses(&[(2, DONE)])]));
    let end = wait_ended(&ended);
    assert!(matches!(end.why, WaitEnd::Deadline { trouble: None }));
    let last = &end.report;
    assert_eq!((last.counts().settled(), last.expected(), last.is_success()), (2, 3, false));
}

#[test]
fn a_reply_that_names_more_endpoints_than_were_taken_in_must_settle_them_all() {
    let answers = [accepted(42, 1), statuses(&[(1, DONE), (1, "PENDING")]), statuses(&[(2, DONE)])];
    assert_eq!(told(&drive(scan_run(DAY), script(answers)).progress), ["started 42", "1/2", "2/2"]);
}

// ---- trouble while waiting --------------------------------------------------------------------------------------

#[test]
fn a_wait_survives_trouble_that_passes() {
    let troubles = [
        unsent(Kind::Connect),
        lost(Kind::Closed),
        answer(500, ""),
        answer(503, ""),
        answer(408, ""),
        answer(429, ""),
        answer(400, ""),
        answer(404, ""),
        no_endpoint(),
        ok("{"),
        ok(r#"{"reply":false}"#),
        answer(999, ""),
    ];
    let count = troubles.len();
    let done = || statuses(&[(1, DONE)]);
    let answers = troubles.into_iter().chain([pending(), answer(502, ""), done(), done()]);
    let ended = drive(wait(DAY), script(answers));
    let mut expected: Vec<String> = (1..=count).map(|n| format!("trouble {n}")).collect();
    // A success resets the count.
    expected.extend(["0/1", "trouble 1", "1/1", "1/1"].map(String::from));
    assert_eq!(told(&ended.progress), expected);
    assert!(ended.output.unwrap().is_success());
}

#[test]
fn what_asking_again_cannot_change_ends_a_wait_at_once() {
    let certificate = || unsent(Kind::Certificate);
    let inside = || ok(r#"{"reply":{"err_code":401,"err_msg":"who?"}}"#);
    let ends: [fn() -> Received; 5] =
        [|| answer(401, ""), || answer(402, ""), || answer(403, ""), certificate, inside];
    for end in ends {
        let ended = drive(wait(DAY), script([statuses(&[(1, DONE), (1, "PENDING")]), end()]));
        let wait = wait_ended(&ended);
        assert!(matches!(&wait.why, WaitEnd::Failed(_)), "{wait}");
        assert!(wait.cause().is_some() && wait.report.named() == 2, "{wait}");
        assert_eq!((ended.sends.len(), told(&ended.progress)), (2, vec!["1/2".to_owned()]));
    }
}

#[test]
fn a_wait_is_given_up_after_twenty_failures_in_a_row_and_a_quarter_of_an_hour() {
    // With frequent polls, the quarter of an hour ends the wait.
    let often = drive(wait(DAY), |_| unsent(Kind::Connect));
    assert!(matches!(wait_ended(&often).why, WaitEnd::Failed(_)));
    let since_first = often.elapsed - often.sends[0].at;
    assert!((seconds(900)..seconds(906)).contains(&since_first), "{since_first:?}");
    assert!(often.sends.len() > 20);
    assert_eq!(often.progress.len(), often.sends.len() - 1, "the last failure is the end");

    // With rare polls, the twentieth failure ends the wait.
    let seldom = drive(wait(DAY), |_| limited("60"));
    assert!(matches!(wait_ended(&seldom).why, WaitEnd::Failed(_)));
    assert_eq!(seldom.sends.len(), 20);
    assert_eq!(seldom.elapsed - seldom.sends[0].at, seconds(19 * 60));
}

#[test]
fn a_success_begins_the_count_of_failures_anew() {
    let mut polls = 0;
    let ended = drive(wait(DAY), |_| {
        polls += 1;
        if polls % 19 == 0 { pending() } else { limited("60") }
    });
    let end = wait_ended(&ended);
    assert!(matches!(end.why, WaitEnd::RetryTooLate(_)), "{end}");
    assert!(DAY - ended.elapsed <= seconds(60), "{:?}", ended.elapsed);
}

proptest! {
    /// A pause of any length, with any time left. The wait obeys it if it ends before the deadline. Otherwise the wait
    /// ends at once.
    #[test]
    fn any_retry_after_is_obeyed_or_told(asked in 0..200_000u64, deadline in 10..200_000u64, status in 500..600u16) {
        let asked_for = asked.to_string();
        let mut answers = vec![
            Ok(response(status, &[("retry-after", &asked_for)], "")), statuses(&[(1, DONE)]), statuses(&[(1, DONE)]),
        ].into_iter();
        let ended = drive(wait(seconds(deadline)), move |_| answers.next().unwrap());
        // The first pause is two seconds.
        if asked.max(1) < deadline - 2 {
            prop_assert_eq!(ended.waits[1], seconds(asked.max(1)));
        } else {
            let end = wait_ended(&ended);
            prop_assert!(matches!(end.why, WaitEnd::RetryTooLate(_)) && ended.sends.len() == 1, "{}", end);
        }
    }

    /// Any refusal of the tenant, except those that end a wait at once.
    #[test]
    fn any_refusal_again_and_again_ends_a_wait_after_a_minute(
        status in prop_oneof![Just(400u16), 404..408u16, 409..429u16, 430..500u16], message in "[a-z ]{1,20}",
    ) {
        let body = format!(r#"{{"reply":{{"err_code":{status},"err_msg":"{message}"}}}}"#);
        let ended = drive(wait(DAY), |_| Ok(response(status, &[], &body)));
        prop_assert!(matches!(wait_ended(&ended).why, WaitEnd::Failed(_)));
        let lasted = ended.elapsed - ended.sends[0].at;
        prop_assert!((seconds(60)..seconds(90)).contains(&lasted), "{:?}", lasted);
    }
}

fn foreign(status: u16) -> Received {
    Ok(response(status, &[("location", "https://login.example/")], "<html>Blocked by policy</html>"))
}

/// After the tenant has answered once, such a page is an outage. Before, it ends the wait.
#[test]
fn a_page_that_is_not_the_tenants_ends_a_wait_only_before_the_tenant_has_answered() {
    for status in [302, 307, 400, 401, 402, 403, 407, 451] {
        let answers = [foreign(status), foreign(status), statuses(&[(1, DONE)]), statuses(&[(1, DONE)])];
        let [first, second, third, fourth] = answers;
        let ended = drive(wait(DAY), |_| foreign(status));
        assert!(matches!(wait_ended(&ended).why, WaitEnd::Failed(_)) && ended.sends.len() == 1, "{status}");
        let text = wait_ended(&ended).to_string();
        assert!(text.contains("something between this machine and the tenant"), "{text}");
        assert!(!text.contains("role") && !text.contains("licence") && !text.contains("key"), "{text}");

        let later = drive(wait(DAY), script([pending(), first, second, third, fourth]));
        assert!(later.output.is_ok_and(|report| report.is_success()), "{status}");
        // The acceptance of the scan is an answer.
        let scan = session().scan_and_wait(Scan::all(), Polling::within(DAY)).unwrap();
        let done = || statuses(&[(1, DONE)]);
        let scanned = drive(scan, script([accepted(42, 1), foreign(status), done()]));
        assert!(scanned.output.is_ok_and(|report| report.is_success()), "{status}");
        // So is an error of the tenant.
        let failure = || answer(500, r#"{"reply":{"err_code":500,"err_msg":"m"}}"#);
        let after_a_failure = drive(wait(DAY), script([failure(), foreign(status), done(), done()]));
        assert!(after_a_failure.output.is_ok_and(|report| report.is_success()), "{status}");
        // The page is an outage, with the limits of an outage.
        let mut polls = 0;
        let long = drive(wait(DAY), |_| {
            polls += 1;
            if polls == 1 { pending() } else { foreign(status) }
        });
        let lasted = long.elapsed - long.sends[1].at;
        assert!(matches!(wait_ended(&long).why, WaitEnd::Failed(_)), "{status}");
        assert!((seconds(900)..seconds(931)).contains(&lasted) && long.sends.len() > 20, "{lasted:?}");
    }
}

/// Only the status is read again, because the report shows that the address is right.
#[test]
fn a_page_of_another_does_not_end_the_cancellation_of_a_known_action() {
    let started = || {
        ActionReport::from(
            <Scan as xdr_model::Operation>::decode(br#"{"reply":{"action_id":42,"endpoints_count":1}}"#)
                .unwrap(),
        )
    };
    let answers = || [foreign(403), statuses(&[(1, "PENDING")]), accepted(43, 1)];
    let cancelled = drive(session().cancel_action(started()), script(answers()));
    assert_eq!(cancelled.output.unwrap().endpoints, 1);
    let by_id = drive(session().cancel_action(ActionId::from(42)), script(answers()));
    assert!(matches!(by_id.output, Err(Error::OutcomeUnknown(_))) && by_id.sends.len() == 1);
    let aborted = [statuses(&[(1, "PENDING")]), foreign(403)];
    let abort = drive(session().cancel_action(started()), script(aborted));
    assert!(abort.output.is_err_and(|error| error.may_have_taken_effect()) && abort.sends.len() == 2);
}

#[test]
fn the_same_refusal_three_times_in_a_row_over_a_minute_ends_a_wait() {
    let missing =
        || answer(500, r#"{"reply":{"err_code":500,"err_extra":"group_action_id param is missing"}}"#);
    let ends: [fn() -> Received; 5] =
        [|| answer(400, ""), || answer(404, ""), || answer(405, ""), || foreign(404), missing];
    for end in ends {
        let mut polls = 0;
        let ended = drive(wait(DAY), |_| {
            polls += 1;
            if polls == 1 { pending() } else { end() }
        });
        assert!(matches!(wait_ended(&ended).why, WaitEnd::Failed(_)));
        let since_first = ended.elapsed - ended.sends[1].at;
        assert!((seconds(60)..seconds(90)).contains(&since_first), "{since_first:?}");
        // Another failure in between resets the count.
        let mut polls = 0;
        let mixed = drive(wait(HOUR), |_| {
            polls += 1;
            if polls % 3 == 0 { answer(503, "") } else { end() }
        });
        let since_first = mixed.elapsed - mixed.sends[0].at;
        assert!(since_first >= seconds(900), "{since_first:?}");
    }
}

#[test]
fn the_pause_after_trouble_is_as_long_as_the_tenant_asks_or_grows() {
    let pauses = |answer: fn() -> Received| drive(wait(HOUR), |_| answer()).waits[1..7].to_vec();
    assert_eq!(pauses(|| limited("17")), [seconds(17); 6]);
    let in_ms = |pauses: Vec<Duration>| pauses.iter().map(Duration::as_millis).collect::<Vec<_>>();
    assert_eq!(in_ms(pauses(|| unsent(Kind::Connect))), [187, 375, 750, 1500, 3000, 3750]);
    assert_eq!(in_ms(pauses(|| answer(500, ""))), [500, 1000, 2000, 4000, 8000, 15000]);
}

#[test]
fn a_retry_after_is_obeyed_if_it_ends_before_the_deadline() {
    let (at_most, asked) = (seconds(3000), seconds(2999));
    let wait = |answer: fn() -> Received| {
        let mut answers = vec![answer(), statuses(&[(1, DONE)]), statuses(&[(1, DONE)])].into_iter();
        drive(wait(at_most + seconds(2)), move |_| answers.next().unwrap())
    };
    // The first pause is two seconds, so that 3,000 are left.
    let obeyed = wait(|| limited("2999"));
    let told = obeyed.progress.iter().filter_map(|told| match told {
        Progress::Trouble { next_in, .. } => Some(*next_in),
        _ => None,
    });
    assert_eq!((told.collect::<Vec<_>>(), obeyed.waits[1]), (vec![asked], asked));

    for answer in
        [|| limited("3000"), || limited("86400"), || Ok(response(503, &[("retry-after", "3000")], ""))]
    {
        let ended = wait(answer);
        let end = wait_ended(&ended);
        let WaitEnd::RetryTooLate(error) = &end.why else { panic!("{end}") };
        assert_eq!((ended.sends.len(), ended.progress.len()), (1, 0), "at once");
        assert!(error.retry_after() >= Some(at_most) && end.to_string().contains("asks to wait"), "{end}");
    }
    let foreign = || Ok(response(429, &[("retry-after", "86400")], "<html>Slow down</html>"));
    assert_eq!(wait(foreign).waits[1], seconds(60), "anybody can have written it");
}

#[test]
fn an_hour_of_polling_is_about_sixty_requests() {
    let ended = drive(wait(HOUR), |_| statuses(&[(1000, "IN_PROGRESS")]));
    assert!((60..80).contains(&ended.sends.len()), "{}", ended.sends.len());
    assert_eq!(ended.elapsed, HOUR);
}

// ---- a scan and its wait ----------------------------------------------------------------------------------------

#[test]
fn a_run_tells_the_id_first_and_then_follows_the_action() {
    let answers = [accepted(42, 2), pending(), statuses(&[(2, DONE)])];
    let ended = drive(scan_run(DAY), script(answers));
    assert_eq!(ended.operations(), [SCAN, STATUS, STATUS]);
    assert_eq!(told(&ended.progress), ["started 42", "0/2", "2/2"]);
    assert!(
        matches!(&ended.progress[0], Progress::Started { report } if report.endpoints_count() == Some(2))
    );
    assert!(ended.output.unwrap().is_success());
    assert_eq!(ended.sends[1].at, ended.waits[0], "the first poll is two seconds after the start");
}

#[test]
fn a_failure_before_the_scan_was_accepted_keeps_its_kind() {
    type Row = (fn() -> Received, usize, fn(&Error) -> bool);
    let kinds: [Row; 6] = [
        (|| unsent(Kind::Connect), 12, |e| matches!(e, Error::NotSent(_))),
        (|| lost(Kind::Closed), 1, |e| matches!(e, Error::OutcomeUnknown(_))),
        (|| answer(403, ""), 1, |e| matches!(e, Error::Refused(r) if r.reason == Refusal::Permission)),
        (no_endpoint, 1, |e| matches!(e, Error::Refused(r) if r.reason == Refusal::NoEndpointMatched)),
        (|| answer(500, ""), 1, |e| matches!(e, Error::ServerFailure(_))),
        (|| ok("yes"), 1, |e| matches!(e, Error::Unreadable(_))),
    ];
    for (answer, sends, is_kind) in kinds {
        let ended = drive(scan_run(HOUR), |_| answer());
        let error = ended.output.unwrap_err();
        assert!(is_kind(&error), "{error}");
        assert_eq!((ended.sends.len(), ended.progress.len()), (sends, 0), "{error}");
    }
}

#[test]
fn after_the_scan_was_accepted_every_failure_is_of_the_wait_and_has_the_id() {
    let failures: [fn() -> Received; 5] = [
        || answer(401, ""),
        || unsent(Kind::Connect),
        || lost(Kind::Closed),
        || limited("3600"),
        empty_status,
    ];
    for failure in failures {
        let ended = drive(
            scan_run(DAY),
            |sending| if sending.operation == SCAN { accepted(42, 1) } else { failure() },
        );
        wait_ended(&ended);
        assert_eq!(told(&ended.progress)[0], "started 42");
        assert_eq!(ended.operations().iter().filter(|operation| **operation == SCAN).count(), 1);
    }
}

#[test]
fn a_run_ends_by_its_deadline_while_it_is_being_started() {
    // The second pause would exceed the deadline, so the result is the refusal before it.
    let ended = drive(scan_run(seconds(50)), |_| limited("30"));
    assert!(matches!(ended.output, Err(Error::Refused(refused)) if refused.reason == Refusal::RateLimited));
    assert_eq!((ended.sends.len(), ended.elapsed), (2, seconds(30)));

    let session = session().with_rate_limit(RateLimit::per_second(1));
    drive(session.call(&scan()).unwrap(), |_| accepted(41, 1));
    let mut run = session.scan_and_wait(scan(), Polling::within(millis(10))).unwrap();
    // The same time as for the first scan, except for the time between the two clocks.
    assert!(matches!(Clock::new().step(&mut run, Event::Resume), Step::Done(Err(Error::NotSent(_)))));
}

#[test]
fn a_run_is_not_started_when_a_pause_took_longer_than_the_deadline() {
    let mut run = scan_run(seconds(50));
    let mut clock = Clock::new();
    assert!(matches!(clock.step(&mut run, Event::Resume), Step::Send(_)));
    assert!(matches!(clock.step(&mut run, Event::Received(limited("1"))), Step::Wait(_)));
    clock.advance(HOUR); // the laptop was suspended
    let Step::Done(Err(error)) = clock.step(&mut run, Event::Resume) else { panic!("it was sent") };
    assert!(matches!(error, Error::Refused(_)), "{error}");
}

#[test]
fn the_time_to_start_counts_towards_the_deadline() {
    let mut answers = vec![accepted(42, 1), limited("30")];
    let ended = drive(scan_run(seconds(50)), |_| answers.pop().unwrap_or_else(pending));
    assert_eq!(ended.elapsed, seconds(50));
    assert!(matches!(wait_ended(&ended).why, WaitEnd::Deadline { .. }));

    let ended = drive(scan_run(Duration::ZERO), |_| accepted(42, 1));
    assert!(matches!(&ended.output, Err(Error::NotSent(e)) if e.source.kind() == Kind::Deadline));
    assert_eq!(ended.sends.len(), 0, "without any time nothing is started");
}

// ---- stopping ---------------------------------------------------------------------------------------------------

/// Stops at the first event of this kind after this many requests.
fn at(moment: Moment, requests: usize) -> impl FnMut(Moment, usize) -> bool {
    move |now, sent| now == moment && sent >= requests
}

#[test]
fn a_call_that_is_stopped_says_whether_it_was_sent() {
    let call = || session().call(&scan()).unwrap();
    let stop = |moment, requests| {
        Drive::new(call()).run_until(|_| limited("1"), at(moment, requests)).output.unwrap_err()
    };
    let stopped = |error: &Error| error.attempted().unwrap().attempts;

    let error = stop(Moment::Beginning, 0);
    assert!(matches!(&error, Error::NotSent(e) if e.source.kind() == Kind::Stopped), "{error}");
    assert_eq!(stopped(&error), 0);

    // A stop between two attempts returns the failure of the first.
    let error = stop(Moment::Waiting, 1);
    assert!(matches!(&error, Error::Refused(r) if r.reason == Refusal::RateLimited), "{error}");
    assert_eq!(stopped(&error), 1);

    // After a stop during an attempt, the outcome of the attempt is unknown.
    for requests in [1, 2] {
        let error = stop(Moment::Sending, requests);
        assert!(matches!(&error, Error::OutcomeUnknown(_)), "{error}");
        assert!(error.may_have_taken_effect() && !error.is_safe_to_retry());
    }
}

#[test]
fn a_wait_that_is_stopped_tells_the_last_known_and_the_id() {
    let half = || statuses(&[(1, DONE), (1, "PENDING")]);
    for (moment, requests, known) in [
        (Moment::Beginning, 0, false),
        (Moment::Waiting, 0, false),
        (Moment::Sending, 1, false),
        (Moment::Told, 1, true),
        (Moment::Waiting, 1, true),
        (Moment::Sending, 2, true),
    ] {
        let ended = Drive::new(wait(HOUR)).run_until(|_| half(), at(moment, requests));
        let end = wait_ended(&ended);
        assert!(matches!(end.why, WaitEnd::Stopped));
        assert_eq!(end.report.counts().settled(), u64::from(known), "{moment:?}");
    }
}

#[test]
fn a_wait_that_is_stopped_when_all_has_settled_is_a_report() {
    let ended = Drive::new(wait(HOUR)).run_until(|_| statuses(&[(2, DONE)]), at(Moment::Told, 2));
    assert!(ended.output.unwrap().is_success());
    let ended = Drive::new(wait(HOUR)).run_until(|_| statuses(&[(2, DONE)]), at(Moment::Told, 1));
    assert!(matches!(wait_ended(&ended).why, WaitEnd::Stopped), "it was not confirmed");
}

#[test]
fn a_run_that_is_stopped_says_whether_there_is_an_action() {
    let run = |moment, requests| {
        Drive::new(scan_run(HOUR)).run_until(
            |sending| if sending.operation == SCAN { accepted(42, 1) } else { pending() },
            at(moment, requests),
        )
    };
    assert!(matches!(run(Moment::Beginning, 0).output, Err(Error::NotSent(_))));
    assert!(matches!(run(Moment::Sending, 1).output, Err(Error::OutcomeUnknown(_))));
    for (moment, requests) in
        [(Moment::Told, 1), (Moment::Waiting, 1), (Moment::Sending, 2), (Moment::Told, 2)]
    {
        assert!(matches!(wait_ended(&run(moment, requests)).why, WaitEnd::Stopped), "{moment:?}");
    }
}

// ---- cancelling -------------------------------------------------------------------------------------------------

/// The ids that a request names.
fn ids(sending: &Sending) -> Vec<String> {
    let body: serde_json::Value = serde_json::from_str(&sending.body).unwrap();
    let filters = body["request_data"]["filters"].as_array().unwrap();
    assert_eq!(filters.len(), 1);
    assert_eq!(filters[0]["field"], "endpoint_id_list");
    serde_json::from_value(filters[0]["value"].clone()).unwrap()
}

/// The answer to a cancellation, without a count of endpoints.
fn aborted(action: u64) -> Received {
    ok(format!(r#"{{"reply":{{"action_id":{action}}}}}"#))
}

fn cancelled(ended: &Ended<CancelProgress, Result<Cancelled, Error>>) -> (usize, usize, usize, usize) {
    let Ok(cancelled) = &ended.output else { panic!("{:?}", ended.output) };
    assert_eq!(cancelled.action_id.as_str(), "42");
    assert_eq!(cancelled.refused, 0);
    (cancelled.aborts.len(), cancelled.endpoints, cancelled.settled, cancelled.left)
}

#[test]
fn exactly_the_unsettled_endpoints_are_cancelled_by_id() {
    let status = ok(
        r#"{"reply":{"data":{"a":"PENDING","b":"COMPLETED_SUCCESSFULLY","c":null,"d":"NEW_WORD","e":"FAILED","f":"IN_PROGRESS"}}}"#,
    );
    let ended = drive(cancel(), script([status, accepted(43, 4)]));
    assert_eq!(ended.operations(), [STATUS, ABORT]);
    assert_eq!(ids(&ended.sends[1]), ["a", "c", "d", "f"]);
    assert_eq!(ended.sends[1].replay, Replay::Unsafe);
    assert_eq!(cancelled(&ended), (1, 4, 2, 0));
    let [CancelProgress::Found { unsettled: 4, settled: 2 }, CancelProgress::Accepted(abort)] =
        &ended.progress[..]
    else {
        panic!("{:?}", ended.progress)
    };
    assert_eq!(abort.action_id.as_str(), "43");
}

#[test]
fn at_most_a_thousand_endpoints_are_cancelled_with_one_request() {
    let ended = drive(cancel(), |sending| match &*sending.operation {
        STATUS => statuses(&[(500, DONE), (2500, "PENDING")]),
        _ => aborted(43),
    });
    assert_eq!(ended.operations(), [STATUS, ABORT, ABORT, ABORT]);
    let sizes: Vec<_> = ended.sends[1..].iter().map(|sending| ids(sending).len()).collect();
    assert_eq!(sizes, [1000, 1000, 500]);
    let all: BTreeSet<_> = ended.sends[1..].iter().flat_map(ids).collect();
    assert_eq!(all, (500..3000).map(|i| format!("e{i}")).collect());
    assert_eq!(cancelled(&ended), (3, 2500, 500, 0));
}

#[test]
fn nothing_is_sent_when_there_is_nothing_to_cancel() {
    let ended = drive(cancel(), script([statuses(&[(2, DONE), (1, "FAILED")])]));
    assert_eq!(cancelled(&ended), (0, 0, 3, 0));
    let ended = drive(cancel(), script([ok(r#"{"reply":{"data":{"":"PENDING"}}}"#)]));
    let cancelled = ended.output.unwrap();
    assert_eq!((cancelled.settled, cancelled.refused), (0, 1), "an id without text names no endpoint");
}

#[test]
fn endpoints_with_nothing_left_to_cancel_are_no_failure_and_are_told_apart() {
    let told = |ended: Ended<_, Result<Cancelled, Error>>| {
        let cancelled = ended.output.unwrap();
        (cancelled.aborts.len(), cancelled.endpoints, cancelled.settled, cancelled.refused)
    };
    let ended = drive(cancel(), script([statuses(&[(2, "PENDING"), (3, DONE)]), no_endpoint()]));
    assert_eq!(told(ended), (0, 0, 3, 2));

    let answers = [statuses(&[(2500, "PENDING")]), aborted(43), no_endpoint(), aborted(44)];
    assert_eq!(told(drive(cancel(), script(answers))), (2, 1500, 0, 1000));
}

#[test]
fn endpoints_that_the_tenant_leaves_out_are_not_called_cancelled() {
    let answers = [statuses(&[(34, "PENDING")]), accepted(43, 3)];
    let cancelled = drive(cancel(), script(answers)).output.unwrap();
    assert_eq!((cancelled.endpoints, cancelled.refused, cancelled.left), (3, 31, 0));
}

#[test]
fn an_action_that_was_just_started_is_asked_for_again_before_it_is_cancelled() {
    let ended = drive(cancel(), script([empty_status(), empty_status(), pending(), aborted(43)]));
    assert_eq!(cancelled(&ended), (1, 1, 0, 0));
    assert_eq!(ended.waits, [seconds(2), seconds(2)]);
}

#[test]
fn an_unknown_action_cannot_be_cancelled() {
    let ended = drive(cancel(), |_| empty_status());
    assert_eq!(ended.operations(), [STATUS; 3]);
    let Err(Error::Wait(wait)) = ended.output else { panic!() };
    assert!(matches!(wait.why, WaitEnd::UnknownAction));
}

#[test]
fn a_failure_in_the_middle_of_a_cancellation_does_not_hide_what_was_accepted() {
    for failure in [lost(Kind::Closed), answer(403, ""), unsent(Kind::Certificate)] {
        let ended = drive(cancel(), script([statuses(&[(2500, "PENDING")]), aborted(43), failure]));
        let Err(error) = &ended.output else { panic!() };
        assert!(error.may_have_taken_effect() && !error.is_safe_to_retry(), "{error}");
        assert_eq!(error.action_id().map(ActionId::as_str), Some("42"));
        let Error::Wait(wait) = error else { panic!("{error}") };
        let WaitEnd::CancelledInPart { cancelled, .. } = &wait.why else { panic!("{error}") };
        assert_eq!((cancelled.aborts.len(), cancelled.endpoints, cancelled.left), (1, 1000, 1500));
        assert_eq!(ended.sends.len(), 3, "nothing is sent after it");
    }
    let ended = drive(cancel(), script([pending(), lost(Kind::Closed)]));
    assert!(matches!(ended.output, Err(Error::OutcomeUnknown(_))), "nothing was accepted before it");
    let ended = drive(cancel(), script([answer(403, "")]));
    assert!(matches!(ended.output, Err(Error::Refused(_))), "the status cannot be read");
}

#[test]
fn a_cancellation_is_paced_and_sent_again_only_where_it_does_no_harm() {
    let answers = [unsent(Kind::Connect), pending(), limited("3"), unsent(Kind::Connect), aborted(43)];
    let ended = drive(cancel(), script(answers));
    assert_eq!(cancelled(&ended), (1, 1, 0, 0));
    let ended = drive(cancel(), script([pending(), answer(500, "")]));
    assert!(matches!(ended.output, Err(Error::ServerFailure(_))));
}

#[test]
fn a_cancellation_whose_next_request_is_stopped_on_its_way_is_no_failure() {
    let answers = [statuses(&[(2500, "PENDING")]), aborted(43), unsent(Kind::Stopped)];
    assert_eq!(cancelled(&drive(cancel(), script(answers))), (1, 1000, 0, 1500));
    let ended = drive(cancel(), script([pending(), unsent(Kind::Stopped)]));
    assert!(matches!(ended.output, Err(Error::NotSent(_))), "nothing was accepted before it");
}

#[test]
fn a_cancellation_that_is_stopped_says_how_far_it_came() {
    let big = |moment, requests| {
        Drive::new(cancel()).run_until(
            |sending| {
                if sending.operation == STATUS { statuses(&[(2500, "PENDING")]) } else { aborted(43) }
            },
            at(moment, requests),
        )
    };
    // Before anything was cancelled, the failure is an error.
    assert!(matches!(big(Moment::Beginning, 0).output, Err(Error::NotSent(_))));
    assert!(
        matches!(big(Moment::Told, 1).output, Err(Error::Wait(wait)) if matches!(wait.why, WaitEnd::Stopped))
    );
    assert!(matches!(big(Moment::Sending, 2).output, Err(Error::OutcomeUnknown(_))));
    // Afterwards, the result has the accepted and the remaining endpoints.
    assert_eq!(cancelled(&big(Moment::Told, 2)), (1, 1000, 0, 1500));
    let Err(Error::Wait(in_flight)) = big(Moment::Sending, 3).output else { panic!() };
    assert!(matches!(in_flight.why, WaitEnd::CancelledInPart { cancelled, .. } if cancelled.left == 1500));
    assert_eq!(cancelled(&big(Moment::Told, 4)), (3, 2500, 0, 0));
    let pausing = Drive::new(cancel()).run_until(|_| empty_status(), at(Moment::Waiting, 1));
    assert!(matches!(pausing.output, Err(Error::Wait(_))));
}

// ---- rate limit -----------------------------------------------------------------------------------------------------

/// The times at which `calls` reads are sent, over clones of one session that take turns.
fn paced(session: &Session, calls: usize) -> Vec<Duration> {
    let read = GetActionStatus::new(42.into());
    let mut clock = Clock::new();
    let mut sent = Vec::new();
    let mut waiting: Vec<_> =
        (0..calls).map(|_| (session.clone().call(&read).unwrap(), Duration::ZERO)).collect();
    while !waiting.is_empty() {
        waiting.retain_mut(|(call, until)| {
            if clock.elapsed() < *until {
                return true;
            }
            match clock.step(call, Event::Resume) {
                Step::Send(_) => sent.push(clock.elapsed()),
                Step::Wait(pause) => {
                    *until = clock.elapsed() + pause;
                    return true;
                }
                other => panic!("{other:?}"),
            }
            false
        });
        if let Some(next) = waiting.iter().map(|(_, until)| *until).min() {
            clock.advance(next.saturating_sub(clock.elapsed()));
        }
    }
    sent
}

/// The maximum number of requests in any second.
fn most_in_a_second(sent: &[Duration]) -> usize {
    let from = |i: usize| sent[i..].iter().take_while(|at| **at < sent[i] + seconds(1)).count();
    (0..sent.len()).map(from).max().unwrap_or(0)
}

#[test]
fn no_second_holds_more_than_ten_requests_over_all_clones_of_a_session() {
    let sent = paced(&session(), 95);
    assert_eq!((sent.len(), most_in_a_second(&sent)), (95, 10));
    assert_eq!(sent.last(), Some(&seconds(9)), "and no time is wasted");
}

#[test]
fn the_pace_can_be_another_or_none() {
    let slow = paced(&session().with_rate_limit(RateLimit::per_second(3)), 9);
    assert_eq!((most_in_a_second(&slow), slow[8]), (3, seconds(2)));
    let slowest = paced(&session().with_rate_limit(RateLimit::per_second(0)), 3);
    assert_eq!(slowest, [seconds(0), seconds(1), seconds(2)]);
    assert_eq!(paced(&session().with_rate_limit(RateLimit::off()), 50), [Duration::ZERO; 50]);
}

#[test]
fn polls_retries_and_cancellations_are_paced_too() {
    let session = session().with_rate_limit(RateLimit::per_second(1));
    let polling = Polling::within(seconds(30)).with_pauses(Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let ended = drive(session.wait(ActionId::from(42), polling), |_| pending());
    let at: Vec<_> = ended.sends.iter().map(|sending| sending.at).collect();
    assert_eq!((at.len(), most_in_a_second(&at)), (30, 1));

    let mut clones = drive(session.clone().cancel_action(xdr_model::ActionId::from(42)), |sending| {
        match &*sending.operation {
            STATUS => statuses(&[(3000, "PENDING")]),
            _ => accepted(43, 1),
        }
    });
    assert_eq!(clones.sends.len(), 4);
    let at: Vec<_> = clones.sends.drain(..).map(|sending| sending.at).collect();
    assert_eq!(most_in_a_second(&at), 1);
}

#[test]
fn progress_and_errors_can_be_sent_to_another_thread() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&wait(HOUR));
    is_send(&scan_run(HOUR));
    is_send(&cancel());
    is_send(&session().call(&scan()).unwrap());
    is_send(&Arc::new(session().call(&Scan::matching([])).unwrap_err()));
}
