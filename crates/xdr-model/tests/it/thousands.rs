//! Properties of all input from people, documents and servers, with ten thousand cases each.

use proptest::prelude::*;
use serde_json::{Value, json};
use xdr_model::{
    AbortScan, ActionId, EpochMillis, Error, Filter, GetActionStatus, Invalid, Operation, Scan, Tenant,
    TimeBound, credentials::ApiKeyId, error::Refusal, filter::IpAddress, sanitise,
};

use crate::mistakes::{QUOTES, is_formatted_number};
use crate::replies::near_replies;
use crate::requests::{any_scan, near_documents};
use crate::supplied::may_be_supplied;
use crate::support::{Received, drive, response, session};

/// The name of a tenant, with or without a wrong part.
fn near_addresses() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[a-zA-Z0-9-]{1,12}",
        4 => Just(".".to_owned()),
        1 => prop::sample::select(vec![
            "https://", "http://", "api-", "api-api-", "/public_api/", "/api_keys/", "@", ":443", "/", "?", "#", "\\", "_", " ", "\n", "\0", "\u{202e}", "é",
            "。", "[::1]", "127.0.0.1", "%2e", "xn--",
        ])
        .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Scans with every possible mistake of a value.
fn any_value() -> impl Strategy<Value = Scan> {
    let text = || prop::collection::vec(prop_oneof![3 => "[a-z]{1,3}", 1 => Just(String::new())], 0..4);
    let time = prop_oneof![
        any::<u64>(),
        (0..20u32).prop_map(|digits| 10u64.pow(digits)),
        999_999_999_990..10_000_000_000_010u64
    ]
    .prop_map(EpochMillis::new);
    let filter = prop_oneof![
        text().prop_map(Filter::hostname),
        text().prop_map(Filter::endpoint_ids),
        prop::collection::vec(any::<std::net::IpAddr>().prop_map(IpAddress::from), 0..3)
            .prop_map(Filter::ip_addresses),
        time.clone().prop_map(|time| Filter::first_seen(TimeBound::AtOrAfter(time))),
        prop_oneof![
            Just(0),
            Just(999_999_999_999),
            Just(1_000_000_000_000),
            Just(9_999_999_999_999),
            Just(10_000_000_000_000)
        ]
        .prop_map(|time| Filter::last_seen(TimeBound::AtOrBefore(EpochMillis::new(time)))),
    ];
    let broken = (prop::collection::vec(filter, 0..3), prop::option::of("[a-z]{0,1}")).prop_map(
        |(filters, incident)| {
            let scan = Scan::matching(filters);
            if let Some(incident) = incident { scan.with_incident(incident) } else { scan }
        },
    );
    prop_oneof![3 => broken, 1 => any_scan()]
}

/// The result of reading a document: the value, or the places and the broken rules.
type Read<T> = Result<T, Vec<(String, String)>>;

fn read_as<T>(read: Result<T, Invalid>) -> Read<T> {
    read.map_err(|invalid| {
        invalid.violations().iter().map(|v| (v.pointer.clone(), v.rule.to_string())).collect()
    })
}

/// The expected result of reading the document of this value.
fn written_as<O: Operation + Clone>(value: &O) -> Read<O> {
    read_as(value.validate().map(|()| value.clone()))
}

/// Bodies of error objects and actions: alone, wrapped and in lists, and some with a mistake.
fn answers() -> impl Strategy<Value = Vec<u8>> {
    let codes = prop::sample::select(vec![0, 42, 200, 302, 400, 401, 402, 403, 404, 408, 429, 500, 503]);
    let code = (codes, any::<bool>())
        .prop_map(|(code, is_text)| if is_text { json!(code.to_string()) } else { json!(code) });
    let messages = vec![
        json!(NO_ENDPOINT),
        json!("An error occurred"),
        json!(""),
        json!(null),
        json!({"message": NO_ENDPOINT}),
        json!("The value Param is Missing"),
        json!(7),
    ];
    let extras = vec![
        json!(null),
        json!("Can't create group action id for [a]"),
        json!("group_action_id param is missing"),
        json!("x"),
        json!({"a": [1]}),
    ];
    let actions = vec![json!("7"), json!(7), json!(""), json!(null), json!(18446744073709551615u64)];
    let pairs = (
        prop::option::weighted(0.7, code),
        prop::option::weighted(0.6, prop::sample::select(messages)),
        prop::option::weighted(0.3, prop::sample::select(extras)),
        prop::option::weighted(0.2, prop::sample::select(actions)),
    );
    let object = pairs.prop_map(|(code, message, extra, action)| {
        let keys = ["err_code", "err_msg", "err_extra", "action_id"];
        let values = keys.into_iter().zip([code, message, extra, action]);
        Value::Object(values.filter_map(|(key, value)| Some((key.to_owned(), value?))).collect())
    });
    let in_data = object.clone().prop_map(|mut error| {
        let message = error.as_object_mut().and_then(|error| error.remove("err_msg"));
        json!({"data": {"err_msg": message, "metadata": error}})
    });
    let nested = object.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| json!({"reply": inner})),
            prop::collection::vec(inner, 0..3).prop_map(Value::from),
        ]
    });
    let bodies = prop_oneof![6 => nested, 1 => in_data];
    (bodies, prop::option::weighted(0.1, any::<u8>())).prop_map(|(body, cut)| {
        let mut body = body.to_string().into_bytes();
        body.truncate(cut.map_or(body.len(), usize::from));
        body
    })
}

/// The texts that make a 500 a refusal, in any place.
const KNOWN_TEXTS: &[&str] = &[
    "no endpoint was found for creating the requested action",
    "no suitable agents found",
    "param is missing",
    "missing required param",
    "unsupported operator",
    "feature not supported",
];

const NO_ENDPOINT: &str = "No endpoint was found for creating the requested action";

/// Whether an answer with this status proves that nothing was carried out. This follows the table of retries strictly:
/// if a status leaves anything open, every part of the body must agree.
fn is_certain(status: u16, body: &[u8]) -> bool {
    let (mut errors, mut names_action) = (Vec::new(), false);
    if let Ok(document) = serde_json::from_slice::<Value>(body) {
        look_through(&document, &mut errors, &mut names_action);
    }
    let refuses = |code: u64, error: Option<&Value>| match code {
        408 => false,
        300..500 => true,
        500 => matches!(status, 200..300 | 500) && error.is_some_and(is_known_refusal),
        _ => false,
    };
    let code_of = |error: &Value| match &error["err_code"] {
        Value::String(text) => text.parse().ok(),
        code => code.as_u64().filter(|code| *code != 0),
    };
    let is_document = matches!(body.trim_ascii().first(), Some(b'{' | b'['));
    if status == 429 && is_document && serde_json::from_slice::<Value>(body).is_err() {
        return false;
    }
    // Another server may have sent a page instead of the tenant's answer, except for a status that says that nothing is
    // there.
    if is_foreign(body) && !matches!(status, 300..400 | 404 | 405 | 429) {
        return false;
    }
    // These statuses leave nothing open. A rate-limited action is sent again, so a 429 must agree with its body.
    if matches!(status, 300..500) && !matches!(status, 408 | 429) {
        return !names_action;
    }
    let in_success = (200..300).contains(&status);
    let all_refuse = errors.iter().all(|error| match code_of(error) {
        Some(code) if in_success || (400..600).contains(&code) => refuses(code, Some(error)),
        _ => is_known_refusal(error) || !in_success,
    });
    let by_status = match status {
        200..300 => !errors.is_empty(),
        500 => !errors.is_empty() && errors.iter().all(is_known_refusal),
        _ => refuses(status.into(), None),
    };
    by_status && all_refuse && !names_action
}

/// Whether a body comes from another server, according to its outermost keys. An empty body does not count.
fn is_foreign(body: &[u8]) -> bool {
    let keys = ["reply", "err_code", "err_msg", "action_id"];
    let has_key = |value: &Value| keys.iter().any(|key| value.get(key).is_some());
    let is_own = |value: &Value| {
        has_key(value)
            || value.pointer("/data/err_msg").is_some()
            || value.pointer("/data/metadata/err_code").is_some()
    };
    // A list of lists counts as a list.
    fn flat(value: Value) -> Vec<Value> {
        match value {
            Value::Array(items) => items.into_iter().flat_map(flat).collect(),
            other => vec![other],
        }
    }
    let has = |word: &str| body.windows(word.len()).any(|part| part == word.as_bytes());
    let is_document = matches!(body.trim_ascii().first(), Some(b'{' | b'['));
    match serde_json::from_slice::<Value>(body) {
        Ok(document) => !flat(document).iter().any(is_own),
        Err(_) if is_document => {
            !["action_id", "\"reply\"", "\"err_code\"", "\"err_msg\""].iter().any(|word| has(word))
        }
        Err(_) => !body.trim_ascii().is_empty(),
    }
}

fn is_known_refusal(error: &Value) -> bool {
    let says = |value: &Value, text: &str| value.to_string().to_lowercase().contains(&text.to_lowercase());
    says(&error["err_msg"], NO_ENDPOINT)
        || says(&error["err_extra"], "can't create group action id for")
        || says(&error["err_msg"], "param is missing")
        || says(&error["err_extra"], "param is missing")
}

/// All error objects, and whether an action is named, at any depth.
fn look_through(value: &Value, errors: &mut Vec<Value>, names_action: &mut bool) {
    match value {
        Value::Object(object) => {
            let says =
                |key| object.get(key).is_some_and(|value| !(value.is_null() || value == "" || value == 0));
            if says("err_code") || says("err_msg") {
                errors.push(value.clone());
            }
            *names_action |= says("action_id");
            if let Some(Value::Object(data)) = object.get("data") {
                let mut error = data.clone();
                error.extend(data.get("metadata").and_then(Value::as_object).cloned().unwrap_or_default());
                look_through(&Value::Object(error), errors, names_action);
            }
            object.get("reply").into_iter().for_each(|inner| look_through(inner, errors, names_action));
        }
        Value::Array(items) => items.iter().for_each(|item| look_through(item, errors, names_action)),
        _ => {}
    }
}

/// The result of a scan if every answer is this one.
fn end_of_scan(answer: impl Fn() -> Received) -> (Result<xdr_model::StartedAction, Error>, usize) {
    let ended = drive(session().call(&Scan::all()).unwrap(), |_| answer());
    (ended.output, ended.sends.len())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn an_address_leads_to_the_host_that_was_named_or_nowhere(fqdn in near_addresses()) {
        if let Ok(tenant) = Tenant::new(&fqdn) {
            let host = tenant.host();
            prop_assert!(host.starts_with("api-") && host.len() <= 253);
            prop_assert!(host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b)));
            prop_assert!(host[4..].split('.').count() >= 2);
            prop_assert!(host[4..].split('.').all(|label| (1..=63).contains(&label.len())));
            let named = fqdn.to_ascii_lowercase().replacen("https://", "", 1);
            let named = named.split('/').next().unwrap_or_default().to_owned();
            prop_assert!(named == host || named == host[4..], "{} from {}", host, fqdn);
            let url: xdr_model::http::Uri = tenant.to_string().parse().unwrap();
            prop_assert_eq!((url.scheme_str(), url.host(), url.port()), (Some("https"), Some(host), None));
        }
        let _ = Tenant::loopback(&fqdn);
    }

    #[test]
    fn a_key_id_is_one_to_twenty_digits(text in prop_oneof!["[0-9]{0,22}", "[0-9 +.-]{0,6}", ".{0,6}"]) {
        let is_id = (1..=20).contains(&text.len()) && text.chars().all(|c| "0123456789".contains(c));
        let parsed = text.parse::<ApiKeyId>();
        prop_assert_eq!(parsed.is_ok(), is_id);
        match parsed {
            Ok(id) => prop_assert_eq!(id.as_str(), text),
            Err(invalid) => prop_assert!(
                ["must be 1 to 20 ASCII digits", QUOTES].contains(&&*invalid.violations()[0].rule)
            ),
        }
    }

    #[test]
    fn what_is_shown_is_one_plain_line(
        text in prop_oneof![
            "\\PC{0,40}",
            ".{0,40}",
            prop::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter),
            prop::collection::vec(
                prop::sample::select(vec!['\u{1b}', '[', 'm', '3', ';', '\u{7}', '\u{202e}', '\u{2066}', '\u{200f}', '\r', '\n', 'a', ' ', '\u{85}', '\u{2028}', '\u{feff}']),
                0..40,
            ).prop_map(String::from_iter),
        ],
        most in 1usize..50,
    ) {
        let shown = sanitise(&text, most);
        prop_assert!(shown.chars().count() <= most);
        let bidirectional = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        prop_assert!(!shown.chars().any(|c| c.is_control() || bidirectional(c)), "{:?}", shown);
        prop_assert_eq!(shown.trim(), &shown);
        prop_assert_eq!(sanitise(&shown, most), shown.clone(), "it is plain already");
    }

    #[test]
    fn a_document_is_taken_exactly_when_the_value_keeps_the_rules(scan in any_value()) {
        let document = String::from_utf8(scan.encode().unwrap().to_vec()).unwrap();
        let mut abort = AbortScan::all();
        (abort.filters, abort.incident_id) = (scan.filters.clone(), scan.incident_id.clone());
        prop_assert_eq!(&abort.encode().unwrap(), document.as_bytes());
        // The places and rules are equal. Both are in the order of the document.
        prop_assert_eq!(read_as(Scan::from_json(&document)), written_as(&scan));
        prop_assert_eq!(read_as(AbortScan::from_json(&document)), written_as(&abort));
    }

    /// A valid id is accepted. In a document, a large integer must be a string, because many languages would change its
    /// last digits.
    #[test]
    fn an_action_is_asked_for_by_any_id_and_read_from_a_document_exactly(
        id in prop_oneof!["[0-9]{1,22}", any::<u64>().prop_map(|id| id.to_string()), ".{0,12}"],
    ) {
        let Ok(action) = id.parse::<ActionId>() else {
            prop_assert!(!may_be_supplied(&id) || is_formatted_number(&id), "{}", id);
            return Ok(());
        };
        let request = GetActionStatus::new(action);
        prop_assert_eq!(request.validate(), Ok(()));
        let as_text = serde_json::json!({"request_data": {"group_action_id": id}}).to_string();
        prop_assert_eq!(GetActionStatus::from_json(&as_text), Ok(request.clone()));
        let document = String::from_utf8(request.encode().unwrap().to_vec()).unwrap();
        let sent: serde_json::Value = serde_json::from_str(&document).unwrap();
        let is_great = sent["request_data"]["group_action_id"].as_u64().is_some_and(|id| id >= 1 << 53);
        match GetActionStatus::from_json(&document) {
            Ok(read) => prop_assert_eq!(read.encode(), request.encode()),
            Err(invalid) => prop_assert!(is_great, "{}", invalid),
        }
    }

    #[test]
    fn no_document_makes_a_reader_panic(document in prop_oneof![near_documents(), ".{0,60}"]) {
        if let Ok(scan) = Scan::from_json(&document) {
            prop_assert!(scan.validate().is_ok());
        }
        if let Ok(abort) = AbortScan::from_json(&document) {
            prop_assert!(abort.validate().is_ok());
        }
        let _ = GetActionStatus::from_json(&document);
        // The two types differ only in name, so they accept the same documents.
        prop_assert_eq!(Scan::from_json(&document).is_ok(), AbortScan::from_json(&document).is_ok());
    }

    #[test]
    fn whatever_an_answer_holds_no_action_that_may_run_is_refused(
        body in prop_oneof![3 => answers(), 1 => near_replies(), 1 => prop::collection::vec(any::<u8>(), 0..80)],
        status in prop_oneof![3 => Just(200u16), 2 => 200..300u16, 2 => 400..600u16, 1 => 100..1000u16],
    ) {
        let _ = Scan::decode(&body);
        let _ = GetActionStatus::decode(&body);
        let (end, sends) = end_of_scan(|| Ok(response(status, &[], &body)));
        match end {
            Ok(started) => {
                prop_assert!((200..300).contains(&status) && sends == 1);
                prop_assert!(!started.action_id.as_str().is_empty());
            }
            Err(error) => {
                let certain = is_certain(status, &body);
                prop_assert!(error.may_have_taken_effect() || certain, "{}", error);
                prop_assert!(sends == 1 || !error.may_have_taken_effect());
                prop_assert!(matches!(error, Error::Refused(_)) != error.may_have_taken_effect());
            }
        }
    }

    #[test]
    fn a_definite_status_of_the_tenant_is_a_refusal_whatever_its_body_says(
        body in prop_oneof![3 => answers(), 1 => prop::collection::vec(any::<u8>(), 0..80)],
        status in (300..500u16).prop_filter("a late request may have been carried out", |status| *status != 408),
    ) {
        let is_open = body.windows(9).any(|word| word == b"action_id");
        let is_foreign = is_foreign(&body) && !matches!(status, 300..400 | 404 | 405 | 429);
        let call = session().call(&GetActionStatus::new(xdr_model::ActionId::from(7))).unwrap();
        let read = drive(call, |_| Ok(response(status, &[], &body))).output.map(|_| ());
        prop_assert!(matches!(read, Err(Error::Refused(_))) != is_foreign || is_open, "{:?}", read);
        if status != 429 {
            let (acting, sends) = end_of_scan(|| Ok(response(status, &[], &body)));
            prop_assert!(matches!(acting, Err(Error::Refused(_))) != is_foreign || is_open, "{:?}", acting);
            prop_assert_eq!(sends, 1);
        }
    }

    /// In upper or lower case, between other words, in the message or in the additional text, for a scan and for a
    /// read.
    #[test]
    fn a_500_with_a_known_text_is_a_refusal_and_a_page_with_it_is_none(
        known in prop::sample::select(KNOWN_TEXTS), cases in any::<u64>(), before in "[a-z :-]{0,12}", after in "[a-z .,-]{0,12}",
        in_extra in any::<bool>(), code in prop::sample::select(vec![json!(500), json!("500"), json!(null), json!(100)]),
    ) {
        let other = |(i, c): (usize, char)| if cases >> (i % 64) & 1 == 1 { c.to_ascii_uppercase() } else { c };
        let text = format!("{before}{}{after}", known.chars().enumerate().map(other).collect::<String>());
        let (message, extra) = if in_extra { ("m", &*text) } else { (&*text, "") };
        let error = json!({"reply": {"err_code": code, "err_msg": message, "err_extra": extra}}).to_string();
        for body in [error.clone(), json!([serde_json::from_str::<Value>(&error).unwrap()]).to_string()] {
            let (end, sends) = end_of_scan(|| Ok(response(500, &[], body.as_bytes())));
            prop_assert!(matches!(end, Err(Error::Refused(_))) && sends == 1, "{}: {:?}", body, end);
        }
        for (status, body) in [(503, error.as_bytes()), (500, text.as_bytes())] {
            let (end, _) = end_of_scan(|| Ok(response(status, &[], body)));
            prop_assert!(matches!(end, Err(Error::ServerFailure(_))), "{}: {:?}", status, end);
        }
    }

    /// A page of words, markup or JSON of another service, with any status.
    #[test]
    fn a_page_that_is_not_the_tenants_proves_nothing_of_an_action(
        page in prop_oneof!["<html>[a-z <>/]{0,60}", "[A-Za-z .]{1,60}", "\\{\"(error|message|code|status)\":\"[a-z ]{0,20}\"\\}"],
        status in 400..500u16,
    ) {
        prop_assume!(!page.trim().is_empty());
        let (end, sends) = end_of_scan(|| Ok(response(status, &[], page.as_bytes())));
        let error = end.unwrap_err();
        let text = error.to_string();
        match status {
            404 | 405 => prop_assert!(matches!(&error, Error::Refused(refused) if refused.reason == Refusal::WrongAddress)),
            429 => prop_assert!(error.is_safe_to_retry() && sends == 5),
            408 => prop_assert!(matches!(error, Error::ServerFailure(_))),
            _ => prop_assert!(matches!(error, Error::OutcomeUnknown(_)) && sends == 1),
        }
        let told = format!("something between this machine and the tenant answered {status}, or the address is wrong");
        prop_assert!(text.contains(&told), "{}", text);
        prop_assert!(!["role", "licence", "wrong key"].iter().any(|word| text.replace(&page, "").contains(word)), "{}", text);
    }
}
