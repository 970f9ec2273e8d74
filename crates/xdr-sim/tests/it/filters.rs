//! Which endpoints a request selects, compared with the data of the fleet.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::{Value, json};
use xdr_sim::{Endpoint, Sim};

use crate::support::{ABORT, SCAN, by_id, call, matching, seconds, sim, start};

/// The endpoints that a scan with these filters affects. Empty if the tenant finds no endpoint.
fn scanned(filters: Value) -> BTreeSet<String> {
    affected(&mut sim(), SCAN, filters)
}

fn affected(sim: &mut Sim, path: &str, filters: Value) -> BTreeSet<String> {
    let (status, reply) = call(sim, path, &matching(filters));
    if status == 500 {
        assert!(reply["reply"]["err_msg"].as_str().unwrap().contains("No endpoint was found"), "{reply}");
        return BTreeSet::new();
    }
    assert_eq!(status, 200, "{reply}");
    let action = sim.actions().last().unwrap().id;
    sim.statuses(action).into_iter().map(|(id, _)| id.to_owned()).collect()
}

/// The endpoints of the fleet for which a condition holds: always some, never all.
fn expected(holds: impl Fn(&Endpoint) -> bool) -> BTreeSet<String> {
    let sim = sim();
    let ids: BTreeSet<String> = sim
        .endpoints()
        .iter()
        .filter(|endpoint| holds(endpoint))
        .map(|endpoint| endpoint.id.clone())
        .collect();
    assert!(!ids.is_empty() && ids.len() < sim.endpoints().len());
    ids
}

fn is_in(field: &str, values: &[&str]) -> Value {
    json!([{ "field": field, "operator": "in", "value": values }])
}

#[test]
fn text_fields_match_any_of_the_values_and_nothing_else() {
    let fleet = sim();
    let [a, b] = [&fleet.endpoints()[3], &fleet.endpoints()[7]];
    let (alias_a, alias_b) = {
        let mut aliases = fleet.endpoints().iter().filter_map(|endpoint| endpoint.alias.as_deref());
        (aliases.next().unwrap(), aliases.next().unwrap())
    };

    assert_eq!(
        scanned(is_in("endpoint_id_list", &[&a.id, &b.id])),
        expected(|e| e.id == a.id || e.id == b.id)
    );
    assert_eq!(scanned(is_in("hostname", &[&a.hostname])), expected(|e| e.hostname == a.hostname));
    assert_eq!(
        scanned(is_in("alias", &[alias_a, alias_b])),
        expected(|e| [alias_a, alias_b].map(Some).contains(&e.alias.as_deref()))
    );
    assert_eq!(scanned(is_in("dist_name", &[&a.dist_name])), expected(|e| e.dist_name == a.dist_name));
    let group = &a.group_names[0];
    assert_eq!(scanned(is_in("group_name", &[group])), expected(|e| e.group_names.contains(group)));
    let user = &a.users[0];
    assert_eq!(scanned(is_in("username", &[user, "nobody"])), expected(|e| e.users.contains(user)));

    for field in ["endpoint_id_list", "hostname", "alias", "dist_name", "group_name", "username"] {
        assert!(scanned(is_in(field, &["no such thing", ""])).is_empty(), "{field}");
    }
}

#[test]
fn only_host_and_user_names_ignore_case() {
    let fleet = sim();
    let endpoint = fleet.endpoints().iter().find(|endpoint| endpoint.alias.is_some()).unwrap();
    let upper = str::to_ascii_uppercase;

    let host = scanned(is_in("hostname", &[&upper(&endpoint.hostname)]));
    assert_eq!(host, expected(|e| e.hostname == endpoint.hostname));
    let user = scanned(is_in("username", &[&upper(&endpoint.users[0])]));
    assert_eq!(user, expected(|e| e.users.contains(&endpoint.users[0])));
    for (field, value) in [
        ("endpoint_id_list", &endpoint.id),
        ("alias", endpoint.alias.as_ref().unwrap()),
        ("dist_name", &endpoint.dist_name),
        ("group_name", &endpoint.group_names[0]),
    ] {
        assert!(scanned(is_in(field, &[&upper(value)])).is_empty(), "{field}");
    }
}

/// Like a real tenant, the simulator neither trims nor refuses such words.
#[test]
fn a_name_with_a_character_too_many_matches_nothing_and_is_ignored_silently() {
    let fleet = sim();
    let [a, b] = [&fleet.endpoints()[3].hostname, &fleet.endpoints()[7].hostname];
    for odd in [format!(" {b}"), format!("{b}\r"), format!("\u{feff}{b}"), format!("{b}\n{a}\n")] {
        assert_eq!(scanned(is_in("hostname", &[&odd])), BTreeSet::new(), "{odd:?}");
        assert_eq!(scanned(is_in("hostname", &[a, &odd])), expected(|e| e.hostname == *a), "{odd:?}");
    }
}

#[test]
fn platform_and_isolate_match_their_words() {
    for platform in ["windows", "linux", "macos", "android"] {
        assert_eq!(scanned(is_in("platform", &[platform])), expected(|e| e.platform == platform));
    }
    assert_eq!(scanned(is_in("isolate", &["isolated"])), expected(|e| e.isolated));
    assert_eq!(scanned(is_in("isolate", &["unisolated"])), expected(|e| !e.isolated));
    assert_eq!(scanned(is_in("isolate", &["unisolated", "isolated"])).len(), 200);
}

#[test]
fn ip_addresses_compare_by_value() {
    let fleet = sim();
    let v6 = |e: &Endpoint| e.addresses.iter().copied().find(IpAddr::is_ipv6);
    let endpoint = fleet.endpoints().iter().skip(16).find(|endpoint| v6(endpoint).is_some()).unwrap();
    let IpAddr::V6(short) = v6(endpoint).unwrap() else { unreachable!("it was asked for") };
    let long = short.segments().map(|segment| format!("{segment:04X}")).join(":");
    assert_ne!(long, short.to_string());

    assert_eq!(scanned(is_in("ip_list", &[&long])), expected(|e| e.id == endpoint.id));
    let v4 = endpoint.addresses[0].to_string();
    assert_eq!(scanned(is_in("ip_list", &[&v4, "192.0.2.1"])), expected(|e| e.id == endpoint.id));
    assert!(scanned(is_in("ip_list", &["192.0.2.1"])).is_empty());
}

#[test]
fn times_are_inclusive_bounds() {
    let fleet = sim();
    for (field, time) in [
        ("first_seen", (|e: &Endpoint| e.first_seen) as fn(&Endpoint) -> u64),
        ("last_seen", |e| e.last_seen),
    ] {
        let mut times: Vec<u64> = fleet.endpoints().iter().map(time).collect();
        times.sort_unstable();
        let (from, until) = (times[50], times[149]);
        let gte = json!({ "field": field, "operator": "gte", "value": from });
        let lte = json!({ "field": field, "operator": "lte", "value": until });

        assert_eq!(scanned(json!([gte])), expected(|e| time(e) >= from));
        assert_eq!(scanned(json!([lte])), expected(|e| time(e) <= until));
        assert_eq!(scanned(json!([gte, lte])).len(), 100);
        assert!(
            scanned(json!([{ "field": field, "operator": "lte", "value": 1_000_000_000_000_u64 }]))
                .is_empty()
        );
    }
}

#[test]
fn filters_are_combined_by_and_even_on_the_same_field() {
    let fleet = sim();
    let [a, b, c] = [0, 1, 2].map(|index| fleet.endpoints()[index].id.clone());
    let twice = json!([
        { "field": "endpoint_id_list", "operator": "in", "value": [a, b] },
        { "field": "endpoint_id_list", "operator": "in", "value": [b, c] },
    ]);
    assert_eq!(scanned(twice), BTreeSet::from([b]));

    let mixed = json!([
        { "field": "platform", "operator": "in", "value": ["linux", "macos"] },
        { "field": "isolate", "operator": "in", "value": ["isolated"] },
    ]);
    assert_eq!(scanned(mixed), expected(|e| ["linux", "macos"].contains(&e.platform) && e.isolated));
}

#[test]
fn scan_status_follows_the_latest_scan() {
    let mut sim = sim();
    let ids: Vec<String> = sim.endpoints().iter().map(|endpoint| endpoint.id.clone()).collect();
    let (running, stopping, cancelled) = (&ids[0], &ids[1], &ids[2]);
    start(&mut sim, SCAN, &by_id(&[running, stopping]));
    sim.advance(seconds(10));
    start(&mut sim, SCAN, &by_id(&[cancelled]));
    start(&mut sim, ABORT, &by_id(&[stopping, cancelled]));

    let mut check = |id: &str, word: &str| {
        assert_eq!(sim.scan_status(id), Some(word));
        let filters = json!([
            { "field": "endpoint_id_list", "operator": "in", "value": [id] },
            { "field": "scan_status", "operator": "in", "value": [word] },
        ]);
        // Neither scan nor abort_scan takes endpoints in every state. Neither ever takes an endpoint that does not
        // match.
        let other = json!([
            { "field": "endpoint_id_list", "operator": "in", "value": [id] },
            { "field": "scan_status", "operator": "in", "value": ["success", "error"] },
        ]);
        assert_eq!(call(&mut sim, SCAN, &matching(other)).0, 500);
        call(&mut sim, SCAN, &matching(filters)).0
    };
    assert_eq!(check(running, "in_progress"), 500);
    assert_eq!(check(stopping, "pending_cancellation"), 500);
    assert_eq!(check(cancelled, "canceled"), 200);
    assert_eq!(check(cancelled, "pending"), 500);
    assert_eq!(check(&ids[3], "none"), 200);
    assert_eq!(sim.scan_status("no such endpoint"), None);
    sim.advance(seconds(100));
    assert_eq!(sim.scan_status(running), Some("success"));
    assert_eq!(sim.scan_status(stopping), Some("aborted"));
    assert_eq!(
        affected(&mut sim, SCAN, is_in("scan_status", &["aborted"])),
        BTreeSet::from([stopping.clone()])
    );
}

#[test]
fn both_operations_know_all_twelve_fields() {
    let words = ["endpoint_id_list", "dist_name", "group_name", "alias", "hostname", "username"];
    let mut filters: Vec<Value> =
        words.iter().map(|field| json!({ "field": field, "operator": "in", "value": ["x"] })).collect();
    filters.extend([
        json!({ "field": "ip_list", "operator": "in", "value": ["::1"] }),
        json!({ "field": "platform", "operator": "in", "value": ["windows"] }),
        json!({ "field": "isolate", "operator": "in", "value": ["isolated"] }),
        json!({ "field": "scan_status", "operator": "in", "value":
            ["none", "pending", "in_progress", "canceled", "aborted", "pending_cancellation", "success", "error"] }),
        json!({ "field": "first_seen", "operator": "gte", "value": 1_000_000_000_000_u64 }),
        json!({ "field": "last_seen", "operator": "lte", "value": 9_999_999_999_999_u64 }),
    ]);
    assert_eq!(filters.len(), 12);
    for path in [SCAN, ABORT] {
        // The request is valid, but no endpoint matches all filters.
        assert_eq!(call(&mut sim(), path, &matching(json!(filters))).0, 500, "{path}");
    }
}
