//! Which tenant is used.

use std::collections::HashMap;
use std::ffi::OsString;

use xdr_examples::Target;

use crate::support::parse;

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
    let target = target("--live --all", &GOOD).map_err(drop).unwrap();
    assert_eq!(target.to_string(), "https://api-acme.xdr.us.paloaltonetworks.com");
    assert_eq!(target.options().as_deref(), Some("--live"));
    assert!(!target.is_simulated());
}

#[test]
fn the_environment_is_not_asked_without_live() {
    for line in ["", "--all", "--url http://127.0.0.1:8080"] {
        let target = Target::new(&parse(line).map_err(drop).unwrap(), |name| panic!("{name} was asked for"));
        assert!(target.is_ok());
    }
}

#[test]
fn only_the_tenant_inside_of_the_program_is_said_to_be_simulated() {
    let target = |line| target(line, &[]).map_err(drop).unwrap();
    let (embedded, tunnel) = (target(""), target("--url http://127.0.0.1:8080"));
    assert!(embedded.is_simulated() && embedded.to_string().contains("simulated"));
    assert!(!tunnel.is_simulated() && tunnel.to_string() == "http://127.0.0.1:8080");
}

#[test]
fn all_that_is_missing_or_wrong_is_named_at_once_and_no_value_is_repeated() {
    let refusal = target("--live --all", &[]).err().unwrap();
    for name in ["XDR_FQDN is not set", "XDR_API_KEY_ID is", "XDR_API_KEY is not", "XDR_KEY_KIND is not"] {
        assert!(refusal.contains(name), "{refusal}");
    }
    // As somebody does who mixes them up.
    let wrong =
        ["XDR_FQDN", "XDR_API_KEY_ID", "XDR_API_KEY", "XDR_KEY_KIND"].map(|name| (name, "top s3cret"));
    let refusal = target("--live --all", &wrong).err().unwrap();
    assert!(wrong.iter().all(|(name, _)| refusal.contains(name)), "{refusal}");
    assert!(!refusal.contains("s3cret"), "{refusal}");
}

#[test]
fn a_simulator_must_be_on_this_machine() {
    assert!(target("--url http://127.0.0.1:8080 --key-id 9 --key k --advanced", &[]).is_ok());
    assert!(target("--url http://192.168.0.7:8080", &[]).err().unwrap().contains("loopback"));
    let refusal = target("--url http://127.0.0.1:8080 --key-id s3cret", &[]).err().unwrap();
    assert!(refusal.contains("--key-id") && !refusal.contains("s3cret"), "{refusal}");
}
