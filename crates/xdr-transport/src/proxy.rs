//! The choice of the proxy.

use xdr_model::{Invalid, Proxy, Settings, Tenant};

/// Returns the address of the proxy for this tenant, or `None` without a proxy.
///
/// This function also reads the environment, so that the environment has the same meaning for every HTTP library.
///
/// ```
/// use xdr_model::{Settings, Tenant};
///
/// let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
/// let settings = Settings::default().with_proxy("http://proxy.acme.example:3128");
/// assert_eq!(xdr_transport::proxy(&settings, &tenant)?.as_deref(), Some("http://proxy.acme.example:3128"));
/// let settings = Settings::default().with_proxy("proxy.acme.example:3128");
/// assert_eq!(xdr_transport::proxy(&settings, &tenant)?.as_deref(), Some("http://proxy.acme.example:3128"));
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
///
/// # Errors
/// If the settings or the environment name a proxy that [`Proxy::address`] refuses.
pub fn proxy(settings: &Settings, tenant: &Tenant) -> Result<Option<String>, Invalid> {
    match &settings.proxy {
        Proxy::Url(url) => Proxy::address(url).map(Some),
        Proxy::FromEnvironment if !tenant.is_loopback() => {
            from_environment(tenant.host(), |name| std::env::var(name).ok())
        }
        _ => Ok(None),
    }
}

fn from_environment(
    host: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<String>, Invalid> {
    let read =
        |names: [&str; 2]| names.into_iter().find_map(&variable).filter(|value| !value.trim().is_empty());
    if read(["NO_PROXY", "no_proxy"]).is_some_and(|list| is_listed(host, &list)) {
        return Ok(None);
    }
    let named = read(["HTTPS_PROXY", "https_proxy"]).or_else(|| read(["ALL_PROXY", "all_proxy"]));
    named.map(|address| Proxy::address(&address)).transpose()
}

/// Whether a list such as `localhost, .acme.example` names the host or a domain above it.
fn is_listed(host: &str, list: &str) -> bool {
    list.split(',').map(|entry| entry.trim().trim_start_matches("*.").trim_start_matches('.')).any(|entry| {
        entry == "*"
            || (!entry.is_empty()
                && host
                    .to_ascii_lowercase()
                    .strip_suffix(&entry.to_ascii_lowercase())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    })
}

#[cfg(test)]
mod tests {
    use xdr_model::{Settings, Tenant};

    use super::{from_environment, proxy};

    /// Returns the proxy for an environment such as `HTTPS_PROXY=b NO_PROXY=c`.
    fn named(environment: &str) -> Result<Option<String>, String> {
        let variable = |name: &str| {
            let mut pairs = environment.split(' ').filter_map(|pair| pair.split_once('='));
            pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
        };
        from_environment("api-acme.xdr.us.example", variable).map_err(|e| e.to_string())
    }

    #[test]
    fn the_environment_names_a_proxy() {
        let proxy = |url: &str| Ok(Some(url.to_owned()));
        assert_eq!(named(""), Ok(None));
        assert_eq!(named("HTTP_PROXY=http://a:1"), Ok(None), "this variable is for plain http");
        assert_eq!(named("HTTPS_PROXY="), Ok(None));
        assert_eq!(named("HTTPS_PROXY=http://a:1"), proxy("http://a:1"));
        assert_eq!(named("https_proxy=a:1"), proxy("http://a:1"));
        assert_eq!(named("ALL_PROXY=http://a:1 HTTPS_PROXY=http://b:1"), proxy("http://b:1"));
        assert_eq!(named("all_proxy=https://a:1"), proxy("https://a:1"));
        assert!(named("ALL_PROXY=socks5://a:1").is_err(), "it must not be ignored silently");
    }

    #[test]
    fn an_address_means_the_same_in_the_environment_and_in_the_settings() {
        let tenant = Tenant::new("acme.xdr.us.example").unwrap();
        let set = |address: &str| {
            proxy(&Settings::default().with_proxy(address), &tenant).map_err(|e| e.to_string())
        };
        for address in [
            "a:1",
            "a",
            "jo:pass@a:65535",
            "HTTP://a:1",
            "https://a:1",
            "[::1]:3128",
            "a:0",
            "http://a:65536",
            "https://a:00",
            "a:",
            "a:+80",
            "[::1]:0",
            "jo:pass@a:99999",
            "socks5://a:1",
            "'a:1'",
            "\"http://a:1\"",
        ] {
            assert_eq!(named(&format!("HTTPS_PROXY={address}")), set(address), "{address}");
        }
        assert_eq!(set("a:1"), Ok(Some("http://a:1".to_owned())));
        let port = Err("/proxy must have a port from 1 to 65535, or none".to_owned());
        assert_eq!((set("a:0"), set("jo:pass@a:99999")), (port.clone(), port));
    }

    #[test]
    fn the_environment_excepts_hosts() {
        for list in ["*", "api-acme.xdr.us.example", "EXAMPLE", ".us.example", "*.us.example", "x,us.example"]
        {
            assert_eq!(named(&format!("HTTPS_PROXY=a:1 NO_PROXY={list}")), Ok(None), "{list}");
        }
        for list in ["", ",", "s.example", "us.example.org", "10.0.0.0/8"] {
            assert!(named(&format!("HTTPS_PROXY=a:1 no_proxy={list}")).is_ok_and(|p| p.is_some()), "{list}");
        }
    }
}
