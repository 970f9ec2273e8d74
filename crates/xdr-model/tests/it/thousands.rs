//! What must hold for everything that comes from people, documents and servers: ten thousand cases each.

use proptest::prelude::*;
use xdr_model::{
    AbortScan, ApiKeyId, EpochMillis, Error, Filter, GetActionStatus, IpAddress, Operation, Scan, Tenant,
    TimeBound, sanitise,
};

use crate::replies::near_replies;
use crate::requests::{any_scan, near_documents};
use crate::support::{Answer, drive, response, session};

/// A name of a tenant with something that does not belong there, or not.
fn near_addresses() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[a-zA-Z0-9-]{1,12}",
        4 => Just(".".to_owned()),
        1 => prop::sample::select(vec![
            "https://", "http://", "api-", "@", ":443", "/", "?", "#", "\\", "_", " ", "\n", "\0", "\u{202e}", "é",
            "。", "[::1]", "127.0.0.1", "%2e", "xn--",
        ])
        .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Scans with every mistake that a value can hold.
fn any_value() -> impl Strategy<Value = Scan> {
    let text = || prop::collection::vec(prop_oneof![3 => "[a-z]{1,3}", 1 => Just(String::new())], 0..4);
    let time = any::<u64>().prop_map(EpochMillis::new);
    let filter = prop_oneof![
        text().prop_map(Filter::hostname),
        text().prop_map(Filter::endpoint_ids),
        prop::collection::vec(any::<std::net::IpAddr>().prop_map(IpAddress::from), 0..3)
            .prop_map(Filter::ip_addresses),
        time.clone().prop_map(|time| Filter::first_seen(TimeBound::AtOrAfter(time))),
        prop_oneof![Just(0), Just(1), Just((1 << 53) - 1), Just(1 << 53)]
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

/// What becomes of a scan when every answer is this one.
fn end_of_scan(answer: impl Fn() -> Answer) -> (Result<xdr_model::StartedAction, Error>, usize) {
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
            prop_assert!(fqdn.to_ascii_lowercase().ends_with(&host[4..]), "{} from {}", host, fqdn);
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
            Err(invalid) => prop_assert_eq!(invalid.to_string(), "/key_id must be 1 to 20 ASCII digits"),
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
        let read = Scan::from_json(&document);
        match scan.validate() {
            Ok(()) => prop_assert_eq!(read, Ok(scan)),
            Err(of_value) => {
                // The same places and rules; the order is that of the document in both.
                let places = |invalid: &xdr_model::Invalid| -> Vec<_> {
                    invalid.violations().iter().map(|v| (v.pointer.clone(), v.rule.clone())).collect()
                };
                prop_assert_eq!(places(&read.unwrap_err()), places(&of_value));
            }
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
    }

    #[test]
    fn whatever_a_success_holds_no_started_action_is_refused(
        body in prop_oneof![near_replies(), prop::collection::vec(any::<u8>(), 0..80)], status in 200u16..300,
    ) {
        let _ = Scan::decode(&body);
        let _ = GetActionStatus::decode(&body);
        let (end, sends) = end_of_scan(|| Ok(response(status, &[], &body)));
        let says_error = String::from_utf8_lossy(&body).contains("err_");
        let names_action = String::from_utf8_lossy(&body).contains("action_id");
        match end {
            Ok(started) => prop_assert!(!started.action_id.as_str().is_empty()),
            Err(error) if !says_error => {
                prop_assert!(error.may_have_taken_effect(), "{}", error);
                prop_assert_eq!(sends, 1);
            }
            Err(error) => prop_assert!(sends == 1 || !error.may_have_taken_effect() || names_action),
        }
    }

    #[test]
    fn whatever_a_failure_holds_it_is_a_failure(
        body in prop_oneof![near_replies(), prop::collection::vec(any::<u8>(), 0..80)],
        status in prop_oneof![Just(408u16), 500..1000u16],
    ) {
        let (end, sends) = end_of_scan(|| Ok(response(status, &[], &body)));
        let error = end.expect_err("no success");
        let text = String::from_utf8_lossy(&body).to_lowercase();
        let definite = text.contains("no endpoint was found") || text.contains("can't create group action id");
        prop_assert!(error.may_have_taken_effect() || (status == 500 && definite), "{}", error);
        prop_assert_eq!(sends, 1);
    }
}
