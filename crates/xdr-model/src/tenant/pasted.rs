//! The name of a tenant in an address as people paste it.

use std::borrow::Cow;

use crate::{blank, quotes};

/// The prefix of the API's host before the tenant's name.
pub(super) const API: &str = "api-";

/// The paths after the host in the examples of the vendor's console and pages.
const EXAMPLE_PATHS: [&str; 2] = ["/public_api/", "/api_keys/"];

const SCHEME: &str = "must begin with the host name, or with https:// once: no other scheme is allowed";
const PATH: &str = "must have nothing after the host name but a slash, or a path below /public_api/ or /api_keys/ \
                    without a query";
/// This happens when two layers of a program each put `api-` before the name (issue 293 of
/// OpenAEV-Platform/collectors).
const TWICE: &str = "must not begin with api-api-: write api- once, or leave it out";

/// The name in lower case, without the scheme, the prefix and the path. An error is the rule that the address breaks.
pub(super) fn name(address: &str) -> Result<String, Cow<'static, str>> {
    if quotes::surround(address) {
        return Err(quotes::RULE.into());
    }
    if let Some(found) = blank::first(address) {
        return Err(format!("must be one host name, but holds {found}").into());
    }
    let rest = strip_prefix(address, "https://").unwrap_or(address);
    if rest.contains("://") {
        return Err(SCHEME.into());
    }
    let host = without_path(rest).ok_or(PATH)?;
    let name = strip_prefix(host, API).unwrap_or(host);
    if name.len() < host.len() && strip_prefix(name, API).is_some() {
        return Err(TWICE.into());
    }
    let name = name.to_ascii_lowercase();
    broken_rule(&name).map_or(Ok(name), |rule| Err(rule.into()))
}

/// The part before the path. `None` if the path is neither slashes only nor one of the vendor's examples.
pub(super) fn without_path(address: &str) -> Option<&str> {
    let (host, path) = address.split_at(address.find('/').unwrap_or(address.len()));
    let is_example = EXAMPLE_PATHS.iter().any(|example| path.starts_with(example));
    let is_plain = path.bytes().all(|b| b.is_ascii_graphic() && !br"?#@\".contains(&b));
    (path.bytes().all(|b| b == b'/') || is_example && is_plain).then_some(host)
}

/// The rule that a name, without scheme and `api-`, breaks.
fn broken_rule(name: &str) -> Option<&'static str> {
    let is_label_byte = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let labels = || name.split('.');
    if name.is_empty() {
        Some("must not be empty")
    } else if name.len() > 249 {
        Some("must be at most 249 characters long")
    } else if !name.bytes().all(|b| is_label_byte(b) || b == b'.') {
        Some("must hold ASCII letters, digits, hyphens and dots only: no user, port, path or query")
    } else if labels().any(|label| !(1..=63).contains(&label.len())) {
        Some("must be made of labels of 1 to 63 characters")
    } else if labels().any(|label| label.starts_with('-') || label.ends_with('-')) {
        Some("must not have a label that begins or ends with a hyphen")
    } else if labels().count() < 2 {
        Some("must have at least two labels, such as acme.xdr.us.paloaltonetworks.com")
    } else if labels().next_back().is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit())) {
        Some("must be a name, not an IP address")
    } else {
        None
    }
}

/// Removes the prefix, in upper or lower case.
fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}
