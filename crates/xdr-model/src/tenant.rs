//! The address of a tenant, checked when it is made.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::Uri;

use crate::validate::{Invalid, Violation};

mod pasted;

use pasted::API;

/// The base address of a tenant: `https://api-{fqdn}`.
///
/// ```
/// use xdr_model::Tenant;
///
/// let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
/// assert_eq!(tenant.to_string(), "https://api-acme.xdr.us.paloaltonetworks.com");
/// // As people paste it:
/// assert_eq!(Tenant::new("https://api-acme.xdr.us.paloaltonetworks.com/")?, tenant);
/// // An address that leads to another host is refused:
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
    /// Notes this tenant if none is known. Another tenant is refused, because different tenants use the same action
    /// ids.
    pub(crate) fn claim(&self, known: &mut Option<Arc<str>>) -> Result<(), Invalid> {
        let address = self.to_string();
        match known {
            Some(known) if **known != *address => {
                let rule = format!("must be {address}, the tenant that is asked");
                Err(Invalid::one(Violation::new("/tenant", rule).with_found(known)))
            }
            _ => {
                *known = Some(address.into());
                Ok(())
            }
        }
    }

    /// The tenant with this fully qualified domain name, such as `{tenant}.xdr.{region}.paloaltonetworks.com`. One
    /// leading `https://` and one `api-` are removed. A slash at the end is removed, and so is a path that begins
    /// with `/public_api/` or `/api_keys/`, because the vendor's console and pages show the address with such a path.
    ///
    /// # Errors
    /// When it is not a plain host name: ASCII labels of letters, digits and hyphens, at least two, 249 characters in
    /// all; no IP address, user, port, other path or query. The message names a blank, a line break or an invisible
    /// character with its place, quotes around the address, and `api-api-` at the beginning, which two layers of a
    /// program produce that each add `api-` (issue 293 of OpenAEV-Platform/collectors). The message does not repeat
    /// the address.
    pub fn new(fqdn: &str) -> Result<Self, Invalid> {
        let host = format!("{API}{}", pasted::name(fqdn).map_err(refuse)?);
        Self::at(format!("https://{host}"), &host, false).ok_or_else(|| refuse(NOT_AN_ADDRESS))
    }

    /// A simulated tenant on this machine, such as `http://127.0.0.1:8080`. Only such a tenant can use plain http.
    ///
    /// ```
    /// use xdr_model::Tenant;
    ///
    /// assert!(Tenant::loopback("http://127.0.0.1:8080").is_ok());
    /// assert!(Tenant::loopback("http://192.168.0.7:8080").is_err());
    /// ```
    ///
    /// # Errors
    /// When it is not `http://` or `https://` with a loopback address or `localhost`, and a port above 0. A slash at
    /// the end and the paths that [`new`](Self::new) removes are removed here, too.
    pub fn loopback(address: &str) -> Result<Self, Invalid> {
        const RULE: &str = "must be http:// or https:// with a loopback address (127.0.0.0/8, [::1] or localhost) and a port";
        let checked = || {
            let (scheme, rest) = address.split_once("://")?;
            let uri: Uri = format!("{scheme}://{}", pasted::without_path(rest)?).parse().ok()?;
            let authority = uri.authority()?;
            let host = authority.host();
            let base =
                format!("{}://{host}:{}", uri.scheme_str()?, authority.port_u16().filter(|port| *port > 0)?);
            let known = matches!(uri.scheme_str()?, "http" | "https") && is_loopback(host);
            let plain = authority.as_str() == &base[uri.scheme_str()?.len() + 3..] && uri.path() == "/";
            // The URL parser drops a fragment.
            let plain = plain && uri.query().is_none() && !address.contains('#');
            (known && plain).then(|| Self::at(base, host, true)).flatten()
        };
        checked().ok_or_else(|| refuse(RULE))
    }

    /// Parses the address again, as the transports do. `None` unless it still names this host and nothing else.
    fn at(base: String, host: &str, loopback: bool) -> Option<Self> {
        let uri: Uri = base.parse().ok()?;
        let same = uri.host() == Some(host) && !uri.authority()?.as_str().contains('@');
        same.then(|| Self { base, host: host.to_owned(), loopback })
    }

    /// The host of the connections.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether this is a simulated tenant on this machine. For such a tenant, no proxy from the environment is used.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether the connection is encrypted. Only the connection to a simulated tenant can be unencrypted.
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

const NOT_AN_ADDRESS: &str = "must be a plain host name";

/// The value is not shown: if somebody mixed up the fields, it is a key, or an address with a password.
fn refuse(rule: impl Into<Cow<'static, str>>) -> Invalid {
    Invalid::one(Violation::new("/fqdn", rule))
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
