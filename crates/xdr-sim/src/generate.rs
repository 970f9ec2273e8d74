//! The machines of a simulated tenant, generated from a seed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use fastrand::Rng;

use crate::config::Config;
use crate::endpoint::{Connection, Endpoint};

const SITES: [&str; 8] = ["berlin", "boston", "lisbon", "lyon", "osaka", "oslo", "pune", "quito"];
const ROLES: [&str; 5] = ["ws", "lap", "srv", "db", "kiosk"];
const PEOPLE: [&str; 10] =
    ["amara", "bruno", "chen", "dara", "emil", "farah", "goran", "hana", "iris", "jonas"];
const PLATFORMS: [(&str, u32); 4] = [("windows", 60), ("linux", 20), ("macos", 15), ("android", 5)];
const DISTRIBUTIONS: [&str; 4] = ["windows-8.4", "linux-8.4", "macos-8.4", "mobile"];

/// The group of all machines with one of these roles and one of these platforms.
const SERVERS: &str = "Servers";
const SERVER_ROLES: [&str; 2] = ["srv", "db"];
const SERVER_PLATFORMS: [&str; 2] = ["windows", "linux"];

const MINUTE: u64 = 60 * 1000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The default start, to which all times are relative: 2025-06-15 15:06:40 UTC.
pub(crate) const DEFAULT_START: u64 = 1_750_000_000_000;

/// Generates the fleet. With the same seed, a larger fleet begins with the machines of a smaller one. Only the choice
/// of the offline machines can differ.
pub(crate) fn generate(config: &Config) -> Vec<Endpoint> {
    let start = config.start.unwrap_or(DEFAULT_START);
    let mut rng = Rng::with_seed(config.seed);
    let mut fleet: Vec<Endpoint> =
        (0..config.endpoints).map(|index| endpoint(index, start, &mut rng)).collect();
    take_offline(&mut fleet, start, config);
    fleet
}

fn endpoint(index: usize, start: u64, rng: &mut Rng) -> Endpoint {
    let site = rng.usize(..SITES.len());
    let role = pick(rng, &ROLES);
    let hostname = format!("{}-{role}-{index:05}", SITES[site]);
    let platform = platform(rng);
    Endpoint {
        id: format!("{:032x}", rng.u128(..)),
        alias: rng.bool().then(|| format!("{} of {}", hostname, pick(rng, &PEOPLE))),
        hostname,
        domain: (platform == "windows" && role != "kiosk").then(|| "corp.example".to_owned()),
        users: some_of(rng, &PEOPLE),
        group_names: groups(role, platform, rng),
        dist_name: distribution(platform).to_owned(),
        addresses: addresses(index, rng),
        public_address: Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, site as u8 + 1))),
        platform,
        isolated: rng.u32(..20) == 0,
        first_seen: before(start, 61 * DAY..400 * DAY, rng),
        last_seen: before(start, 0..5 * MINUTE, rng),
        connection: Connection::Connected,
    }
}

fn before(start: u64, ago_ms: Range<u64>, rng: &mut Rng) -> u64 {
    start.saturating_sub(rng.u64(ago_ms))
}

fn groups(role: &str, platform: &str, rng: &mut Rng) -> Vec<String> {
    let mut groups: Vec<String> =
        some_of(rng, &SITES).into_iter().map(|name| format!("{name} office")).collect();
    if SERVER_ROLES.contains(&role) && SERVER_PLATFORMS.contains(&platform) {
        groups.push(SERVERS.to_owned());
    }
    groups
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

/// Takes some machines offline. It has its own random generator, so that the rest of the fleet does not depend on the
/// share.
///
/// A share below 0 means no machine, because `as` saturates at 0. A share above 1 means all machines. About one in four
/// is lost.
fn take_offline(fleet: &mut [Endpoint], start: u64, config: &Config) {
    let count = (config.endpoints as f64 * config.offline).round() as usize;
    let mut rng = Rng::with_seed(config.seed ^ 0x006f_6666_6c69_6e65);
    for index in rng.choose_multiple(0..config.endpoints, count) {
        let (connection, ago_ms) = match rng.u32(..4) {
            0 => (Connection::Lost, 31 * DAY..60 * DAY),
            _ => (Connection::Disconnected, HOUR..6 * DAY),
        };
        fleet[index].connection = connection;
        fleet[index].last_seen = before(start, ago_ms, &mut rng);
    }
}

fn pick(rng: &mut Rng, names: &[&'static str]) -> &'static str {
    names[rng.usize(..names.len())]
}

fn some_of(rng: &mut Rng, names: &[&str]) -> Vec<String> {
    let count = rng.usize(1..=2);
    rng.choose_multiple(names, count).into_iter().map(|name| (*name).to_owned()).collect()
}
