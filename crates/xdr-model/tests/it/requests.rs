//! Requests: the sent bodies, the refused values, and the reading of external documents.

use std::fmt::Write;
use std::net::Ipv6Addr;

use proptest::prelude::*;
use serde_json::Value;
use xdr_model::{
    AbortScan, ActionId, EpochMillis, Filter, Filters, GetActionStatus, Invalid, Isolation, Operation,
    Platform, Replay, Scan, ScanStatus, TimeBound, filter::IpAddress, registry::OPERATIONS,
};

use crate::mistakes::is_formatted_number;
use crate::supplied::may_be_supplied;

const MOMENT: u64 = 1_760_000_000_000;
const FIRST_MOMENT: u64 = 1_000_000_000_000;
const LAST_MOMENT: u64 = 9_999_999_999_999;

fn since(millis: u64) -> TimeBound {
    TimeBound::AtOrAfter(EpochMillis::new(millis))
}

fn until(millis: u64) -> TimeBound {
    TimeBound::AtOrBefore(EpochMillis::new(millis))
}

/// A filter on each field of the table.
fn one_of_each() -> Vec<Filter> {
    let ips = ["10.0.0.7".parse::<IpAddress>().unwrap(), Ipv6Addr::LOCALHOST.into()];
    vec![
        Filter::endpoint_ids(["9f2c4b1e0d7a4c55a1b2c3d4e5f60718", "e2"]),
        Filter::distribution_name(["Default"]),
        Filter::group_name(["Servers \"A\"", "Büro 2"]),
        Filter::alias(["front door"]),
        Filter::hostname(["web-1", "web-2"]),
        Filter::username(["acme\\jo"]),
        Filter::ip_addresses(ips),
        Filter::platform(Platform::ALL.iter().copied()),
        Filter::isolation(Isolation::ALL.iter().copied()),
        Filter::scan_status(ScanStatus::ALL.iter().copied()),
        Filter::first_seen(since(FIRST_MOMENT)),
        Filter::last_seen(until(LAST_MOMENT)),
    ]
}

fn body(operation: &impl Operation) -> String {
    operation.validate().unwrap();
    String::from_utf8(operation.encode().unwrap().to_vec()).unwrap()
}

fn pretty(body: &str) -> String {
    serde_json::to_string_pretty(&serde_json::from_str::<Value>(body).unwrap()).unwrap()
}

#[test]
fn there_are_twelve_fields_and_each_is_written_under_its_name() {
    let filters = one_of_each();
    let fields: Vec<_> = filters.iter().map(Filter::field).collect();
    assert_eq!(fields, Filter::FIELDS);
    assert_eq!(fields.len(), 12);
    for filter in filters {
        let field = format!(r#""field":"{}""#, filter.field());
        assert!(body(&Scan::matching([filter])).contains(&field), "{field}");
    }
}

#[test]
fn a_scan_of_everything_says_all() {
    insta::assert_snapshot!(body(&Scan::all()), @r#"{"request_data":{"filters":"all"}}"#);
    insta::assert_snapshot!(body(&AbortScan::all()), @r#"{"request_data":{"filters":"all"}}"#);
}

#[test]
fn a_selection_is_written_in_the_order_of_the_api() {
    let range = [Filter::last_seen(since(MOMENT)), Filter::last_seen(until(MOMENT + 1))];
    let filters = one_of_each().into_iter().chain(range);
    let scan = body(&Scan::matching(filters.clone()).with_incident("42"));
    insta::assert_snapshot!("selection", pretty(&scan));
    assert!(
        scan.starts_with(
            r#"{"request_data":{"filters":[{"field":"endpoint_id_list","operator":"in","value":["#
        )
    );
    assert!(scan.ends_with(r#"],"incident_id":"42"}}"#));
    assert_eq!(scan, body(&AbortScan::matching(filters).with_incident("42")), "both take the same selection");
}

#[test]
fn an_action_is_asked_for_by_an_integer_where_its_id_is_all_digits() {
    let body = |id: &str| body(&GetActionStatus::new(id.parse().unwrap()));
    insta::assert_snapshot!(body("42"), @r#"{"request_data":{"group_action_id":42}}"#);
    insta::assert_snapshot!(body("4294967297"), @r#"{"request_data":{"group_action_id":4294967297}}"#);
    insta::assert_snapshot!(body("18446744073709551615"), @r#"{"request_data":{"group_action_id":18446744073709551615}}"#);
    // As integers, these ids would become the ids of other actions. As strings, they stay exact.
    insta::assert_snapshot!(body("007"), @r#"{"request_data":{"group_action_id":"007"}}"#);
    insta::assert_snapshot!(body("18446744073709551616"), @r#"{"request_data":{"group_action_id":"18446744073709551616"}}"#);
    insta::assert_snapshot!(body("a-7"), @r#"{"request_data":{"group_action_id":"a-7"}}"#);
    insta::assert_snapshot!(body("-7"), @r#"{"request_data":{"group_action_id":"-7"}}"#);
    insta::assert_snapshot!(body("١٢"), @r#"{"request_data":{"group_action_id":"١٢"}}"#);
}

#[test]
fn every_operation_is_registered_with_its_path_and_what_it_does() {
    let found: Vec<_> = OPERATIONS.iter().map(|o| (o.name, o.path, o.replay)).collect();
    let expected = [
        ("scan", "/public_api/v1/endpoints/scan", Replay::Unsafe),
        ("abort_scan", "/public_api/v1/endpoints/abort_scan", Replay::Unsafe),
        ("get_action_status", "/public_api/v1/actions/get_action_status", Replay::Safe),
        ("get_endpoint", "/public_api/v1/endpoints/get_endpoint", Replay::Safe),
    ];
    for known in expected {
        assert!(found.contains(&known), "{known:?} is not among {found:?}");
    }
    assert!(OPERATIONS.iter().all(|o| o.path.ends_with(&format!("/{}", o.name))));
    assert!(
        OPERATIONS.iter().all(|o| o.name != "get_endpoints"),
        "the plural call ignores filters and pages"
    );
}

// ---- rules of values --------------------------------------------------------------------------------------------

fn pointers(invalid: &Invalid) -> Vec<&str> {
    invalid.violations().iter().map(|violation| &*violation.pointer).collect()
}

#[test]
fn what_breaks_a_rule_is_refused_with_its_place() {
    const FILTERS: &str = "/request_data/filters";
    const VALUE: &str = "/request_data/filters/0/value";
    const ITEM: &str = "/request_data/filters/0/value/1";
    let none: [&str; 0] = [];
    let hole = ["a", ""];
    let one = |filter| Scan::matching([filter]);
    let table = [
        (Scan::matching([]), FILTERS),
        (one(Filter::endpoint_ids(none)), VALUE),
        (one(Filter::distribution_name(none)), VALUE),
        (one(Filter::group_name(none)), VALUE),
        (one(Filter::alias(none)), VALUE),
        (one(Filter::hostname(none)), VALUE),
        (one(Filter::username(none)), VALUE),
        (one(Filter::ip_addresses([Ipv6Addr::LOCALHOST; 0])), VALUE),
        (one(Filter::platform([Platform::Linux; 0])), VALUE),
        (one(Filter::isolation([Isolation::Isolated; 0])), VALUE),
        (one(Filter::scan_status([ScanStatus::None; 0])), VALUE),
        (one(Filter::endpoint_ids(hole)), ITEM),
        (one(Filter::distribution_name(hole)), ITEM),
        (one(Filter::group_name(hole)), ITEM),
        (one(Filter::alias(hole)), ITEM),
        (one(Filter::hostname(hole)), ITEM),
        (one(Filter::username(hole)), ITEM),
        (one(Filter::first_seen(since(0))), VALUE),
        (one(Filter::first_seen(until(LAST_MOMENT + 1))), VALUE),
        (one(Filter::last_seen(until(0))), VALUE),
        (one(Filter::last_seen(since(u64::MAX))), VALUE),
        (one(Filter::last_seen(since(MOMENT / 1000))), VALUE),
        (one(Filter::last_seen(until(MOMENT * 1000))), VALUE),
        (one(Filter::last_seen(until(MOMENT * 1_000_000))), VALUE),
        (Scan::all().with_incident(""), "/request_data/incident_id"),
    ];
    let mut texts = String::new();
    for (scan, place) in table {
        let mut abort = AbortScan::all();
        (abort.filters, abort.incident_id) = (scan.filters.clone(), scan.incident_id.clone());
        let invalid = scan.validate().unwrap_err();
        assert_eq!(pointers(&invalid), [place], "{scan:?}");
        assert_eq!(abort.validate().unwrap_err(), invalid, "both have the same rules");
        writeln!(texts, "{invalid}").unwrap();
    }
    insta::assert_snapshot!("broken_values", texts);
}

#[test]
fn a_time_in_another_unit_is_refused_and_its_unit_named() {
    let rule = |time: u64| {
        let refused = Scan::matching([Filter::last_seen(since(time))]).validate().unwrap_err();
        let document = filter("last_seen", "\"lte\"", &time.to_string());
        assert_eq!(
            Scan::from_json(&document).unwrap_err().violations()[0].rule,
            refused.violations()[0].rule
        );
        refused.violations()[0].rule.to_string()
    };
    // Times of every year from 1975 on, as far as the unit allows.
    for year in 5..=70 {
        let seconds = year * 31_556_952;
        for (factor, unit) in [(1, "seconds"), (1_000_000, "microseconds"), (1_000_000_000, "nanoseconds")] {
            if unit == "seconds" || year >= 32 {
                let rule = rule(seconds * factor);
                assert!(rule.ends_with(&format!("this looks like {unit}")), "{year} {unit}: {rule}");
            }
        }
    }
    for time in [0, 1, 99_999_999, 999_999_999_999, 10_000_000_000_000, 999_999_999_999_999] {
        assert!(!rule(time).contains("looks like"), "{time}");
    }
}

#[test]
fn every_violation_is_told_at_once_and_in_the_order_of_the_document() {
    let scan = Scan::matching([
        Filter::hostname(["", "ok", ""]),
        Filter::alias([""; 0]),
        Filter::platform([Platform::Linux]),
        Filter::last_seen(since(0)),
    ])
    .with_incident("");
    let expected =
        ["filters/0/value/0", "filters/0/value/2", "filters/1/value", "filters/3/value", "incident_id"]
            .map(|place| format!("/request_data/{place}"));
    assert_eq!(pointers(&scan.validate().unwrap_err()), expected);
    // The same document breaks the same rules if it is deserialised without checks.
    let document = String::from_utf8(scan.encode().unwrap().to_vec()).unwrap();
    assert_eq!(pointers(&Scan::from_json(&document).unwrap_err()), expected);
}

#[test]
fn inner_blanks_repeated_items_and_the_bounds_of_times_are_allowed() {
    let allowed = [
        Scan::matching([Filter::hostname(["a b", "a", "a"])]).with_incident("4 2"),
        Scan::matching([Filter::first_seen(since(FIRST_MOMENT)), Filter::first_seen(until(LAST_MOMENT))]),
        Scan::matching([Filter::alias(["a"]), Filter::alias(["x".repeat(100_000)])]),
    ];
    assert!(allowed.iter().all(|scan| scan.validate().is_ok()));
}

// ---- documents --------------------------------------------------------------------------------------------------

/// A document with these filters.
fn filters(filters: &str) -> String {
    format!(r#"{{"request_data":{{"filters":{filters}}}}}"#)
}

/// A document with one filter.
fn filter(field: &str, operator: &str, value: &str) -> String {
    filters(&format!(r#"[{{"field":"{field}","operator":{operator},"value":{value}}}]"#))
}

#[test]
fn a_good_document_is_read_as_what_it_says() {
    let hosts = || Scan::matching([Filter::hostname(["a"])]);
    let first_seen = |millis| Scan::matching([Filter::first_seen(since(millis))]);
    let in_hosts = |value: &str| filter("hostname", "\"in\"", value);
    let gte = |value: &str| filter("first_seen", "\"gte\"", value);
    let table = [
        (filters("\"all\""), Scan::all()),
        (filters(r#""\u0061ll""#), Scan::all()),
        (format!(" \n{}\t", filters("\"all\"")), Scan::all()),
        (in_hosts(r#"["a"]"#), hosts()),
        (filters(r#"[{"value":["a"],"operator":"in","field":"hostname"}]"#), hosts()),
        (in_hosts(r#"["a","b c","a"]"#), Scan::matching([Filter::hostname(["a", "b c", "a"])])),
        (gte("1000000000000"), first_seen(FIRST_MOMENT)),
        (gte("1000000000000.0"), first_seen(FIRST_MOMENT)),
        (gte("1e12"), first_seen(FIRST_MOMENT)),
        (gte("9999999999999"), first_seen(LAST_MOMENT)),
        (gte("9999999999999.0"), first_seen(LAST_MOMENT)),
        (filter("last_seen", "\"lte\"", "1760000000000"), Scan::matching([Filter::last_seen(until(MOMENT))])),
        (
            filter("ip_list", "\"in\"", r#"["::FFFF:10.0.0.7","::1"]"#),
            Scan::matching([Filter::ip_addresses(
                ["::FFFF:10.0.0.7", "::1"].map(|ip| ip.parse::<IpAddress>().unwrap()),
            )]),
        ),
        (r#"{"request_data":{"incident_id":"42","filters":"all"}}"#.into(), Scan::all().with_incident("42")),
        // The last value of a repeated key counts.
        (r#"{"request_data":{"filters":[],"filters":"all"}}"#.into(), Scan::all()),
        (r#"{"request_data":null,"request_data":{"filters":"all"}}"#.into(), Scan::all()),
        (
            filters(
                r#"[{"field":"alias","operator":"gte","value":[],"operator":"in","field":"hostname","value":["a"]}]"#,
            ),
            hosts(),
        ),
    ];
    for (document, scan) in table {
        assert_eq!(Scan::from_json(&document).as_ref(), Ok(&scan), "{document}");
        assert!(
            AbortScan::from_json(&document).is_ok_and(|abort| abort.filters == scan.filters),
            "{document}"
        );
    }
}

/// Wrong documents, each with its mistakes.
pub(crate) fn bad_selections() -> Vec<(&'static str, String)> {
    let deep = |depth| filters(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    let list = |field, value: &str| filter(field, "\"in\"", value);
    let time = |value: &str| filter("first_seen", "\"gte\"", value);
    let inside = |data: &str| format!(r#"{{"request_data":{data}}}"#);
    vec![
        ("nothing", String::new()),
        ("no JSON", "{".into()),
        ("something after the document", format!("{} x", filters("\"all\""))),
        ("NaN", time("NaN")),
        ("a lone surrogate", filters(r#""\ud800""#)),
        ("nested too deeply", deep(200)),
        ("a list for the document", r#"["all"]"#.into()),
        ("a lone text", "\"all\"".into()),
        ("null", "null".into()),
        ("an empty object", "{}".into()),
        ("an unknown key outside", r#"{"request_data":{"filters":"all"},"reques_data":1}"#.into()),
        ("request_data is null", inside("null")),
        ("request_data is a list", inside(r#"["all"]"#)),
        ("request_data is text", inside("\"all\"")),
        ("request_data is empty", inside("{}")),
        ("unknown keys inside", inside(r#"{"":2,"a/b~c":1,"filter":[],"filters":"all"}"#)),
        ("filters is null", filters("null")),
        ("filters is an empty list", filters("[]")),
        ("filters is another word", filters("\"ALL\"")),
        ("filters is an object", filters(r#"{"field":"hostname"}"#)),
        ("filters is false", filters("false")),
        ("filters is a number", filters("0")),
        ("all in a list", filters(r#"["all"]"#)),
        ("a filter as a list", filters(r#"[["hostname","in",["a"]]]"#)),
        ("a null filter", filters("[null]")),
        ("an empty filter", filters("[{}]")),
        ("an unknown key in a filter", filters(r#"[{"field":"hostname","operator":"in","value":["a"],"not":true}]"#)),
        ("an unknown field", list("tags", r#"["a"]"#)),
        ("an unknown field with a text and another operator", filter("tags", "\"eq\"", "\"a\"")),
        ("a field in capitals", list("Hostname", r#"["a"]"#)),
        ("a field that is null", filters(r#"[{"field":null,"operator":"in","value":["a"]}]"#)),
        ("the wrong operator for a list", filter("hostname", "\"gte\"", r#"["a"]"#)),
        ("an unknown operator", filter("hostname", "\"IN\"", r#"["a"]"#)),
        ("a null operator", filter("hostname", "null", r#"["a"]"#)),
        ("the wrong operator for a time", filter("last_seen", "\"in\"", "5")),
        ("a null operator for a time", filter("last_seen", "null", "5")),
        ("an operator in a list", filter("hostname", r#"["in"]"#, r#"["a"]"#)),
        ("no value", filters(r#"[{"field":"hostname","operator":"in"}]"#)),
        ("a null value", list("hostname", "null")),
        ("a text for a list", list("hostname", "\"a\"")),
        ("an empty list", list("hostname", "[]")),
        ("an object for a list", list("hostname", r#"{"0":"a"}"#)),
        ("an empty item", list("hostname", r#"["a",""]"#)),
        ("items that are no text", list("hostname", r#"[null,1,true,["a"],{"a":1},"ok"]"#)),
        ("an empty endpoint id", list("endpoint_id_list", r#"[""]"#)),
        ("two names in one value, one a line", list("hostname", r#"["web-1\nweb-2\n"]"#)),
        ("a line break after a name", list("alias", r#"["web-1\n"]"#)),
        ("a blank before a name", list("hostname", r#"["web-1"," web-2"]"#)),
        ("a carriage return after an id", list("endpoint_id_list", r#"["0f6ba1a18c35d416c8e27a319cc2fea0\r"]"#)),
        ("an invisible character in a name", list("group_name", r#"["web\u200b1","\ufeffweb","gnp\u202eexe"]"#)),
        ("nothing but a blank", list("username", r#"[" "]"#)),
        ("platforms", list("platform", r#"["Windows","linux","","ios",null]"#)),
        ("isolation", list("isolate", r#"["yes"]"#)),
        ("scan states", list("scan_status", r#"["SCAN_STATUS_SUCCESS","cancelled"]"#)),
        ("IP addresses", list("ip_list", r#"["10.0.0","10.0.0.256","010.0.0.1","::1%eth0","10.0.0.7/24"," ::1","::1\n","١.1.1.1",""]"#)),
        ("time 0", time("0")),
        ("time -0.0", time("-0.0")),
        ("a negative time", time("-1")),
        ("a time in seconds", time("1790000000")),
        ("a time in seconds with a point", time("1790000000.0")),
        ("a time in microseconds", time("1790000000000000")),
        ("a time in nanoseconds", time("1790000000000000000")),
        ("a time before September 2001", time("999999999999")),
        ("a time of 14 digits", time("10000000000000")),
        ("a time of 2^53", time("9007199254740992")),
        ("a time above u64", time("18446744073709551617")),
        ("a huge float", time("1e300")),
        ("a fractional time", time("1.5")),
        ("a time as text", time("\"1760000000000\"")),
        ("a time in a list", time("[1760000000000]")),
        ("a null time", time("null")),
        ("a null incident", inside(r#"{"filters":"all","incident_id":null}"#)),
        ("an empty incident", inside(r#"{"filters":"all","incident_id":""}"#)),
        ("a tab after an incident", inside(r#"{"filters":"all","incident_id":"4\t"}"#)),
        ("an incident as a number", inside(r#"{"filters":"all","incident_id":42}"#)),
        ("the last of repeated keys is wrong", inside(r#"{"filters":"all","filters":[]}"#)),
        ("a hostile key", inside("{\"filters\":\"all\",\"\\u001b[31mred\\u202e\":1}")),
        ("a key without end", inside(&format!(r#"{{"filters":"all","{}":1}}"#, "k".repeat(1000)))),
        ("a hostile word", filters("\"\\u001b[31mred\\u202e\\n\"")),
        ("a long word", filters(&format!("\"{}\"", "x".repeat(1000)))),
        (
            "everything at once",
            r#"{"request_data":{"filters":[{"field":"hostname","operator":"gte","value":["",1]},{"field":"colour","operator":1,"value":2},{"operator":"in"},{"field":"first_seen","operator":"in","value":0}],"incident_id":1,"x":2},"y":3}"#.into(),
        ),
    ]
}

#[test]
fn a_bad_document_is_refused_by_both_selections_alike() {
    for (case, document) in bad_selections() {
        let invalid = Scan::from_json(&document).expect_err(case);
        assert_eq!(AbortScan::from_json(&document).unwrap_err(), invalid, "{case}");
    }
}

#[test]
fn an_action_is_read_from_an_integer_or_from_text() {
    let read =
        |id: &str| GetActionStatus::from_json(&format!(r#"{{"request_data":{{"group_action_id":{id}}}}}"#));
    let good = [
        ("0", "0"),
        ("42", "42"),
        ("42.0", "42"),
        ("4.2e1", "42"),
        ("9007199254740991", "9007199254740991"),
        ("\"18446744073709551616\"", "18446744073709551616"),
        ("\"007\"", "007"),
        ("\"a 7\"", "a 7"),
        ("\"a-7\"", "a-7"),
    ];
    for (id, expected) in good {
        assert_eq!(read(id).as_ref().map(|request| request.group_action_id.as_str()), Ok(expected), "{id}");
    }
}

/// Documents without a good action.
pub(crate) fn bad_action_ids() -> Vec<String> {
    let ids = [
        "\"\"",
        "\"4,294,967,297\"",
        "\" \"",
        "\"42\\n\"",
        "null",
        "-1",
        "1.5",
        "9007199254740992",
        "1e30",
        "[42]",
        "{\"id\":42}",
        "true",
    ];
    let ids = ids.map(|id| format!(r#"{{"request_data":{{"group_action_id":{id}}}}}"#));
    let others =
        ["42", "[42]", r#"{"request_data":{}}"#, r#"{"request_data":{"group_action_id":1,"action_id":1}}"#];
    ids.into_iter().chain(others.map(Into::into)).collect()
}

// ---- properties -------------------------------------------------------------------------------------------------

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(
        prop_oneof!["[ -~]{1,8}", ".{1,4}"].prop_filter("refused", |text| may_be_supplied(text)),
        1..4,
    )
}

fn words<T: Copy + std::fmt::Debug>(all: &'static [T]) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(prop::sample::select(all), 1..4)
}

fn times() -> impl Strategy<Value = TimeBound> {
    (any::<bool>(), prop_oneof![FIRST_MOMENT..=LAST_MOMENT, Just(FIRST_MOMENT), Just(LAST_MOMENT)])
        .prop_map(|(after, millis)| if after { since(millis) } else { until(millis) })
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let ips = prop::collection::vec(any::<std::net::IpAddr>().prop_map(IpAddress::from), 1..4);
    prop_oneof![
        texts().prop_map(Filter::endpoint_ids),
        texts().prop_map(Filter::distribution_name),
        texts().prop_map(Filter::group_name),
        texts().prop_map(Filter::alias),
        texts().prop_map(Filter::hostname),
        texts().prop_map(Filter::username),
        ips.prop_map(Filter::ip_addresses),
        words(Platform::ALL).prop_map(Filter::platform),
        words(Isolation::ALL).prop_map(Filter::isolation),
        words(ScanStatus::ALL).prop_map(Filter::scan_status),
        times().prop_map(Filter::first_seen),
        times().prop_map(Filter::last_seen),
    ]
}

pub(crate) fn any_scan() -> impl Strategy<Value = Scan> {
    let filters = prop_oneof![
        1 => Just(Filters::All),
        9 => prop::collection::vec(any_filter(), 1..5).prop_map(Filters::Matching),
    ];
    let incident = "[ -~]{1,8}".prop_filter("refused", |text| may_be_supplied(text));
    (filters, prop::option::of(incident)).prop_map(|(filters, incident)| {
        let mut scan = Scan::all();
        (scan.filters, scan.incident_id) = (filters, incident.map(Into::into));
        scan
    })
}

/// Texts that are almost valid requests.
pub(crate) fn near_documents() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![
            "all",
            "in",
            "gte",
            "lte",
            "hostname",
            "platform",
            "first_seen",
            "ip_list",
            "linux",
            "::1",
            ""
        ])
        .prop_map(Value::from),
        ".{0,4}".prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "request_data",
        "filters",
        "incident_id",
        "field",
        "operator",
        "value",
        "x",
    ]);
    let value = leaf.prop_recursive(6, 40, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4).prop_map(|entries| Value::Object(
                entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
            )),
        ]
    });
    let filter = (
        prop::sample::select(Filter::FIELDS),
        prop::sample::select(vec!["in", "gte", "lte"]),
        value.clone(),
    )
        .prop_map(|(field, operator, value)| serde_json::json!({"field": field, "operator": operator, "value": value}));
    let lists = prop::collection::vec(prop_oneof![filter, value.clone()], 0..4)
        .prop_map(|filters| serde_json::json!({"request_data": {"filters": filters}}).to_string());
    let wrapped = value.clone().prop_map(|value| serde_json::json!({"request_data": value}).to_string());
    prop_oneof![lists, wrapped, value.prop_map(|value| value.to_string()), ".{0,40}"]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_selection_comes_back_from_its_own_document(scan in any_scan()) {
        let document = body(&scan);
        prop_assert_eq!(Scan::from_json(&document), Ok(scan.clone()));
        let abort = AbortScan::from_json(&document).unwrap();
        prop_assert_eq!(body(&abort), document);
        prop_assert_eq!(abort.filters, scan.filters);
    }

    /// Except for integers above 2^53 - 1, which documents write as strings.
    #[test]
    fn an_action_id_comes_back_from_its_own_document(
        id in prop_oneof![(0..=LAST_MOMENT).prop_map(|id| id.to_string()), "0[0-9]{1,9}", "[1-9][0-9]{20,30}", "[a-z -]{1,8}", ".{1,8}"]
            .prop_filter("refused", |id| may_be_supplied(id) && !is_formatted_number(id)),
    ) {
        let request = GetActionStatus::new(id.parse::<ActionId>().unwrap());
        prop_assert_eq!(GetActionStatus::from_json(&body(&request)), Ok(request));
    }

    #[test]
    fn what_is_read_from_a_document_breaks_no_rule(document in near_documents()) {
        if let Ok(scan) = Scan::from_json(&document) {
            prop_assert_eq!(scan.validate(), Ok(()));
            prop_assert_eq!(Scan::from_json(&body(&scan)), Ok(scan));
        }
        let _ = AbortScan::from_json(&document);
        let _ = GetActionStatus::from_json(&document);
    }

    #[test]
    fn a_refused_document_names_places_and_shows_one_line(document in near_documents()) {
        if let Err(invalid) = Scan::from_json(&document) {
            prop_assert!(!invalid.violations().is_empty());
            prop_assert!(!invalid.to_string().chars().any(char::is_control));
            for violation in invalid.violations() {
                prop_assert!(violation.pointer.is_empty() || violation.pointer.starts_with('/'));
            }
        }
    }
}
