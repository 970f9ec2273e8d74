//! Cancelling the rest of an action, and nothing else.

use std::time::Duration;

use xdr_conformance::{Trial, both};
use xdr_model::{ActionId, Filter, Scan};
use xdr_sim::Fault;

use crate::support::{quiet, start, told};

/// The ids in the bodies of the cancellations, request by request.
pub(crate) fn cancelled_ids(trial: &Trial) -> Vec<Vec<String>> {
    let sim = trial.server.sim();
    let bodies = sim.requests().iter().filter(|request| request.operation() == "abort_scan");
    bodies
        .map(|request| {
            let body: serde_json::Value = serde_json::from_slice(&request.body).expect("requests are JSON");
            let filters = body["request_data"]["filters"].as_array().expect("never all").clone();
            assert_eq!(filters.len(), 1);
            assert_eq!(filters[0]["field"], "endpoint_id_list");
            serde_json::from_value(filters[0]["value"].clone()).expect("a list of ids")
        })
        .collect()
}

#[test]
fn half_way_exactly_the_unsettled_endpoints_are_cancelled() {
    both(|trial| {
        let id = start(trial);
        trial.server.advance(Duration::from_secs(300));
        let unsettled: Vec<_> = {
            let sim = trial.server.sim();
            let of = |(id, word): &(&str, &str)| {
                matches!(*word, "PENDING" | "IN_PROGRESS").then(|| (*id).to_owned())
            };
            sim.statuses(id.as_str().parse().expect("a number")).iter().filter_map(of).collect()
        };
        assert!((100..600).contains(&unsettled.len()), "half-way is somewhere between: {}", unsettled.len());
        let cancelled = trial.cancel_action(id.clone(), quiet).expect("there is something to cancel");
        assert_eq!((cancelled.endpoints, cancelled.settled), (unsettled.len(), 673 - unsettled.len()));
        assert_eq!(cancelled_ids(trial), [unsettled]);
        let report = trial.wait(id, quiet).expect("what was cancelled settles");
        assert_eq!(report.counts().settled(), 673);
        report.counts()
    });
}

#[test]
fn somebody_elses_scan_goes_on() {
    both(|trial| {
        let (mine, theirs) = {
            let sim = trial.server.sim();
            (sim.endpoints()[0].hostname.clone(), sim.endpoints()[1].hostname.clone())
        };
        let mine =
            trial.send(&Scan::matching([Filter::hostname([mine])])).expect("it can be scanned").action_id;
        let theirs = trial.send(&Scan::matching([Filter::hostname([theirs])])).expect("it too").action_id;
        assert_eq!(trial.cancel_action(mine, quiet).expect("it runs").endpoints, 1);
        let report = trial.wait(theirs, quiet).expect("it settles");
        assert_eq!(report.counts().get(&xdr_model::operation::EndpointActionStatus::Cancelled), 0);
    });
}

#[test]
fn nothing_is_sent_for_a_settled_action() {
    both(|trial| {
        let id = start(trial);
        trial.server.advance(Duration::from_secs(3600));
        let cancelled = trial.cancel_action(id, quiet).expect("nothing to cancel is not an error");
        assert_eq!((cancelled.endpoints, cancelled.settled), (0, 673));
        assert_eq!(trial.sent("abort_scan"), 0);
    });
}

#[test]
fn endpoints_that_settle_in_the_meantime_are_not_an_error() {
    both(|trial| {
        let id = start(trial);
        let refused = r#"{"reply":{"err_code":500,"err_msg":"No endpoint was found for creating the requested action"}}"#;
        trial.server.sim().fault(Fault::on("abort_scan").answer_json(500, refused));
        let cancelled = trial.cancel_action(id, quiet).expect("they are all done");
        assert_eq!((cancelled.endpoints, cancelled.settled, cancelled.refused), (0, 0, 673));
    });
}

#[test]
fn an_action_that_the_tenant_does_not_know_cannot_be_cancelled() {
    let (text, _) = both(|trial| {
        let told = told(trial.cancel_action(ActionId::from(7), quiet));
        assert_eq!((trial.sent("get_action_status"), trial.sent("abort_scan")), (3, 0));
        told
    });
    assert!(text.contains("names no endpoint for action 7"), "{text}");
}

#[test]
fn a_cancellation_whose_answer_is_lost_is_sent_once_and_may_have_worked() {
    let (_, may_have_taken_effect) = both(|trial| {
        let id = start(trial);
        trial.server.sim().fault(Fault::on("abort_scan").after_executing().hang_up());
        let told = told(trial.cancel_action(id, quiet));
        assert_eq!(trial.sent("abort_scan"), 1);
        told
    });
    assert!(may_have_taken_effect);
}
