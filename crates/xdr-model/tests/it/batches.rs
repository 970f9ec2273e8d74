//! Scans in batches: they are split, sent once, and resumed after any crash.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use xdr_model::{
    ActionId, ActionReport, Batch, BatchState, BatchesEnded, Error, Filter, Invalid, Operation, Platform,
    Polling, Scan, ScanBatches,
    flow::BatchRun,
    transport::{Event, Step, TransportKind as Kind},
};

use crate::support::{
    Clock, DONE, Ended, KEY, Received, Sending, accepted, answer, drive, lost, no_endpoint, ok, session,
};

const HOUR: Duration = Duration::from_secs(3600);

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("e{n:06}")).collect()
}

fn scan(count: usize) -> Scan {
    Scan::matching([Filter::platform([Platform::Linux]), Filter::endpoint_ids(ids(count))])
        .with_incident("42")
}

fn split(count: usize, size: usize) -> ScanBatches {
    ScanBatches::split(scan(count), size).unwrap()
}

fn run(batches: ScanBatches) -> BatchRun {
    session().run_batches(batches, HOUR).unwrap()
}

/// The answer of the tenant to a scan.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Answer {
    Accepts,
    /// The tenant accepts the scan, and the answer is lost.
    Loses,
    /// The tenant finds no endpoint to scan.
    FindsNothing,
    Forbids,
    /// The tenant does not accept the request.
    Rejects,
}

/// A tenant that records the endpoints of the scans that it has carried out.
#[derive(Default)]
struct Tenant {
    actions: Vec<Vec<String>>,
    answers: Vec<Answer>,
    /// The endpoints of each scan whose answer was lost.
    lost: BTreeSet<Vec<String>>,
}

impl Tenant {
    fn answer(&mut self, sending: &Sending) -> Received {
        let request: Value = serde_json::from_str(&sending.body).unwrap();
        let data = &request["request_data"];
        if sending.operation != "scan" {
            let action = usize::try_from(data["group_action_id"].as_u64().unwrap()).unwrap();
            let done: serde_json::Map<_, _> =
                self.actions[action - 1].iter().map(|id| (id.clone(), json!(DONE))).collect();
            return ok(json!({"reply": {"data": done}}).to_string());
        }
        assert_eq!((&data["incident_id"], &data["filters"][0]["field"]), (&json!("42"), &json!("platform")));
        let ids: Vec<String> = serde_json::from_value(data["filters"][1]["value"].clone()).unwrap();
        let answer = if self.answers.is_empty() { Answer::Accepts } else { self.answers.remove(0) };
        match answer {
            Answer::FindsNothing => return no_endpoint(),
            Answer::Forbids => return self::answer(403, r#"{"reply":{"err_code":403,"err_msg":"m"}}"#),
            Answer::Rejects => return self::answer(400, r#"{"reply":{"err_code":400,"err_msg":"m"}}"#),
            Answer::Accepts | Answer::Loses => {}
        }
        if answer == Answer::Loses {
            self.lost.insert(ids.clone());
        }
        let count = ids.len() as u64;
        self.actions.push(ids);
        match answer {
            Answer::Loses => lost(Kind::Closed),
            _ => accepted(self.actions.len() as u64, count),
        }
    }

    /// How often each endpoint was in a scan that was carried out.
    fn most_often(&self) -> usize {
        let mut counts = BTreeMap::new();
        self.actions.iter().flatten().for_each(|id| *counts.entry(id).or_insert(0) += 1);
        counts.into_values().max().unwrap_or(0)
    }
}

type Ran = Ended<xdr_model::BatchProgress, Result<ScanBatches, Box<BatchesEnded>>>;

fn ran(batches: ScanBatches, tenant: &mut Tenant) -> Ran {
    drive(run(batches), |sending| tenant.answer(sending))
}

fn saved(batches: &ScanBatches) -> ScanBatches {
    let text = serde_json::to_string(batches).unwrap();
    let read = ScanBatches::from_json(&text).unwrap_or_else(|invalid| panic!("{invalid}: {text}"));
    assert_eq!(&read, batches);
    read
}

#[test]
fn a_long_list_is_sent_in_batches_and_followed_together() {
    let mut tenant = Tenant::default();
    let ended = ran(split(2500, ScanBatches::SIZE), &mut tenant);
    assert_eq!(tenant.actions.iter().map(Vec::len).collect::<Vec<_>>(), [1000, 1000, 500]);
    assert_eq!(tenant.actions.concat(), ids(2500));
    let batches = ended.output.unwrap();
    assert!(batches.is_success());
    assert_eq!((batches.endpoints(), batches.settled(), batches.successful()), (2500, 2500, 2500));
    assert_eq!(saved(&batches).reports().count(), 3);
}

#[test]
fn only_a_scan_with_one_list_of_ids_can_be_split() {
    let refused = |scan: Scan| ScanBatches::split(&scan, 10).unwrap_err().to_string();
    let list = || Filter::endpoint_ids(["e1"]);
    for scan in [Scan::all(), Scan::matching([Filter::alias(["a"])]), Scan::matching([list(), list()])] {
        assert!(refused(scan).contains("exactly one filter on endpoint_id_list"));
    }
    assert!(
        refused(Scan::matching([Filter::endpoint_ids(["e1 "])])).contains("/request_data/filters/0/value/0")
    );
    assert!(ScanBatches::split(scan(3), 0).is_err());
    let repeated = Scan::matching([Filter::endpoint_ids(["a", "b", "a"])]);
    assert_eq!(ScanBatches::split(&repeated, 2).unwrap().endpoints(), 2, "a repeated id is sent once");
}

#[test]
fn a_batch_without_an_endpoint_to_scan_does_not_hold_up_the_others() {
    let mut tenant = Tenant { answers: vec![Answer::Accepts, Answer::FindsNothing], ..Tenant::default() };
    let batches = ran(split(30, 10), &mut tenant).output.unwrap();
    assert_eq!((tenant.actions.len(), batches.refused().count(), batches.is_success()), (2, 1, false));
}

#[test]
fn a_failure_ends_the_run_and_says_what_became_of_each_batch() {
    for (failure, in_doubt) in [(Answer::Forbids, 0), (Answer::Loses, 1)] {
        let mut tenant = Tenant { answers: vec![Answer::Accepts, failure], ..Tenant::default() };
        let ended = ran(split(50, 10), &mut tenant).output.unwrap_err();
        let batches = &ended.batches;
        assert_eq!((batches.reports().count(), batches.in_doubt().count()), (1, in_doubt));
        assert_eq!(batches.not_sent().count(), 4 - in_doubt);
        assert_eq!(ended.why.may_have_taken_effect(), in_doubt == 1);
        let text = ended.to_string();
        assert!(
            text.starts_with("the run of 5 batches ended early: 1 started, ") && text.contains("not sent"),
            "{text}"
        );
        // Later the rest is sent, without the batches in doubt.
        let batches = ran(saved(batches), &mut tenant).output.unwrap();
        assert_eq!((batches.reports().count(), batches.in_doubt().count()), (5 - in_doubt, in_doubt));
        assert_eq!((tenant.most_often(), batches.is_success()), (1, in_doubt == 0));
    }
}

#[test]
fn a_batch_in_doubt_can_be_marked_by_a_person() {
    let mut tenant = Tenant { answers: vec![Answer::Loses], ..Tenant::default() };
    let ended = ran(split(20, 10), &mut tenant).output.unwrap_err();
    let (mut started, mut not_sent) = (ended.batches.clone(), ended.batches.clone());
    started.mark_started(0, 1.into()).unwrap();
    let batches = ran(saved(&started), &mut tenant).output.unwrap();
    assert!(batches.is_success() && tenant.most_often() == 1, "{batches:?}");
    not_sent.mark_not_sent(0).unwrap();
    assert_eq!(not_sent.not_sent().count(), 2);
    assert!(not_sent.mark_not_sent(0).is_err() && not_sent.mark_started(7, 1.into()).is_err());
    // The saved file can be edited to the same effect.
    let mut edited = serde_json::to_value(&ended.batches).unwrap();
    edited["batches"][0]["state"] = "started".into();
    edited["batches"][0]["action"] = json!({"action_id": 1, "endpoints": []});
    assert_eq!(ScanBatches::from_json(&edited.to_string()).unwrap(), started);
}

/// Refused documents and scans, each with its name and the place of the mistake.
fn mistakes() -> Vec<(&'static str, Invalid, &'static str)> {
    let document =
        |batches: Value| ScanBatches::from_json(&json!({ "batches": batches }).to_string()).unwrap_err();
    let batch = |ids: Value, state: &str| json!({"endpoint_ids": ids, "state": state});
    let mut with_action = batch(json!(["a"]), "not_sent");
    with_action["action"] = json!({"action_id": 1, "endpoints": []});
    let split = |scan: Scan, size| ScanBatches::split(scan, size).unwrap_err();
    let twice = json!([batch(json!(["a"]), "not_sent"), batch(json!(["a"]), "sending")]);
    vec![
        ("no batch", document(json!([])), "/batches"),
        ("a batch without ids", document(json!([batch(json!([]), "not_sent")])), "/batches/0/endpoint_ids"),
        ("an empty id", document(json!([batch(json!([""]), "not_sent")])), "/batches/0/endpoint_ids/0"),
        ("an id in two batches", document(twice), "/batches/1/endpoint_ids/0"),
        (
            "a started batch without its action",
            document(json!([batch(json!(["a"]), "started")])),
            "/batches/0/action",
        ),
        ("an action of a batch that was not sent", document(json!([with_action])), "/batches/0/action"),
        (
            "an action of two batches",
            {
                let started = |id: &str| {
                    let mut started = batch(json!([id]), "started");
                    started["action"] = json!({"action_id": 1, "endpoints": []});
                    started
                };
                document(json!([started("a"), started("b")]))
            },
            "/batches/1/action",
        ),
        (
            "ids beside those of the batches",
            {
                let list = json!([{"field": "endpoint_id_list", "operator": "in", "value": ["b"]}]);
                let batches = json!({"filters": list, "batches": [batch(json!(["a"]), "not_sent")]});
                ScanBatches::from_json(&batches.to_string()).unwrap_err()
            },
            "/filters/0",
        ),
        ("no action to follow", ScanBatches::following([] as [ActionId; 0]).unwrap_err(), "/batches"),
        (
            "an action that is followed twice",
            ScanBatches::following([7, 8, 7].map(ActionId::from)).unwrap_err(),
            "/batches/2/action",
        ),
        (
            "a batch without ids that was not started",
            document(json!([{"state": "sending"}])),
            "/batches/0/endpoint_ids",
        ),
        ("a state that is none", document(json!([batch(json!(["a"]), "done")])), "/batches/0/state"),
        ("a scan of everything", split(Scan::all(), 10), "/request_data/filters"),
        ("batches of no endpoint", split(scan(3), 0), "/size"),
        (
            "a mark on a batch that is not in doubt",
            crate::batches::split(3, 1).mark_not_sent(7).unwrap_err(),
            "/batches/7",
        ),
    ]
}

pub(crate) fn broken() -> Vec<(String, Error)> {
    let mistakes = mistakes().into_iter();
    mistakes.map(|(name, invalid, _)| (format!("batches: {name}"), invalid.into())).collect()
}

#[test]
fn what_would_scan_too_much_or_twice_is_refused() {
    for (name, invalid, place) in mistakes() {
        assert_eq!(invalid.violations()[0].pointer, place, "{name}: {invalid}");
    }
}

#[test]
fn all_that_a_document_breaks_is_told() {
    let started = json!({"state": "started", "action": {"action_id": 1, "endpoints": []}});
    let document = json!({
        "filters": [{"field": "endpoint_id_list", "operator": "in", "value": ["b"]}],
        "batches": [started, started, {"endpoint_ids": ["a", "a"], "action": null}, {"state": "refused"}],
    });
    let invalid = ScanBatches::from_json(&document.to_string()).unwrap_err();
    let places: Vec<_> = invalid.violations().iter().map(|violation| &*violation.pointer).collect();
    let expected = [
        "/filters/0",
        "/batches/1/action",
        "/batches/2/state",
        "/batches/2/endpoint_ids/1",
        "/batches/2/action",
        "/batches/3/endpoint_ids",
    ];
    assert_eq!(places, expected);
}

#[test]
fn batches_of_another_tenant_are_refused() {
    let mut document = serde_json::to_value(split(10, 5)).unwrap();
    document["tenant"] = "https://api-other.xdr.us.paloaltonetworks.com".into();
    let batches = ScanBatches::from_json(&document.to_string()).unwrap();
    assert!(session().run_batches(batches, HOUR).unwrap_err().to_string().contains("/tenant must be"));
}

#[test]
fn a_saved_action_is_a_success_only_if_its_batch_is() {
    let run = run(ScanBatches::split(Scan::matching([Filter::endpoint_ids(["a", "b", "c"])]), 3).unwrap());
    let ended = drive(run, |sending| match &*sending.operation {
        "scan" => accepted(1, 2),
        _ => ok(json!({"reply": {"data": {"a": DONE, "b": DONE}}}).to_string()),
    });
    let batches = ended.output.unwrap();
    let saved = serde_json::to_value(&batches).unwrap();
    assert_eq!(
        (&saved["is_success"], &saved["batches"][0]["action"]["is_success"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(saved["batches"][0]["action"].get("filters"), None);
}

#[test]
fn every_action_is_polled_although_others_are_always_due() {
    let polling = Polling::within(Duration::from_secs(60)).with_pauses(
        Duration::from_secs(1),
        Duration::from_secs(1),
        Duration::from_secs(1),
    );
    let flow = session().run_batches(split(30, 1), polling).unwrap();
    let (mut started, mut polls) = (0, [0; 31]);
    let ended = drive(flow, |sending| {
        let request: Value = serde_json::from_str(&sending.body).unwrap();
        if sending.operation == "scan" {
            started += 1;
            return accepted(started, 1);
        }
        let action = request["request_data"]["group_action_id"].as_u64().unwrap();
        polls[usize::try_from(action).unwrap()] += 1;
        let word = if action <= 12 { "PENDING" } else { DONE };
        ok(json!({"reply": {"data": {format!("e{:06}", action - 1): word}}}).to_string())
    });
    assert!(polls[1..].iter().all(|polls| *polls > 0), "{polls:?}");
    assert_eq!(ended.output.unwrap_err().batches.settled(), 18);
}

#[test]
fn what_has_ended_is_not_followed_again() {
    let mut tenant = Tenant::default();
    let batches = ran(split(20, 10), &mut tenant).output.unwrap();
    let again = drive(run(saved(&batches)), |sending| panic!("nothing is to be asked: {sending:?}"));
    assert_eq!(again.output.unwrap(), batches);
}

#[test]
fn host_names_are_those_of_all_batches_together() {
    let scan = Scan::matching([Filter::hostname(["ha", "hb"]), Filter::endpoint_ids(["a", "b"])]);
    let ended = drive(run(ScanBatches::split(scan, 1).unwrap()), |sending| {
        let request: Value = serde_json::from_str(&sending.body).unwrap();
        match sending.operation.as_str() {
            "scan" => accepted(if sending.body.contains(r#"["a"]"#) { 1 } else { 2 }, 1),
            _ => {
                let id = if request["request_data"]["group_action_id"] == 1 { "a" } else { "b" };
                ok(json!({"reply": {"data": {id: DONE}}}).to_string())
            }
        }
    });
    assert!(ended.output.unwrap().is_success());
}

#[test]
fn a_failed_batch_is_told_before_the_end_so_that_it_can_be_saved() {
    let mut tenant = Tenant { answers: vec![Answer::Loses], ..Tenant::default() };
    let ended = ran(split(20, 10), &mut tenant);
    let last = ended.progress.last().unwrap().batches();
    assert_eq!(*last, ended.output.unwrap_err().batches);
    assert_eq!(last.in_doubt().count(), 1);
}

#[test]
fn a_saved_key_is_not_shown_and_no_list_of_ids_is() {
    let id = format!("x-{KEY}");
    let document = json!({
        "batches": [
            {"endpoint_ids": ["a"], "state": "not_sent"},
            {"endpoint_ids": ["b"], "state": "sending", "message": id},
            {"endpoint_ids": ["c"], "state": "refused", "message": id},
            {"endpoint_ids": ["d"], "state": "started", "action": {
                "action_id": id, "endpoints": [{"endpoint_id": id, "status": "FAILED", "reason": id}],
            }},
        ],
        "skipped": [{"endpoint_id": id, "endpoint_name": id, "why": "disconnected"}],
        "unmatched_ids": [id], "unmatched_hostnames": [id],
    });
    let batches = ScanBatches::from_json(&document.to_string()).unwrap();
    let ended = drive(run(batches), |_| answer(403, "")).output.unwrap_err();
    let batches = &ended.batches;
    let states: Vec<_> = batches.iter().map(|batch| format!("{:?}", batch.state())).collect();
    let shown: Vec<_> = batches.needs_attention().map(|it| format!("{} {it:?}", it.id)).collect();
    let lists =
        format!("{:?} {:?} {:?}", batches.skipped(), batches.unmatched_ids(), batches.unmatched_hostnames());
    let all = format!("{ended} {ended:?} {states:?} {shown:?} {lists}");
    assert!(!all.contains(KEY), "{all}");
    let many = format!("{:?}", split(100_000, 1000));
    assert!(many.len() < 200, "{many}");
}

#[test]
fn an_action_of_another_tenant_is_refused_before_anything_is_sent() {
    let action =
        json!({"action_id": 1, "endpoints": [], "tenant": "https://api-other.xdr.us.paloaltonetworks.com"});
    let document = json!({"batches": [
        {"endpoint_ids": ["a"], "state": "not_sent"},
        {"endpoint_ids": ["b"], "state": "started", "action": action},
    ]});
    let batches = ScanBatches::from_json(&document.to_string()).unwrap();
    assert!(session().run_batches(batches, HOUR).unwrap_err().to_string().contains("/tenant must be"));
}

/// The report about a scan of these ids, directly after it was accepted.
fn asked(action: u64, ids: &[&str], count: u64) -> ActionReport {
    let reply = json!({"reply": {"action_id": action, "endpoints_count": count}}).to_string();
    let scan = Scan::matching([Filter::endpoint_ids(ids.iter().copied())]);
    ActionReport::of(&scan, &Scan::decode(reply.as_bytes()).unwrap())
}

/// Follows two actions. `b` of the second action is pending in the first poll. `later` is the data of the later polls.
fn followed(batches: ScanBatches, later: &Value) -> ScanBatches {
    let mut polls = 0;
    let ended = drive(run(batches), |sending| {
        assert_eq!(sending.operation, "get_action_status", "nothing is sent");
        let request: Value = serde_json::from_str(&sending.body).unwrap();
        let data = match request["request_data"]["group_action_id"].as_u64() {
            Some(1) => json!({"a": DONE}),
            _ => {
                polls += 1;
                if polls == 1 { json!({"b": "PENDING", "c": DONE}) } else { later.clone() }
            }
        };
        ok(json!({"reply": {"data": data}}).to_string())
    });
    ended.output.unwrap()
}

#[test]
fn actions_that_were_started_before_are_followed_together() {
    let known = || [asked(1, &["a"], 1), asked(2, &["b", "c"], 2)];
    let batches = ScanBatches::following(known()).unwrap();
    let counts = |batches: &ScanBatches| (batches.endpoints(), batches.settled(), batches.successful());
    assert_eq!((batches.not_sent().count(), counts(&batches)), (0, (3, 0, 0)));
    assert!(batches.iter().all(|batch| batch.is_empty() && batch.endpoint_ids().next().is_none()));
    let done = followed(saved(&batches), &json!({"b": DONE, "c": DONE}));
    assert_eq!((done.is_success(), counts(&saved(&done))), (true, (3, 3, 3)));
    // One endpoint vanishes.
    let gone = followed(batches, &json!({"c": DONE}));
    assert_eq!((gone.is_success(), counts(&saved(&gone))), (false, (3, 2, 2)));
    let attention: Vec<_> = gone.needs_attention().map(|endpoint| endpoint.id.to_string()).collect();
    assert_eq!(attention, ["b"]);
    let document = serde_json::to_value(&gone).unwrap();
    assert_eq!(document["batches"][1].get("endpoint_ids"), None);
    assert_eq!(document["batches"][1]["action"]["filters"][0]["value"], json!(["b", "c"]));
}

#[test]
fn what_a_followed_action_was_asked_for_is_compared_with_what_was_taken() {
    let of = |reports: [ActionReport; 2]| {
        let batches = saved(&ScanBatches::following(reports).unwrap());
        saved(&followed(batches, &json!({"b": DONE, "c": DONE})))
    };
    let gap = of([asked(1, &["a"], 1), asked(2, &["b", "c", "x"], 2)]);
    assert_eq!((gap.is_success(), gap.settled(), gap.needs_attention().count()), (false, 3, 1));
    // A report with only the id does not show what the scan asked for.
    assert!(of([1, 2].map(|id| ActionId::from(id).into())).is_success());
}

/// Returns the endpoints of each batch in doubt.
fn doubtful(batches: &ScanBatches) -> BTreeSet<Vec<String>> {
    batches.in_doubt().map(|batch| batch.endpoint_ids().map(str::to_owned).collect()).collect()
}

/// Runs until a crash between any two events. Returns the last saved state.
fn crash(batches: ScanBatches, tenant: &mut Tenant, moment: usize) -> (ScanBatches, bool) {
    let (mut flow, clock) = (run(batches.clone()), &mut Clock::new());
    let (mut kept, mut event) = (batches, Event::Resume);
    for passed in 0.. {
        let crashes = |place: usize| 3 * passed + place >= moment;
        event = match clock.step(&mut flow, event) {
            Step::Progress(progress) => {
                if crashes(0) {
                    return (kept, false);
                }
                kept = saved(progress.batches());
                Event::Resume
            }
            Step::Send(exchange) => {
                let sending = Sending::of(*exchange, clock);
                if crashes(0) {
                    return (kept, false);
                }
                let received = tenant.answer(&sending);
                if crashes(1) {
                    return (kept, false);
                }
                Event::Received(received)
            }
            Step::Wait(pause) => {
                clock.advance(pause);
                Event::Resume
            }
            Step::Done(ended) => {
                let kept = ended.unwrap_or_else(|ended| ended.batches);
                return (saved(&kept), true);
            }
        };
    }
    unreachable!("it ends")
}

#[test]
fn a_batch_whose_request_is_rejected_is_refused_and_the_rest_can_be_sent() {
    let mut tenant = Tenant { answers: vec![Answer::Accepts, Answer::Rejects], ..Tenant::default() };
    let ended = ran(split(15, 5), &mut tenant).output.unwrap_err();
    let mut batches = saved(&ended.batches);
    let states = |batches: &ScanBatches| {
        (batches.reports().count(), batches.refused().count(), batches.not_sent().count())
    };
    assert_eq!(states(&batches), (1, 1, 1));
    assert!(
        matches!(batches.refused().next().unwrap().state(), BatchState::Refused { message } if message.contains("(400)"))
    );
    batches = ran(batches, &mut tenant).output.unwrap();
    assert_eq!((states(&batches), batches.is_success()), ((2, 1, 0), false));
    batches.mark_not_sent(1).unwrap();
    let batches = ran(batches, &mut tenant).output.unwrap();
    assert_eq!((states(&batches), tenant.most_often(), batches.is_success()), ((3, 0, 0), 1, true));
}

#[test]
fn ids_in_another_letter_case_are_one_endpoint() {
    let scan = Scan::matching([Filter::endpoint_ids(["e1", "E1", "e2"])]);
    let batches = ScanBatches::split(scan, 1).unwrap();
    assert_eq!(batches.iter().flat_map(Batch::endpoint_ids).collect::<Vec<_>>(), ["e1", "e2"]);
    let twice = r#"{"batches":[{"endpoint_ids":["e1"],"state":"started","action":{"action_id":1,"endpoints":[]}},
        {"endpoint_ids":["E1"],"state":"not_sent"}]}"#;
    let invalid = ScanBatches::from_json(twice).unwrap_err();
    assert_eq!(invalid.violations()[0].pointer, "/batches/1/endpoint_ids/0");
}

#[test]
fn a_run_of_five_batches_can_crash_at_every_moment() {
    let mut moments = 0;
    loop {
        let mut tenant = Tenant::default();
        let (kept, ended) = crash(split(25, 5), &mut tenant, moments);
        let resumed = ran(kept, &mut tenant).output.unwrap();
        assert_eq!(tenant.most_often(), 1, "no endpoint is sent twice");
        assert!(resumed.in_doubt().count() <= 1, "only the batch in flight");
        assert_eq!(resumed.reports().count() + resumed.in_doubt().count(), 5);
        assert!(resumed.reports().all(ActionReport::is_success));
        if ended {
            assert!(moments > 60 && resumed.is_success());
            return;
        }
        moments += 1;
    }
}

#[test]
fn a_hundred_thousand_endpoints_are_scanned_and_reported() {
    let mut tenant = Tenant::default();
    let ended = ran(split(100_000, ScanBatches::SIZE), &mut tenant);
    assert_eq!((tenant.actions.len(), ended.sends.len()), (100, 200));
    // 200 requests at ten a second.
    assert!(ended.elapsed < Duration::from_secs(60), "{:?}", ended.elapsed);
    let batches = ended.output.unwrap();
    assert!(batches.is_success() && batches.settled() == 100_000);
}

#[test]
fn stopped_it_knows_what_was_sent() {
    let mut seen = [0; 3];
    for moment in 0..80 {
        let mut tenant = Tenant::default();
        let mut moments = 0;
        let ended = crate::support::Drive::new(run(split(15, 5))).run_until(
            |sending| tenant.answer(sending),
            |_, _| {
                moments += 1;
                moments > moment
            },
        );
        let batches = ended.output.unwrap_or_else(|ended| ended.batches);
        let states = [batches.not_sent().count(), batches.in_doubt().count(), batches.reports().count()];
        assert_eq!(states.iter().sum::<usize>(), 3);
        assert!(states[1] <= 1 && tenant.actions.len() <= states[1] + states[2]);
        seen.iter_mut().zip(states).for_each(|(seen, count)| *seen = count.max(*seen));
        let again = ran(saved(&batches), &mut tenant).output.unwrap();
        assert_eq!((tenant.most_often(), again.not_sent().count()), (1, 0));
    }
    assert_eq!(seen, [3, 1, 3]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    /// The tenant sends any answers, and the program crashes repeatedly, at any time. Even then, no endpoint is in two
    /// scans that were carried out, and a batch is in doubt only if it was in flight.
    #[test]
    fn no_endpoint_is_ever_sent_twice(
        answers in prop::collection::vec(
            prop::sample::select(vec![Answer::Accepts, Answer::Loses, Answer::FindsNothing, Answer::Forbids, Answer::Rejects]), 0..12,
        ),
        crashes in prop::collection::vec(0_usize..80, 0..6),
    ) {
        let mut tenant = Tenant { answers, ..Tenant::default() };
        let mut kept = split(25, 5);
        let mut flown = BTreeSet::new();
        for moment in crashes {
            let before = doubtful(&kept);
            kept = crash(kept, &mut tenant, moment).0;
            prop_assert!(tenant.most_often() <= 1);
            // After a crash, only the batch in flight is in doubt.
            let new: Vec<_> =
                doubtful(&kept).into_iter().filter(|ids| !before.contains(ids) && !tenant.lost.contains(ids)).collect();
            prop_assert!(new.len() <= 1);
            flown.extend(new);
        }
        for _ in 0..13 {
            kept = ran(kept, &mut tenant).output.unwrap_or_else(|ended| ended.batches);
            prop_assert!(tenant.most_often() <= 1);
        }
        prop_assert_eq!(kept.not_sent().count(), 0);
        prop_assert!(doubtful(&kept).iter().all(|ids| tenant.lost.contains(ids) || flown.contains(ids)));
    }
}
