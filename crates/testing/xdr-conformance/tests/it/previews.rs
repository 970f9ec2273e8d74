//! Named endpoints, and runs with a preview before the scan.

use std::collections::BTreeSet;

use xdr_conformance::{Trial, both, both_with, standard, tenant};
use xdr_model::{
    ConnectionStatus, EndpointFilter, Error, Filter, GetEndpoints, Preview, Scan, ScanPlan, Settings,
    SkipReason,
};
use xdr_sim::{Connection, Fault, Outcomes};

use crate::support::{quiet, told};

fn preview(trial: &Trial, scan: &Scan) -> Preview {
    let flow = trial.session.preview(scan).expect("the scan keeps its rules");
    trial.client.drive(trial.in_time(flow), quiet).expect("it is listed")
}

/// The listed endpoints, in order.
fn list(trial: &Trial, request: &GetEndpoints) -> Vec<String> {
    let flow = trial.session.list_endpoints(request).expect("it keeps its rules");
    let mut ids = Vec::new();
    let list = trial.client.drive(trial.in_time(flow), |page| {
        ids.extend(page.endpoints.iter().map(|endpoint| endpoint.id.to_string()));
        quiet(())
    });
    assert!(!list.expect("it is listed").may_have_missed);
    ids
}

fn servers() -> Scan {
    Scan::matching([Filter::group_name(["Servers"])])
}

#[test]
fn every_endpoint_is_listed_once_and_in_order() {
    both(|trial| {
        let ids = list(trial, &GetEndpoints::all());
        assert_eq!(ids.len(), 673);
        assert!(ids.is_sorted());
        let connected = GetEndpoints::matching([EndpointFilter::connection([ConnectionStatus::Connected])]);
        assert_eq!(list(trial, &connected), ids);
        ids
    });
}

#[test]
fn a_preview_starts_nothing() {
    both(|trial| {
        let preview = preview(trial, &servers());
        assert!(preview.len() > 100 && preview.len() < 673, "{}", preview.len());
        assert_eq!((trial.sent("scan"), trial.server.sim().actions().len()), (0, 0));
        preview
    });
}

#[test]
fn a_run_under_a_cap_scans_exactly_what_was_listed() {
    both(|trial| {
        let count = preview(trial, &servers()).len() as u64;
        let refused = trial.scan_and_wait(ScanPlan::from(servers()).at_most(count - 1), quiet);
        let (text, may) = told(refused);
        assert!(!may && text.contains("/at_most of "), "{text}");
        assert_eq!(trial.sent("scan"), 0);
        let plan = ScanPlan::from(servers()).at_most(count).skip_disconnected();
        let report = trial.scan_and_wait(plan, quiet).expect("it settles");
        assert_eq!(trial.sent("scan"), 1);
        assert_eq!(report.counts().total() + report.skipped().len() as u64, count);
        assert!(report.skipped().iter().all(|skipped| skipped.why == SkipReason::Disconnected));
        report.skipped().len()
    });
}

#[test]
fn machines_that_are_being_scanned_are_skipped_and_named() {
    both(|trial| {
        let busy = trial.server.sim().endpoints()[0].id.clone();
        trial.send(&Scan::matching([Filter::endpoint_ids([busy.as_str()])])).expect("it is scanned");
        let both = Scan::matching([Filter::endpoint_ids(
            trial.server.sim().endpoints()[..3].iter().map(|endpoint| endpoint.id.clone()),
        )]);
        let report = trial.scan_and_wait(ScanPlan::from(both).skip_being_scanned(), quiet);
        let skipped = match report {
            Ok(report) => report.skipped().to_vec(),
            Err(Error::Wait(ended)) => ended.report.skipped().to_vec(),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(
            skipped.iter().map(|s| (s.id.as_str(), s.why)).collect::<Vec<_>>(),
            [(&*busy, SkipReason::BeingScanned)]
        );
        assert_eq!(trial.sent("scan"), 2, "the first one, and one by ids");
    });
}

#[test]
fn an_endpoint_that_comes_after_the_preview_is_not_scanned() {
    both(|trial| {
        let scan = servers();
        let preview = preview(trial, &scan);
        let mut newcomer = trial.server.sim().endpoints()[0].clone();
        newcomer.id = "ffffffffffffffffffffffffffffffff".into();
        trial.server.sim().add_endpoint(newcomer);
        let _ = trial.scan_and_wait(ScanPlan::from(&preview), |_| std::ops::ControlFlow::Break(()));
        let sim = trial.server.sim();
        let scanned: BTreeSet<_> =
            sim.statuses(sim.actions()[0].id).iter().map(|(id, _)| (*id).to_owned()).collect();
        let previewed: BTreeSet<_> = preview.endpoints().iter().map(|e| e.id.as_str().to_owned()).collect();
        assert_eq!(scanned, previewed);
    });
}

#[test]
fn a_planned_run_with_a_name_that_no_endpoint_has_is_no_success() {
    let tenant = tenant().with_outcomes(Outcomes::all_completed());
    both_with(&tenant, &Settings::default(), &standard(), |trial| {
        let host = trial.server.sim().endpoints()[0].hostname.clone();
        let scan = Scan::matching([Filter::hostname([host.as_str(), "web-typo"])]);
        let report = trial.scan_and_wait(ScanPlan::from(scan).at_most(9), quiet).expect("it settles");
        assert_eq!((report.counts().successful(), report.expected(), trial.sent("scan")), (1, 1, 1));
        assert_eq!(
            (report.unmatched_hostnames(), report.is_success()),
            (&["web-typo".to_owned()][..], false)
        );
    });
}

#[test]
fn a_planned_scan_whose_answer_is_lost_is_not_sent_again() {
    both(|trial| {
        trial.server.sim().fault(Fault::on("scan").after_executing().hang_up());
        let ended = trial.scan_and_wait(ScanPlan::from(servers()).at_most(1000), quiet);
        assert!(matches!(ended, Err(Error::OutcomeUnknown(_))), "{ended:?}");
        assert_eq!((trial.sent("scan"), trial.server.sim().actions().len()), (1, 1));
        told(ended)
    });
}

#[test]
fn a_run_is_refused_with_its_preview() {
    let tenant = tenant().without_permission_for("get_endpoint");
    both_with(&tenant, &Settings::default(), &standard(), |trial| {
        let refused = trial.scan_and_wait(ScanPlan::from(servers()).at_most(1000), quiet);
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        assert_eq!(trial.sent("scan"), 0);
        told(refused)
    });
}

#[test]
fn a_disconnected_machine_is_named_by_the_report_of_the_run_that_skipped_it() {
    both(|trial| {
        let (id, other) = {
            let mut sim = trial.server.sim();
            let ids: Vec<_> = sim.endpoints()[..2].iter().map(|endpoint| endpoint.id.clone()).collect();
            sim.set_connection(&ids[0], Connection::Disconnected);
            sim.set_connection(&ids[1], Connection::Connected);
            (ids[0].clone(), ids[1].clone())
        };
        let scan = Scan::matching([Filter::endpoint_ids([id.as_str(), other.as_str()])]);
        let report =
            trial.scan_and_wait(ScanPlan::from(scan).skip_disconnected(), quiet).expect("it settles");
        let skipped = &report.skipped()[0];
        assert_eq!((skipped.id.as_str(), skipped.why), (&*id, SkipReason::Disconnected));
        assert!(skipped.name.is_some());
        assert_eq!(report.counts().total(), 1);
    });
}

#[test]
fn a_report_is_read_with_the_names_of_its_machines_also_if_some_are_gone() {
    both(|trial| {
        let report = trial.scan_and_wait(Scan::all(), quiet).expect("all endpoints settle");
        let gone = report.needs_attention().next().expect("some have failed").id;
        trial.server.sim().remove_endpoint(gone.as_str());
        let flow = trial.session.name_endpoints(&report);
        let named = trial.client.drive(trial.in_time(flow), quiet).expect("they are looked up");
        assert_eq!(named.len(), report.needs_attention().count());
        assert_eq!(trial.sent("get_endpoint"), named.len().div_ceil(100));
        for endpoint in &named {
            let is_gone = endpoint.reported.id == gone;
            assert_eq!(endpoint.summary.is_none(), is_gone, "{}", endpoint.reported.id);
            assert!(is_gone || endpoint.summary.as_ref().is_some_and(|summary| summary.name.is_some()));
        }
        named
    });
}
