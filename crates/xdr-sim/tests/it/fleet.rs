//! The generated machines.

use std::collections::HashSet;

use xdr_sim::{Config, Endpoint, Sim};

fn fleet(config: Config) -> Vec<Endpoint> {
    Sim::new(config).endpoints().to_vec()
}

#[test]
fn the_same_seed_gives_the_same_fleet() {
    let config = || Config::new().with_seed(7).with_offline(0.2);
    assert_eq!(fleet(config()), fleet(config()));
    assert_ne!(fleet(config()), fleet(config().with_seed(8)));
}

#[test]
fn a_larger_fleet_begins_with_the_smaller_one() {
    assert_eq!(fleet(Config::new().with_endpoints(50)), fleet(Config::new().with_endpoints(500))[..50]);
}

#[test]
fn exactly_the_asked_share_is_offline_and_nothing_else_changes() {
    for (count, share, offline) in [
        (200, 0.0, 0),
        (200, 0.05, 10),
        (3, 0.5, 2),
        (10, 1.0, 10),
        (10, -1.0, 0),
        (10, 7.0, 10),
        (0, 0.5, 0),
    ] {
        let mut some = fleet(Config::new().with_endpoints(count).with_offline(share));
        assert_eq!(
            some.iter().filter(|endpoint| !endpoint.is_online()).count(),
            offline,
            "{count} × {share}"
        );
        let connected = fleet(Config::new().with_endpoints(count));
        for (some, connected) in some.iter_mut().zip(&connected) {
            (some.connection, some.last_seen) = (connected.connection, connected.last_seen);
        }
        assert_eq!(some, connected);
    }
}

#[test]
fn the_default_fleet_has_every_kind_of_machine() {
    let fleet = fleet(Config::new());
    assert_eq!(fleet.len(), 673);
    for platform in ["windows", "linux", "macos", "android"] {
        assert!(fleet.iter().any(|endpoint| endpoint.platform == platform), "{platform}");
    }
    assert!(fleet.iter().any(|endpoint| endpoint.isolated));
    assert!(fleet.iter().any(|endpoint| endpoint.alias.is_none()));
    assert!(fleet.iter().any(|endpoint| endpoint.users.len() > 1));
    assert!(fleet.iter().any(|endpoint| endpoint.addresses.len() > 1));
    assert!(fleet.iter().all(|endpoint| endpoint.is_online() && endpoint.first_seen < endpoint.last_seen));
}

#[test]
fn ids_hostnames_and_addresses_are_unique() {
    let fleet = fleet(Config::new().with_endpoints(5_000));
    let is_id = |id: &str| id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    assert!(fleet.iter().all(|endpoint| is_id(&endpoint.id)));
    let ids: HashSet<_> = fleet.iter().map(|endpoint| &endpoint.id).collect();
    let hosts: HashSet<_> = fleet.iter().map(|endpoint| &endpoint.hostname).collect();
    let addresses: HashSet<_> = fleet.iter().map(|endpoint| endpoint.addresses[0]).collect();
    assert_eq!([ids.len(), hosts.len(), addresses.len()], [5_000; 3]);
}
