//! Reading which endpoints are being scanned after an attempt with an unknown outcome.

use xdr_conformance::{Trial, both};
use xdr_model::{EndpointActivity as Activity, Filter, Operation, Reconciled, Scan};
use xdr_sim::Fault;

use crate::support::quiet;

fn reconcile<O: Operation>(trial: &Trial, attempted: &O) -> Reconciled {
    let flow = trial.session.reconcile(attempted).expect("it selects endpoints");
    trial.client.drive(trial.in_time(flow), quiet).expect("the tenant lists its endpoints")
}

fn counts(now: &Reconciled) -> [usize; 4] {
    [Activity::BeingScanned, Activity::NotBeingScanned, Activity::Gone, Activity::Unknown]
        .map(|activity| now.count(activity))
}

/// The answer is lost, before or after the scan was carried out.
#[test]
fn what_is_being_scanned_is_told_and_nothing_is_started() {
    both(|trial| {
        let mut ids: Vec<_> =
            trial.server.sim().endpoints()[..250].iter().map(|endpoint| endpoint.id.clone()).collect();
        ids.push("removed".to_owned());
        let scan = Scan::matching([Filter::endpoint_ids(ids)]);
        let none = Scan::matching([Filter::group_name(["Servers"])]);
        let before = counts(&reconcile(trial, &none));
        assert_eq!((before[0], before[2], before[3]), (0, 0, 0), "nothing runs yet");
        trial.server.sim().fault(Fault::on("scan").after_executing().hang_up());
        let error = trial.send(&scan).expect_err("its answer is lost");
        assert!(error.may_have_taken_effect() && error.to_string().contains("use reconcile"), "{error}");
        let now = reconcile(trial, &scan);
        assert_eq!(counts(&now), [250, 0, 1, 0]);
        assert_eq!(now.that_are(Activity::Gone).map(|e| e.id.as_str()).collect::<Vec<_>>(), ["removed"]);
        assert_eq!((trial.sent("scan"), trial.sent("abort_scan")), (1, 0), "it only reads");
        assert_eq!(trial.server.sim().actions().len(), 1);
        counts(&now)
    });
    both(|trial| {
        trial.server.sim().fault(Fault::on("scan").hang_up());
        let scan = Scan::all();
        assert!(trial.send(&scan).expect_err("its answer is lost").may_have_taken_effect());
        let now = counts(&reconcile(trial, &scan));
        assert_eq!((now, trial.server.sim().actions().len()), ([0, 673, 0, 0], 0));
    });
}
