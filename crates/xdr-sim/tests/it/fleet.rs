//! The generated machines.

use std::collections::HashSet;

use xdr_sim::{Config, Connection, Endpoint, Server, Sim};

use crate::support::NOW;

const DAY: u64 = 24 * 3600 * 1000;

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

#[test]
fn about_a_third_of_the_machines_are_servers() {
    let fleet = fleet(Config::new());
    let is_server = |endpoint: &&Endpoint| endpoint.group_names.iter().any(|name| name == "Servers");
    let servers: Vec<_> = fleet.iter().filter(is_server).collect();
    assert!((180..270).contains(&servers.len()), "{}", servers.len());
    assert!(servers.iter().all(|server| ["windows", "linux"].contains(&server.platform)));
}

#[test]
fn times_are_relative_to_the_start() {
    let config = || Config::new().with_offline(0.3);
    let fleet_at = |start| fleet(config().with_start(start));
    let early = fleet_at(NOW);
    assert_eq!(early, fleet(config()));
    for endpoint in &early {
        let seen_ago = NOW - endpoint.last_seen;
        let usual = match endpoint.connection {
            Connection::Connected => 0..5 * 60 * 1000,
            Connection::Disconnected => 3600 * 1000..6 * DAY,
            Connection::Lost => 31 * DAY..60 * DAY,
            Connection::Uninstalled => 0..0,
        };
        assert!(usual.contains(&seen_ago), "{:?} {seen_ago}", endpoint.connection);
        assert!((61 * DAY..400 * DAY).contains(&(NOW - endpoint.first_seen)));
    }
    let mut late = fleet_at(NOW + 5 * DAY);
    for endpoint in &mut late {
        (endpoint.first_seen, endpoint.last_seen) =
            (endpoint.first_seen - 5 * DAY, endpoint.last_seen - 5 * DAY);
    }
    assert_eq!(late, early);
}

#[test]
fn some_of_what_is_offline_is_lost() {
    let fleet = fleet(Config::new().with_offline(0.05));
    let count = |connection| fleet.iter().filter(|endpoint| endpoint.connection == connection).count();
    let [disconnected, lost] = [Connection::Disconnected, Connection::Lost].map(count);
    assert_eq!(disconnected + lost, 34);
    assert!((4..14).contains(&lost), "{lost}");
}

#[test]
fn servers_of_one_process_have_equal_fleets_of_the_present() {
    let [one, other] = [(); 2].map(|()| Server::start(Config::new().with_endpoints(20)).unwrap());
    assert_eq!(one.sim().endpoints(), other.sim().endpoints());
    assert!(one.sim().endpoints()[0].last_seen > NOW);
    let past = Server::start(Config::new().with_endpoints(20).with_start(NOW)).unwrap();
    assert_eq!(past.sim().endpoints(), fleet(Config::new().with_endpoints(20)));
}
