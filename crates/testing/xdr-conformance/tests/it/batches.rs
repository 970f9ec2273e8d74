//! Scans in batches.

use std::ops::ControlFlow;
use std::time::Duration;

use xdr_conformance::{Trial, both, both_with, standard, tenant};
use xdr_model::{ActionReport, BatchesEnded, Error, Filter, Scan, ScanBatches, Settings};
use xdr_sim::{Fault, Outcomes};

/// All endpoints of the tenant, a hundred per batch.
fn batches(trial: &Trial) -> ScanBatches {
    let ids: Vec<_> = trial.server.sim().endpoints().iter().map(|endpoint| endpoint.id.clone()).collect();
    ScanBatches::split(Scan::matching([Filter::endpoint_ids(ids)]), 100).expect("it has one list of ids")
}

fn run(trial: &Trial, batches: ScanBatches) -> Result<ScanBatches, Box<BatchesEnded>> {
    let flow =
        trial.session.run_batches(batches, Duration::from_secs(7200)).expect("they are of this tenant");
    trial.client.drive(trial.in_time(flow), |_| ControlFlow::Continue(()))
}

#[test]
fn every_endpoint_is_scanned_once_and_reported() {
    let tenant = tenant().with_outcomes(Outcomes::all_completed());
    both_with(&tenant, &Settings::default(), &standard(), |trial| {
        let ended = run(trial, batches(trial)).expect("all settle");
        assert!(ended.is_success());
        assert_eq!((ended.len(), ended.settled(), trial.sent("scan")), (7, 673, 7));
        assert_eq!(trial.server.sim().actions().len(), 7);
    });
}

#[test]
fn a_batch_whose_answer_is_lost_is_never_sent_again_and_the_rest_is_sent_later() {
    both(|trial| {
        trial.server.sim().fault(Fault::on("scan").delay(Duration::ZERO));
        trial.server.sim().fault(Fault::on("scan").after_executing().hang_up());
        let ended = run(trial, batches(trial)).expect_err("the second answer is lost");
        assert!(matches!(*ended.why, Error::OutcomeUnknown(_)), "{ended}");
        let states = |batches: &ScanBatches| {
            (batches.reports().count(), batches.in_doubt().count(), batches.not_sent().count())
        };
        assert_eq!((states(&ended.batches), trial.sent("scan")), ((1, 1, 5), 2));
        let saved = serde_json::to_string(&ended.batches).expect("they can be saved");
        let resumed =
            run(trial, ScanBatches::from_json(&saved).expect("they can be read")).expect("the rest settles");
        assert_eq!((states(&resumed), trial.sent("scan"), resumed.is_success()), ((6, 1, 0), 7, false));
        assert_eq!(trial.server.sim().actions().len(), 7, "the second one runs");
    });
}

#[test]
fn actions_that_were_started_before_are_followed_together() {
    let tenant = tenant().with_outcomes(Outcomes::all_completed());
    both_with(&tenant, &Settings::default(), &standard(), |trial| {
        let ids: Vec<_> = trial.server.sim().endpoints().iter().map(|endpoint| endpoint.id.clone()).collect();
        let started: Vec<_> = [&ids[..2], &ids[2..5]]
            .map(|ids| {
                let scan = Scan::matching([Filter::endpoint_ids(ids)]);
                ActionReport::of(&scan, &trial.send(&scan).expect("it is accepted"))
            })
            .into();
        let batches = ScanBatches::following(started).expect("they are two actions");
        let ended = run(trial, batches).expect("all settle");
        assert!(ended.is_success());
        assert_eq!((ended.len(), ended.settled(), trial.sent("scan")), (2, 5, 2));
    });
}

/// A hundred actions by each client, in hours of the virtual clock.
#[test]
fn a_hundred_thousand_endpoints_are_scanned_and_reported() {
    let tenant = tenant().with_endpoints(100_000).with_outcomes(Outcomes::all_completed());
    both_with(&tenant, &Settings::default(), &standard(), |trial| {
        let ids: Vec<_> = trial.server.sim().endpoints().iter().map(|endpoint| endpoint.id.clone()).collect();
        let scan = Scan::matching([Filter::endpoint_ids(ids)]);
        let batches = ScanBatches::split(scan, ScanBatches::SIZE).expect("it has one list of ids");
        let ended = run(trial, batches).expect("all settle");
        assert!(ended.is_success());
        assert_eq!((ended.len(), ended.settled(), trial.sent("scan")), (100, 100_000, 100));
    });
}
