//! How actions start, progress, are cancelled and are reported.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use xdr_sim::{ActionKind, Ids, Outcomes, Sim};

use crate::support::{ABORT, NOW, SCAN, STATUS, all, by_id, call, config, post, seconds, sim, start};

/// The different states in an action, as `get_action_status` reports them.
fn states(sim: &mut Sim, action: u64) -> BTreeSet<String> {
    let reply = progress(sim, action);
    let data = reply["reply"]["data"].as_object().unwrap();
    data.values().map(|state| state.as_str().unwrap().to_owned()).collect()
}

fn progress(sim: &mut Sim, action: u64) -> Value {
    let (status, reply) = call(sim, STATUS, &json!({ "request_data": { "group_action_id": action } }));
    assert_eq!(status, 200);
    reply
}

fn only(state: &str) -> BTreeSet<String> {
    BTreeSet::from([state.to_owned()])
}

fn ids(sim: &Sim, count: usize) -> Vec<String> {
    sim.endpoints()[..count].iter().map(|endpoint| endpoint.id.clone()).collect()
}

#[test]
fn ids_and_counts_are_text_or_integers() {
    let (_, text) = call(&mut sim(), SCAN, &all());
    let expected = json!({ "action_id": "4294967295", "endpoints_count": "200", "status": "1" });
    assert_eq!(text, json!({ "reply": expected }));

    let mut sim = Sim::new(config().with_ids(Ids::Integer));
    let (_, integer) = call(&mut sim, SCAN, &all());
    let expected = json!({ "action_id": 4_294_967_295_u64, "endpoints_count": 200, "status": 1 });
    assert_eq!(integer, json!({ "reply": expected }));
}

#[test]
fn the_status_is_found_by_integer_and_by_text_even_beyond_32_bits() {
    let mut sim = sim();
    let ids = ids(&sim, 2);
    start(&mut sim, SCAN, &by_id(&[&ids[0]]));
    let action = start(&mut sim, SCAN, &by_id(&[&ids[1]]));
    assert_eq!(action, 4_294_967_296);
    let expected = json!({ "reply": { "data": { ids[1].as_str(): "PENDING" } } });
    for id in [json!(action), json!(action.to_string())] {
        let body = json!({ "request_data": { "group_action_id": id } });
        assert_eq!(call(&mut sim, STATUS, &body), (200, expected.clone()));
    }
}

#[test]
fn a_scan_is_pending_then_in_progress_then_completed() {
    let mut sim = sim();
    let action = start(&mut sim, SCAN, &all());
    for (wait, state) in [
        (0, "PENDING"),
        (9, "PENDING"),
        (1, "IN_PROGRESS"),
        (89, "IN_PROGRESS"),
        (1, "COMPLETED_SUCCESSFULLY"),
    ] {
        sim.advance(seconds(wait));
        assert_eq!(states(&mut sim, action), only(state));
    }
    assert_eq!(sim.statuses(action).len(), 200);
}

#[test]
fn every_endpoint_has_a_duration_of_its_own() {
    let mut sim = Sim::new(config().with_scan_duration(seconds(20)..=seconds(600)));
    let action = start(&mut sim, SCAN, &all());
    sim.advance(seconds(20));
    assert!(!states(&mut sim, action).contains("COMPLETED_SUCCESSFULLY"));
    sim.advance(seconds(30));
    assert_eq!(states(&mut sim, action).len(), 3);
    sim.advance(seconds(550));
    assert_eq!(states(&mut sim, action), only("COMPLETED_SUCCESSFULLY"));
}

#[test]
fn scans_end_in_four_ways_and_only_failures_have_reasons() {
    let outcomes = Outcomes { completed: 1, partial: 1, failed: 2, timed_out: 1 };
    let mut sim = Sim::new(config().with_outcomes(outcomes));
    let action = start(&mut sim, SCAN, &all());
    assert_eq!(progress(&mut sim, action)["reply"].get("errorReasons"), None);
    sim.advance(seconds(100));

    let reply = progress(&mut sim, action);
    let data = reply["reply"]["data"].as_object().unwrap();
    let count = |word: &str| data.values().filter(|state| *state == word).count();
    let [completed, partial] = ["COMPLETED_SUCCESSFULLY", "COMPLETED_PARTIAL"].map(count);
    let [failed, timed_out] = ["FAILED", "TIMEOUT"].map(count);
    assert_eq!(completed + partial + failed + timed_out, 200);
    assert!(completed > 0 && partial > 0 && timed_out > 0);

    let reasons = reply["reply"]["errorReasons"].as_object().unwrap();
    assert!(reasons.keys().all(|id| data[id] == "FAILED"));
    assert!(reasons.values().all(|reason| reason["errorDescription"].is_string()));
    assert!(!reasons.is_empty() && reasons.len() < failed);
}

#[test]
fn one_outcome_alone_is_the_only_one_and_no_weights_mean_completion() {
    let none = Outcomes { completed: 0, partial: 0, failed: 0, timed_out: 0 };
    for (outcomes, state, scan_status) in [
        (Outcomes { partial: 1, ..none }, "COMPLETED_PARTIAL", "success"),
        (Outcomes { failed: 1, ..none }, "FAILED", "error"),
        (Outcomes { timed_out: 1, ..none }, "TIMEOUT", "error"),
        (none, "COMPLETED_SUCCESSFULLY", "success"),
    ] {
        let mut sim = Sim::new(config().with_outcomes(outcomes));
        let action = start(&mut sim, SCAN, &all());
        sim.advance(seconds(100));
        assert_eq!(states(&mut sim, action), only(state));
        assert_eq!(sim.scan_status(&sim.endpoints()[0].id), Some(scan_status));
    }
}

#[test]
fn outcomes_depend_on_the_seed_and_on_the_action_and_on_nothing_else() {
    let outcomes = Outcomes { completed: 1, partial: 1, failed: 1, timed_out: 1 };
    let run = |seed| {
        let mut sim = Sim::new(config().with_seed(seed).with_outcomes(outcomes));
        [(); 2].map(|()| {
            let action = start(&mut sim, SCAN, &all());
            sim.advance(seconds(100));
            sim.statuses(action).into_iter().map(|(_, state)| state).collect::<Vec<_>>()
        })
    };
    assert_eq!(run(1), run(1));
    let ([first, second], [other, _]) = (run(1), run(2));
    assert_ne!(first, second);
    assert_ne!(first, other);
}

#[test]
fn an_offline_endpoint_stays_pending() {
    let mut sim = Sim::new(config().with_offline(0.25));
    let action = start(&mut sim, SCAN, &all());
    sim.advance(seconds(1_000_000_000));
    let offline: BTreeSet<&str> = sim
        .endpoints()
        .iter()
        .filter(|endpoint| !endpoint.is_online())
        .map(|endpoint| endpoint.id.as_str())
        .collect();
    let pending = sim.statuses(action).into_iter().filter(|(_, state)| *state == "PENDING").map(|(id, _)| id);
    assert_eq!(pending.collect::<BTreeSet<_>>(), offline);
    assert_eq!(offline.len(), 50);
}

#[test]
fn a_scan_leaves_alone_what_is_being_scanned() {
    let mut sim = sim();
    let ids = ids(&sim, 3);
    start(&mut sim, SCAN, &by_id(&[&ids[0], &ids[1]]));
    let action = start(&mut sim, SCAN, &by_id(&[&ids[1], &ids[2], "no such endpoint"]));
    assert_eq!(sim.statuses(action), [(ids[2].as_str(), "PENDING")]);
    assert_eq!(sim.action(action).unwrap().endpoints_count(), 1);
}

#[test]
fn a_finished_endpoint_can_be_scanned_again() {
    let mut sim = sim();
    let first = start(&mut sim, SCAN, &all());
    sim.advance(seconds(100));
    let second = start(&mut sim, SCAN, &all());
    assert_eq!(states(&mut sim, first), only("COMPLETED_SUCCESSFULLY"));
    assert_eq!(states(&mut sim, second), only("PENDING"));
}

#[test]
fn aborting_a_running_scan_takes_five_seconds() {
    let mut sim = sim();
    let scan = start(&mut sim, SCAN, &all());
    sim.advance(seconds(50));
    let abort = start(&mut sim, ABORT, &all());
    assert_eq!(states(&mut sim, scan), only("PENDING_ABORT"));
    assert_eq!(states(&mut sim, abort), only("PENDING"));
    sim.advance(seconds(4));
    assert_eq!(states(&mut sim, scan), only("PENDING_ABORT"));
    assert_eq!(states(&mut sim, abort), only("IN_PROGRESS"));
    sim.advance(seconds(1));
    assert_eq!(states(&mut sim, scan), only("ABORTED"));
    assert_eq!(states(&mut sim, abort), only("COMPLETED_SUCCESSFULLY"));
    sim.advance(seconds(100));
    assert_eq!(states(&mut sim, scan), only("ABORTED"));
}

#[test]
fn a_pending_scan_is_cancelled_at_once_online_or_not() {
    let mut sim = Sim::new(config().with_offline(0.5));
    let scan = start(&mut sim, SCAN, &all());
    let abort = start(&mut sim, ABORT, &all());
    assert_eq!(states(&mut sim, scan), only("CANCELLED"));
    assert_eq!(states(&mut sim, abort), only("COMPLETED_SUCCESSFULLY"));
    sim.advance(seconds(1_000));
    assert_eq!(states(&mut sim, scan), only("CANCELLED"));
}

#[test]
fn an_abort_counts_only_what_it_stops() {
    let mut sim = sim();
    let ids = ids(&sim, 4);
    let [finished, stopping, running, idle] = [0, 1, 2, 3].map(|index| ids[index].as_str());
    start(&mut sim, SCAN, &by_id(&[finished]));
    sim.advance(seconds(100));
    start(&mut sim, SCAN, &by_id(&[stopping, running]));
    sim.advance(seconds(50));
    start(&mut sim, ABORT, &by_id(&[stopping]));

    let (_, reply) = call(&mut sim, ABORT, &by_id(&[finished, stopping, running, idle]));
    assert_eq!(reply["reply"]["endpoints_count"], "1");
    assert_eq!(sim.scan_status(finished), Some("success"));
    assert_eq!(sim.scan_status(running), Some("pending_cancellation"));
    assert_eq!(sim.scan_status(idle), Some("none"));
}

#[test]
fn what_was_cancelled_can_be_scanned_again_and_the_old_action_keeps_its_end() {
    let mut sim = sim();
    let cancelled = start(&mut sim, SCAN, &all());
    start(&mut sim, ABORT, &all());
    let again = start(&mut sim, SCAN, &all());
    sim.advance(seconds(100));
    assert_eq!(states(&mut sim, cancelled), only("CANCELLED"));
    assert_eq!(states(&mut sim, again), only("COMPLETED_SUCCESSFULLY"));
}

#[test]
fn actions_tell_what_started_them() {
    let mut sim = sim();
    start(&mut sim, SCAN, &all());
    let body = json!({ "request_data": { "filters": "all", "incident_id": "17" } });
    start(&mut sim, ABORT, &body);
    let told: Vec<_> =
        sim.actions().iter().map(|action| (action.kind, action.incident_id.as_deref())).collect();
    assert_eq!(told, [(ActionKind::Scan, None), (ActionKind::Abort, Some("17"))]);
    assert!(sim.action(7).is_none());
    assert!(sim.statuses(7).is_empty());
}

#[test]
fn action_time_follows_the_clock_scaled_and_never_goes_back() {
    let mut sim = Sim::new(config().with_time_scale(10.0));
    let action = start(&mut sim, SCAN, &all());
    let state_at = |sim: &mut Sim, now_ms| {
        sim.handle(&post(STATUS, "{}"), now_ms);
        sim.statuses(action)[0].1
    };
    assert_eq!(state_at(&mut sim, NOW + 999), "PENDING");
    assert_eq!(state_at(&mut sim, NOW + 1_000), "IN_PROGRESS");
    assert_eq!(state_at(&mut sim, NOW - 60_000), "IN_PROGRESS");
    sim.advance(seconds(89));
    assert_eq!(state_at(&mut sim, NOW + 1_099), "IN_PROGRESS");
    assert_eq!(state_at(&mut sim, NOW + 1_100), "COMPLETED_SUCCESSFULLY");
}

#[test]
fn a_fleet_of_100_000_is_served_whole() {
    let mut sim = Sim::new(config().with_endpoints(100_000));
    let action = start(&mut sim, SCAN, &all());
    let reply = progress(&mut sim, action);
    assert_eq!(reply["reply"]["data"].as_object().unwrap().len(), 100_000);
}
