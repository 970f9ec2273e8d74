//! Starting a scan: which endpoints are scanned, and what the tenant reports.

use xdr_conformance::{Trial, both, both_with, standard, tenant};
use xdr_model::{
    EpochMillis, Filter, Isolation, Platform, Scan, ScanStatus, Settings, StartedAction, TimeBound,
    filter::IpAddress,
};
use xdr_sim::{Endpoint, Fault, Ids};

use crate::support::{quiet, start};

/// The ids of the action's endpoints, and the ids that should be scanned according to the fleet.
fn assert_scans(
    trial: &Trial,
    filters: impl IntoIterator<Item = Filter>,
    wanted: impl Fn(&Endpoint) -> bool,
) {
    let started = trial.send(&Scan::matching(filters)).expect("some endpoint matches");
    let sim = trial.server.sim();
    let scanned: Vec<_> = sim
        .statuses(started.action_id.as_str().parse().expect("the simulator's ids are numbers"))
        .iter()
        .map(|(id, _)| (*id).to_owned())
        .collect();
    let mut expected: Vec<_> = sim.endpoints().iter().filter(|e| wanted(e)).map(|e| e.id.clone()).collect();
    let mut sorted = scanned;
    sorted.sort();
    expected.sort();
    assert!(!expected.is_empty() && expected.len() < 673, "a filter that is worth a test");
    assert_eq!(sorted, expected);
    assert_eq!(started.endpoints_count, Some(expected.len() as u64));
}

/// A field of some endpoint of the fleet.
fn of<T>(trial: &Trial, field: impl Fn(&Endpoint) -> Option<T>) -> T {
    trial.server.sim().endpoints().iter().find_map(field).expect("some endpoint has it")
}

#[test]
fn all_endpoints_are_scanned_only_when_the_caller_says_all() {
    both(|trial| {
        let started = trial.send(&Scan::all().with_incident("42")).expect("everything can be scanned");
        assert_eq!(started.endpoints_count, Some(673));
        assert_eq!(trial.server.sim().actions()[0].incident_id.as_deref(), Some("42"));
    });
}

#[test]
fn endpoints_by_id() {
    both(|trial| {
        let id = of(trial, |e| Some(e.id.clone()));
        assert_scans(trial, [Filter::endpoint_ids([id.as_str(), "no such endpoint"])], |e| e.id == id);
    });
}

#[test]
fn endpoints_by_distribution_name() {
    both(|trial| {
        assert_scans(trial, [Filter::distribution_name(["linux-8.4"])], |e| e.dist_name == "linux-8.4");
    });
}

#[test]
fn endpoints_by_group_name() {
    both(|trial| {
        let group = of(trial, |e| e.group_names.first().cloned());
        assert_scans(trial, [Filter::group_name([group.as_str()])], |e| e.group_names.contains(&group));
    });
}

#[test]
fn endpoints_by_alias() {
    both(|trial| {
        let alias = of(trial, |e| e.alias.clone());
        assert_scans(trial, [Filter::alias([alias.as_str()])], |e| e.alias.as_ref() == Some(&alias));
    });
}

#[test]
fn endpoints_by_hostname() {
    both(|trial| {
        let names: Vec<_> = trial.server.sim().endpoints()[..3].iter().map(|e| e.hostname.clone()).collect();
        assert_scans(trial, [Filter::hostname(names.clone())], |e| names.contains(&e.hostname));
    });
}

#[test]
fn endpoints_by_username() {
    both(|trial| {
        let user = of(trial, |e| e.users.first().cloned());
        assert_scans(trial, [Filter::username([user.as_str()])], |e| e.users.contains(&user));
    });
}

#[test]
fn endpoints_by_ip_address_of_either_version() {
    both(|trial| {
        let four = of(trial, |e| e.addresses.iter().copied().find(std::net::IpAddr::is_ipv4));
        let six = of(trial, |e| e.addresses.iter().copied().find(std::net::IpAddr::is_ipv6));
        let filter = Filter::ip_addresses([IpAddress::from(four), IpAddress::from(six)]);
        assert_scans(trial, [filter], |e| e.addresses.contains(&four) || e.addresses.contains(&six));
    });
}

#[test]
fn endpoints_by_platform() {
    both(|trial| {
        let filter = Filter::platform([Platform::MacOs, Platform::Android]);
        assert_scans(trial, [filter], |e| matches!(e.platform, "macos" | "android"));
    });
}

#[test]
fn endpoints_by_isolation() {
    both(|trial| {
        assert_scans(trial, [Filter::isolation([Isolation::Isolated])], |e| e.isolated);
    });
}

#[test]
fn endpoints_by_scan_status() {
    both(|trial| {
        let hostname = of(trial, |e| Some(e.hostname.clone()));
        trial.send(&Scan::matching([Filter::hostname([hostname.as_str()])])).expect("it can be scanned");
        assert_scans(trial, [Filter::scan_status([ScanStatus::None])], |e| e.hostname != hostname);
    });
}

#[test]
fn endpoints_by_when_they_were_first_seen() {
    both(|trial| {
        let moment = trial.server.sim().endpoints()[7].first_seen;
        let filter = Filter::first_seen(TimeBound::AtOrAfter(EpochMillis::new(moment)));
        assert_scans(trial, [filter], |e| e.first_seen >= moment);
    });
}

#[test]
fn endpoints_by_when_they_were_last_seen() {
    both(|trial| {
        let moment = trial.server.sim().endpoints()[7].last_seen;
        let filter = Filter::last_seen(TimeBound::AtOrBefore(EpochMillis::new(moment)));
        assert_scans(trial, [filter], |e| e.last_seen <= moment);
    });
}

#[test]
fn endpoints_by_a_range_of_time_and_another_field() {
    both(|trial| {
        let (from, until) = {
            let sim = trial.server.sim();
            let (a, b) = (sim.endpoints()[3].last_seen, sim.endpoints()[4].last_seen);
            (a.min(b), a.max(b))
        };
        let filters = [
            Filter::last_seen(TimeBound::AtOrAfter(EpochMillis::new(from))),
            Filter::last_seen(TimeBound::AtOrBefore(EpochMillis::new(until))),
            Filter::isolation([Isolation::Unisolated]),
        ];
        assert_scans(trial, filters, |e| (from..=until).contains(&e.last_seen) && !e.isolated);
    });
}

#[test]
fn integer_ids_mean_the_same_as_text_ids() {
    let started = |ids| {
        both_with(&tenant().with_ids(ids), &Settings::default(), &standard(), |trial| {
            let id = start(trial);
            let report = trial.wait(id, crate::support::quiet).expect("the id is known");
            (report.action_id().to_string(), report.counts().total())
        })
    };
    assert_eq!(started(Ids::Integer), started(Ids::Text));
}

#[test]
fn a_201_is_a_success() {
    both_with(&tenant().with_created(true), &Settings::default(), &standard(), |trial| {
        let id = start(trial);
        assert_eq!(trial.server.sim().actions()[0].id.to_string(), id.to_string());
        let cancelled = trial.cancel_action(id, quiet).expect("201 is a success");
        assert_eq!(cancelled.endpoints, 673);
    });
}

#[test]
fn a_reply_with_text_beside_integers_is_read_exactly() {
    let started: StartedAction = both(|trial| {
        let reply = r#"{"reply":{"action_id":"9007199254740993","endpoints_count":"2","status":1}}"#;
        trial.server.sim().fault(Fault::on("scan").answer_json(201, reply));
        trial.send(&Scan::all()).expect("201 is a success")
    });
    assert_eq!(started.action_id.as_str(), "9007199254740993");
    assert_eq!(started.endpoints_count, Some(2));
}
