//! A wrong value is refused when it is set, with the reason.

use proptest::prelude::*;
use serde_json::{Value, json};
use xdr_model::{
    AbortScan, ActionId, ActionReport, Filter, GetActionStatus, Invalid, KeyKind, Operation, Proxy, Scan,
    Settings, Tenant,
    credentials::{ApiKey, ApiKeyId},
};

use crate::supplied::may_be_supplied;
use crate::support::tenant;

pub(crate) const QUOTES: &str =
    "must not be in quotes: remove them, because an env file (such as docker's) keeps them in the value";

fn key(text: &str) -> Invalid {
    text.parse::<ApiKey>().expect_err(text)
}

fn kind(text: &str) -> Invalid {
    text.parse::<KeyKind>().expect_err(text)
}

fn id(text: &str) -> Invalid {
    text.parse::<ActionId>().expect_err(text)
}

fn address(text: &str) -> Invalid {
    Tenant::new(text).expect_err(text)
}

fn proxy(text: &str) -> Invalid {
    let invalid = Proxy::address(text).expect_err(text);
    let settings = Settings::default().with_proxy(text);
    assert_eq!(settings.validate(&tenant()).unwrap_err(), invalid, "the settings say the same");
    invalid
}

fn root(pem: impl Into<Vec<u8>>) -> Invalid {
    Settings::default().with_root_certificate(pem).validate(&tenant()).unwrap_err()
}

fn field(field: &str) -> Invalid {
    let filter = json!({"field": field, "operator": "in", "value": ["a"]});
    let document = json!({"request_data": {"filters": [filter]}}).to_string();
    let invalid = Scan::from_json(&document).unwrap_err();
    assert_eq!(AbortScan::from_json(&document).unwrap_err(), invalid);
    invalid
}

/// Each mistake, with its name.
pub(crate) fn met() -> Vec<(&'static str, Invalid)> {
    vec![
        ("a key in quotes", key("\"s3cret\"")),
        ("a key with a written-out line break", key("s3cret\\n")),
        ("a key id in quotes", "'7'".parse::<ApiKeyId>().unwrap_err()),
        ("another kind of key", kind("hmac")),
        ("a kind of key in quotes", kind("\"advanced\"")),
        ("an id with a point", id("4294967297.0")),
        ("an address with api- twice", address("api-api-acme.example")),
        ("an address with a line break", address("acme.example\r\n")),
        ("an address with a blank inside", address("acme. example")),
        ("an address with a byte-order mark", address("\u{feff}acme.example")),
        ("an address in quotes", address("\u{201c}acme.example\u{201d}")),
        ("an address with the console's path", address("https://acme.example/dashboard")),
        ("an address of plain http", address("http://acme.example")),
        ("a proxy with port 0", proxy("http://jo:s3cret@proxy.example:0")),
        ("a proxy with too great a port", proxy("proxy.example:65536")),
        ("a proxy with a blank", proxy("http://proxy. example:3128")),
        ("a proxy in quotes", proxy("\"http://proxy.example:3128\"")),
        ("a proxy of another kind", proxy("socks5://proxy.example:1080")),
        ("a root as DER", root([0x30, 0x82, 3, 0x7f, 0x30])),
        (
            "a root with written-out line breaks",
            root(r"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
        ),
        ("a root as a path", root("/etc/ssl/acme.pem")),
        ("an unknown field", field("colour")),
        ("a field of get_endpoint", field("endpoint_status")),
        ("tags", field("tags")),
    ]
}

#[test]
fn each_mistake_is_refused_in_its_place_and_no_secret_is_repeated() {
    let places = [
        ("key", "/key"),
        ("key id", "/key_id"),
        ("kind of key", "/key_kind"),
        ("id", "/action_id"),
        ("address", "/fqdn"),
        ("proxy", "/proxy"),
        ("root", "/extra_roots"),
        ("field", "/request_data/filters/0/field"),
        ("tags", "/request_data/filters/0/field"),
    ];
    for (name, invalid) in met() {
        let [violation] = invalid.violations() else { panic!("{name}: {invalid}") };
        let named = |(what, _): &&(&str, &str)| name.contains(what);
        let (_, place) = places.iter().filter(named).max_by_key(|(what, _)| what.len()).unwrap();
        assert_eq!(violation.pointer, *place, "{name}");
        assert!(!format!("{invalid} {invalid:?}").contains("s3cret"), "{invalid}");
    }
}

/// Digits with decimal points or thousands separators, in a second implementation.
pub(crate) fn is_formatted_number(text: &str) -> bool {
    let digits = text.replace(['.', ',', '\''], "");
    digits.len() < text.len() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

#[test]
fn a_formatted_number_is_no_action_id_where_somebody_supplies_it() {
    for text in
        ["4294967297.0", "4,294,967,297", "4'294'967'297", "4.294.967.297", "7.", ".7", "1,5", "'7'", "0.0"]
    {
        assert_eq!(
            &*id(text).violations()[0].rule,
            "must be the id as the tenant names it, not a formatted number: copy it again, without separators or decimals"
        );
        let document = json!({"request_data": {"group_action_id": text}}).to_string();
        assert!(GetActionStatus::from_json(&document).is_err(), "{text}");
        assert_eq!(
            Scan::decode(reply(text).as_bytes()).unwrap().action_id.as_str(),
            text,
            "the tenant's own"
        );
        let report = json!({"action_id": text, "endpoints": []}).to_string();
        assert_eq!(ActionReport::from_json(&report).unwrap().action_id().as_str(), text, "it was saved");
    }
    for text in ["v1.2", "1.2.3-a", "1-2", "1 2", "1_000", "1e3", ".", ",", "'", "a.b", "7\u{2019}000"] {
        assert_eq!(text.parse::<ActionId>().unwrap().as_str(), text);
    }
}

fn reply(id: &str) -> String {
    json!({"reply": {"action_id": id}}).to_string()
}

#[test]
fn a_kind_of_key_is_read_in_any_case() {
    for word in ["standard", "Standard", "STANDARD"] {
        assert_eq!(word.parse(), Ok(KeyKind::Standard));
    }
    for word in ["advanced", "Advanced", "ADVANCED", "aDvAnCeD"] {
        assert_eq!(word.parse(), Ok(KeyKind::Advanced));
    }
    for word in ["", "s3cret", " standard", "standard\n", "std", "advanced key", "ſtandard"] {
        assert_eq!(kind(word).to_string(), "/key_kind must be standard or advanced");
    }
}

#[test]
fn a_proxy_is_read_without_its_scheme_and_with_a_valid_port_only() {
    let good = [
        ("proxy.example:3128", "http://proxy.example:3128"),
        ("proxy.example", "http://proxy.example"),
        ("jo:pa:ss@proxy.example:1", "http://jo:pa:ss@proxy.example:1"),
        ("HTTP://proxy.example:65535/", "http://proxy.example:65535/"),
        ("https://proxy.example", "https://proxy.example"),
        (" http://[::1]:3128\n", "http://[::1]:3128"),
        ("[::1]", "http://[::1]"),
    ];
    for (text, address) in good {
        assert_eq!(Proxy::address(text).as_deref(), Ok(address));
        assert!(Settings::default().with_proxy(text).validate(&tenant()).is_ok(), "{text}");
    }
    for port in ["0", "00", "65536", "99999999999999999999", "", "-1", "+80", "x", "3128x", "٣"] {
        for text in [format!("proxy.example:{port}"), format!("https://jo:s3cret@[::1]:{port}/")] {
            assert_eq!(
                proxy(&text).to_string(),
                "/proxy must have a port from 1 to 65535, or none",
                "{text}"
            );
        }
    }
    for text in
        ["", " ", "http://", ":3128", "http://:3128", "ftp://proxy.example", "::1", "http:/proxy.example"]
    {
        assert!(Proxy::address(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_given_in_place_of_a_pem_is_named() {
    let der = ["DER", "openssl x509"];
    for bytes in [&[0x30, 0x81, 0x9f, 0x30][..], &[0x30, 0x82, 1, 2, b'\n', b'-'], &[0x30, 0x83, 0, 1, 2]] {
        assert!(der.iter().all(|word| root(bytes).to_string().contains(word)));
    }
    for text in [
        r"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        r"-----BEGIN CERTIFICATE-----\r\nAAAA\r\n-----END CERTIFICATE-----\r\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\\n-----BEGIN CERTIFICATE-----\\nAAAA",
    ] {
        assert!(root(text).to_string().contains("written out as \\n"), "{text}");
    }
    for path in [
        "/etc/ssl/acme.pem",
        "acme.crt\n",
        "./acme",
        "~/roots/acme",
        r"C:\certs\acme.cer",
        "file:///acme.der",
    ] {
        assert!(root(path).to_string().contains("the path of a file"), "{path}");
    }
    // The transports read these values, or refuse them with their own reason.
    for text in [
        "",
        "not PEM",
        "MIIBszCCAVmgAwIBAgIU/abc+def",
        "-----BEGIN CERTIFICATE-----\nA/A.pem\n-----END CERTIFICATE-----",
    ] {
        assert!(Settings::default().with_root_certificate(text).validate(&tenant()).is_ok(), "{text}");
    }
}

#[test]
fn the_refusal_of_an_unknown_field_lists_the_known_ones_and_names_the_call_it_belongs_to() {
    for name in ["colour", "Hostname", "endpoint_id", "endpoint_status", "tags", "public_ip_list", ""] {
        let told = field(name).to_string();
        assert!(Filter::FIELDS.iter().all(|known| told.contains(known)), "{told}");
        let elsewhere = ["endpoint_status", "tags", "public_ip_list"].contains(&name);
        assert_eq!(told.contains("the call get_endpoint"), elsewhere, "{told}");
    }
}

// ---- properties -------------------------------------------------------------------------------------------------

/// Texts in the place of a key, an id or an address.
fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9][a-zA-Z0-9.+/=-]{0,30}"
}

fn names() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{0,8}(\\.[a-z][a-z0-9]{0,8}){1,4}"
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_in_quotes_is_refused_and_the_same_without_is_not_for_its_quotes(
        word in words(),
        quotes in prop::sample::select(vec![
            ("\"", "\""), ("'", "'"), ("`", "`"), ("\u{2018}", "\u{2019}"), ("\u{201c}", "\u{201d}"), ("\u{201e}", "\u{201c}"), ("\u{ab}", "\u{bb}"),
        ]),
    ) {
        let quoted = format!("{}{word}{}", quotes.0, quotes.1);
        prop_assert!(word.parse::<ApiKey>().is_ok());
        let refused = [
            quoted.parse::<ApiKey>().err(),
            quoted.parse::<ApiKeyId>().err(),
            quoted.parse::<KeyKind>().err(),
            Tenant::new(&quoted).err(),
            Proxy::address(&quoted).err(),
        ];
        for invalid in refused {
            let invalid = invalid.unwrap();
            prop_assert_eq!(&*invalid.violations()[0].rule, QUOTES);
        }
    }

    #[test]
    fn an_address_is_taken_with_a_path_of_the_examples_and_with_no_other(
        name in names(), api in "(api-)?", scheme in "(https://)?",
        path in "(/|/public_api/|/api_keys/)[a-z0-9_/{}]{0,20}",
    ) {
        let pasted = Tenant::new(&format!("{scheme}{api}{name}{path}"));
        let is_known = path.trim_matches('/').is_empty() || path.starts_with("/public_api/") || path.starts_with("/api_keys/");
        prop_assert_eq!(pasted.is_ok(), is_known, "{}", path);
        if let Ok(tenant) = pasted {
            prop_assert_eq!(tenant.host(), format!("api-{name}"));
        }
        let twice = format!("{scheme}api-api-{name}{path}");
        prop_assert!(Tenant::new(&twice).is_err());
    }

    #[test]
    fn a_blank_in_an_address_is_named_with_its_place(
        name in names(), at in any::<prop::sample::Index>(),
        blank in prop::sample::select(vec![
            (' ', "a space"), ('\t', "a tab"), ('\r', "a carriage return"), ('\n', "a line break"),
            ('\u{2028}', "a line separator"), ('\u{3000}', "a space character (U+3000)"),
            ('\u{200b}', "a zero-width space"),
        ]),
    ) {
        let at = at.index(name.len() + 1);
        let (before, after) = name.split_at(at);
        let told = address(&format!("{before}{}{after}", blank.0)).to_string();
        let place = match at {
            0 => "at the beginning".to_owned(),
            _ if after.is_empty() => "at the end".to_owned(),
            _ => format!("after {at} characters"),
        };
        prop_assert_eq!(told, format!("/fqdn must be one host name, but holds {} {place}", blank.1));
    }

    #[test]
    fn an_id_that_is_supplied_is_refused_exactly_when_it_is_a_formatted_number(
        text in prop_oneof!["[0-9.,']{1,12}", "[0-9.,'a-z -]{1,6}", ".{1,6}"]
            .prop_filter("another rule", |text| may_be_supplied(text)),
    ) {
        prop_assert_eq!(text.parse::<ActionId>().is_err(), is_formatted_number(&text));
        let document = json!({"request_data": {"group_action_id": text}}).to_string();
        prop_assert_eq!(GetActionStatus::from_json(&document).is_err(), is_formatted_number(&text));
        let started = Scan::decode(reply(&text).as_bytes()).unwrap();
        let asked: Value = serde_json::from_slice(&GetActionStatus::new(started.action_id.clone()).encode().unwrap()).unwrap();
        let sent = &asked["request_data"]["group_action_id"];
        prop_assert!(*sent == json!(text) || sent.as_u64().is_some_and(|id| id.to_string() == text), "{} is sent as {}", text, sent);
        prop_assert_eq!(serde_json::from_value::<ActionId>(json!(text)).unwrap(), started.action_id);
    }

    #[test]
    fn a_port_of_a_proxy_is_refused_exactly_when_it_is_not_from_1_to_65535(
        port in prop_oneof![0..100_000u64, any::<u64>()], host in names(),
        scheme in "(http://|https://)?", user in "([a-z]{1,5}:[a-z0-9]{1,8}@)?",
    ) {
        let address = Proxy::address(&format!("{scheme}{user}{host}:{port}"));
        prop_assert_eq!(address.is_ok(), (1..=65_535).contains(&port));
        if let Ok(address) = address {
            let scheme = if scheme.is_empty() { "http://" } else { &scheme };
            prop_assert_eq!(address, format!("{scheme}{user}{host}:{port}"));
        }
    }

    #[test]
    fn a_path_of_a_file_is_never_taken_for_a_pem(
        folders in "(/[a-z][a-z0-9 _-]{0,8}){0,4}", file in "[a-z][a-z0-9_-]{0,8}", extension in "(pem|crt|cer|der)",
    ) {
        let path = format!("{folders}/{file}.{extension}");
        let alone = format!("{file}.{extension}");
        for path in [path.replace('/', "\\"), path, alone] {
            prop_assert!(root(path).to_string().contains("the path of a file"));
        }
    }

    #[test]
    fn what_is_no_pem_is_told_apart(rest in prop::collection::vec(any::<u8>(), 0..60), length in 0x81..=0x84u8, base64 in "[A-Za-z0-9+/]{4,60}") {
        let der = [vec![0x30, length], rest].concat();
        prop_assert!(root(der).to_string().contains("DER"));
        let pem = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
        prop_assert!(Settings::default().with_root_certificate(pem.clone()).validate(&tenant()).is_ok());
        prop_assert!(root(pem.replace('\n', "\\n")).to_string().contains("written out as \\n"));
    }

    #[test]
    fn a_kind_of_key_is_read_whatever_its_case(capitals in any::<u8>(), kind in prop::sample::select(vec!["standard", "advanced"])) {
        let cased = |(i, c): (usize, char)| if capitals >> i & 1 == 1 { c.to_ascii_uppercase() } else { c };
        let word: String = kind.chars().enumerate().map(cased).collect();
        prop_assert_eq!(word.parse::<KeyKind>(), kind.parse::<KeyKind>());
    }
}
