//! One managed machine.

use std::net::IpAddr;

/// One managed machine.
///
/// A machine changes only when a test changes it, with [`Sim::add_endpoint`](crate::Sim::add_endpoint) or
/// [`Sim::set_connection`](crate::Sim::set_connection). Only its scan status changes by itself, see
/// [`Sim::scan_status`](crate::Sim::scan_status).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint {
    /// Unique within the fleet. In a generated fleet, 32 lower-case hex digits. Filter field `endpoint_id_list`.
    pub id: String,
    /// Unique within a generated fleet; filter field `hostname`.
    pub hostname: String,
    /// Set for about half of the machines; filter field `alias`.
    pub alias: Option<String>,
    /// The domain that most Windows machines belong to; there is no filter for it.
    pub domain: Option<String>,
    /// One or two users; filter field `username`.
    pub users: Vec<String>,
    /// One or two sites, and `Servers` for about a third of the machines; filter field `group_name`.
    pub group_names: Vec<String>,
    /// The distribution list; filter field `dist_name`.
    pub dist_name: String,
    /// One IPv4 address and, for about half of the machines, an IPv6 address; filter field `ip_list`.
    pub addresses: Vec<IpAddr>,
    /// The public address, the same for all machines of a site; filter field `public_ip_list`.
    pub public_address: Option<IpAddr>,
    /// `windows`, `linux`, `macos` or `android`; all can be scanned.
    pub platform: &'static str,
    /// Whether the machine is isolated from the network; filter field `isolate`.
    pub isolated: bool,
    /// Epoch milliseconds. In a generated fleet, 61 to 400 days before the [start](crate::Config::with_start).
    pub first_seen: u64,
    /// Epoch milliseconds. In a generated fleet, this is before the [start](crate::Config::with_start): up to 5 minutes
    /// if the machine is connected, 1 hour to 6 days if it is disconnected, and 31 to 60 days if it is lost.
    pub last_seen: u64,
    /// Whether the machine is connected; filter field `endpoint_status`.
    pub connection: Connection,
}

impl Endpoint {
    /// Creates a connected Windows machine without users, groups and addresses. It was first and last seen at the given
    /// time (epoch milliseconds). All of its fields can be changed.
    ///
    /// ```
    /// use xdr_sim::{Config, Endpoint, Sim};
    ///
    /// let mut endpoint = Endpoint::new("e1", "web-1", 1_750_000_000_000);
    /// endpoint.group_names.push("Servers".to_owned());
    /// let mut sim = Sim::new(Config::new().with_endpoints(3));
    /// sim.add_endpoint(endpoint);
    /// assert_eq!(sim.endpoints()[3].hostname, "web-1");
    /// ```
    #[must_use]
    pub fn new(id: impl Into<String>, hostname: impl Into<String>, seen_unix_ms: u64) -> Self {
        Self {
            id: id.into(),
            hostname: hostname.into(),
            alias: None,
            domain: None,
            users: Vec::new(),
            group_names: Vec::new(),
            dist_name: "windows-8.4".to_owned(),
            addresses: Vec::new(),
            public_address: None,
            platform: "windows",
            isolated: false,
            first_seen: seen_unix_ms,
            last_seen: seen_unix_ms,
            connection: Connection::Connected,
        }
    }

    /// Returns the word that the filter field `isolate` compares with.
    #[must_use]
    pub fn isolate(&self) -> &'static str {
        if self.isolated { "isolated" } else { "unisolated" }
    }

    /// Returns whether the machine is connected. Its scans progress only then.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.connection == Connection::Connected
    }
}

/// Whether a machine is connected to the tenant. Actions progress only on connected machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Connection {
    /// The machine is connected.
    Connected,
    /// The machine has not been connected for some time.
    Disconnected,
    /// The machine has been disconnected for so long that it may never return.
    Lost,
    /// The agent has been removed from the machine. No scan includes it. No generated machine is uninstalled.
    Uninstalled,
}

impl Connection {
    /// Returns the word that the filter field `endpoint_status` compares with.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Disconnected => "disconnected",
            Self::Lost => "lost",
            Self::Uninstalled => "uninstalled",
        }
    }
}
