//! Which tenant is used.

use std::collections::HashMap;
use std::ffi::OsString;

use xdr_cli::Target;

use crate::support::{Ran, parse, program};

fn target(line: &str, variables: &[(&str, &str)]) -> Result<Target, String> {
    let variables: HashMap<_, _> = variables.iter().copied().collect();
    let arguments = parse(line)?;
    Target::new(&arguments, |name| variables.get(name).map(OsString::from))
}

const GOOD: [(&str, &str); 4] = [
    ("XDR_FQDN", "acme.xdr.us.paloaltonetworks.com"),
    ("XDR_API_KEY_ID", "7"),
    ("XDR_API_KEY", "s3cret"),
    ("XDR_KEY_KIND", "advanced"),
];

#[test]
fn a_real_tenant_comes_from_the_environment() {
    let target = target("scan --all", &GOOD).map_err(drop).unwrap();
    assert_eq!(target.to_string(), "https://api-acme.xdr.us.paloaltonetworks.com");
    assert_eq!(target.options().as_deref(), Some(""));
    assert!(!target.is_simulated());
}

#[test]
fn the_environment_is_asked_for_nothing_but_a_real_tenant() {
    for line in ["demo", "scan --all --url http://127.0.0.1:8080", "follow 7 --url http://127.0.0.1:8080"] {
        let target = Target::new(&parse(line).map_err(drop).unwrap(), |name| panic!("{name} was asked for"));
        assert!(target.is_ok());
    }
}

#[test]
fn only_the_tenant_inside_of_the_program_is_said_to_be_simulated() {
    let target = |line| target(line, &[]).map_err(drop).unwrap();
    let (embedded, tunnel) = (target("demo"), target("scan --url http://127.0.0.1:8080"));
    assert!(embedded.is_simulated() && embedded.to_string().contains("simulated"));
    assert!(!tunnel.is_simulated() && tunnel.to_string() == "http://127.0.0.1:8080");
}

#[test]
fn all_that_is_missing_or_wrong_is_named_at_once_and_no_value_is_repeated() {
    let refusal = target("scan --all", &[]).err().unwrap();
    for name in ["XDR_FQDN is not set", "XDR_API_KEY_ID is", "XDR_API_KEY is not", "XDR_KEY_KIND is not"] {
        assert!(refusal.contains(name), "{refusal}");
    }
    // As somebody does who mixes them up.
    let wrong =
        ["XDR_FQDN", "XDR_API_KEY_ID", "XDR_API_KEY", "XDR_KEY_KIND"].map(|name| (name, "top s3cret"));
    let refusal = target("scan --all", &wrong).err().unwrap();
    assert!(wrong.iter().all(|(name, _)| refusal.contains(name)), "{refusal}");
    assert!(!refusal.contains("s3cret"), "{refusal}");
}

/// The good variables with one that is another.
fn with(name: &str, value: &str) -> Result<Target, String> {
    let others = GOOD.iter().copied().filter(|(other, _)| *other != name);
    target("scan --all", &others.chain([(name, value)]).collect::<Vec<_>>())
}

#[test]
fn a_kind_of_key_is_read_in_any_case() {
    for kind in ["standard", "Standard", "ADVANCED", "Advanced"] {
        assert!(with("XDR_KEY_KIND", kind).is_ok(), "{kind}");
    }
    assert!(
        with("XDR_KEY_KIND", "s3cret").err().unwrap().ends_with("XDR_KEY_KIND must be standard or advanced")
    );
}

#[test]
fn quotes_that_a_file_of_variables_keeps_are_named() {
    for (name, value) in GOOD {
        for quote in ["\"", "'"] {
            let refusal = with(name, &format!("{quote}{value}{quote}")).err().unwrap();
            assert!(refusal.contains(&format!("{name} must not be in quotes")), "{refusal}");
            assert!(!refusal.contains("s3cret"), "{refusal}");
        }
    }
}

#[test]
fn an_address_is_read_as_people_paste_it() {
    for path in ["/", "/public_api/v1/endpoints/scan/", "/api_keys/validate/"] {
        let pasted = with("XDR_FQDN", &format!("https://api-acme.xdr.us.paloaltonetworks.com{path}"));
        let address = pasted.map(|target| target.to_string());
        assert_eq!(address.as_deref(), Ok("https://api-acme.xdr.us.paloaltonetworks.com"), "{path}");
    }
    for (address, why) in [
        ("api-api-acme.example", "XDR_FQDN must not begin with api-api-"),
        ("acme.example\n", "a line break at the end"),
        ("acme.example/dashboard", "XDR_FQDN must have nothing after the host name"),
    ] {
        let refusal = with("XDR_FQDN", address).err().unwrap();
        assert!(refusal.contains(why), "{refusal}");
    }
}

#[test]
fn a_simulator_must_be_on_this_machine() {
    assert!(target("scan --url http://127.0.0.1:8080 --key-id 9 --key k --advanced", &[]).is_ok());
    assert!(target("scan --url http://192.168.0.7:8080", &[]).err().unwrap().contains("loopback"));
    let refusal = target("scan --url http://127.0.0.1:8080 --key-id s3cret", &[]).err().unwrap();
    assert!(refusal.contains("--key-id") && !refusal.contains("s3cret"), "{refusal}");
}

#[test]
fn the_proxy_comes_from_the_environment() {
    let run = |variable: &str| Ran::of(program().env(variable, "socks5://127.0.0.1:1").args(["endpoints"]));
    for variable in ["HTTPS_PROXY", "ALL_PROXY"] {
        let ran = run(variable);
        assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
        assert!(ran.err.contains("/proxy must be an http:// or https:// address"), "{}", ran.err);
    }
}
