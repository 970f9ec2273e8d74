//! Where a tenant is reached, checked once.

use std::fmt;
use std::net::IpAddr;

use http::Uri;

use crate::validate::{Invalid, Violation};

/// The base address of a tenant: `https://api-{fqdn}`.
///
/// ```
/// use xdr_model::Tenant;
///
/// let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
/// assert_eq!(tenant.to_string(), "https://api-acme.xdr.us.paloaltonetworks.com");
/// // As people paste it:
/// assert_eq!(Tenant::new("https://api-acme.xdr.us.paloaltonetworks.com")?, tenant);
/// // What would connect to somebody else is refused:
/// assert!(Tenant::new("acme@evil.com").is_err());
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tenant {
    /// Scheme, host and port, without a trailing slash.
    base: String,
    host: String,
    loopback: bool,
}

impl Tenant {
    /// The tenant with this fully qualified domain name, such as `{tenant}.xdr.{region}.paloaltonetworks.com`.
    /// One leading `https://` and one `api-` are taken off.
    ///
    /// # Errors
    /// When it is not a plain host name: ASCII labels of letters, digits and hyphens, at least two, 249 characters
    /// in all; no IP address, user, port, path or query.
    pub fn new(fqdn: &str) -> Result<Self, Invalid> {
        let name = strip_ascii_prefix(fqdn, "https://");
        let name = strip_ascii_prefix(name, API).to_ascii_lowercase();
        if let Some(rule) = broken_rule(&name) {
            return Err(refuse(rule));
        }
        let host = format!("{API}{name}");
        Self::at(format!("https://{host}"), &host, false).ok_or_else(|| refuse(NOT_AN_ADDRESS))
    }

    /// A simulated tenant on this very machine, such as `http://127.0.0.1:8080`: the one way to speak plain http.
    ///
    /// ```
    /// use xdr_model::Tenant;
    ///
    /// assert!(Tenant::loopback("http://127.0.0.1:8080").is_ok());
    /// assert!(Tenant::loopback("http://192.168.0.7:8080").is_err());
    /// ```
    ///
    /// # Errors
    /// When it is not `http://` or `https://` with a loopback address or `localhost`, and a port.
    pub fn loopback(address: &str) -> Result<Self, Invalid> {
        const RULE: &str = "must be http:// or https:// with a loopback address (127.0.0.0/8, [::1] or localhost) and a port";
        let checked = || {
            let uri: Uri = address.trim_end_matches('/').parse().ok()?;
            let authority = uri.authority()?;
            let host = authority.host();
            let base = format!("{}://{host}:{}", uri.scheme_str()?, authority.port_u16()?);
            let known = matches!(uri.scheme_str()?, "http" | "https") && is_loopback(host);
            let plain = authority.as_str() == &base[uri.scheme_str()?.len() + 3..] && uri.path() == "/";
            // A fragment is dropped by the reader of URLs.
            let plain = plain && uri.query().is_none() && !address.contains('#');
            (known && plain).then(|| Self::at(base, host, true)).flatten()
        };
        checked().ok_or_else(|| refuse(RULE))
    }

    /// `None` unless the address, read again as the transports read it, still names this host and nothing else.
    fn at(base: String, host: &str, loopback: bool) -> Option<Self> {
        let uri: Uri = base.parse().ok()?;
        let same = uri.host() == Some(host) && !uri.authority()?.as_str().contains('@');
        same.then(|| Self { base, host: host.to_owned(), loopback })
    }

    /// The host that is connected to.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether this is a simulated tenant on this machine: then no proxy of the environment is used.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether the connection is encrypted; only a simulated tenant can be without.
    pub fn is_https(&self) -> bool {
        self.base.starts_with("https:")
    }

    pub(crate) fn url(&self, path: &str) -> Result<Uri, Invalid> {
        let rule = "must be an absolute path of the API";
        let url = format!("{}{path}", self.base).parse::<Uri>();
        // The host is checked again: a path such as "@evil.com" must not become a part of the address.
        url.ok()
            .filter(|url| path.starts_with('/') && url.host() == Some(&self.host))
            .ok_or_else(|| Invalid::one(Violation::new("/path", rule).with_found(path)))
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

/// What the host of the API has before the tenant's name.
const API: &str = "api-";

const NOT_AN_ADDRESS: &str = "must be a plain host name";

/// What was found is not shown: people mix up the fields, and then it is a key, or an address with a password.
fn refuse(rule: &'static str) -> Invalid {
    Invalid::one(Violation::new("/fqdn", rule))
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

fn strip_ascii_prefix<'a>(text: &'a str, prefix: &str) -> &'a str {
    match text.get(..prefix.len()) {
        Some(head) if head.eq_ignore_ascii_case(prefix) => &text[prefix.len()..],
        _ => text,
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
