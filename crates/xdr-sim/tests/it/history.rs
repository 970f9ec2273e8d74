//! Which actions are remembered, and which are forgotten.

use serde_json::{Value, json};
use xdr_sim::{Endpoint, Limits, Outcomes, Sim};

use crate::support::{ABORT, SCAN, STATUS, all, by_id, call, config, matching, seconds, start};

fn keeping(ended_actions: usize) -> Limits {
    Limits { ended_actions, ..Limits::default() }
}

fn state(sim: &mut Sim, action: u64) -> Value {
    let (status, mut reply) = call(sim, STATUS, &json!({ "request_data": { "group_action_id": action } }));
    assert_eq!(status, 200);
    reply["reply"]["data"].take()
}

fn known(sim: &Sim) -> Vec<u64> {
    sim.actions().iter().map(|action| action.id).collect()
}

/// Scans all endpoints and waits until the scan has ended.
fn finish(sim: &mut Sim) -> u64 {
    let action = start(sim, SCAN, &all());
    sim.advance(seconds(100));
    action
}

/// Starts a scan of one endpoint and cancels it before it has begun: both actions end at once.
fn cancel_one(sim: &mut Sim, index: usize) -> [u64; 2] {
    let body = by_id(&[&sim.endpoints()[index].id]);
    [SCAN, ABORT].map(|path| start(sim, path, &body))
}

#[test]
fn what_ended_first_is_forgotten_first_and_is_then_as_if_it_never_was() {
    let mut sim = Sim::new(config().with_limits(keeping(3)));
    let actions = [(); 6].map(|()| finish(&mut sim));
    // The tenant has not noticed yet that the last one has ended.
    assert_eq!(known(&sim), actions[2..]);
    assert_eq!(sim.forgotten_actions(), 2);
    assert_eq!(state(&mut sim, actions[1]), json!({}));
    assert!(sim.action(actions[1]).is_none() && sim.statuses(actions[1]).is_empty());
    for kept in &actions[2..] {
        let state = state(&mut sim, *kept);
        assert_eq!(state.as_object().unwrap().len(), 200);
        assert!(state.as_object().unwrap().values().all(|word| word == "COMPLETED_SUCCESSFULLY"));
        assert_eq!(sim.action(*kept).unwrap().endpoints_count(), 200);
    }
}

#[test]
fn an_action_that_runs_is_never_forgotten() {
    let mut sim = Sim::new(config().with_offline(0.005).with_limits(keeping(0)));
    let runs = start(&mut sim, SCAN, &all());
    let online = sim.endpoints().iter().position(Endpoint::is_online).unwrap();
    sim.advance(seconds(100));
    for _ in 0..500 {
        cancel_one(&mut sim, online);
    }
    assert_eq!((known(&sim), sim.forgotten_actions()), (vec![runs], 1000));
    let pending =
        state(&mut sim, runs).as_object().unwrap().values().filter(|word| *word == "PENDING").count();
    assert_eq!(pending, 1);

    // The action ends with its last endpoint.
    start(&mut sim, ABORT, &all());
    assert!(known(&sim).is_empty());
}

#[test]
fn an_old_action_that_has_just_ended_outlives_newer_ones_that_ended_before() {
    let mut sim = Sim::new(config().with_limits(keeping(2)));
    let [slow, other] = [0, 3].map(|index| by_id(&[&sim.endpoints()[index].id]));
    let old = start(&mut sim, SCAN, &slow);
    let [_, second] = cancel_one(&mut sim, 1);
    sim.advance(seconds(50));
    let [_, newer] = cancel_one(&mut sim, 2);
    assert_eq!(known(&sim), [old, newer - 1, newer]);
    sim.advance(seconds(50));
    let last = start(&mut sim, SCAN, &other);
    assert_eq!(known(&sim), [old, newer, last], "{second} ended first");
    assert_eq!(state(&mut sim, old).as_object().unwrap().len(), 1);
}

#[test]
fn of_actions_that_are_found_ended_together_those_that_ended_last_are_kept() {
    let run = |limits, steps| {
        let mut sim = Sim::new(config().with_scan_duration(seconds(20)..=seconds(600)).with_limits(limits));
        let bodies: Vec<Value> =
            sim.endpoints()[..11].iter().map(|endpoint| by_id(&[&endpoint.id])).collect();
        let actions: Vec<u64> = bodies[..10].iter().map(|body| start(&mut sim, SCAN, body)).collect();
        let mut ended = Vec::new();
        for _ in 0..steps {
            sim.advance(seconds(600 / steps));
            let completed = |action: &&u64| sim.statuses(**action)[0].1 == "COMPLETED_SUCCESSFULLY";
            let new = actions.iter().filter(|action| !ended.contains(*action)).filter(completed);
            ended.extend(new.copied().collect::<Vec<_>>());
        }
        start(&mut sim, SCAN, &bodies[10]);
        (ended, known(&sim))
    };
    let (ended, _) = run(Limits::default(), 600);
    let (_, kept) = run(keeping(5), 1);
    let mut expected = ended[5..].to_vec();
    assert!(!expected.is_sorted(), "the order of the ends is that of the starts");
    expected.sort_unstable();
    assert_eq!(kept[..5], expected);
}

#[test]
fn an_endpoint_remembers_how_its_scan_ended_when_the_action_is_forgotten() {
    let mut sim = Sim::new(config().with_limits(keeping(0)));
    let all_ids: Vec<String> = sim.endpoints().iter().map(|endpoint| endpoint.id.clone()).collect();
    let action = start(&mut sim, SCAN, &by_id(&[&all_ids[0]]));
    sim.advance(seconds(100));
    cancel_one(&mut sim, 1);
    assert!(sim.action(action).is_none());
    assert_eq!(sim.scan_status(&all_ids[0]), Some("success"));
    assert_eq!(sim.scan_status(&all_ids[1]), Some("canceled"));
    let ended = json!([{ "field": "scan_status", "operator": "in", "value": ["success", "canceled"] }]);
    let again = start(&mut sim, SCAN, &matching(ended));
    assert_eq!(sim.statuses(again).len(), 2);
    assert_eq!(sim.scan_status(&all_ids[0]), Some("pending"));
}

#[test]
fn a_newer_scan_of_an_endpoint_counts_although_the_older_action_ends_later() {
    let mut sim = Sim::new(config().with_limits(keeping(0)));
    let [first, second] = [0, 1].map(|index| sim.endpoints()[index].id.clone());
    start(&mut sim, SCAN, &by_id(&[&first, &second]));
    start(&mut sim, ABORT, &by_id(&[&first]));
    let newer = start(&mut sim, SCAN, &by_id(&[&first]));
    // The tenant notices that the older action has ended while the newer one runs.
    start(&mut sim, ABORT, &by_id(&[&second]));
    assert_eq!(known(&sim), [newer]);
    assert_eq!(sim.scan_status(&first), Some("pending"));
    assert_eq!(sim.scan_status(&second), Some("canceled"));
}

#[test]
fn the_endpoints_of_what_has_ended_are_bounded_too_but_for_the_last_one() {
    for (ended_results, kept) in [(400, 3), (399, 2), (10, 2)] {
        let limits = Limits { ended_results, ..Limits::default() };
        let mut sim = Sim::new(config().with_limits(limits));
        let actions = [(); 6].map(|()| finish(&mut sim));
        assert_eq!(known(&sim), actions[6 - kept..], "{ended_results}");
    }
}

#[test]
fn ids_and_outcomes_do_not_depend_on_what_is_forgotten() {
    let outcomes = Outcomes { completed: 1, partial: 1, failed: 1, timed_out: 1 };
    let run = |ended_actions| {
        let mut sim = Sim::new(config().with_outcomes(outcomes).with_limits(keeping(ended_actions)));
        let last = [(); 5].map(|()| finish(&mut sim))[4];
        (last, state(&mut sim, last))
    };
    assert_eq!(run(0), run(1000));
}

#[test]
fn a_tenant_of_the_default_limits_keeps_a_thousand_of_many_actions() {
    let mut sim = Sim::new(config().with_endpoints(1));
    for _ in 0..2_000 {
        cancel_one(&mut sim, 0);
    }
    assert_eq!((sim.actions().len(), sim.forgotten_actions()), (1_000, 3_000));
}
