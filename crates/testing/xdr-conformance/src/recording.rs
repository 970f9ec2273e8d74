//! The requests that the tenant received, without the parts that differ from run to run.

use xdr_sim::Recorded;

/// Headers with a value that depends on a port or on the time.
const VOLATILE: [&str; 2] = ["host", "x-xdr-timestamp"];

/// One text per request: method, path, headers in the order of their names, body. Two clients that do the same have the
/// same texts.
pub fn recording(requests: &[Recorded]) -> Vec<String> {
    requests.iter().map(text).collect()
}

fn text(request: &Recorded) -> String {
    let signed = request.headers.contains_key("x-xdr-nonce");
    let mut headers: Vec<_> = request
        .headers
        .iter()
        .map(|(name, value)| match name.as_str() {
            name if VOLATILE.contains(&name) => format!("{name}: …"),
            "authorization" if signed => "authorization: …".to_owned(),
            name => format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())),
        })
        .collect();
    headers.sort();
    let body = String::from_utf8_lossy(&request.body);
    format!("{} {}\n{}\n\n{body}", request.method, request.path, headers.join("\n"))
}
