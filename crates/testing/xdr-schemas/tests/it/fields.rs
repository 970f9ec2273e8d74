//! The filter fields as the pages of the API name them, in a second table that is written by hand. The table of the
//! model and the generated schema must both agree with this table.

use serde_json::{Value, json};
use xdr_model::{AbortScan, EndpointFilter, Filter, GetEndpoints, Invalid, Operation, Scan};

use crate::{document, validator};

const WORDS: &[&str] = &["in"];
const TIME: &[&str] = &["gte", "lte"];

/// A field, its operators, valid values and invalid values.
fn oracle() -> Vec<(&'static str, &'static [&'static str], Value, Value)> {
    let names = || json!([["a"], ["b c"], ["a", "a"], ["007"], ["\u{200d}"], ["a\u{a0}b"]]);
    let no_names = || json!([[], [""], ["a", ""], [" "], ["a", "b "], ["\u{a0}a"], ["a\nb"], ["a\u{200b}b"], "a", "", null, 1, [1], [null], [["a"]], {}, {"a": "b"}]);
    let times = || json!([1_000_000_000_000_u64, 1_760_000_000_000_u64, 9_999_999_999_999_u64, 1e12]);
    let no_times = || {
        json!([
            0,
            -1,
            1.5,
            1_790_000_000,
            999_999_999_999_u64,
            10_000_000_000_000_u64,
            1_790_000_000_000_000_u64,
            9_007_199_254_740_992_u64,
            1e17,
            "1760000000000",
            null,
            [1],
            [],
            {}
        ])
    };
    vec![
        ("endpoint_id_list", WORDS, names(), no_names()),
        ("dist_name", WORDS, names(), no_names()),
        ("first_seen", TIME, times(), no_times()),
        ("last_seen", TIME, times(), no_times()),
        (
            "ip_list",
            WORDS,
            json!([["192.168.5.12"], ["::1", "10.0.0.1"], ["::ffff:10.0.0.1"], ["2001:DB8::"]]),
            json!([
                "192.168.5.12",
                [],
                ["192.168.5"],
                ["192.168.5.012"],
                ["10.0.0.0/8"],
                ["::1\n"],
                ["fe80::1%1"]
            ]),
        ),
        ("group_name", WORDS, names(), no_names()),
        (
            "platform",
            WORDS,
            json!([["windows"], ["linux", "macos", "android"]]),
            json!(["windows", [], ["Windows"], ["ios"], [""], ["windows", "ios"]]),
        ),
        ("alias", WORDS, names(), no_names()),
        (
            "isolate",
            WORDS,
            json!([["isolated"], ["unisolated", "isolated"]]),
            json!(["isolated", [], ["ISOLATED"], [true], true]),
        ),
        ("hostname", WORDS, names(), no_names()),
        ("username", WORDS, names(), no_names()),
        (
            "scan_status",
            WORDS,
            json!([
                ["none", "pending", "in_progress", "canceled"],
                ["aborted", "pending_cancellation", "success", "error"]
            ]),
            json!(["none", [], ["cancelled"], ["SCAN_STATUS_SUCCESS"], [null]]),
        ),
    ]
}

/// The fields that only `get_endpoint` has.
fn oracle_of_endpoints() -> Vec<(&'static str, Value, Value)> {
    vec![
        (
            "endpoint_status",
            json!([["connected"], ["disconnected", "lost", "uninstalled"], ["lost", "lost"]]),
            json!(["lost", [], [""], ["CONNECTED"], ["pending"], [null], null, 1, {}]),
        ),
        (
            "public_ip_list",
            json!([["203.0.113.7"], ["::1", "10.0.0.1"], ["2001:DB8::"]]),
            json!(["203.0.113.7", [], [""], ["203.0.113"], ["10.0.0.0/8"], ["::1\n"], [1]]),
        ),
    ]
}

/// A request of `get_endpoint` with this filter.
fn endpoints(filter: &Value) -> Value {
    let sort = json!({"field": "endpoint_id", "keyword": "asc"});
    json!({"request_data": {"filters": [filter], "search_from": 0, "search_to": 100, "sort": sort}})
}

/// The common verdict of the schema and the reader of `get_endpoint` on a filter.
fn verdict_of_endpoints(filter: &Value) -> bool {
    let request = endpoints(filter);
    let mine = GetEndpoints::from_json(&request.to_string());
    let theirs = validator(&document("get-endpoint-request")).is_valid(&request);
    assert_eq!(mine.is_ok(), theirs, "{request}: {mine:?}");
    theirs
}

#[test]
fn endpoints_are_found_by_the_fields_of_scans_and_two_more() {
    let mut pages: Vec<_> = oracle().iter().map(|row| row.0).collect();
    pages.extend(oracle_of_endpoints().iter().map(|row| row.0));
    let mut table = EndpointFilter::FIELDS.to_vec();
    pages.sort_unstable();
    table.sort_unstable();
    assert_eq!(table, pages);
    for (field, operators, good, bad) in oracle() {
        let filter = |value: &Value| json!({"field": field, "operator": operators[0], "value": value});
        assert!(verdict_of_endpoints(&filter(&good[0])), "{field}");
        assert!(!verdict_of_endpoints(&filter(&bad[0])), "{field}");
    }
    for (field, good, bad) in oracle_of_endpoints() {
        for operator in ["in", "gte", "lte", "IN", "eq", ""] {
            let filter = json!({"field": field, "operator": operator, "value": good[0]});
            assert_eq!(verdict_of_endpoints(&filter), operator == "in", "{filter}");
        }
        for (values, is_good) in [(good, true), (bad, false)] {
            for value in values.as_array().unwrap() {
                let filter = json!({"field": field, "operator": "in", "value": value});
                assert_eq!(verdict_of_endpoints(&filter), is_good, "{filter}");
                assert!(!verdict(&filter), "a scan has no {field}");
            }
        }
    }
}

/// The common verdict of both schemas and both readers on a filter.
fn verdict(filter: &Value) -> bool {
    let request = json!({"request_data": {"filters": [filter]}});
    let text = request.to_string();
    let mine: [Result<(), Invalid>; 2] =
        [Scan::from_json(&text).map(|_| ()), AbortScan::from_json(&text).map(|_| ())];
    let theirs =
        ["scan-request", "abort-scan-request"].map(|name| validator(&document(name)).is_valid(&request));
    assert_eq!(mine.each_ref().map(Result::is_ok), theirs, "{request}: {mine:?}");
    assert_eq!(theirs[0], theirs[1], "{request}");
    theirs[0]
}

#[test]
fn the_table_has_the_fields_of_the_pages() {
    let mut pages: Vec<_> = oracle().iter().map(|row| row.0).collect();
    let mut table = Filter::FIELDS.to_vec();
    pages.sort_unstable();
    table.sort_unstable();
    assert_eq!(table, pages);
}

#[test]
fn a_field_takes_its_operators_only() {
    for (field, operators, good, _) in oracle() {
        for operator in ["in", "gte", "lte", "IN", "eq", "contains", "neq", ""] {
            let filter = json!({"field": field, "operator": operator, "value": good[0]});
            assert_eq!(verdict(&filter), operators.contains(&operator), "{filter}");
        }
    }
}

#[test]
fn a_field_takes_its_values_only() {
    for (field, operators, good, bad) in oracle() {
        for operator in operators {
            let filter = |value: &Value| json!({"field": field, "operator": operator, "value": value});
            for value in good.as_array().unwrap() {
                assert!(verdict(&filter(value)), "{field} must take {value}");
            }
            for value in bad.as_array().unwrap() {
                assert!(!verdict(&filter(value)), "{field} must not take {value}");
            }
        }
    }
}

/// Exactly the words of the pages and of saved documents, for each definition that lists words.
fn words() -> Vec<(&'static str, &'static str, Value)> {
    let statuses = json!([
        "PENDING",
        "IN_PROGRESS",
        "PENDING_ABORT",
        "COMPLETED_SUCCESSFULLY",
        "COMPLETED_SUCCESSFULLY_WITH_EXCEPTIONS",
        "COMPLETED_PARTIAL",
        "FAILED",
        "TIMEOUT",
        "EXPIRED",
        "ABORTED",
        "CANCELLED",
        "CANCELED"
    ]);
    let scans = json!([
        "none",
        "pending",
        "in_progress",
        "canceled",
        "aborted",
        "pending_cancellation",
        "success",
        "error"
    ]);
    vec![
        ("filter", "/$defs/InOperator/enum", json!(["in"])),
        ("filter", "/$defs/TimestampOperator/enum", json!(["gte", "lte"])),
        ("filter", "/$defs/Platform/enum", json!(["windows", "linux", "macos", "android"])),
        ("filter", "/$defs/Isolation/enum", json!(["isolated", "unisolated"])),
        ("filter", "/$defs/ScanStatus/enum", scans),
        ("scan-request", "/$defs/AllEndpoints/enum", json!(["all"])),
        ("abort-scan-request", "/$defs/AllEndpoints/enum", json!(["all"])),
        ("get-action-status-response", "/$defs/EndpointActionStatus/anyOf/0/enum", statuses),
        (
            "scan-batches",
            "/$defs/UnstartedBatch/properties/state/enum",
            json!(["not_sent", "sending", "refused"]),
        ),
        (
            "get-endpoint-request",
            "/$defs/ConnectionStatus/enum",
            json!(["connected", "disconnected", "lost", "uninstalled"]),
        ),
        (
            "get-endpoint-response",
            "/$defs/EndpointConnection/anyOf/0/enum",
            json!(["connected", "disconnected", "lost", "uninstalled"]),
        ),
    ]
}

#[test]
fn the_schemas_list_the_words_of_the_pages() {
    for (name, place, words) in words() {
        assert_eq!(document(name).pointer(place), Some(&words), "{name}{place}");
    }
}

#[test]
fn the_bounds_are_those_of_the_pages() {
    let greatest = json!(9_007_199_254_740_991_u64);
    let id = "/$defs/GetActionStatus/properties/group_action_id/anyOf/0";
    for (name, place, bound) in [
        ("filter", "/$defs/EpochMillis/minimum".to_owned(), json!(1_000_000_000_000_u64)),
        ("filter", "/$defs/EpochMillis/maximum".to_owned(), json!(9_999_999_999_999_u64)),
        ("scan-request", "/$defs/Filters/oneOf/0/minItems".to_owned(), json!(1)),
        ("get-action-status-request", format!("{id}/minimum"), json!(0)),
        ("get-action-status-request", format!("{id}/maximum"), greatest.clone()),
        ("get-endpoint-request", "/$defs/GetEndpoints/properties/search_from/minimum".to_owned(), json!(0)),
        ("get-endpoint-request", "/$defs/GetEndpoints/properties/search_to/minimum".to_owned(), json!(1)),
        ("scan-batches", "/properties/batches/minItems".to_owned(), json!(1)),
        ("scan-batches", "/$defs/StartedBatch/properties/endpoint_ids/minItems".to_owned(), json!(1)),
        ("scan-batches", "/$defs/UnstartedBatch/properties/endpoint_ids/minItems".to_owned(), json!(1)),
        ("action-report", "/properties/action_id/anyOf/0/minimum".to_owned(), json!(0)),
        ("action-report", "/properties/action_id/anyOf/0/maximum".to_owned(), greatest),
    ] {
        assert_eq!(document(name).pointer(&place), Some(&bound), "{name}{place}");
    }
}

#[test]
fn a_selection_may_name_an_incident_and_nothing_else() {
    for (name, place) in
        [("scan-request", "/$defs/Scan"), ("abort-scan-request", "/$defs/AbortScan"), ("scan", "")]
    {
        let document = document(name);
        let schema = document.pointer(place).unwrap();
        assert_eq!(schema["required"], json!(["filters"]), "{name}");
        let keys: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["filters", "incident_id"], "{name}");
    }
}

#[test]
fn the_filters_of_batches_are_those_of_scans_without_ids() {
    let choices = |place: &str| document("scan-batches").pointer(place).unwrap().as_array().unwrap().clone();
    let mut filters = choices("/$defs/Filter/oneOf");
    filters.retain(|choice| choice["$ref"] != "#/$defs/EndpointIdsFilter");
    assert_eq!((&filters, filters.len() + 1), (&choices("/$defs/SharedFilter/oneOf"), Filter::FIELDS.len()));
}

#[test]
fn fields_that_the_pages_do_not_name_are_refused() {
    for field in ["tags", "group_id", "dist_id", "endpoint_id", "Endpoint_status", ""] {
        assert!(!verdict_of_endpoints(&json!({"field": field, "operator": "in", "value": ["a"]})), "{field}");
    }
    for field in ["tags", "group_id", "dist_id", "endpoint_status", "public_ip_list", "Hostname", ""] {
        assert!(!verdict(&json!({"field": field, "operator": "in", "value": ["a"]})), "{field}");
    }
}
