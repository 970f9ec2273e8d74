//! What a simulated tenant is like: its fleet, its key, its pace and its limits.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::limits::Limits;
use crate::outcomes::Outcomes;
use crate::route;
use crate::summary::Spelling;

/// This is the description of a simulated tenant.
///
/// [`Config::new`] is a tenant like the documentation's: 673 endpoints, all online; the standard key `demo` with
/// key id `1`; 10 requests a second; ids and counts as text; actions in real time; the default [`Limits`].
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
    /// The operations that are refused although there is `permission`.
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
    /// This makes the default tenant described above.
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

    /// This sets the number of endpoints.
    #[must_use]
    pub fn with_endpoints(mut self, count: usize) -> Self {
        self.endpoints = count;
        self
    }

    /// This sets the seed of everything generated: the same seed gives the same fleet and the same outcomes.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// This sets the moment, in epoch milliseconds, that the times of the generated endpoints are relative to.
    ///
    /// Without it a [`Server`](crate::Server) takes the moment at which its process started the first one, so that all
    /// tenants of a process with the same description are equal; a [`Sim`](crate::Sim) without a server has no clock
    /// and takes 1,750,000,000,000, in June 2025.
    #[must_use]
    pub fn with_start(mut self, unix_ms: u64) -> Self {
        self.start = Some(unix_ms);
        self
    }

    /// This sets the share of endpoints that are offline, 0 to 1 (clamped): exactly `round(endpoints * share)`.
    ///
    /// About a quarter of them are [lost](crate::Connection::Lost), the others are disconnected.
    #[must_use]
    pub fn with_offline(mut self, share: f64) -> Self {
        self.offline = share;
        self
    }

    /// This sets the one API key that the tenant accepts.
    #[must_use]
    pub fn with_key(mut self, key_id: impl Into<String>, key: impl Into<String>, kind: KeyKind) -> Self {
        self.key_id = key_id.into();
        self.key = Secret(key.into());
        self.key_kind = kind;
        self
    }

    /// This sets whether the licence covers the API; without it every authenticated call but `validate` is a 402.
    #[must_use]
    pub fn with_license(mut self, covered: bool) -> Self {
        self.license = covered;
        self
    }

    /// This sets whether the key's role may scan; without it every authenticated call but `validate` is a 403.
    #[must_use]
    pub fn with_permission(mut self, granted: bool) -> Self {
        self.permission = granted;
        self
    }

    /// This takes from the key's role the permission for one operation, named by the last segment of its path: `scan`,
    /// `abort_scan`, `get_action_status` or `get_endpoint`. Its calls are answered with 403. Other operations keep
    /// working.
    ///
    /// # Panics
    /// If no permission is needed for an operation of this name.
    #[must_use]
    pub fn without_permission_for(mut self, operation: impl Into<String>) -> Self {
        let operation = operation.into();
        assert!(route::needs_permission(&operation), "no permission is needed for `{operation}`");
        self.forbidden.push(operation);
        self
    }

    /// This sets how `action_id`, `endpoints_count` and `status` are written in replies.
    #[must_use]
    pub fn with_ids(mut self, ids: Ids) -> Self {
        self.ids = ids;
        self
    }

    /// This sets whether a started action is answered with 201 instead of 200: real tenants do both.
    #[must_use]
    pub fn with_created(mut self, created: bool) -> Self {
        self.created = created;
        self
    }

    /// This sets how the words of endpoints are spelled in the reply of `get_endpoint`.
    #[must_use]
    pub fn with_spelling(mut self, spelling: Spelling) -> Self {
        self.spelling = spelling;
        self
    }

    /// This sets whether the reply of `get_endpoint` has a `total_count` (default: yes).
    #[must_use]
    pub fn with_total_count(mut self, told: bool) -> Self {
        self.total_count = told;
        self
    }

    /// This sets how many endpoints disappear after each page of `get_endpoint` (default 0). They are the first ones of
    /// the page. Those that disappeared after the previous page come back.
    #[must_use]
    pub fn with_turnover(mut self, endpoints: usize) -> Self {
        self.turnover = endpoints;
        self
    }

    /// This sets how many times faster than the clock actions progress.
    ///
    /// 60 makes a minute of scanning pass in a second. 0 stops the actions' time: it then moves only by
    /// [`Sim::advance`](crate::Sim::advance), which makes a test deterministic. Signatures, the `Date` header and
    /// the rate limit always follow the clock.
    #[must_use]
    pub fn with_time_scale(mut self, scale: f64) -> Self {
        self.time_scale = scale;
        self
    }

    /// This sets how long one endpoint's scan takes, in action time (default 20 s to 10 min).
    ///
    /// Each endpoint gets a duration in this range. It is `PENDING` for the first tenth of it.
    #[must_use]
    pub fn with_scan_duration(mut self, range: RangeInclusive<Duration>) -> Self {
        self.scan_duration = range;
        self
    }

    /// This sets how often a scan ends in which way.
    #[must_use]
    pub fn with_outcomes(mut self, outcomes: Outcomes) -> Self {
        self.outcomes = outcomes;
        self
    }

    /// This sets how many requests any window of one second may hold (default 10); `None` switches the limit off.
    #[must_use]
    pub fn with_rate_limit(mut self, per_second: Option<u32>) -> Self {
        self.rate_limit = per_second;
        self
    }

    /// This sets the seconds sent as `Retry-After` with a 429 of the rate limit (default: no such header).
    #[must_use]
    pub fn with_retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after = seconds;
        self
    }

    /// This sets what clients can make the simulator hold, and for how long.
    ///
    /// If nothing reads [`Sim::requests`](crate::Sim::requests), switch the recording off: `Limits { recorded_requests:
    /// 0, ..Limits::default() }`.
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

/// This is the kind of an API key, which decides how requests are authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// The key itself is sent in `Authorization`.
    Standard,
    /// A SHA-256 signature over key, nonce and timestamp is sent.
    Advanced,
}

/// This is the JSON form of ids and counts in replies; public sources show both.
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
