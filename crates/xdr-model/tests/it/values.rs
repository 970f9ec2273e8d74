//! Tenants, credentials, and the secrets that are never shown.

use xdr_model::http::Request;
use xdr_model::{
    ActionId, Credentials, Error, Invalid, KeyKind, Operation, Polling, Replay, Scan, Settings, Tenant,
    credentials::{ApiKey, ApiKeyId},
    transport::{Event, Step},
};

use crate::support::{Clock, FQDN, KEY, advanced_session, seconds, session, tenant};

/// The rule of the only violation. Also checks the place of the violation.
fn rule(invalid: &Invalid, place: &str) -> String {
    let [violation] = invalid.violations() else { panic!("{invalid}") };
    assert_eq!(violation.pointer, place);
    violation.rule.to_string()
}

// ---- Tenant::new ------------------------------------------------------------------------------------------------

/// A name of `length` characters in labels of at most 63.
fn long_name(length: usize) -> String {
    let name = format!("{}.", "a".repeat(62)).repeat(length.div_ceil(63));
    format!("{}z", &name[name.len() - length..name.len() - 1])
}

#[test]
fn a_name_of_a_tenant_is_accepted_as_people_paste_it() {
    let long_label = "a".repeat(63);
    let longest = long_name(249);
    assert_eq!(longest.len(), 249);
    let table = [
        (FQDN, FQDN),
        ("acme.xdr.federal.paloaltonetworks.com", "acme.xdr.federal.paloaltonetworks.com"),
        ("https://acme.xdr.us.paloaltonetworks.com", FQDN),
        ("HTTPS://acme.xdr.us.paloaltonetworks.com", FQDN),
        ("api-acme.xdr.us.paloaltonetworks.com", FQDN),
        ("API-acme.xdr.us.paloaltonetworks.com", FQDN),
        ("https://api-acme.xdr.us.paloaltonetworks.com", FQDN),
        ("ACME.XDR.US.PaloAltoNetworks.COM", FQDN),
        ("a.b", "a.b"),
        ("a--b.c-d.e", "a--b.c-d.e"),
        ("7.7.7.7.com", "7.7.7.7.com"),
        ("1e3.x1", "1e3.x1"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("com.xn--p1ai", "com.xn--p1ai"),
        ("acme.example/", "acme.example"),
        ("https://api-acme.example//", "acme.example"),
        ("https://api-acme.example/public_api/v1/endpoints/scan/", "acme.example"),
        ("api-acme.example/api_keys/validate/", "acme.example"),
        ("acme.example/public_api/", "acme.example"),
        ("localhost.example", "localhost.example"),
        (&format!("{long_label}.example"), &format!("{long_label}.example")),
        (&longest, &longest),
    ];
    for (fqdn, name) in table {
        let tenant = Tenant::new(fqdn).unwrap_or_else(|invalid| panic!("{fqdn}: {invalid}"));
        assert_eq!(tenant.host(), format!("api-{name}"), "{fqdn}");
        assert_eq!(tenant.to_string(), format!("https://api-{name}"), "{fqdn}");
        assert!(tenant.is_https() && !tenant.is_loopback(), "{fqdn}");
    }
}

#[test]
fn what_would_connect_to_somebody_else_is_no_tenant() {
    const EMPTY: &str = "must not be empty";
    const LONG: &str = "must be at most 249 characters long";
    const CHARACTERS: &str =
        "must hold ASCII letters, digits, hyphens and dots only: no user, port, path or query";
    const PATH: &str = "must have nothing after the host name but a slash, or a path below /public_api/ or /api_keys/ \
                        without a query";
    const SCHEME: &str = "must begin with the host name, or with https:// once: no other scheme is allowed";
    const TWICE: &str = "must not begin with api-api-: write api- once, or leave it out";
    const QUOTES: &str =
        "must not be in quotes: remove them, because an env file (such as docker's) keeps them in the value";
    const LABELS: &str = "must be made of labels of 1 to 63 characters";
    const HYPHENS: &str = "must not have a label that begins or ends with a hyphen";
    const TWO: &str = "must have at least two labels, such as acme.xdr.us.paloaltonetworks.com";
    const IP: &str = "must be a name, not an IP address";
    let too_long_label = format!("{}.example", "a".repeat(64));
    let too_long = long_name(250);
    assert_eq!(too_long.len(), 250);
    let table: &[(&str, &str)] = &[
        ("", EMPTY),
        ("https://", EMPTY),
        ("api-", EMPTY),
        ("https://api-", EMPTY),
        (&too_long, LONG),
        ("acme@evil.com", CHARACTERS),
        ("user:password@acme.example", CHARACTERS),
        ("x@y@evil.com", CHARACTERS),
        ("acme.example:443", CHARACTERS),
        ("acme.example:", CHARACTERS),
        ("acme.example/public_api", PATH),
        ("acme.example/console", PATH),
        ("acme.example/x/public_api/", PATH),
        ("acme.example/PUBLIC_API/", PATH),
        ("acme.example/public_apis/", PATH),
        ("acme.example/public_api/?x=1", PATH),
        ("acme.example/?x=1", PATH),
        ("acme.example/api_keys/#x", PATH),
        ("acme.example/public_api/@evil.com", PATH),
        ("acme.example/public_api/\\evil.com", PATH),
        ("evil.com/.acme.example", PATH),
        ("acme@evil.com/public_api/", CHARACTERS),
        ("acme.example:443/public_api/", CHARACTERS),
        ("/public_api/v1", EMPTY),
        ("acme/public_api/", TWO),
        ("evil.com\\.acme.example", CHARACTERS),
        ("acme.example?x=1", CHARACTERS),
        ("evil.com#.acme.example", CHARACTERS),
        ("acme.example#", CHARACTERS),
        ("http://acme.example", SCHEME),
        ("https://https://acme.example", SCHEME),
        ("https:/acme.example", PATH),
        ("//acme.example", PATH),
        ("ftp://acme.example", SCHEME),
        (" acme.example", "must be one host name, but holds a space at the beginning"),
        ("acme.example ", "must be one host name, but holds a space at the end"),
        ("acme .example", "must be one host name, but holds a space after 4 characters"),
        ("acme.example\n", "must be one host name, but holds a line break at the end"),
        (
            "acme\r\nHost: evil.com.example",
            "must be one host name, but holds a line break after 4 characters",
        ),
        ("acme\t.example", "must be one host name, but holds a tab after 4 characters"),
        (
            "acme\0.example",
            "must be one host name, but holds a control character (U+0000) after 4 characters",
        ),
        ("ac_me.example", CHARACTERS),
        ("ac%2eme.example", CHARACTERS),
        ("*.example", CHARACTERS),
        ("büro.example", CHARACTERS),
        ("аcme.example", CHARACTERS), // a Cyrillic letter
        ("acme。example", CHARACTERS),
        (
            "acme.example\u{202e}",
            "must be one host name, but holds a bidirectional control character (U+202E) at the end",
        ),
        ("\u{a0}acme.example", "must be one host name, but holds a no-break space at the beginning"),
        ("api-api-acme.example", TWICE),
        ("https://API-api-acme.example/", TWICE),
        ("api-api-", TWICE),
        ("\"acme.example\"", QUOTES),
        ("'https://api-acme.example/' ", QUOTES),
        ("\u{201e}acme.example\u{201c}", QUOTES),
        ("ＡＣＭＥ.example", CHARACTERS),
        ("[::1]", CHARACTERS),
        ("::1", CHARACTERS),
        (&too_long_label, LABELS),
        (".acme.example", LABELS),
        ("acme..example", LABELS),
        ("acme.example.", LABELS),
        (".", LABELS),
        ("-acme.example", HYPHENS),
        ("acme-.example", HYPHENS),
        ("acme.-example", HYPHENS),
        ("acme.example-", HYPHENS),
        ("acme", TWO),
        ("localhost", TWO),
        ("2130706433", TWO),
        ("127.0.0.1", IP),
        ("10.7", IP),
        ("acme.example.7", IP),
    ];
    assert!(table.len() > 50);
    for (fqdn, expected) in table {
        let invalid = Tenant::new(fqdn).expect_err(fqdn);
        assert_eq!(rule(&invalid, "/fqdn"), *expected, "{fqdn:?}");
        assert!(!invalid.to_string().chars().any(|c| c.is_control() || c == '\u{202e}'), "{invalid}");
    }
}

// ---- Tenant::loopback -------------------------------------------------------------------------------------------

#[test]
fn a_simulated_tenant_is_on_this_machine() {
    let table = [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://127.255.255.254:1", "http://127.255.255.254:1"),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://localhost:65535", "http://localhost:65535"),
        ("http://127.0.0.1:8080/public_api/v1/endpoints/scan", "http://127.0.0.1:8080"),
    ];
    for (address, base) in table {
        let tenant = Tenant::loopback(address).unwrap_or_else(|invalid| panic!("{address}: {invalid}"));
        assert_eq!(tenant.to_string(), base);
        assert!(tenant.is_loopback());
        assert_eq!(tenant.is_https(), base.starts_with("https:"));
    }
    assert_eq!(Tenant::loopback("http://[::1]:80").unwrap().host(), "[::1]");
}

#[test]
fn nothing_but_this_machine_is_a_simulated_tenant() {
    let table = [
        "",
        "127.0.0.1:8080",
        "http://127.0.0.1",
        "http://localhost",
        "http://127.0.0.1:",
        "http://127.0.0.1:65536",
        "http://127.0.0.1:0",
        "http://127.0.0.1:x",
        "http://0.0.0.0:80",
        "http://192.168.0.7:80",
        "http://128.0.0.1:80",
        "http://[::]:80",
        "http://[::ffff:127.0.0.1]:80",
        "http://[fe80::1]:80",
        "http://127.1:80",
        "http://localhost.evil.com:80",
        "http://127.0.0.1.evil.com:80",
        "http://evil.com:80",
        "http://user@127.0.0.1:80",
        "http://user:password@localhost:80",
        "http://127.0.0.1:80@evil.com:80",
        "http://127.0.0.1:80/path",
        "http://127.0.0.1:80/public_api",
        "http://127.0.0.1:80/public_api/?x=1",
        "http://127.0.0.1/public_api/",
        "http://user@127.0.0.1:80/public_api/",
        "http://evil.com:80/public_api/",
        "http://127.0.0.1:80?x=1",
        "http://127.0.0.1:80/?x=1",
        "ftp://127.0.0.1:80",
        "ws://127.0.0.1:80",
        "//127.0.0.1:80",
        " http://127.0.0.1:80",
        "http://127.0.0.1:80 ",
        "http://127.0.0.1:80\n",
        "http://127.0.0.1:80\\@evil.com",
        "http://löcalhost:80",
    ];
    for address in table {
        let invalid = Tenant::loopback(address).expect_err(address);
        assert!(
            rule(&invalid, "/fqdn").starts_with("must be http:// or https:// with a loopback address"),
            "{address}"
        );
    }
}

// ---- ApiKeyId and ApiKey ----------------------------------------------------------------------------------------

#[test]
fn a_key_id_is_one_to_twenty_digits_and_is_not_repeated_when_it_is_wrong() {
    let good = [
        "0",
        "1",
        "7",
        "42",
        "007",
        "000",
        "1234",
        "99999",
        "2147483648",
        "1234567890123456789",
        "12345678901234567890",
    ];
    for id in good {
        assert_eq!(id.parse::<ApiKeyId>().unwrap().as_str(), id);
    }
    let bad = [
        "7,5",
        "7_000",
        "7'000",
        "#7",
        "7#",
        "id7",
        "7id",
        "7/8",
        "7\\8",
        "7:8",
        "7;8",
        "7\t",
        "\t7",
        "7\r\n",
        "7\0",
        "\u{feff}7",
        "7\u{200b}",
        "\u{202e}7",
        "७",
        "Ⅶ",
        "²",
        "1 2",
        "\"7",
        "null",
        "0b1",
        "000000000000000000007",
        "",
        " ",
        "7 ",
        " 7",
        "7\n",
        "-7",
        "+7",
        "7.0",
        "0x7",
        "1e3",
        "seven",
        "７",
        "١",
        "123456789012345678901",
        KEY,
    ];
    assert!(good.len() + bad.len() >= 40);
    for id in bad {
        let invalid = id.parse::<ApiKeyId>().expect_err(id);
        assert_eq!(invalid.to_string(), "/key_id must be 1 to 20 ASCII digits");
    }
}

#[test]
fn a_key_is_visible_ascii() {
    let longest = "k".repeat(4096);
    let every: String = ('!'..='~').collect();
    let good = [
        "k", KEY, &longest, &every, "\"quote", "quote'", "quo\"te", "\"", "a,b;c=d", "Bearer", "%20", "\\n",
        "//",
    ];
    for key in good {
        assert!(key.parse::<ApiKey>().is_ok(), "{key}");
    }

    let too_long = "k".repeat(4097);
    for key in ["", &too_long] {
        let invalid = key.parse::<ApiKey>().unwrap_err();
        assert_eq!(invalid.to_string(), "/key must be 1 to 4096 characters long");
    }

    let long_and_bad = format!("{}\n", "k".repeat(4095));
    let bad = [
        "k\n",
        "\nk",
        "k\r\n",
        "k\r",
        "k\0",
        "\0",
        "k\tk",
        " k",
        "k ",
        "k k",
        "\u{7f}",
        "k\u{80}",
        "k\u{a0}",
        "k\u{200b}",
        "\u{feff}k",
        "k\u{201d}",
        "\u{2018}k",
        "k\u{2013}k",
        "k\u{e9}",
        "\u{43a}",
        "ｋ",
        "k\u{202e}",
        "k\u{2028}",
        "😀",
        "k\u{b}",
        "k\u{1b}[0m",
        "\u{85}",
        &long_and_bad,
    ];
    let rule =
        "/key must hold visible ASCII characters only: no space, line break or quote of another script";
    for key in bad {
        assert_eq!(key.parse::<ApiKey>().expect_err(key).to_string(), rule);
    }
    assert!(good.len() + bad.len() + 2 > 40);
}

#[test]
fn credentials_tell_the_field_that_is_wrong_and_nothing_of_the_key() {
    let id = Credentials::standard(KEY, "7").unwrap_err();
    assert_eq!(id.violations()[0].pointer, "/key_id");
    let key = Credentials::advanced("7", &format!("{KEY}\n")).unwrap_err();
    assert_eq!(key.violations()[0].pointer, "/key");
    for invalid in [id, key] {
        assert!(!format!("{invalid} {invalid:?}").contains(KEY));
    }
    assert_eq!(Credentials::standard("7", KEY).unwrap().kind(), KeyKind::Standard);
    assert_eq!(Credentials::advanced("7", KEY).unwrap().kind(), KeyKind::Advanced);
}

#[test]
fn an_action_id_of_a_tenant_is_any_text_but_the_empty_one() {
    let named = |id: &str| serde_json::from_value::<ActionId>(id.into());
    for id in ["0", " ", "a", "42", "\n"] {
        assert_eq!(named(id).unwrap().as_str(), id);
    }
    assert!(named("").is_err());
    // The text is one plain line.
    assert_eq!(named("a\u{1b}[31m\n\u{202e}b").unwrap().to_string(), "a b");
    assert_eq!("x".repeat(500).parse::<ActionId>().unwrap().to_string().chars().count(), 128);
}

// ---- secrets ----------------------------------------------------------------------------------------------------

#[test]
fn nothing_that_can_be_printed_shows_a_secret() {
    let password = "pr0xy-pass";
    let settings = Settings::default().with_proxy(format!("http://jo:{password}@proxy.example:3128"));
    let polling = Polling::within(seconds(60));
    let mut shown = vec![
        format!("{:?}", KEY.parse::<ApiKey>().unwrap()),
        format!("{settings:?}"),
        format!("{:#?}", settings.proxy),
    ];
    for session in [session(), advanced_session()] {
        let scan = Scan::all();
        shown.push(format!("{session:#?}"));
        shown.push(format!("{:#?}", session.call(&scan).unwrap()));
        shown.push(format!("{:#?}", session.wait(xdr_model::ActionId::from(42), polling)));
        shown.push(format!("{:#?}", session.scan_and_wait(&scan, polling).unwrap()));
        shown.push(format!("{:#?}", session.cancel_action(xdr_model::ActionId::from(42))));
    }
    for secret in [KEY, password] {
        assert!(shown.iter().all(|text| !text.contains(secret)), "{secret} is in {shown:#?}");
    }
}

#[test]
fn a_signed_request_can_be_printed_without_its_signature() {
    for session in [session(), advanced_session()] {
        let mut call = session.call(&Scan::all()).unwrap();
        let Step::Send(exchange) = Clock::new().step(&mut call, Event::Resume) else { panic!() };
        let shown = format!("{exchange:#?} {:?}", exchange.request);
        let request: &Request<_> = &exchange.request;
        for name in ["authorization", "x-xdr-auth-id", "x-xdr-nonce", "x-xdr-timestamp"] {
            let Some(value) = request.headers().get(name) else { continue };
            assert!(value.is_sensitive(), "{name}");
            // A key id is too short for a search.
            if value.len() > 1 {
                assert!(!shown.contains(value.to_str().unwrap()), "{name}");
            }
        }
    }
}

// ---- the session and its settings -------------------------------------------------------------------------------

#[test]
fn settings_are_checked_before_a_client_is_made() {
    let base = Settings::default;
    let good = [
        base(),
        base().with_user_agent("acme soc/1.0 (linux)"),
        base().with_proxy("http://proxy.example:3128"),
        base().with_proxy("https://jo:pass@proxy.example"),
        base().with_proxy("proxy.example:3128"),
        base().with_proxy_from_environment(),
    ];
    assert!(good.iter().all(|settings| settings.validate(&tenant()).is_ok()));
    let bad = [
        (base().with_user_agent(""), "/user_agent"),
        (base().with_user_agent("a\nb"), "/user_agent"),
        (base().with_user_agent("büro"), "/user_agent"),
        (base().with_proxy(""), "/proxy"),
        (base().with_proxy("proxy.example:0"), "/proxy"),
        (base().with_proxy("socks5://proxy.example:1080"), "/proxy"),
        (base().with_proxy("http://"), "/proxy"),
        (base().with_proxy("http://jo:pr0xy pass@proxy.example"), "/proxy"),
    ];
    for (settings, place) in bad {
        let invalid = settings.validate(&tenant()).unwrap_err();
        rule(&invalid, place);
        assert!(!invalid.to_string().contains("pr0xy"));
    }
    let both = base().with_user_agent("").with_proxy("").validate(&tenant()).unwrap_err();
    assert_eq!(both.violations().len(), 2);
}

#[test]
fn a_proxy_is_never_handed_a_key_in_plain_text() {
    let loopback = Tenant::loopback("http://127.0.0.1:8080").unwrap();
    let named = Settings::default().with_proxy("http://proxy.example:3128");
    assert_eq!(
        rule(&named.validate(&loopback).unwrap_err(), "/proxy"),
        "must not be set for plain http: the proxy could read the API key"
    );
    assert!(named.validate(&Tenant::loopback("https://127.0.0.1:8443").unwrap()).is_ok());
    assert!(Settings::default().with_proxy_from_environment().validate(&loopback).is_ok());
}

#[test]
fn what_is_refused_as_an_address_is_not_shown() {
    for secret in ["s3cretK3yOfTheTenant", "https://admin:hunter2@acme.example", "acme.example/?key=hunter2"]
    {
        for invalid in [Tenant::new(secret).unwrap_err(), Tenant::loopback(secret).unwrap_err()] {
            let shown = format!("{invalid} {invalid:?}");
            assert!(!shown.contains("s3cret") && !shown.contains("hunter2"), "{shown}");
        }
    }
}

/// A custom operation with a path that could become a part of the address.
macro_rules! foreign_operation {
    ($name:ident, $path:literal) => {
        #[derive(serde::Serialize)]
        struct $name;

        impl Operation for $name {
            const NAME: &'static str = "foreign";
            const PATH: &'static str = $path;
            const REPLAY: Replay = Replay::Safe;
            type Reply = String;

            fn validate(&self) -> Result<(), Invalid> {
                Ok(())
            }
        }
    };
}

foreign_operation!(AnotherHost, "@evil.com/public_api");
foreign_operation!(LongerHost, ".evil.com/public_api");
foreign_operation!(AnotherPort, ":8443/public_api");
foreign_operation!(NoPath, "");

/// Operations with a path that would lead to another server.
pub(crate) fn calls_beyond_the_tenant() -> [Error; 4] {
    [
        session().call(&AnotherHost).unwrap_err(),
        session().call(&LongerHost).unwrap_err(),
        session().call(&AnotherPort).unwrap_err(),
        session().call(&NoPath).unwrap_err(),
    ]
}

#[test]
fn an_operation_of_somebody_else_cannot_leave_the_tenant() {
    for error in &calls_beyond_the_tenant() {
        let Error::Invalid(invalid) = error else { panic!("{error}") };
        assert_eq!(rule(invalid, "/path"), "must be an absolute path of the API");
    }
}
