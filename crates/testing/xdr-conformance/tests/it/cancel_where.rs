//! Cancelling running scans, whoever started them.

use std::collections::BTreeSet;

use xdr_conformance::{Trial, both, both_with, standard, tenant};
use xdr_model::{CancelledWhere, Error, Filter, Filters, Scan, Settings};
use xdr_sim::{ActionKind, Fault};

use crate::support::quiet;

fn cancel(trial: &Trial, filters: Filters) -> Result<CancelledWhere, Error> {
    let flow = trial.session.cancel_where(filters).expect("the filters keep their rules");
    trial.client.drive(trial.in_time(flow), quiet)
}

fn servers() -> Filter {
    Filter::group_name(["Servers"])
}

#[test]
fn exactly_the_scans_that_run_on_the_group_are_cancelled() {
    both(|trial| {
        let some = Scan::matching([Filter::endpoint_ids(
            trial.server.sim().endpoints()[..50].iter().map(|endpoint| endpoint.id.clone()),
        )]);
        trial.send(&some).expect("it is started");
        let cancelled = cancel(trial, Filters::Matching(vec![servers()])).expect("some run");
        assert_eq!(trial.sent("abort_scan"), 1);
        let sim = trial.server.sim();
        let aborted: BTreeSet<_> = sim
            .actions()
            .iter()
            .filter(|action| action.kind == ActionKind::Abort)
            .flat_map(|action| sim.statuses(action.id))
            .map(|(id, _)| id.to_owned())
            .collect();
        let expected: BTreeSet<_> = sim.endpoints()[..50]
            .iter()
            .filter(|endpoint| endpoint.group_names.iter().any(|group| group == "Servers"))
            .map(|endpoint| endpoint.id.clone())
            .collect();
        assert!(!expected.is_empty() && expected.len() < 50);
        assert_eq!(aborted, expected);
        assert_eq!((cancelled.endpoints, cancelled.running.len()), (expected.len(), expected.len()));
        cancelled.endpoints
    });
}

#[test]
fn a_cancellation_whose_answer_is_lost_is_not_sent_again() {
    both(|trial| {
        trial.send(&Scan::all()).expect("it is started");
        trial.server.sim().fault(Fault::on("abort_scan").after_executing().hang_up());
        let lost = cancel(trial, Filters::All).expect_err("nobody knows");
        assert!(matches!(lost, Error::OutcomeUnknown(_)), "{lost}");
        assert_eq!(trial.sent("abort_scan"), 1);
    });
}

#[test]
fn nothing_is_sent_where_nothing_runs_or_the_list_is_refused() {
    both(|trial| {
        assert_eq!(cancel(trial, Filters::All).expect("nothing is no failure").endpoints, 0);
        assert_eq!(trial.sent("abort_scan"), 0);
    });
    let tenant = tenant().without_permission_for("get_endpoint");
    both_with(&tenant, &Settings::default(), &standard(), |trial| {
        trial.send(&Scan::all()).expect("it is started");
        assert!(matches!(cancel(trial, Filters::All), Err(Error::Refused(_))));
        assert_eq!(trial.sent("abort_scan"), 0);
    });
}
