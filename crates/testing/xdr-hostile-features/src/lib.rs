//! A neighbour in the same program as both clients, which switches on what the libraries that they share have to offer.
//!
//! Cargo builds a library once for a whole program, with the features that anybody in it asks for. So a neighbour can
//! change what a client does without touching it: a second cryptography leaves rustls without a default, ureq asks for
//! compressed replies and returns cookies, reqwest offers HTTP/2 and looks names up by itself. The tests are both
//! test programs of `xdr-conformance`, compiled with these features, and a few that make sense only here.

use reqwest::blocking::multipart::Form;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use ureq::unversioned::transport::SocksConnector;

/// Uses what the manifest switches on in the HTTP libraries: without it this does not compile.
///
/// # Errors
/// When reqwest finds its settings bad.
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

/// The cryptography that the neighbour brings.
pub fn other_crypto() -> CryptoProvider {
    aws_lc_rs::default_provider()
}
