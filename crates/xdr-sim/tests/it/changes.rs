//! A changing fleet: endpoints are added, removed and omitted, go offline and return.

use serde_json::{Value, json};
use xdr_sim::{Connection, Endpoint, Sim};

use crate::support::{ABORT, NOW, SCAN, all, by_id, call, config, ids_of, page, seconds, sim, start};

fn ids(sim: &Sim) -> Vec<String> {
    sim.endpoints().iter().map(|endpoint| endpoint.id.clone()).collect()
}

/// The state of an endpoint in an action.
fn state(sim: &Sim, action: u64, id: &str) -> &'static str {
    sim.statuses(action).into_iter().find(|(named, _)| *named == id).unwrap().1
}

fn places(from: usize, to: usize) -> Value {
    json!({ "search_from": from, "search_to": to, "sort": { "field": "endpoint_id", "keyword": "asc" } })
}

#[test]
fn what_goes_between_two_pages_moves_the_others_forward() {
    let mut sim = sim();
    let mut sorted = ids(&sim);
    sorted.sort();
    assert_eq!(ids_of(&page(&mut sim, &places(0, 100))), sorted[..100]);
    assert_eq!(sim.remove_endpoint(&sorted[20]).unwrap().id, sorted[20]);
    let second = page(&mut sim, &places(100, 200));
    assert_eq!(
        (ids_of(&second), &second["total_count"]),
        (sorted[101..].iter().map(|id| &**id).collect(), &json!(199))
    );
    assert!(sim.remove_endpoint(&sorted[20]).is_none());
}

#[test]
fn what_comes_between_two_pages_moves_the_others_back() {
    let mut sim = sim();
    let mut sorted = ids(&sim);
    sorted.sort();
    assert!(sim.add_endpoint(Endpoint::new("0", "new", NOW)).is_none());
    let second = page(&mut sim, &places(100, 200));
    assert_eq!((ids_of(&second)[0], &second["total_count"]), (&*sorted[99], &json!(201)));
    assert_eq!(ids(&sim)[200], "0");
    start(&mut sim, SCAN, &by_id(&["0"]));
    assert_eq!(sim.scan_status("0"), Some("pending"));
}

#[test]
fn an_endpoint_that_is_gone_is_taken_by_no_action() {
    let mut sim = sim();
    let ids = ids(&sim);
    let body = by_id(&[&ids[3], &ids[4]]);
    let first = start(&mut sim, SCAN, &body);
    sim.remove_endpoint(&ids[3]);
    assert_eq!(sim.scan_status(&ids[3]), None);
    let abort = start(&mut sim, ABORT, &body);
    assert_eq!(sim.statuses(abort).len(), 1);
    assert_eq!(call(&mut sim, SCAN, &by_id(&[&ids[3]])).0, 500);
    // The action that already includes it continues.
    sim.advance(seconds(100));
    assert_eq!(state(&sim, first, &ids[3]), "COMPLETED_SUCCESSFULLY");
    assert_eq!(state(&sim, first, &ids[4]), "CANCELLED");
}

#[test]
fn an_endpoint_that_comes_back_has_its_place_and_its_scans() {
    let mut sim = sim();
    let before = ids(&sim);
    start(&mut sim, SCAN, &by_id(&[&before[5]]));
    let [fifth, first] = [5, 1].map(|index| sim.remove_endpoint(&before[index]).unwrap());
    sim.add_endpoint(fifth);
    assert_eq!(sim.scan_status(&before[5]), Some("pending"));
    sim.add_endpoint(first);
    assert_eq!(ids(&sim), before);
}

#[test]
fn an_endpoint_with_a_known_id_is_replaced() {
    let mut sim = sim();
    let before = sim.endpoints()[8].clone();
    let replaced = sim.add_endpoint(Endpoint::new(&*before.id, "other", NOW));
    assert_eq!(replaced, Some(before));
    assert_eq!((sim.endpoints().len(), &*sim.endpoints()[8].hostname), (200, "other"));
}

#[test]
fn the_fleet_can_change_after_each_page_by_itself() {
    let mut sim = Sim::new(config().with_turnover(2));
    let before = ids(&sim);
    let shown = |sim: &mut Sim, from| -> Vec<String> {
        let page = page(sim, &json!({ "search_from": from, "search_to": from + 50 }));
        ids_of(&page).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(shown(&mut sim, 0), before[..50]);
    assert_eq!(ids(&sim), before[2..]);
    // The first two return, and the first two of the second page disappear.
    assert_eq!(shown(&mut sim, 50), before[52..102]);
    assert_eq!(ids(&sim), [&before[..52], &before[54..]].concat());
    assert!(shown(&mut sim, 1000).is_empty());
    assert_eq!(ids(&sim), before);
}

#[test]
fn an_omitted_endpoint_is_left_out_of_scans_without_a_word() {
    let mut sim = sim();
    let ids = ids(&sim);
    sim.omit_from_scans(&ids[7]);
    let (status, reply) = call(&mut sim, SCAN, &by_id(&[&ids[6], &ids[7]]));
    assert_eq!((status, &reply["reply"]["endpoints_count"]), (200, &json!("1")));
    let action = sim.actions()[0].id;
    sim.advance(seconds(100));
    assert_eq!(sim.statuses(action), [(&*ids[6], "COMPLETED_SUCCESSFULLY")]);

    let everything = start(&mut sim, SCAN, &all());
    assert_eq!(sim.action(everything).unwrap().endpoints_count(), 199);
    assert_eq!(sim.scan_status(&ids[7]), Some("none"));
    assert_eq!(ids_of(&page(&mut sim, &json!({})))[7], ids[7]);
    assert_eq!(call(&mut sim, SCAN, &by_id(&[&ids[7]])).0, 500);
}

#[test]
fn a_pending_scan_begins_when_its_endpoint_returns() {
    for connection in [Connection::Disconnected, Connection::Lost] {
        let mut sim = sim();
        let id = ids(&sim)[2].clone();
        sim.set_connection(&id, connection);
        let action = start(&mut sim, SCAN, &all());
        sim.advance(seconds(1_000));
        assert_eq!(state(&sim, action, &id), "PENDING");
        sim.set_connection(&id, Connection::Connected);
        for (wait, expected) in [
            (0, "PENDING"),
            (9, "PENDING"),
            (1, "IN_PROGRESS"),
            (89, "IN_PROGRESS"),
            (1, "COMPLETED_SUCCESSFULLY"),
        ] {
            sim.advance(seconds(wait));
            assert_eq!(state(&sim, action, &id), expected);
        }
    }
}

#[test]
fn a_scan_in_progress_stands_still_while_its_endpoint_is_offline() {
    let mut sim = sim();
    let id = ids(&sim)[2].clone();
    let action = start(&mut sim, SCAN, &all());
    sim.advance(seconds(10));
    for connection in [Connection::Disconnected, Connection::Lost] {
        sim.set_connection(&id, connection);
        sim.advance(seconds(1_000));
        assert_eq!(state(&sim, action, &id), "IN_PROGRESS");
        assert_eq!(sim.scan_status(&id), Some("in_progress"));
    }
    sim.set_connection(&id, Connection::Connected);
    sim.advance(seconds(89));
    assert_eq!(state(&sim, action, &id), "IN_PROGRESS");
    sim.advance(seconds(1));
    assert_eq!(state(&sim, action, &id), "COMPLETED_SUCCESSFULLY");
    // An ended scan does not change any more.
    sim.set_connection(&id, Connection::Lost);
    assert_eq!(state(&sim, action, &id), "COMPLETED_SUCCESSFULLY");
}

#[test]
fn an_abort_waits_for_an_endpoint_whose_scan_stands_still() {
    let mut sim = sim();
    let id = ids(&sim)[2].clone();
    let scan = start(&mut sim, SCAN, &by_id(&[&id]));
    sim.advance(seconds(50));
    sim.set_connection(&id, Connection::Disconnected);
    sim.advance(seconds(1_000));
    let abort = start(&mut sim, ABORT, &by_id(&[&id]));
    sim.advance(seconds(1_000));
    assert_eq!((state(&sim, scan, &id), state(&sim, abort, &id)), ("PENDING_ABORT", "PENDING"));
    sim.set_connection(&id, Connection::Connected);
    sim.advance(seconds(4));
    assert_eq!((state(&sim, scan, &id), state(&sim, abort, &id)), ("PENDING_ABORT", "IN_PROGRESS"));
    sim.advance(seconds(1));
    assert_eq!((state(&sim, scan, &id), state(&sim, abort, &id)), ("ABORTED", "COMPLETED_SUCCESSFULLY"));
}

#[test]
fn a_scan_without_a_duration_still_waits_for_its_endpoint() {
    let mut sim = Sim::new(config().with_offline(1.0).with_scan_duration(seconds(0)..=seconds(0)));
    let id = ids(&sim)[0].clone();
    let action = start(&mut sim, SCAN, &all());
    assert_eq!(state(&sim, action, &id), "PENDING");
    sim.set_connection(&id, Connection::Connected);
    assert_eq!(state(&sim, action, &id), "COMPLETED_SUCCESSFULLY");
}

#[test]
fn nothing_is_scanned_where_the_agent_is_uninstalled() {
    let mut sim = sim();
    let id = ids(&sim)[0].clone();
    sim.set_connection(&id, Connection::Uninstalled);
    let action = start(&mut sim, SCAN, &all());
    assert_eq!(sim.action(action).unwrap().endpoints_count(), 199);
    assert_eq!(call(&mut sim, SCAN, &by_id(&[&id])).0, 500);
}

#[test]
#[should_panic(expected = "there is an endpoint with this id")]
fn an_unknown_endpoint_cannot_go_offline() {
    sim().set_connection("e1", Connection::Lost);
}

#[test]
#[should_panic(expected = "there is an endpoint with this id")]
fn an_unknown_endpoint_cannot_be_omitted() {
    sim().omit_from_scans("e1");
}
