//! The main workflow from end to end, with both clients and both kinds of key.

use std::ops::ControlFlow;

use xdr_conformance::{both_with, tenant};
use xdr_model::{
    Credentials, Error, Progress, Scan, Settings, error::WaitEnd, operation::EndpointActionStatus,
};
use xdr_sim::KeyKind;

use crate::support::quiet;

fn the_main_job(kind: KeyKind, credentials: &Credentials) {
    let tenant = tenant().with_key("1", "demo", kind);
    both_with(&tenant, &Settings::default(), credentials, |trial| {
        // A scan of 673 endpoints, followed to its end.
        let first = trial.scan_and_wait(Scan::all(), quiet).expect("all endpoints are online");
        assert_eq!(first.counts().settled(), 673);

        // A second scan. The wait ends when at least half of the endpoints have settled.
        let left = trial.scan_and_wait(Scan::all(), |progress| match progress {
            Progress::Polled { report, .. } if report.counts().settled() >= 336 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
        let error = left.expect_err("it was left half-way");
        let Error::Wait(ended) = &error else { panic!("{error}") };
        assert!(matches!(ended.why, WaitEnd::Stopped));
        let unsettled = ended.report.counts().total() - ended.report.counts().settled();
        assert!((1..=337).contains(&unsettled), "{unsettled}");

        // The rest of the second scan is cancelled.
        let cancelled =
            trial.cancel_action(ended.report.action_id().clone(), quiet).expect("some are not settled");
        assert_eq!(cancelled.endpoints as u64, unsettled);

        // The wait resumes with the id, and continues to the end.
        let resumed =
            trial.wait(ended.report.action_id().clone(), quiet).expect("what was cancelled settles");
        let counts = resumed.counts();
        let stopped =
            counts.get(&EndpointActionStatus::Cancelled) + counts.get(&EndpointActionStatus::Aborted);
        assert_eq!((counts.settled(), stopped), (673, unsettled));
        counts
    });
}

#[test]
fn with_a_standard_key() {
    the_main_job(KeyKind::Standard, &Credentials::standard("1", "demo").expect("a good key"));
}

#[test]
fn with_an_advanced_key() {
    the_main_job(KeyKind::Advanced, &Credentials::advanced("1", "demo").expect("a good key"));
}
