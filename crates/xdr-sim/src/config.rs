//! The configuration of a simulated tenant: its fleet, its key, its speed and its limits.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::limits::Limits;
use crate::outcomes::Outcomes;
use crate::route;
use crate::summary::Spelling;

/// The configuration of a simulated tenant.
///
/// [`Config::new`] describes a tenant like the one in the documentation of the API: 673 endpoints, all online; the
/// standard key `demo` with the key id `1`; 10 requests per second; ids and counts as strings; actions in real time;
/// the default [`Limits`].
///
/// ```
/// use xdr_sim::{Config, KeyKind};
///
/// let config = Config::new().with_endpoints(20).with_offline(0.1).with_key("7", "secret", KeyKind::Advanced);
/// assert!(!format!("{config:?}").contains("secret"));
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) endpoints: usize,
    pub(crate) seed: u64,
    pub(crate) start: Option<u64>,
    pub(crate) offline: f64,
    pub(crate) key_id: String,
    pub(crate) key: Secret,
    pub(crate) key_kind: KeyKind,
    pub(crate) license: bool,
    pub(crate) permission: bool,
    /// The operations that are refused even if `permission` is true.
    pub(crate) forbidden: Vec<String>,
    pub(crate) ids: Ids,
    pub(crate) created: bool,
    pub(crate) spelling: Spelling,
    pub(crate) total_count: bool,
    pub(crate) turnover: usize,
    pub(crate) time_scale: f64,
    pub(crate) scan_duration: RangeInclusive<Duration>,
    pub(crate) outcomes: Outcomes,
    pub(crate) rate_limit: Option<u32>,
    pub(crate) retry_after: Option<u64>,
    pub(crate) limits: Limits,
}

impl Config {
    /// Creates the default configuration, see [`Config`].
    #[must_use]
    pub fn new() -> Self {
        Self {
            endpoints: 673,
            seed: 0,
            start: None,
            offline: 0.0,
            key_id: "1".to_owned(),
            key: Secret("demo".to_owned()),
            key_kind: KeyKind::Standard,
            license: true,
            permission: true,
            forbidden: Vec::new(),
            ids: Ids::Text,
            created: false,
            spelling: Spelling::Replies,
            total_count: true,
            turnover: 0,
            time_scale: 1.0,
            scan_duration: Duration::from_secs(20)..=Duration::from_secs(600),
            outcomes: Outcomes::default(),
            rate_limit: Some(10),
            retry_after: None,
            limits: Limits::default(),
        }
    }

    /// Sets the number of endpoints.
    #[must_use]
    pub fn with_endpoints(mut self, count: usize) -> Self {
        self.endpoints = count;
        self
    }

    /// Sets the seed for all generated data: the same seed gives the same fleet and the same outcomes.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the start in epoch milliseconds. The times of the generated endpoints are relative to it.
    ///
    /// By default, a [`Server`](crate::Server) uses the time at which the process started its first server. All tenants
    /// of a process with the same configuration are therefore equal. A [`Sim`](crate::Sim) without a server has no
    /// clock. It uses 1,750,000,000,000, which is in June 2025.
    #[must_use]
    pub fn with_start(mut self, unix_ms: u64) -> Self {
        self.start = Some(unix_ms);
        self
    }

    /// Sets the share of endpoints that are offline, from 0 to 1 (clamped). Their number is `round(endpoints * share)`.
    ///
    /// About a quarter of the offline endpoints are [lost](crate::Connection::Lost), the others are disconnected.
    #[must_use]
    pub fn with_offline(mut self, share: f64) -> Self {
        self.offline = share;
        self
    }

    /// Sets the API key. The tenant accepts no other key.
    #[must_use]
    pub fn with_key(mut self, key_id: impl Into<String>, key: impl Into<String>, kind: KeyKind) -> Self {
        self.key_id = key_id.into();
        self.key = Secret(key.into());
        self.key_kind = kind;
        self
    }

    /// Sets whether the licence covers the API (default: yes). Without the licence, every authenticated call except
    /// `validate` is answered with 402.
    #[must_use]
    pub fn with_license(mut self, covered: bool) -> Self {
        self.license = covered;
        self
    }

    /// Sets whether the role of the key has the permission to scan (default: yes). Without the permission, every
    /// authenticated call except `validate` is answered with 403.
    #[must_use]
    pub fn with_permission(mut self, granted: bool) -> Self {
        self.permission = granted;
        self
    }

    /// Removes the permission for one operation from the role of the key. The name of the operation is the last segment
    /// of its path: `scan`, `abort_scan`, `get_action_status` or `get_endpoint`. Calls of the operation are answered
    /// with 403. Other operations keep working.
    ///
    /// # Panics
    /// If no operation of this name needs a permission.
    #[must_use]
    pub fn without_permission_for(mut self, operation: impl Into<String>) -> Self {
        let operation = operation.into();
        assert!(route::needs_permission(&operation), "no permission is needed for `{operation}`");
        self.forbidden.push(operation);
        self
    }

    /// Sets the JSON type of `action_id`, `endpoints_count` and `status` in replies.
    #[must_use]
    pub fn with_ids(mut self, ids: Ids) -> Self {
        self.ids = ids;
        self
    }

    /// Sets whether a started action is answered with 201 instead of 200. Real tenants do both.
    #[must_use]
    pub fn with_created(mut self, created: bool) -> Self {
        self.created = created;
        self
    }

    /// Sets how the reply of `get_endpoint` spells words such as the platform and the connection.
    #[must_use]
    pub fn with_spelling(mut self, spelling: Spelling) -> Self {
        self.spelling = spelling;
        self
    }

    /// Sets whether the reply of `get_endpoint` has a `total_count` (default: yes).
    #[must_use]
    pub fn with_total_count(mut self, told: bool) -> Self {
        self.total_count = told;
        self
    }

    /// Sets how many endpoints disappear after each page of `get_endpoint` (default 0). The first endpoints of the page
    /// disappear. They return after the next page.
    #[must_use]
    pub fn with_turnover(mut self, endpoints: usize) -> Self {
        self.turnover = endpoints;
        self
    }

    /// Sets how many times faster than the clock actions progress (default 1).
    ///
    /// With 60, a minute of scanning takes a second. With 0, the action time stands still and only
    /// [`Sim::advance`](crate::Sim::advance) moves it, which makes a test deterministic. Signatures, the `Date` header
    /// and the rate limit always follow the clock.
    #[must_use]
    pub fn with_time_scale(mut self, scale: f64) -> Self {
        self.time_scale = scale;
        self
    }

    /// Sets how long the scan of one endpoint takes, in action time (default 20 s to 10 min).
    ///
    /// Each scan gets a duration in this range, and is `PENDING` for the first tenth of its duration.
    #[must_use]
    pub fn with_scan_duration(mut self, range: RangeInclusive<Duration>) -> Self {
        self.scan_duration = range;
        self
    }

    /// Sets how often scans end in each of the four ways.
    #[must_use]
    pub fn with_outcomes(mut self, outcomes: Outcomes) -> Self {
        self.outcomes = outcomes;
        self
    }

    /// Sets how many requests the tenant accepts in any window of one second (default 10). `None` turns the limit off.
    #[must_use]
    pub fn with_rate_limit(mut self, per_second: Option<u32>) -> Self {
        self.rate_limit = per_second;
        self
    }

    /// Sets the `Retry-After` header, in seconds, of a 429 from the rate limit (default: no such header).
    #[must_use]
    pub fn with_retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after = seconds;
        self
    }

    /// Sets the limits on the resources that clients can use.
    ///
    /// If nothing reads [`Sim::requests`](crate::Sim::requests), turn the recording off:
    /// `Limits { recorded_requests: 0, ..Limits::default() }`.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    pub(crate) fn permits(&self, operation: &str) -> bool {
        self.permission && !self.forbidden.iter().any(|forbidden| forbidden == operation)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

/// The kind of an API key. It decides how requests are authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// The client sends the key itself in `Authorization`.
    Standard,
    /// The client sends a SHA-256 signature of key, nonce and timestamp.
    Advanced,
}

/// The JSON type of ids and counts in replies. Public sources show both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    /// `"action_id": "4294967295"`, as documented.
    Text,
    /// `"action_id": 4294967295`.
    Integer,
}

/// The key, which must not appear in `Debug` output.
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
