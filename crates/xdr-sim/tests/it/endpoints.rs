//! The pages of `get_endpoint`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use xdr_sim::{Config, Connection, Endpoint, Sim, Spelling};

use crate::support::{LIST, NOW, SCAN, by_id, call, config, ids_of, page, seconds, sim, start};

fn fleet_of(config: Config) -> Vec<Endpoint> {
    Sim::new(config).endpoints().to_vec()
}

/// A page with one endpoint of this kind, made by hand.
fn shown(config: Config, scan_state_after: Option<u64>) -> Value {
    let mut endpoint = Endpoint::new("e1", "web-1", NOW);
    endpoint.platform = "macos";
    endpoint.users = vec!["jo".to_owned()];
    endpoint.group_names = vec!["Servers".to_owned()];
    endpoint.addresses = vec!["10.0.0.7".parse().unwrap(), "fd00::7".parse().unwrap()];
    endpoint.public_address = Some("203.0.113.7".parse().unwrap());
    endpoint.first_seen -= 1;
    let mut sim = Sim::new(config.with_endpoints(0));
    sim.add_endpoint(endpoint);
    if let Some(passed) = scan_state_after {
        start(&mut sim, SCAN, &by_id(&["e1"]));
        sim.advance(seconds(passed));
    }
    page(&mut sim, &json!({}))
}

#[test]
fn an_endpoint_is_shown_in_the_words_of_replies() {
    assert_eq!(
        shown(config(), None),
        json!({
            "total_count": 1,
            "result_count": 1,
            "endpoints": [{
                "endpoint_id": "e1",
                "endpoint_name": "web-1",
                "endpoint_type": "AGENT_TYPE_GENERIC",
                "endpoint_status": "CONNECTED",
                "os_type": "AGENT_OS_MAC",
                "ip": ["10.0.0.7", "fd00::7"],
                "public_ip": "203.0.113.7",
                "users": ["jo"],
                "domain": null,
                "alias": "",
                "first_seen": NOW - 1,
                "last_seen": NOW,
                "installation_package": "windows-8.4",
                "is_isolated": "AGENT_UNISOLATED",
                "isolated_date": null,
                "group_name": ["Servers"],
                "scan_status": "SCAN_STATUS_NONE",
            }],
        })
    );
}

#[test]
fn or_in_the_words_of_filters() {
    let mut page = shown(config().with_spelling(Spelling::Filters), Some(50));
    let words = ["endpoint_status", "os_type", "is_isolated", "scan_status"];
    let shown = words.map(|key| page["endpoints"][0][key].take());
    assert_eq!(shown, ["connected", "macos", "unisolated", "in_progress"]);
}

#[test]
fn the_words_follow_the_endpoint_and_its_scan() {
    for (passed, word) in
        [(0, "SCAN_STATUS_PENDING"), (50, "SCAN_STATUS_IN_PROGRESS"), (100, "SCAN_STATUS_SUCCESS")]
    {
        assert_eq!(shown(config(), Some(passed))["endpoints"][0]["scan_status"], word);
    }
    let mut sim = Sim::new(config().with_offline(0.5));
    let (_, reply) = call(&mut sim, LIST, &json!({ "request_data": {} }));
    let endpoints = reply["reply"]["endpoints"].as_array().unwrap();
    for (endpoint, shown) in sim.endpoints().iter().zip(endpoints) {
        let upper = str::to_ascii_uppercase;
        assert_eq!(shown["endpoint_status"], upper(endpoint.connection.word()));
        assert_eq!(shown["is_isolated"], format!("AGENT_{}", upper(endpoint.isolate())));
        assert_eq!(shown["alias"], endpoint.alias.as_deref().unwrap_or_default());
        assert_eq!(shown["domain"].as_str(), endpoint.domain.as_deref());
    }
}

#[test]
fn no_filter_means_every_endpoint() {
    let mut sim = sim();
    let all: Vec<String> = sim.endpoints().iter().map(|endpoint| endpoint.id.clone()).collect();
    for data in [json!({}), json!({ "filters": [] })] {
        let page = page(&mut sim, &data);
        assert_eq!(ids_of(&page), all[..100]);
        assert_eq!((&page["total_count"], &page["result_count"]), (&json!(200), &json!(100)));
    }
}

#[test]
fn a_page_has_the_places_that_were_asked_for() {
    let mut sim = sim();
    let all: Vec<String> = sim.endpoints().iter().map(|endpoint| endpoint.id.clone()).collect();
    for (from, to, places) in [
        (0, 100, 0..100),
        (99, 199, 99..199),
        (198, 298, 198..200),
        (5, 6, 5..6),
        (200, 300, 0..0),
        (9_007_199_254_740_990_u64, 9_007_199_254_740_991_u64, 0..0),
    ] {
        let page = page(&mut sim, &json!({ "search_from": from, "search_to": to }));
        assert_eq!(ids_of(&page), all[places.clone()], "{from} {to}");
        assert_eq!((&page["total_count"], &page["result_count"]), (&json!(200), &json!(places.len())));
    }
    assert_eq!(ids_of(&page(&mut sim, &json!({ "search_from": 150 }))), all[150..]);
    assert_eq!(ids_of(&page(&mut sim, &json!({ "search_to": 3 }))), all[..3]);
}

#[test]
fn the_total_count_can_be_left_out() {
    let mut sim = Sim::new(config().with_total_count(false));
    let page = page(&mut sim, &json!({}));
    assert_eq!((page.get("total_count"), &page["result_count"]), (None, &json!(100)));
}

#[test]
fn endpoints_are_sorted_by_three_fields_both_ways() {
    type Key = fn(&Endpoint) -> (u64, &str);
    let keys: [(&str, Key); 3] = [
        ("endpoint_id", |endpoint| (0, &endpoint.id)),
        ("first_seen", |endpoint| (endpoint.first_seen, &endpoint.id)),
        ("last_seen", |endpoint| (endpoint.last_seen, &endpoint.id)),
    ];
    for (field, key) in keys {
        let mut ascending = fleet_of(config());
        ascending.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut descending = fleet_of(config());
        descending.sort_by(|a, b| key(b).cmp(&key(a)));
        for (keyword, expected) in [("asc", &ascending), ("ASC", &ascending), ("Desc", &descending)] {
            let sort = json!({ "field": field, "keyword": keyword });
            for places in [0..100, 60..160, 99..199, 150..200] {
                let (from, to) = (places.start, places.start + 100);
                let page = page(&mut sim(), &json!({ "search_from": from, "search_to": to, "sort": sort }));
                let expected: Vec<_> = expected[places].iter().map(|endpoint| &endpoint.id).collect();
                assert_eq!(ids_of(&page), expected, "{field} {keyword}");
            }
        }
    }
}

#[test]
fn endpoints_that_were_seen_at_the_same_time_are_in_the_order_of_their_ids() {
    for (keyword, expected) in [("asc", ["a", "b", "c"]), ("desc", ["c", "b", "a"])] {
        let mut sim = Sim::new(config().with_endpoints(0));
        for id in ["b", "c", "a"] {
            sim.add_endpoint(Endpoint::new(id, id, NOW));
        }
        let sort = json!({ "field": "last_seen", "keyword": keyword });
        assert_eq!(ids_of(&page(&mut sim, &json!({ "sort": sort }))), expected);
        assert_eq!(ids_of(&page(&mut sim, &json!({}))), ["b", "c", "a"]);
    }
}

/// All endpoints that match, read in pages of ten.
fn listed(sim: &mut Sim, filters: &Value) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for from in (0..).step_by(10) {
        let page = page(sim, &json!({ "filters": filters, "search_from": from, "search_to": from + 10 }));
        assert_eq!(page["total_count"].as_u64().unwrap() > from, !ids_of(&page).is_empty());
        if ids_of(&page).is_empty() {
            break;
        }
        ids.extend(ids_of(&page).into_iter().map(str::to_owned));
    }
    ids
}

#[test]
fn the_filters_of_scans_show_what_a_scan_would_take() {
    let fleet = fleet_of(config());
    let endpoint = fleet.iter().find(|endpoint| endpoint.alias.is_some()).unwrap();
    let one_of = |field: &str, value: &str| json!({ "field": field, "operator": "in", "value": [value] });
    let filters = [
        one_of("endpoint_id_list", &endpoint.id),
        one_of("dist_name", &endpoint.dist_name),
        one_of("group_name", &endpoint.group_names[0]),
        one_of("alias", endpoint.alias.as_ref().unwrap()),
        one_of("hostname", &endpoint.hostname.to_ascii_uppercase()),
        one_of("username", &endpoint.users[0]),
        one_of("ip_list", &endpoint.addresses[0].to_string()),
        one_of("platform", "linux"),
        one_of("isolate", "isolated"),
        one_of("scan_status", "none"),
        json!({ "field": "first_seen", "operator": "gte", "value": endpoint.first_seen }),
        json!({ "field": "last_seen", "operator": "lte", "value": endpoint.last_seen }),
    ];
    for filter in filters {
        let mut sim = sim();
        let scanned = &fleet[150].id;
        start(&mut sim, SCAN, &by_id(&[scanned]));
        let shown = listed(&mut sim, &json!([filter]));
        let action = start(&mut sim, SCAN, &json!({ "request_data": { "filters": [filter] } }));
        let taken: BTreeSet<String> = sim.statuses(action).into_iter().map(|(id, _)| id.to_owned()).collect();
        assert!((1..200).contains(&shown.len()), "{filter}");
        // An endpoint that is being scanned is shown, and not scanned again.
        let difference: Vec<_> = shown.symmetric_difference(&taken).collect();
        assert!(difference.iter().all(|id| *id == scanned), "{filter}: {difference:?}");
    }
}

#[test]
fn two_more_filters_work_here_alone() {
    let mut sim = Sim::new(config().with_offline(0.4));
    let id = sim.endpoints()[9].id.clone();
    sim.set_connection(&id, Connection::Uninstalled);
    let fleet = sim.endpoints().to_vec();
    let ids = |holds: &dyn Fn(&Endpoint) -> bool| -> BTreeSet<String> {
        fleet.iter().filter(|endpoint| holds(endpoint)).map(|endpoint| endpoint.id.clone()).collect()
    };
    for connection in
        [Connection::Connected, Connection::Disconnected, Connection::Lost, Connection::Uninstalled]
    {
        let filter = json!([{ "field": "endpoint_status", "operator": "in", "value": [connection.word()] }]);
        let expected = ids(&|endpoint| endpoint.connection == connection);
        assert!(!expected.is_empty());
        assert_eq!(listed(&mut sim, &filter), expected);
    }
    let address = fleet[9].public_address.unwrap();
    let filter =
        json!([{ "field": "public_ip_list", "operator": "in", "value": [address.to_string(), "::1"] }]);
    let expected = ids(&|endpoint| endpoint.public_address == Some(address));
    assert!((2..200).contains(&expected.len()));
    assert_eq!(listed(&mut sim, &filter), expected);
}

#[test]
fn what_is_not_understood_is_invalid() {
    let filter = |field, operator, value: Value| json!({ "filters": [{ "field": field, "operator": operator, "value": value }] });
    let sort = |field, keyword| json!({ "sort": { "field": field, "keyword": keyword } });
    for (data, pointer) in [
        (json!(null), ""),
        (json!({ "limit": 1 }), ""),
        (json!({ "filters": null }), "/filters"),
        (json!({ "filters": "all" }), "/filters"),
        (filter("tags", "in", json!(["a"])), "/filters/0/field"),
        (filter("hostname", "in", json!([])), "/filters/0/value"),
        (filter("endpoint_status", "in", json!(["CONNECTED"])), "/filters/0/value"),
        (filter("endpoint_status", "eq", json!("connected")), "/filters/0/operator"),
        (filter("public_ip_list", "in", json!(["10.0.0.0/8"])), "/filters/0/value"),
        (json!({ "search_from": -1 }), "/search_from"),
        (json!({ "search_from": "0" }), "/search_from"),
        (json!({ "search_to": 1.5 }), "/search_to"),
        (json!({ "search_from": 0, "search_to": 101 }), "/search_to"),
        (json!({ "search_from": 7, "search_to": 7 }), "/search_to"),
        (json!({ "search_from": 7, "search_to": 6 }), "/search_to"),
        (json!({ "sort": null }), "/sort"),
        (json!({ "sort": { "field": "endpoint_id" } }), "/sort/keyword"),
        (sort("hostname", "asc"), "/sort/field"),
        (sort("endpoint_id", "up"), "/sort/keyword"),
    ] {
        let (status, reply) = call(&mut sim(), LIST, &json!({ "request_data": data }));
        assert_eq!((status, &reply["reply"]["err_code"]), (400, &json!(400)), "{data}");
        assert_eq!(reply["reply"]["err_extra"], format!("/request_data{pointer}"), "{data}");
    }
}

#[test]
fn too_many_filters_are_refused() {
    let filter = json!({ "field": "platform", "operator": "in", "value": ["linux"] });
    for (count, expected) in [(100, 200), (101, 400)] {
        let data = json!({ "filters": vec![filter.clone(); count] });
        assert_eq!(call(&mut sim(), LIST, &json!({ "request_data": data })).0, expected);
    }
}

#[test]
fn nothing_that_is_shown_starts_an_action() {
    let mut sim = sim();
    page(&mut sim, &json!({}));
    assert!(sim.actions().is_empty());
    assert_eq!(sim.dangerous_requests(), 0);
}
