//! Tests the address of a simulated tenant. The input is the address.

use std::net::IpAddr;

use xdr_model::Tenant;

use super::tenant::{url_of_a_call, without_path};

pub(super) fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match Tenant::loopback(text) {
        Ok(tenant) => check(text, &tenant),
        Err(invalid) => assert!(invalid.violations().iter().all(|violation| violation.found.is_none())),
    }
}

/// Checks that the host is this machine for every parser of the URL, because the key is sent over plain HTTP.
fn check(text: &str, tenant: &Tenant) {
    assert!(tenant.is_loopback());
    let url = url_of_a_call(tenant.clone());
    let host = url.host().expect("an absolute URL");
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_this_machine = bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    assert!(is_this_machine || host.eq_ignore_ascii_case("localhost"), "{url}");
    assert_eq!((tenant.host(), tenant.is_https()), (host, url.scheme_str() == Some("https")));
    let (scheme, port) = (url.scheme_str().unwrap_or_default(), url.port_u16().expect("a port"));
    assert_ne!(port, 0);
    assert_eq!(url, *format!("{scheme}://{host}:{port}/public_api/v1/endpoints/scan"));
    // The input contains only this address.
    let written = without_path(text).to_ascii_lowercase();
    assert_eq!(written, format!("{scheme}://{host}:{port}").to_ascii_lowercase());
}
