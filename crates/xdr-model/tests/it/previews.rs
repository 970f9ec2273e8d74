//! Previews, and runs with a preview before the scan.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use xdr_model::{
    AbortScan, ActionReport, Error, Filter, GetActionStatus, Preview, Progress, Scan, ScanPlan, SkipReason,
    operation::EndpointPlatform, transport::TransportKind as Kind,
};

use crate::support::{DONE, Ended, KEY, Received, Sending, accepted, answer, drive, lost, ok, session};

const HOUR: Duration = Duration::from_secs(3600);

type Ran = Ended<Progress, Result<ActionReport, Error>>;

/// An endpoint of a page: its number, its connection and the state of its last scan.
type Endpoint = (usize, &'static str, &'static str);

const ON: &str = "CONNECTED";
const OFF: &str = "DISCONNECTED";
const IDLE: &str = "SCAN_STATUS_NONE";
const BUSY: &str = "SCAN_STATUS_IN_PROGRESS";

/// The page that a request asks for.
fn page(endpoints: &[Endpoint], sending: &Sending) -> Received {
    let request: Value = serde_json::from_str(&sending.body).unwrap();
    let place = |key: &str| usize::try_from(request["request_data"][key].as_u64().unwrap()).unwrap();
    let (from, to) = (place("search_from"), place("search_to"));
    let page = endpoints.iter().skip(from).take(to - from).map(|(n, connection, scan)| {
        json!({
            "endpoint_id": format!("e{n:04}"),
            "endpoint_name": format!("Host-{n}"),
            "endpoint_status": connection,
            "scan_status": scan,
            "os_type": if n % 2 == 0 { "AGENT_OS_LINUX" } else { "windows" },
            "is_isolated": "AGENT_UNISOLATED",
        })
    });
    let page: Vec<_> = page.collect();
    ok(json!({"reply": {"total_count": endpoints.len(), "result_count": page.len(), "endpoints": page}})
        .to_string())
}

fn fleet(count: usize) -> Vec<Endpoint> {
    (0..count).map(|n| (n, ON, IDLE)).collect()
}

fn preview(scan: &Scan, endpoints: &[Endpoint]) -> Preview {
    drive(session().preview(scan).unwrap(), |sending| page(endpoints, sending)).output.unwrap()
}

/// A run of a plan against a tenant that accepts and completes every scan.
fn run(plan: ScanPlan, endpoints: &[Endpoint]) -> Ran {
    let mut taken = Vec::new();
    drive(session().scan_and_wait(plan, HOUR).unwrap(), |sending| match &*sending.operation {
        "get_endpoint" => page(endpoints, sending),
        "scan" => {
            taken = ids_of(sending);
            accepted(42, taken.len() as u64)
        }
        _ => {
            let data: serde_json::Map<_, _> = taken.iter().map(|id| (id.clone(), json!(DONE))).collect();
            ok(json!({"reply": {"data": data}}).to_string())
        }
    })
}

/// The ids that a scan names.
fn ids_of(sending: &Sending) -> Vec<String> {
    let request: Value = serde_json::from_str(&sending.body).unwrap();
    let filters = request["request_data"]["filters"].as_array().unwrap();
    assert_eq!((filters.len(), &filters[0]["field"]), (1, &json!("endpoint_id_list")), "only by id");
    serde_json::from_value(filters[0]["value"].clone()).unwrap()
}

fn scans(ran: &Ran) -> Vec<&Sending> {
    ran.sends.iter().filter(|sending| sending.operation == "scan").collect()
}

/// A tenant that counts more endpoints than it shows.
fn shows_less(sending: &Sending) -> Received {
    let reply = page(&fleet(3), sending).unwrap();
    let mut reply: Value = serde_json::from_slice(reply.body()).unwrap();
    reply["reply"]["total_count"] = 9.into();
    ok(reply.to_string())
}

fn refused_when_it_shows_less(plan: ScanPlan) -> Error {
    let run = match session().scan_and_wait(plan, HOUR) {
        Ok(run) => drive(run, shows_less),
        Err(error) => return error,
    };
    assert_eq!(scans(&run).len(), 0);
    run.output.unwrap_err()
}

/// Runs that are refused because of their preview, each with its name.
pub(crate) fn broken() -> Vec<(String, Error)> {
    let refused = |plan: ScanPlan, endpoints: &[Endpoint]| run(plan, endpoints).output.unwrap_err();
    let plan = || ScanPlan::from(Scan::all());
    let offline = [(1, OFF, IDLE), (2, OFF, IDLE)];
    [
        ("too many endpoints for its cap", refused(plan().at_most(2), &fleet(3))),
        ("no endpoint", refused(plan().at_most(2), &[])),
        ("no endpoint that is not skipped", refused(plan().skip_disconnected(), &offline)),
        ("an endpoint that its filters do not name", {
            let named = Scan::matching([Filter::endpoint_ids(["e0001"])]);
            refused(ScanPlan::from(named).list_first(), &fleet(3))
        }),
        ("a list that may miss endpoints", refused_when_it_shows_less(plan().at_most(9))),
    ]
    .map(|(name, error)| (format!("a run with {name}"), error))
    .into()
}

#[test]
fn a_preview_counts_what_would_be_reached_and_starts_nothing() {
    let mut endpoints = fleet(250);
    endpoints[3] = (3, OFF, IDLE);
    endpoints[4] = (4, "lost", BUSY);
    let preview = preview(&Scan::all(), &endpoints);
    assert_eq!((preview.len(), preview.list().may_have_missed), (250, false));
    assert_eq!(preview.by_platform().values().sum::<u64>(), 250);
    assert_eq!(preview.by_platform()[&EndpointPlatform::Linux], 125);
    assert_eq!(preview.by_isolation().len(), 1);
    assert_eq!(preview.by_connection().values().copied().collect::<Vec<_>>().iter().sum::<u64>(), 250);
    assert_eq!(preview.by_scan_status().len(), 2);
    assert_eq!(preview.endpoints()[7].name.as_deref(), Some("Host-7"));
    assert!(!preview.endpoints()[3].is_connected() && preview.endpoints()[4].is_being_scanned());
}

#[test]
fn a_preview_names_the_ids_and_hosts_that_match_nothing() {
    let scan = Scan::matching([
        Filter::endpoint_ids(["e0000", "e0001", "e0009"]),
        Filter::hostname(["HOST-0", "host-1", "host-typo"]),
    ]);
    let preview = preview(&scan, &fleet(2));
    assert_eq!(preview.unmatched_ids(), ["e0009"]);
    assert_eq!(preview.unmatched_hostnames(), ["host-typo"]);
}

#[test]
fn only_what_selects_endpoints_can_be_previewed() {
    assert!(session().preview(&AbortScan::all()).is_ok());
    let refused = session().preview(&GetActionStatus::new(7.into())).unwrap_err();
    assert!(refused.to_string().contains("get_action_status selects no endpoints"), "{refused}");
    assert!(session().preview(&Scan::matching([])).is_err(), "nothing is not everything");
}

#[test]
fn a_cap_lets_a_run_through_or_refuses_it_before_anything_is_sent() {
    let ran = run(ScanPlan::from(Scan::all()).at_most(250), &fleet(250));
    assert!(ran.output.as_ref().unwrap().is_success());
    assert_eq!(ids_of(scans(&ran)[0]).len(), 250);
    let ran = run(ScanPlan::from(Scan::all()).at_most(249), &fleet(250));
    let error = ran.output.as_ref().unwrap_err();
    assert!(matches!(error, Error::Invalid(_)) && !error.may_have_taken_effect());
    assert!(error.to_string().contains("/at_most of 249 is exceeded: 250 endpoints"), "{error}");
    assert_eq!(scans(&ran).len(), 0);
}

#[test]
fn skipped_endpoints_are_named_and_not_held_against_the_success() {
    let mut endpoints = fleet(5);
    (endpoints[1], endpoints[2], endpoints[3]) = ((1, OFF, IDLE), (2, ON, BUSY), (3, "weird", IDLE));
    let plan = ScanPlan::from(&Scan::all().with_incident("7")).skip_disconnected().skip_being_scanned();
    let ran = run(plan.at_most(2), &endpoints);
    assert_eq!(ids_of(scans(&ran)[0]), ["e0000", "e0004"]);
    assert!(scans(&ran)[0].body.contains(r#""incident_id":"7""#));
    let report = ran.output.unwrap();
    assert!(report.is_success());
    let skipped: Vec<_> =
        report.skipped().iter().map(|s| (s.id.as_str(), s.name.as_deref(), s.why)).collect();
    let expected = [
        ("e0001", Some("Host-1"), SkipReason::Disconnected),
        ("e0002", Some("Host-2"), SkipReason::BeingScanned),
        ("e0003", Some("Host-3"), SkipReason::Disconnected),
    ];
    assert_eq!(skipped, expected);
    let saved = serde_json::to_string(&report).unwrap();
    assert_eq!(ActionReport::from_json(&saved).unwrap(), report);
}

#[test]
fn a_run_with_nothing_left_sends_nothing() {
    for (endpoints, says) in
        [(vec![], "the tenant lists none"), (vec![(1, OFF, IDLE)], "(number skipped: 1)")]
    {
        let ran = run(ScanPlan::from(Scan::all()).skip_disconnected(), &endpoints);
        assert!(ran.output.as_ref().unwrap_err().to_string().contains(says), "{:?}", ran.output);
        assert_eq!(scans(&ran).len(), 0);
    }
}

#[test]
fn a_run_whose_preview_is_refused_is_refused() {
    let run = session().scan_and_wait(ScanPlan::from(Scan::all()).at_most(9), HOUR).unwrap();
    let ran = drive(run, |_| answer(403, r#"{"reply":{"err_code":403,"err_msg":"m"}}"#));
    let error = ran.output.unwrap_err();
    assert!(matches!(error, Error::Refused(_)) && !error.may_have_taken_effect(), "{error}");
    assert_eq!(ran.sends.len(), 1);
}

#[test]
fn what_was_previewed_is_scanned_exactly() {
    let preview = preview(&Scan::all(), &fleet(3));
    let ran = run(ScanPlan::from(&preview), &fleet(300));
    assert_eq!(ran.sends[0].operation, "scan", "it is not listed again");
    assert_eq!(ids_of(&ran.sends[0]), ["e0000", "e0001", "e0002"]);
}

#[test]
fn what_a_planned_run_asked_for_and_no_endpoint_has_is_no_success() {
    let asked = |filter| Scan::matching([filter]);
    let ids = asked(Filter::endpoint_ids(["e0000", "e0009"]));
    let hosts = asked(Filter::hostname(["host-0", "host-typo"]));
    let endpoints = fleet(1);
    for scan in [ids, hosts] {
        let plans = [ScanPlan::from(&scan).at_most(9), ScanPlan::from(&preview(&scan, &endpoints))];
        let again = plans[1].clone().skip_disconnected();
        for plan in plans.into_iter().chain([again]) {
            let ran = run(plan, &endpoints);
            assert_eq!(ids_of(scans(&ran)[0]), ["e0000"]);
            let report = ran.output.unwrap();
            assert!(
                report.counts().is_settled() && report.is_complete() && !report.is_success(),
                "{report:?}"
            );
            let missing: Vec<_> = report.missing().map(|endpoint| endpoint.id.to_string()).collect();
            let told = (missing, report.unmatched_hostnames().to_vec());
            let (id, host) = (vec!["e0009".to_owned()], vec!["host-typo".to_owned()]);
            assert!(told == (id, vec![]) || told == (vec![], host), "{told:?}");
            let saved = ActionReport::from_json(&serde_json::to_string(&report).unwrap()).unwrap();
            assert_eq!((&saved, saved.is_success()), (&report, false));
        }
    }
}

#[test]
fn a_run_whose_list_may_miss_endpoints_is_refused() {
    let seen = drive(session().preview(&Scan::all()).unwrap(), shows_less).output.unwrap();
    assert!(seen.list().may_have_missed && seen.len() == 3);
    for plan in [ScanPlan::from(Scan::all()).at_most(9), (&seen).into(), ScanPlan::from(&seen).at_most(9)] {
        let error = refused_when_it_shows_less(plan);
        assert!(matches!(error, Error::Invalid(_)) && error.to_string().contains("completely"), "{error}");
    }
}

#[test]
fn a_tenant_that_ignores_the_filters_does_not_decide_what_is_scanned() {
    let asked = |filter| ScanPlan::from(Scan::matching([filter])).skip_disconnected();
    for filter in [Filter::endpoint_ids(["E0005"]), Filter::hostname(["HOST-5"])] {
        let ran = run(asked(filter.clone()), &fleet(300));
        assert!(ran.output.unwrap_err().to_string().contains("which the filters do not name"));
        assert_eq!(run(asked(filter), &[(5, ON, IDLE)]).output.unwrap().expected(), 1);
    }
    assert_eq!(scans(&run(asked(Filter::endpoint_ids(["e0005"])), &fleet(300))).len(), 0);
}

/// A tenant that lists these ids, and completes the scan of the first one alone.
fn lists(ids: &[String], plan: ScanPlan) -> Ran {
    let endpoints: Vec<_> = ids
        .iter()
        .map(|id| json!({"endpoint_id": id, "endpoint_name": format!("host of {id}"), "endpoint_status": "lost"}))
        .collect();
    let page = json!({"reply": {"total_count": ids.len(), "endpoints": endpoints}}).to_string();
    drive(session().scan_and_wait(plan, HOUR).unwrap(), |sending| match &*sending.operation {
        "get_endpoint" => ok(&page),
        "scan" => accepted(42, 1),
        _ => ok(json!({"reply": {"data": {&ids[0]: DONE}}}).to_string()),
    })
}

#[test]
fn an_id_that_no_caller_may_name_is_not_sent() {
    for id in ["e1 ", "e\u{200b}2"] {
        let ran = lists(&[id.to_owned()], ScanPlan::from(Scan::all()).at_most(9));
        assert!(matches!(ran.output, Err(Error::Invalid(_))) && scans(&ran).is_empty(), "{id:?}");
    }
}

#[test]
fn a_key_that_the_tenant_lists_as_an_id_is_not_shown() {
    let ids = ["e1".to_owned(), format!("x-{KEY}")];
    let is_clean = |report: &ActionReport| {
        let endpoints = report.needs_attention().map(|endpoint| format!("{} {endpoint:?}", endpoint.id));
        let skipped = report.skipped().iter().map(|skipped| format!("{} {skipped:?}", skipped.id));
        let told = report.coverage().map(|coverage| coverage.to_string());
        let shown: String = endpoints.chain(skipped).chain(told).collect();
        assert!(shown.contains("x-") && !shown.contains(KEY), "{shown}");
    };
    let scanned = lists(&ids, ScanPlan::from(Scan::all()).at_most(9)).output.unwrap();
    is_clean(&scanned);
    let skipping = ScanPlan::from(Scan::matching([Filter::endpoint_ids([ids[0].clone(), ids[1].clone()])]));
    let error = lists(&ids, skipping.skip_disconnected()).output.unwrap_err();
    assert!(!error.to_string().contains(KEY), "{error}");
    // A saved report has the ids without changes. It shows them without the key when it is followed.
    let mut saved = serde_json::to_value(&scanned).unwrap();
    saved["skipped"] = json!([{"endpoint_id": ids[1], "endpoint_name": ids[1], "why": "disconnected"}]);
    let again = ActionReport::from_json(&saved.to_string()).unwrap();
    let done = json!({"reply": {"data": {"e1": DONE}}}).to_string();
    is_clean(&drive(session().wait(again, HOUR), |_| ok(&done)).output.unwrap());
}

#[test]
fn an_uninstalled_agent_is_skipped_because_no_scan_reaches_it() {
    let ran = run(ScanPlan::from(Scan::all()).list_first(), &[(0, ON, IDLE), (1, "UNINSTALLED", IDLE)]);
    assert_eq!(ids_of(scans(&ran)[0]), ["e0000"]);
    let report = ran.output.unwrap();
    assert!(report.is_success());
    assert_eq!(report.skipped()[0].why, SkipReason::Uninstalled);
}

#[test]
fn a_plan_says_what_a_run_would_scan() {
    let endpoints = [(0, ON, IDLE), (1, OFF, IDLE), (2, ON, BUSY)];
    let seen = preview(&Scan::all(), &endpoints);
    let plan = ScanPlan::from(Scan::all()).skip_disconnected().with_incident("7");
    let planned = plan.apply(&seen).unwrap();
    assert_eq!(planned.scan, Scan::matching([Filter::endpoint_ids(["e0000", "e0002"])]).with_incident("7"));
    assert_eq!(planned.skipped.len(), 1);
    let ran = run(planned.into(), &endpoints);
    assert_eq!(ran.sends[0].operation, "scan", "it is not listed again");
    assert_eq!(ran.output.unwrap().skipped().len(), 1);
    let exactly = ScanPlan::from(&seen).with_incident("7");
    assert!(scans(&run(exactly, &endpoints))[0].body.contains(r#""incident_id":"7""#));
    assert!(plan.at_most(1).apply(&seen).unwrap_err().to_string().contains("2 endpoints would be scanned"));
}

#[test]
fn a_run_that_is_stopped_while_it_looks_has_sent_nothing() {
    let run = session().scan_and_wait(ScanPlan::from(Scan::all()).at_most(9), HOUR).unwrap();
    let ended = crate::support::Drive::new(run).run_until(|sending| page(&fleet(300), sending), |_, _| true);
    let error = ended.output.unwrap_err();
    assert!(!error.may_have_taken_effect(), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() })]

    /// The set of endpoints changes between pages, and requests fail. A capped run never sends more ids than its cap,
    /// and never an id that no page has shown. It sends nothing if the preview has failed.
    #[test]
    fn a_capped_run_sends_at_most_its_cap_and_nothing_without_a_preview(
        sizes in prop::collection::vec(0usize..320, 1..8),
        failures in prop::collection::vec(prop::bool::weighted(0.2), 1..40),
        cap in 0u64..330,
        skips in any::<bool>(),
    ) {
        let plan = ScanPlan::from(Scan::all()).at_most(cap);
        let plan = if skips { plan.skip_disconnected() } else { plan };
        let (mut asked, mut most_shown, mut failed) = (0, 0, false);
        let ran = drive(session().scan_and_wait(plan, HOUR).unwrap(), |sending| {
            if sending.operation != "get_endpoint" {
                return accepted(42, 1).and_then(|_| lost(Kind::Closed));
            }
            asked += 1;
            if failures[asked % failures.len()] {
                failed = true;
                return answer(403, r#"{"reply":{"err_code":403,"err_msg":"m"}}"#);
            }
            let endpoints: Vec<_> = fleet(sizes[asked % sizes.len()])
                .into_iter()
                .map(|(n, _, scan)| (n, if n % 3 == 0 { OFF } else { ON }, scan))
                .collect();
            most_shown = most_shown.max(endpoints.len());
            page(&endpoints, sending)
        });
        let sent = scans(&ran);
        prop_assert!(sent.len() <= 1);
        prop_assert!(!failed || sent.is_empty(), "sent without a whole preview");
        for sending in sent {
            let ids = ids_of(sending);
            prop_assert!(ids.len() as u64 <= cap);
            prop_assert!(!ids.is_empty() && ids.len() <= most_shown);
            prop_assert!(!skips || ids.iter().all(|id| id[1..].parse::<usize>().unwrap() % 3 != 0));
        }
    }

    /// The set of endpoints changes between pages. A successful preview has at least as many endpoints as any page.
    #[test]
    fn a_preview_holds_at_least_what_one_page_has_shown(
        sizes in prop::collection::vec(0usize..320, 1..8),
        failures in prop::collection::vec(prop::bool::weighted(0.2), 1..40),
    ) {
        let (mut asked, mut most_shown) = (0, 0);
        let ended = drive(session().preview(&Scan::all()).unwrap(), |sending| {
            asked += 1;
            if failures[asked % failures.len()] {
                return answer(500, "");
            }
            let endpoints = fleet(sizes[asked % sizes.len()]);
            let request: Value = serde_json::from_str(&sending.body).unwrap();
            let from = usize::try_from(request["request_data"]["search_from"].as_u64().unwrap()).unwrap();
            most_shown = most_shown.max(endpoints.len().saturating_sub(from).min(100));
            page(&endpoints, sending)
        });
        if let Ok(preview) = ended.output {
            prop_assert!(preview.len() >= most_shown, "{} of {most_shown}", preview.len());
        }
    }
}

/// Every page of a list repeats the ids in its request, so 2,500 ids are listed in three parts.
#[test]
fn a_long_list_of_ids_is_listed_in_parts() {
    let ids: Vec<_> = (0..2500).rev().map(|n| format!("e{n:04}")).collect();
    let scan = Scan::matching([Filter::group_name(["Servers"]), Filter::endpoint_ids(ids)]);
    for keeps_filters in [true, false] {
        let ended = drive(session().preview(&scan).unwrap(), |sending| {
            let request: Value = serde_json::from_str(&sending.body).unwrap();
            let filters = request["request_data"]["filters"].as_array().unwrap();
            let asked = filters.iter().find(|filter| filter["field"] == "endpoint_id_list").unwrap();
            let asked = asked["value"].as_array().unwrap();
            assert!(asked.len() <= 1000 && filters.iter().any(|filter| filter["field"] == "group_name"));
            let all = fleet(2500).into_iter();
            let matching = all.filter(|(n, ..)| !keeps_filters || asked.contains(&json!(format!("e{n:04}"))));
            page(&matching.collect::<Vec<_>>(), sending)
        });
        let preview = ended.output.unwrap();
        assert_eq!((preview.len(), ended.progress.last()), (2500, Some(&2500)), "each endpoint once");
        assert!(preview.endpoints().is_sorted_by(|one, next| one.id.as_str() < next.id.as_str()));
        assert_eq!((preview.list().endpoints, preview.list().may_have_missed), (2500, false));
        assert_eq!(preview.list().total_count == Some(2500), keeps_filters);
    }
}
