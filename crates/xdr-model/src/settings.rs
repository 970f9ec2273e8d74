//! How a client reaches the network. Every transport has the same settings.

use std::time::Duration;

use crate::pem;
use crate::proxy::{self, Proxy};
use crate::tenant::Tenant;
use crate::validate::{Invalid, Violation};

/// The settings of a client, the same for the blocking and the async one.
///
/// No setting switches off the verification of certificates, follows redirects or reuses connections for actions.
///
/// ```
/// use std::time::Duration;
/// use xdr_model::Settings;
///
/// let settings = Settings::default()
///     .with_proxy("http://proxy.acme.example:3128")
///     .with_timeouts(Duration::from_secs(5), Duration::from_secs(30), Duration::from_secs(45));
/// # let _ = settings;
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The proxy for connections to the tenant. A proxy from the environment is never used for a simulated tenant on
    /// this machine.
    pub proxy: Proxy,
    /// The certificate authorities to trust.
    pub roots: Roots,
    /// Certificates in PEM form that are trusted in addition to the roots.
    pub extra_roots: Vec<Vec<u8>>,
    /// The time limit for the name look-up, the connection and TLS.
    pub connect_timeout: Duration,
    /// The time limit from the end of the request to the head of the reply.
    pub head_timeout: Duration,
    /// The time limit for a whole exchange.
    pub total_timeout: Duration,
    /// The `User-Agent` of requests.
    pub user_agent: String,
    /// The most bytes of a reply's body, counted after decoding.
    pub most_body: u64,
}

/// Which certificate authorities are trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Roots {
    /// The authorities of the operating system. Companies that inspect TLS add their own authority there.
    #[default]
    System,
    /// Mozilla's list, compiled in. For machines and containers without a certificate store.
    Mozilla,
}

impl Default for Settings {
    /// No proxy, the operating system's roots, 10 s to connect, 60 s to the head of the reply, 90 s in all, 16 MiB of
    /// body (the status of an action of 300,000 endpoints). With a larger limit, a reply can block its thread for
    /// longer: the most expensive shape takes about 10 ms per MiB.
    fn default() -> Self {
        Self {
            proxy: Proxy::None,
            roots: Roots::System,
            extra_roots: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            head_timeout: Duration::from_secs(60),
            total_timeout: Duration::from_secs(90),
            user_agent: concat!("xdr/", env!("CARGO_PKG_VERSION")).into(),
            most_body: 16 << 20,
        }
    }
}

impl Settings {
    /// Uses this proxy: `[http://][user:password@]host[:port]`. [`Proxy::address`] lists what is refused when the
    /// client is made.
    #[must_use]
    pub fn with_proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Proxy::Url(url.into());
        self
    }

    /// Uses the proxy that the environment names.
    #[must_use]
    pub fn with_proxy_from_environment(mut self) -> Self {
        self.proxy = Proxy::FromEnvironment;
        self
    }

    /// Trusts Mozilla's list instead of the operating system's.
    #[must_use]
    pub fn with_mozilla_roots(mut self) -> Self {
        self.roots = Roots::Mozilla;
        self
    }

    /// Trusts these certificates too, for example those of a company that inspects TLS. `pem` holds one or more
    /// certificates in PEM form. Pass the text itself, not the path of a file. A text without a certificate is
    /// refused when the client is made.
    #[must_use]
    pub fn with_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.extra_roots.push(pem.into());
        self
    }

    /// Sets the time limits to connect, to the head of the reply, and in total.
    #[must_use]
    pub fn with_timeouts(mut self, connect: Duration, head: Duration, total: Duration) -> Self {
        (self.connect_timeout, self.head_timeout, self.total_timeout) = (connect, head, total);
        self
    }

    /// The `User-Agent` of requests.
    #[must_use]
    pub fn with_user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// The most bytes of a reply's body, counted after decoding.
    #[must_use]
    pub fn with_most_body(mut self, bytes: u64) -> Self {
        self.most_body = bytes;
        self
    }

    /// Checks the settings. For transports.
    ///
    /// # Errors
    /// When the user agent is not ASCII text, a time limit is zero or above a day, [`Proxy::address`]
    /// refuses the proxy, or a proxy is set for plain http; when an extra root is a DER file, the path of a file,
    /// or has its line breaks written out as `\n`.
    pub fn validate(&self, tenant: &Tenant) -> Result<(), Invalid> {
        let mut violations = Vec::new();
        if matches!(self.proxy, Proxy::Url(_)) && !tenant.is_https() {
            violations.push(Violation::new(
                proxy::PLACE,
                "must not be set for plain http: the proxy could read the API key",
            ));
        }
        let agent_byte = |b: u8| (b' '..=b'~').contains(&b);
        if self.user_agent.is_empty() || !self.user_agent.bytes().all(agent_byte) {
            violations.push(Violation::new("/user_agent", "must be non-empty ASCII text"));
        }
        for (name, limit) in [
            ("/connect_timeout", self.connect_timeout),
            ("/head_timeout", self.head_timeout),
            ("/total_timeout", self.total_timeout),
        ] {
            if limit.is_zero() || limit > DAY {
                let found = format!("{limit:?}");
                violations
                    .push(Violation::new(name, "must be above zero and at most a day").with_found(&found));
            }
        }
        if let Proxy::Url(url) = &self.proxy
            && let Err(rule) = proxy::read(url)
        {
            violations.push(Violation::new(proxy::PLACE, rule));
        }
        let broken = self.extra_roots.iter().filter_map(|root| pem::broken_rule(root));
        violations.extend(broken.map(|rule| Violation::new(ROOTS, rule)));
        Invalid::check(violations)
    }
}

/// The longest time limit. A longer one has no use: to wait for a long time, wait for the action, not for one reply.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const ROOTS: &str = "/extra_roots";
