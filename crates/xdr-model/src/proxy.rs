//! The proxy between a client and the tenant.

use std::borrow::Cow;
use std::fmt;

use http::Uri;

use crate::validate::{Invalid, Violation};
use crate::{blank, quotes};

/// Which proxy to use.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Proxy {
    /// No proxy, whatever the environment says.
    #[default]
    None,
    /// The proxy of `HTTPS_PROXY`, or otherwise of `ALL_PROXY`, except for the hosts of `NO_PROXY`. The variables can
    /// be in upper or lower case. They never apply to a simulated tenant on this machine.
    FromEnvironment,
    /// This proxy: `[http://][user:password@]host[:port]`.
    Url(String),
}

impl Proxy {
    /// Reads the address of a proxy from a setting or an environment variable. For transports. Every HTTP library
    /// reads the result in the same way: `proxy:3128` becomes `http://proxy:3128`.
    ///
    /// ```
    /// use xdr_model::Proxy;
    ///
    /// assert_eq!(Proxy::address("proxy.acme.example:3128")?, "http://proxy.acme.example:3128");
    /// assert!(Proxy::address("http://proxy.acme.example:0").is_err());
    /// # Ok::<(), xdr_model::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// When it is not `http://` or `https://` with a host, is in quotes, holds white space, or has a port that is not
    /// from 1 to 65535. For such a port, the libraries would use port 80. The message does not repeat the address,
    /// because it can hold a password.
    pub fn address(text: &str) -> Result<String, Invalid> {
        read(text).map_err(|rule| Invalid::one(Violation::new(PLACE, rule)))
    }
}

impl fmt::Debug for Proxy {
    /// An address can hold a password, so it is not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::FromEnvironment => "FromEnvironment",
            Self::Url(_) => "Url([REDACTED])",
        })
    }
}

pub(crate) const PLACE: &str = "/proxy";
pub(crate) const RULE: &str = "must be an http:// or https:// address, or a host with or without a port";
const PORT: &str = "must have a port from 1 to 65535, or none";

/// The address with its scheme, or the rule that it breaks.
pub(crate) fn read(text: &str) -> Result<String, Cow<'static, str>> {
    let text = text.trim();
    if quotes::surround(text) {
        return Err(quotes::RULE.into());
    }
    if let Some(found) = blank::first(text) {
        return Err(format!("must not hold {found}").into());
    }
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let scheme = scheme.to_ascii_lowercase();
    if !port(rest).is_none_or(is_port) {
        return Err(PORT.into());
    }
    let url = format!("{scheme}://{rest}");
    let uri = url.parse::<Uri>().ok().filter(|uri| uri.host().is_some_and(|host| !host.is_empty()));
    match uri {
        Some(_) if matches!(&*scheme, "http" | "https") => Ok(url),
        _ => Err(RULE.into()),
    }
}

/// The text after the colon of the host, if there is one. It is taken from the text, because the URL parser ignores a
/// number that is not a port.
fn port(rest: &str) -> Option<&str> {
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_user, host)| host);
    let after = host.rsplit_once(']').map_or(host, |(_number, after)| after);
    after.rsplit_once(':').map(|(_name, port)| port)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}
