//! Another crate in the same program as both clients. It enables optional features of the libraries that they share.
//!
//! Cargo builds a library once for a whole program, with all features that any crate enables. Another crate can
//! therefore change the behaviour of a client: rustls has no default after a second provider is enabled, ureq requests
//! compressed replies and returns cookies, and reqwest offers HTTP/2 and looks up names by itself. The tests are both
//! test programs of `xdr-conformance`, compiled with these features, and a few more that make sense only here.

use reqwest::blocking::multipart::Form;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use ureq::unversioned::transport::SocksConnector;

/// Uses the features of the HTTP libraries that the manifest enables. Without these features, it does not compile.
///
/// # Errors
/// If reqwest refuses its settings.
pub fn neighbour() -> reqwest::Result<(reqwest::Client, ureq::Agent)> {
    let settings = reqwest::Client::builder()
        .brotli(true)
        .cookie_store(true)
        .deflate(true)
        .gzip(true)
        .hickory_dns(true)
        .http2_adaptive_window(true)
        .zstd(true);
    let _switched_on = (Form::new(), SocksConnector::default(), reqwest::Response::bytes_stream);
    let agent = ureq::Agent::new_with_defaults();
    agent.cookie_jar_lock().clear();
    Ok((settings.build()?, agent))
}

/// The second cryptography provider.
pub fn other_crypto() -> CryptoProvider {
    aws_lc_rs::default_provider()
}
