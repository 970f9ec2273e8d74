//! The managed machines of a simulated tenant, generated from a seed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use fastrand::Rng;

use crate::config::Config;

const SITES: [&str; 8] = ["berlin", "boston", "lisbon", "lyon", "osaka", "oslo", "pune", "quito"];
const ROLES: [&str; 5] = ["ws", "lap", "srv", "db", "kiosk"];
const PEOPLE: [&str; 10] =
    ["amara", "bruno", "chen", "dara", "emil", "farah", "goran", "hana", "iris", "jonas"];
const PLATFORMS: [(&str, u32); 4] = [("windows", 60), ("linux", 20), ("macos", 15), ("android", 5)];
const DISTRIBUTIONS: [&str; 4] = ["windows-8.4", "linux-8.4", "macos-8.4", "mobile"];

/// 2024-01-01 and 2025-01-01, UTC, in epoch milliseconds.
const YEAR_2024: u64 = 1_704_067_200_000;
const YEAR_2025: u64 = 1_735_689_600_000;

/// This is one managed machine.
///
/// Its facts never change. Whether it is being scanned does: ask [`Sim::scan_status`](crate::Sim::scan_status).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint {
    /// 32 lower-case hex digits; filter field `endpoint_id_list`.
    pub id: String,
    /// Unique within the fleet; filter field `hostname`.
    pub hostname: String,
    /// Set for about half of the machines; filter field `alias`.
    pub alias: Option<String>,
    /// One or two users; filter field `username`.
    pub users: Vec<String>,
    /// One or two endpoint groups; filter field `group_name`.
    pub group_names: Vec<String>,
    /// The distribution list; filter field `dist_name`.
    pub dist_name: String,
    /// One IPv4 address and, for about half of the machines, an IPv6 address; filter field `ip_list`.
    pub addresses: Vec<IpAddr>,
    /// `windows`, `linux`, `macos` or `android`; all can be scanned.
    pub platform: &'static str,
    /// Whether the machine is isolated from the network; filter field `isolate`.
    pub isolated: bool,
    /// Epoch milliseconds, in 2024.
    pub first_seen: u64,
    /// Epoch milliseconds, in 2025 (constant: the fleet does not depend on the clock).
    pub last_seen: u64,
    /// An offline machine's scan stays `PENDING` for ever.
    pub online: bool,
}

impl Endpoint {
    /// This is the word that the filter field `isolate` compares with.
    #[must_use]
    pub fn isolate(&self) -> &'static str {
        if self.isolated { "isolated" } else { "unisolated" }
    }
}

/// Generates the fleet. A larger fleet of the same seed begins with the smaller one, apart from `online`.
pub(crate) fn generate(config: &Config) -> Vec<Endpoint> {
    let mut rng = Rng::with_seed(config.seed);
    let mut fleet: Vec<Endpoint> = (0..config.endpoints).map(|index| endpoint(index, &mut rng)).collect();
    for index in offline(config) {
        fleet[index].online = false;
    }
    fleet
}

fn endpoint(index: usize, rng: &mut Rng) -> Endpoint {
    let site = pick(rng, &SITES);
    let hostname = format!("{site}-{}-{index:05}", pick(rng, &ROLES));
    let platform = platform(rng);
    Endpoint {
        id: format!("{:032x}", rng.u128(..)),
        alias: rng.bool().then(|| format!("{} of {}", hostname, pick(rng, &PEOPLE))),
        hostname,
        users: some_of(rng, &PEOPLE),
        group_names: some_of(rng, &SITES).into_iter().map(|name| format!("{name} office")).collect(),
        dist_name: distribution(platform).to_owned(),
        addresses: addresses(index, rng),
        platform,
        isolated: rng.u32(..20) == 0,
        first_seen: rng.u64(YEAR_2024..YEAR_2025),
        last_seen: rng.u64(YEAR_2025..YEAR_2025 + (YEAR_2025 - YEAR_2024)),
        online: true,
    }
}

fn platform(rng: &mut Rng) -> &'static str {
    let mut roll = rng.u32(..100);
    for (platform, weight) in PLATFORMS {
        if roll < weight {
            return platform;
        }
        roll -= weight;
    }
    PLATFORMS[0].0
}

fn distribution(platform: &str) -> &'static str {
    let position = PLATFORMS.iter().position(|(name, _)| *name == platform);
    DISTRIBUTIONS[position.unwrap_or(0)]
}

/// Addresses are unique within the fleet, up to 16 million machines.
fn addresses(index: usize, rng: &mut Rng) -> Vec<IpAddr> {
    let number = index as u32 & 0x00ff_ffff;
    let v4 = IpAddr::V4(Ipv4Addr::from(0x0a00_0000 | number));
    let v6 = IpAddr::V6(Ipv6Addr::from(0xfd00_u128 << 112 | u128::from(number)));
    if rng.bool() { vec![v4, v6] } else { vec![v4] }
}

/// Picks which machines are offline, from a generator of its own: the other facts do not depend on the share.
///
/// A share below 0 rounds to none (`as` stops at 0), one above 1 takes all there are.
fn offline(config: &Config) -> Vec<usize> {
    let count = (config.endpoints as f64 * config.offline).round() as usize;
    let mut rng = Rng::with_seed(config.seed ^ 0x006f_6666_6c69_6e65);
    rng.choose_multiple(0..config.endpoints, count)
}

fn pick(rng: &mut Rng, names: &[&'static str]) -> &'static str {
    names[rng.usize(..names.len())]
}

fn some_of(rng: &mut Rng, names: &[&str]) -> Vec<String> {
    let count = rng.usize(1..=2);
    rng.choose_multiple(names, count).into_iter().map(|name| (*name).to_owned()).collect()
}
