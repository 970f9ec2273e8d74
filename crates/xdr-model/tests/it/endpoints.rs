//! Endpoints: the requests, and how a page is read.

use serde_json::{Value, json};
use xdr_model::{
    ConnectionStatus, EndpointFilter, EndpointPage, EndpointSummary, EpochMillis, Filter, GetEndpoints,
    Invalid, Isolation, Operation, Platform, Scan, ScanStatus,
    filter::IpAddress,
    operation::{EndpointConnection, EndpointIsolation, EndpointPlatform, EndpointScanStatus},
};

// ---- requests ---------------------------------------------------------------------------------------------------

fn body(request: &GetEndpoints) -> String {
    request.validate().unwrap();
    String::from_utf8(request.encode().unwrap().to_vec()).unwrap()
}

fn ip() -> IpAddress {
    "203.0.113.7".parse().unwrap()
}

#[test]
fn a_request_names_its_filters_its_page_and_one_order() {
    insta::assert_snapshot!(body(&GetEndpoints::all()), @r#"{"request_data":{"filters":[],"search_from":0,"search_to":100,"sort":{"field":"endpoint_id","keyword":"asc"}}}"#);
    let some = GetEndpoints::matching([
        EndpointFilter::connection(ConnectionStatus::ALL.iter().copied()),
        EndpointFilter::public_ip_addresses([ip()]),
        Filter::hostname(["web-1"]).into(),
    ]);
    insta::assert_snapshot!(body(&some.with_range(7..8)), @r#"{"request_data":{"filters":[{"field":"endpoint_status","operator":"in","value":["connected","disconnected","lost","uninstalled"]},{"field":"public_ip_list","operator":"in","value":["203.0.113.7"]},{"field":"hostname","operator":"in","value":["web-1"]}],"search_from":7,"search_to":8,"sort":{"field":"endpoint_id","keyword":"asc"}}}"#);
}

#[test]
fn endpoints_are_filtered_by_two_fields_more_than_scans() {
    let (shared, own) = EndpointFilter::FIELDS.split_at(Filter::FIELDS.len());
    assert_eq!(shared, Filter::FIELDS);
    assert_eq!(own, ["endpoint_status", "public_ip_list"]);
    let mine =
        [EndpointFilter::connection([ConnectionStatus::Lost]), EndpointFilter::public_ip_addresses([ip()])];
    assert_eq!(mine.each_ref().map(EndpointFilter::field), *own);
    assert_eq!(EndpointFilter::from(Filter::alias(["a"])).field(), "alias");
    for filter in mine {
        let text = serde_json::to_string(&filter).unwrap();
        assert_eq!(serde_json::from_str::<EndpointFilter>(&text).unwrap(), filter);
        let scan = Scan::from_json(&format!(r#"{{"request_data":{{"filters":[{text}]}}}}"#)).unwrap_err();
        let field = filter.field();
        assert_eq!(scan.violations()[0].pointer, "/request_data/filters/0/field");
        let belongs = format!("; {field} belongs to the call get_endpoint: find the endpoints there");
        assert!(scan.to_string().contains(&belongs), "{scan}");
    }
}

/// A document with other values for these keys. `null` removes a key.
fn document(changes: &Value) -> String {
    let mut inside = json!({"filters": [], "search_from": 0, "search_to": 100, "sort": {"field": "endpoint_id", "keyword": "asc"}});
    for (key, value) in changes.as_object().unwrap() {
        inside[key] = value.clone();
    }
    inside.as_object_mut().unwrap().retain(|_, value| *value != "absent");
    json!({"request_data": inside}).to_string()
}

#[test]
fn a_request_is_read_as_what_it_says() {
    assert_eq!(GetEndpoints::from_json(&document(&json!({}))), Ok(GetEndpoints::all()));
    let filters = json!([
        {"field": "endpoint_status", "operator": "in", "value": ["lost"]},
        {"field": "platform", "operator": "in", "value": ["linux"]},
    ]);
    let read = GetEndpoints::from_json(&document(
        &json!({"filters": filters, "search_from": 100.0, "search_to": 2e2}),
    ));
    let filters =
        [EndpointFilter::connection([ConnectionStatus::Lost]), Filter::platform([Platform::Linux]).into()];
    assert_eq!(read, Ok(GetEndpoints::matching(filters).with_range(100..200)));
}

/// Requests that break a rule, each with the place.
fn invalid() -> Vec<(GetEndpoints, &'static str)> {
    const TO: &str = "/request_data/search_to";
    let page = |start, end| GetEndpoints::all().with_range(std::ops::Range { start, end });
    let none: [ConnectionStatus; 0] = [];
    vec![
        (page(0, 0), TO),
        (page(0, 101), TO),
        (page(5, 4), TO),
        (page(5, 5), TO),
        (page(0, u64::MAX), TO),
        (page(u64::MAX, 1), "/request_data/search_from"),
        (GetEndpoints::matching([EndpointFilter::connection(none)]), "/request_data/filters/0/value"),
        (GetEndpoints::matching([Filter::alias(["a", ""])]), "/request_data/filters/0/value/1"),
    ]
}

#[test]
fn what_breaks_a_rule_is_refused_with_its_place() {
    for (request, place) in invalid() {
        let invalid = request.validate().unwrap_err();
        assert_eq!(invalid.violations().len(), 1, "{invalid}");
        assert_eq!(invalid.violations()[0].pointer, place);
        // The same document breaks the same rules if it is deserialised without checks.
        let written = String::from_utf8(request.encode().unwrap().to_vec()).unwrap();
        assert_eq!(GetEndpoints::from_json(&written).unwrap_err(), invalid);
    }
    for bounds in [0..1, 0..100, MOST - 1..MOST, 5..105] {
        assert!(GetEndpoints::all().with_range(bounds.clone()).validate().is_ok(), "{bounds:?}");
    }
}

const MOST: u64 = 9_007_199_254_740_991;

/// Refused values, each with its name.
pub(crate) fn broken() -> Vec<(String, Invalid)> {
    let filter =
        |field: &str, value: Value| json!({"filters": [{"field": field, "operator": "in", "value": value}]});
    let documents = [
        json!({"filters": "all"}),
        json!({"filters": "absent"}),
        json!({"filters": [[]]}),
        filter("tags", json!(["a"])),
        filter("endpoint_status", json!(["CONNECTED"])),
        json!({"filters": [{"field": "endpoint_status", "operator": "eq", "value": "disconnected"}]}),
        filter("public_ip_list", json!(["10.0.0"])),
        json!({"search_from": -1}),
        json!({"search_from": "0"}),
        json!({"search_to": 0.5}),
        json!({"search_from": MOST, "search_to": MOST + 1}),
        json!({"search_from": "absent", "search_to": "absent"}),
        json!({"sort": "absent"}),
        json!({"sort": {"field": "last_seen", "keyword": "desc"}}),
        json!({"sort": {"field": "endpoint_id"}}),
        json!({"limit": 100}),
    ];
    let documents = documents.into_iter().map(|changes| {
        let name = changes.to_string();
        (name, GetEndpoints::from_json(&document(&changes)).unwrap_err())
    });
    let requests = invalid().into_iter().map(|(request, _)| {
        (format!("{}..{}", request.search_from, request.search_to), request.validate().unwrap_err())
    });
    documents.chain(requests).collect()
}

// ---- replies ----------------------------------------------------------------------------------------------------

fn page(reply: &Value) -> Result<EndpointPage, String> {
    let body = json!({"reply": reply}).to_string();
    GetEndpoints::decode(body.as_bytes()).map_err(|error| error.to_string())
}

fn endpoint(mut more: Value) -> EndpointSummary {
    more["endpoint_id"] = "e1".into();
    page(&json!({"endpoints": [more]})).unwrap().endpoints.remove(0)
}

#[test]
fn a_page_is_read_as_tenants_send_it() {
    let reply = r#"{"reply":{"total_count":"250","result_count":1,"endpoints":[{
        "endpoint_id":"9f2c","endpoint_name":"web-1","endpoint_type":"AGENT_TYPE_SERVER","endpoint_status":"CONNECTED",
        "os_type":"AGENT_OS_WINDOWS","ip":["10.0.0.7","fe80::1"],"users":["jo","ACME\\ann"],"domain":"WORKGROUP","alias":"",
        "first_seen":1606218761377,"last_seen":"1606218769163","active_directory":null,"is_isolated":"AGENT_UNISOLATED",
        "group_name":["Servers"],"scan_status":"SCAN_STATUS_SUCCESS","more":{"a":[1e400]}}]}}"#;
    let page = GetEndpoints::decode(reply.as_bytes()).unwrap();
    assert_eq!((page.total_count, page.result_count), (Some(250), Some(1)));
    insta::assert_json_snapshot!("endpoint", page.endpoints[0]);
    let saved = serde_json::to_string(&page).unwrap();
    assert_eq!(serde_json::from_str::<EndpointPage>(&saved).unwrap(), page, "what is saved is read again");
}

#[test]
fn both_spellings_of_the_words_are_read_in_any_case() {
    let table = [
        ("endpoint_status", "CONNECTED", "connected"),
        ("endpoint_status", "Lost", "lost"),
        ("os_type", "AGENT_OS_WINDOWS", "windows"),
        ("os_type", "agent_os_mac", "macos"),
        ("os_type", "AGENT_OS_MACOS", "macos"),
        ("os_type", "Linux", "linux"),
        ("is_isolated", "AGENT_ISOLATED", "isolated"),
        ("is_isolated", "unisolated", "unisolated"),
        ("is_isolated", "AGENT_PENDING_ISOLATION", "pending_isolation"),
        ("scan_status", "SCAN_STATUS_PENDING_CANCELLATION", "pending_cancellation"),
        ("scan_status", "scan_status_cancel", "canceled"),
        ("scan_status", "In_Progress", "in_progress"),
        // Unknown words are kept without changes.
        ("endpoint_status", "ASLEEP", "ASLEEP"),
        ("os_type", "AGENT_OS_SOLARIS", "AGENT_OS_SOLARIS"),
    ];
    for (key, word, written) in table {
        let endpoint = serde_json::to_value(endpoint(json!({key: word}))).unwrap();
        assert_eq!(endpoint[key], written, "{word}");
    }
    // The words of the filters are known, and all known words are words of the filters.
    let known =
        |word: &str, key: &str| serde_json::to_value(endpoint(json!({key: word}))).unwrap()[key] == word;
    assert!(ConnectionStatus::ALL.iter().all(|word| known(word.as_str(), "endpoint_status")));
    assert!(Platform::ALL.iter().all(|word| known(word.as_str(), "os_type")));
    assert!(Isolation::ALL.iter().all(|word| known(word.as_str(), "is_isolated")));
    assert!(ScanStatus::ALL.iter().all(|word| known(word.as_str(), "scan_status")));
    let has_filter = |word: &EndpointConnection| word.as_str().parse::<ConnectionStatus>().is_ok();
    assert!(EndpointConnection::KNOWN.iter().all(|word| has_filter(word) || word.as_str() == "null"));
}

#[test]
fn a_detail_in_an_odd_form_is_left_out_and_no_endpoint_with_it() {
    let plain = endpoint(json!({}));
    let keys = [
        "endpoint_name",
        "endpoint_status",
        "os_type",
        "ip",
        "users",
        "domain",
        "alias",
        "group_name",
        "is_isolated",
        "scan_status",
        "first_seen",
        "last_seen",
    ];
    for key in keys {
        for odd in
            [json!(null), json!(""), json!(true), json!([]), json!({}), json!(1.5), json!([[], null, ""])]
        {
            assert_eq!(endpoint(json!({key: odd})), plain, "{key}: {odd}");
        }
    }
    assert_eq!(plain.connection, EndpointConnection::Unreported);
    assert_eq!(plain.platform, EndpointPlatform::default());
    assert_eq!(plain.isolation, EndpointIsolation::default());
    assert_eq!(plain.scan_status, EndpointScanStatus::default());
    assert_eq!(serde_json::to_value(&plain).unwrap(), json!({"endpoint_id": "e1"}));

    assert_eq!(endpoint(json!({"ip": "10.0.0.7"})).addresses, ["10.0.0.7"]);
    assert_eq!(endpoint(json!({"users": ["a", null, 7, ["b"]]})).users, ["a", "7"]);
    assert_eq!(endpoint(json!({"group_name": "Servers"})).groups, ["Servers"]);
    let time = |value: Value| endpoint(json!({"last_seen": value})).last_seen;
    assert_eq!(time(json!(1_760_000_000_000_u64)), Some(EpochMillis::new(1_760_000_000_000)));
    assert_eq!(time(json!(1.76e12)), Some(EpochMillis::new(1_760_000_000_000)));
    for other in [json!(0), json!(-1), json!(1_760_000_000), json!(u64::MAX), json!("yesterday")] {
        assert_eq!(time(other), None);
    }
    // A number beyond the range of floats and a text that is not Unicode are valid details. The last value of a
    // repeated key counts.
    let body = r#"{"reply":{"endpoints":[{"endpoint_id":"e1","domain":1e999,"alias":"\ud800","users":["a"],"users":[]}]}}"#;
    assert_eq!(GetEndpoints::decode(body.as_bytes()).unwrap().endpoints, [plain]);
}

#[test]
fn a_page_that_could_hide_an_endpoint_is_unreadable() {
    let good = |reply: Value| page(&reply).unwrap().endpoints.len();
    assert_eq!(good(json!({"endpoints": []})), 0);
    assert_eq!(good(json!({"endpoints": null, "total_count": 0})), 0);
    assert_eq!(good(json!({"result_count": "0"})), 0);
    assert_eq!(good(json!({"endpoints": [{"endpoint_id": 7}, {"endpoint_id": "e"}], "total_count": -1})), 2);
    for reply in [
        json!({}),
        json!({"endpoints": null}),
        json!({"endpoints": {}}),
        json!({"total_count": 1}),
        json!([{"endpoint_id": "e1"}]),
        json!({"endpoints": [{"endpoint_id": "e1"}, {}]}),
        json!({"endpoints": [{"endpoint_id": ""}]}),
        json!({"endpoints": [{"endpoint_id": null}]}),
        json!({"endpoints": [{"endpoint_id": 1.5}]}),
        json!({"endpoints": [{"agent_id": "e1"}]}),
        json!({"endpoints": [null]}),
        json!({"endpoints": ["e1"]}),
    ] {
        assert_eq!(page(&reply).unwrap_err(), "the reply is not of the documented shape", "{reply}");
    }
    let error = page(&json!({"endpoints": [], "err_code": 500})).unwrap_err();
    assert!(error.starts_with("the reply holds an error"), "{error}");
}
