//! Tests the pasted name of a tenant. The input is the name.

use std::time::Instant;

use xdr_model::http::Uri;
use xdr_model::{
    Credentials, Scan, Session, StartedAction, Tenant,
    flow::Call,
    transport::{Context, Event, Flow, Step},
};

pub(super) fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let accepted = Tenant::new(text);
    assert_eq!(accepted.is_ok(), keeps_the_rules(text), "{accepted:?}");
    match accepted {
        Ok(tenant) => check(text, &tenant),
        // The error does not contain the input, because people can paste the key by mistake.
        Err(invalid) => assert!(invalid.violations().iter().all(|violation| violation.found.is_none())),
    }
}

/// Returns the name without the scheme, the path and `api-`.
fn name(text: &str) -> String {
    let name = without_path(text).to_ascii_lowercase();
    let name = name.strip_prefix("https://").unwrap_or(&name);
    name.strip_prefix("api-").unwrap_or(name).to_owned()
}

/// Removes slashes at the end, or a path as in the examples of the vendor.
pub(super) fn without_path(text: &str) -> &str {
    let host = text.find("://").map_or(0, |scheme| scheme + 3);
    let Some(slash) = text[host..].find('/') else { return text };
    let (before, path) = text.split_at(host + slash);
    let is_example = ["/public_api/", "/api_keys/"].iter().any(|example| path.starts_with(example));
    let is_plain = path.chars().all(|c| ('!'..='~').contains(&c) && !"?#@\\".contains(c));
    if path.trim_matches('/').is_empty() || is_example && is_plain { before } else { text }
}

/// Returns whether a text keeps the rules for the FQDN of a tenant.
fn keeps_the_rules(text: &str) -> bool {
    let name = name(text);
    let labels: Vec<&str> = name.split('.').collect();
    let is_label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_address = labels.last().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    // A text with a second scheme, even in a path, consists of two pasted addresses.
    let has_one_scheme = text.matches("://").count() <= 1;
    let is_name = name.len() <= 249 && labels.len() >= 2 && labels.iter().all(is_label) && !is_address;
    is_name && has_one_scheme && !is_twice(text)
}

/// Returns whether a text has the prefix `api-` twice. This happens if two layers of a program each add it.
fn is_twice(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.strip_prefix("https://").unwrap_or(&text).starts_with("api-api-")
}

fn check(text: &str, tenant: &Tenant) {
    assert_eq!(tenant.host(), format!("api-{}", name(text)));
    assert!(!tenant.is_loopback() && tenant.is_https());
    let url = url_of_a_call(tenant.clone());
    assert_eq!(url, *format!("https://{}/public_api/v1/endpoints/scan", tenant.host()));
    assert_eq!((url.host(), url.port()), (Some(tenant.host()), None));
    assert_eq!(
        Tenant::new(&tenant.to_string()).as_ref(),
        Ok(tenant),
        "its address is that of another tenant"
    );
}

/// Returns the URL of a call to this tenant.
pub(super) fn url_of_a_call(tenant: Tenant) -> Uri {
    let session = Session::new(tenant, Credentials::standard("7", "s3cret-key").expect("a good key"));
    let mut call: Call<StartedAction> = session.call(&Scan::all()).expect("a valid request");
    let context = Context { now: Instant::now(), unix_ms: 0, entropy: &|| [0; 32] };
    let Step::Send(exchange) = call.step(&context, Event::Resume) else {
        panic!("a call begins with a request")
    };
    exchange.request.uri().clone()
}
