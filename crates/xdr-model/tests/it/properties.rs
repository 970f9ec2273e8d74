//! Properties that do not depend on the behaviour of a tenant or the network.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use xdr_model::{
    ActionId, Cancelled, Error, Filter, GetActionStatus, Polling, Scan,
    error::WaitEnd,
    transport::{Sent, TransportError, TransportKind as Kind},
};

use crate::replies::near_replies;
use crate::support::{
    ABORT, Drive, Moment, Received, SCAN, STATUS, Sending, millis, response, seconds, session, statuses,
};

/// The event of one exchange.
#[derive(Debug, Clone)]
enum Happening {
    Answered { status: u16, body: Vec<u8>, retry_after: Option<&'static str> },
    Failed { sent: Sent, kind: Kind, head: Option<u16> },
}

use Happening::{Answered, Failed};

impl Happening {
    fn answer(&self) -> Received {
        match self {
            Answered { status, body, retry_after } => {
                let headers: Vec<_> = retry_after.iter().map(|value| ("retry-after", *value)).collect();
                Ok(response(*status, &headers, body))
            }
            Failed { sent, kind, head } => {
                let error = TransportError::new(*sent, *kind);
                Err(match head {
                    Some(status) => {
                        let (head, body) = response(*status, &[], "").into_parts();
                        error.after_head(head, body)
                    }
                    None => error,
                })
            }
        }
    }

    /// Whether the tenant may have carried out the request. Also `false` if this is unclear without the model's reading
    /// of the answer.
    fn may_have_run(&self) -> bool {
        let by_status = |status: u16, says: &dyn Fn(&str) -> bool| match status {
            200..300 => !says("err_"),
            500..600 => !says("o endpoint was found") && !says("create group action id"),
            300..500 => status == 408,
            _ => true,
        };
        match self {
            Answered { status, body, .. } => {
                by_status(*status, &|text| String::from_utf8_lossy(body).contains(text))
            }
            Failed { head: Some(status), .. } => by_status(*status, &|_| false),
            Failed { sent, .. } => *sent == Sent::Maybe,
        }
    }

    /// Whether an acting operation may be sent again after this event.
    fn allows_another_attempt(&self) -> bool {
        match self {
            Answered { status: 429, .. } | Failed { head: Some(429), .. } => true,
            Answered { status: 200..300, body, .. } => String::from_utf8_lossy(body).contains("429"),
            Failed { kind, .. } => {
                self.was_not_sent() && !matches!(kind, Kind::Certificate | Kind::ProxyAuthentication)
            }
            _ => false,
        }
    }

    fn was_not_sent(&self) -> bool {
        matches!(self, Failed { sent: Sent::No, head: None, .. })
    }
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let shapes = prop::sample::select(vec![
        r#"{"reply":{"action_id":"42","endpoints_count":"2","status":1}}"#,
        r#"{"reply":{"action_id":18446744073709551616}}"#,
        r#"{"reply":{"action_id":null}}"#,
        r#"{"reply":{"data":{"a":"PENDING","b":"COMPLETED_SUCCESSFULLY"}}}"#,
        r#"{"reply":{"data":{"a":"FAILED","b":"COMPLETED_SUCCESSFULLY"},"errorReasons":{"a":{}}}}"#,
        r#"{"reply":{"data":{"a":null,"b":"TOMORROW"}}}"#,
        r#"{"reply":{"data":{}}}"#,
        r#"{"reply":{}}"#,
        r#"{"reply":false}"#,
        r#"{"err_code":42,"reply":null}"#,
        r#"{"reply":{"err_code":500,"err_msg":"No endpoint was found for creating the requested action"}}"#,
        "<html>502</html>",
        "",
    ]);
    let code = prop_oneof![prop::sample::select(vec![200, 302, 400, 401, 403, 408, 429, 500, 503]), -5..1000];
    let error = (code, any::<bool>()).prop_map(|(code, wrapped)| {
        let error = format!(r#"{{"err_code":{code},"err_msg":"m","err_extra":null}}"#);
        if wrapped { format!(r#"{{"reply":{error}}}"#) } else { error }
    });
    prop_oneof![
        6 => shapes.prop_map(Vec::from),
        2 => error.prop_map(String::into_bytes),
        1 => near_replies(),
    ]
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let statuses = || prop_oneof![4 => Just(200u16), 3 => prop::sample::select(vec![201, 302, 400, 401, 408, 429, 500, 503]), 2 => 100..1000u16];
    let after = prop::option::of(prop::sample::select(vec![
        "0",
        "1",
        "59",
        "61",
        "x",
        "99999999999999999999",
        "Sun, 15 Jun 2025 15:07:00 GMT",
    ]));
    let answered = (statuses(), bodies(), after).prop_map(|(status, body, retry_after)| Answered {
        status,
        body,
        retry_after,
    });
    let kinds = vec![
        Kind::Resolve,
        Kind::Connect,
        Kind::Proxy,
        Kind::Tls,
        Kind::Certificate,
        Kind::Timeout,
        Kind::Closed,
        Kind::Garbage,
        Kind::TooLarge,
        Kind::Deadline,
        Kind::Stopped,
        Kind::Exhausted,
        Kind::ProxyAuthentication,
        Kind::Other,
    ];
    let failed = (
        prop::sample::select(vec![Sent::No, Sent::Maybe]),
        prop::sample::select(kinds),
        prop::option::weighted(0.3, statuses()),
    )
        .prop_map(|(sent, kind, head)| Failed { sent, kind, head });
    prop::collection::vec(prop_oneof![3 => answered, 1 => failed], 1..8)
}

/// Plays `happenings` one after another, and then starts again.
fn play(happenings: &[Happening]) -> impl FnMut(&Sending) -> Received {
    let mut next = happenings.iter().cycle();
    move |_| next.next().unwrap().answer()
}

/// The event of the request with this number.
fn to(happenings: &[Happening], request: usize) -> &Happening {
    &happenings[request % happenings.len()]
}

/// A call is sent at most five times. Attempts that could not send it have a limit too.
fn check_number(requests: &[usize], happenings: &[Happening]) -> Result<(), TestCaseError> {
    let was_not_sent = |request: &usize| to(happenings, *request).was_not_sent();
    let sent = requests.iter().filter(|request| !was_not_sent(request)).count();
    prop_assert!(sent <= 5, "sent {sent} times");
    for run in requests.chunk_by(|one, next| was_not_sent(one) == was_not_sent(next)) {
        prop_assert!(run.len() <= 17, "{} attempts in a row", run.len());
    }
    Ok(())
}

/// The attempts of an acting operation. `requests` has their numbers.
fn check_attempts(requests: &[usize], happenings: &[Happening]) -> Result<(), TestCaseError> {
    check_number(requests, happenings)?;
    if let Some((_, earlier)) = requests.split_last() {
        for request in earlier {
            prop_assert!(
                to(happenings, *request).allows_another_attempt(),
                "sent again after {:?}",
                to(happenings, *request)
            );
        }
    }
    Ok(())
}

fn check_error(error: &Error) -> Result<(), TestCaseError> {
    prop_assert!(!(error.is_safe_to_retry() && error.may_have_taken_effect()), "{error}");
    prop_assert!(!error.to_string().chars().any(char::is_control), "{error:?}");
    Ok(())
}

fn says_nothing_was_done(error: &Error) -> bool {
    matches!(error, Error::Invalid(_) | Error::NotSent(_) | Error::Refused(_))
}

fn scan() -> Scan {
    Scan::matching([Filter::hostname(["web-1"])])
}

fn jitter() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(0.999_999), 0.0..1.0]
}

/// From nothing to half an hour.
fn spans() -> impl Strategy<Value = Duration> {
    prop_oneof![Just(0), 0..5_000u64, 0..1_800_000u64].prop_map(millis)
}

fn latencies() -> impl Strategy<Value = Duration> {
    prop_oneof![Just(0), 1..3_000u64, Just(90_000)].prop_map(millis)
}

fn numbers_of(operation: &str, sends: &[Sending]) -> Vec<usize> {
    (0..sends.len()).filter(|i| sends[*i].operation == operation).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn a_scan_is_sent_again_only_where_it_was_certainly_not_carried_out(
        happenings in happenings(), fraction in jitter(), latency in latencies(),
    ) {
        let call = session().call(&scan()).unwrap();
        let ended = Drive::new(call).with_fraction(fraction).with_latency(latency).run(play(&happenings));
        let requests = numbers_of(SCAN, &ended.sends);
        check_attempts(&requests, &happenings)?;
        if let Err(error) = ended.output {
            check_error(&error)?;
            prop_assert!(!matches!(error, Error::Wait(_)));
            let ran = requests.iter().any(|request| to(&happenings, *request).may_have_run());
            prop_assert!(!ran || error.may_have_taken_effect(), "{error}");
            prop_assert!(!(ran && says_nothing_was_done(&error)), "{error}");
        }
    }

    #[test]
    fn a_read_is_sent_at_most_five_times_and_does_nothing(
        happenings in happenings(), fraction in jitter(), latency in latencies(),
    ) {
        let call = session().call(&GetActionStatus::new(ActionId::from(42))).unwrap();
        let ended = Drive::new(call).with_fraction(fraction).with_latency(latency).run(play(&happenings));
        check_number(&numbers_of("get_action_status", &ended.sends), &happenings)?;
        if let Err(error) = ended.output {
            check_error(&error)?;
            prop_assert!(!error.may_have_taken_effect());
        }
    }

    #[test]
    fn a_wait_ends_by_its_deadline_and_tells_the_id(
        happenings in happenings(), fraction in jitter(), latency in latencies(), deadline in spans(),
    ) {
        let wait = session().wait(ActionId::from(42), Polling::within(deadline));
        let ended = Drive::new(wait).with_fraction(fraction).with_latency(latency).run(play(&happenings));
        prop_assert!(ended.elapsed <= deadline, "{:?}", ended.elapsed);
        match ended.output {
            Ok(report) => prop_assert!(report.counts().is_settled()),
            Err(error) => {
                check_error(&error)?;
                prop_assert!(matches!(error, Error::Wait(_)));
                prop_assert_eq!(error.action_id().map(ActionId::as_str), Some("42"));
            }
        }
    }

    #[test]
    fn a_run_keeps_the_rules_of_a_scan_and_then_those_of_a_wait(
        happenings in happenings(), fraction in jitter(), latency in latencies(), deadline in spans(),
    ) {
        let run = session().scan_and_wait(scan(), Polling::within(deadline)).unwrap();
        let ended = Drive::new(run).with_fraction(fraction).with_latency(latency).run(play(&happenings));
        let requests = numbers_of(SCAN, &ended.sends);
        check_attempts(&requests, &happenings)?;
        // The deadline does not end the start of a scan, so the last attempt may end later.
        let last_start = requests.last().map_or(Duration::ZERO, |last| ended.sends[*last].at);
        prop_assert!(last_start < deadline || requests.is_empty());
        prop_assert!(ended.elapsed <= deadline.max(last_start + latency), "{:?}", ended.elapsed);
        let started = !ended.progress.is_empty();
        match ended.output {
            Ok(report) => prop_assert!(started && report.counts().is_settled()),
            Err(error) => {
                check_error(&error)?;
                prop_assert_eq!(matches!(error, Error::Wait(_)), started, "{}", error);
                let ran = requests.iter().any(|request| to(&happenings, *request).may_have_run());
                prop_assert!(!(ran && says_nothing_was_done(&error)), "{error}");
            }
        }
    }

    #[test]
    fn a_cancellation_keeps_the_rules_for_each_of_its_requests(
        happenings in happenings(), fraction in jitter(), latency in latencies(),
    ) {
        let cancel = session().cancel_action(ActionId::from(42));
        let ended = Drive::new(cancel).with_fraction(fraction).with_latency(latency).run(play(&happenings));
        // Three reads, each sent at most five times.
        let reads = numbers_of(STATUS, &ended.sends);
        let sent = reads.iter().filter(|request| !to(&happenings, **request).was_not_sent());
        prop_assert!(sent.count() <= 15);
        let aborts = numbers_of(ABORT, &ended.sends);
        check_attempts(&aborts, &happenings)?;
        match ended.output {
            Ok(cancelled) => prop_assert!(cancelled.left == 0 && cancelled.aborts.len() <= 1),
            Err(error) => {
                check_error(&error)?;
                let ran = aborts.iter().any(|request| to(&happenings, *request).may_have_run());
                prop_assert!(!(ran && says_nothing_was_done(&error)), "{error}");
            }
        }
    }

    #[test]
    fn a_cancellation_of_many_endpoints_accounts_for_each_of_them(
        happenings in happenings(), fraction in jitter(),
    ) {
        const ALL: usize = 2500;
        let cancel = session().cancel_action(ActionId::from(42));
        let mut rest = play(&happenings);
        let ended = Drive::new(cancel).with_fraction(fraction).run(|sending| match &*sending.operation {
            STATUS => statuses(&[(ALL, "PENDING")]),
            _ => rest(sending),
        });
        // The event of each request. The first request read the status.
        let batches: BTreeSet<_> = ended.sends[1..].iter().map(|sending| &sending.body).collect();
        let mut ran = false;
        for batch in batches {
            let requests: Vec<_> = (1..ended.sends.len()).filter(|i| ended.sends[*i].body == *batch).map(|i| i - 1).collect();
            check_attempts(&requests, &happenings)?;
            ran |= requests.iter().any(|request| to(&happenings, *request).may_have_run());
        }
        let accounted = |c: &Cancelled| c.endpoints + c.settled + c.refused + c.left;
        match ended.output {
            Ok(cancelled) => {
                prop_assert_eq!(accounted(&cancelled), ALL);
                let last = to(&happenings, ended.sends.len() - 2);
                let was_stopped = matches!(last, Failed { sent: Sent::No, kind: Kind::Stopped, head: None });
                prop_assert!(cancelled.left == 0 || was_stopped, "{} left", cancelled.left);
            }
            Err(error) => {
                check_error(&error)?;
                prop_assert!(!(ran && says_nothing_was_done(&error)), "{}", error);
                if let Error::Wait(ended) = &error {
                    let WaitEnd::CancelledInPart { cancelled, .. } = &ended.why else { panic!("{error}") };
                    prop_assert_eq!(accounted(cancelled), ALL);
                    prop_assert!(cancelled.left >= 500 && !cancelled.aborts.is_empty());
                }
            }
        }
    }

    #[test]
    fn a_run_that_is_stopped_anywhere_tells_the_truth(
        happenings in happenings(), fraction in jitter(), steps in 0..12usize,
    ) {
        let run = session().scan_and_wait(scan(), Polling::within(seconds(600))).unwrap();
        let (mut passed, mut in_flight) = (0, false);
        let ended = Drive::new(run).with_fraction(fraction).run_until(play(&happenings), |moment, _| {
            passed += 1;
            let stop = passed > steps;
            in_flight = stop && moment == Moment::Sending;
            stop
        });
        let requests = numbers_of(SCAN, &ended.sends);
        let unanswered = in_flight && requests.len() == ended.sends.len();
        let answered = &requests[..requests.len() - usize::from(unanswered)];
        let ran = unanswered || answered.iter().any(|request| to(&happenings, *request).may_have_run());
        if let Err(error) = ended.output {
            check_error(&error)?;
            prop_assert!(!ran || error.may_have_taken_effect(), "{error}");
            prop_assert_eq!(matches!(error, Error::Wait(_)), !ended.progress.is_empty());
        }
    }
}
