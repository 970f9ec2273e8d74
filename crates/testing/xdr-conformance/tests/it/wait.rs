//! Following an action to its end, or until the wait gives up.

use std::ops::ControlFlow;

use xdr_conformance::{both, both_with, standard, tenant};
use xdr_model::{
    ActionId, EndpointState, Error, Filter, Polling, Progress, Scan, Settings, error::WaitEnd,
    operation::EndpointActionStatus,
};
use xdr_sim::{Fault, Outcomes};

use crate::support::{quiet, start};

#[test]
fn a_scan_is_followed_until_every_endpoint_has_settled() {
    both(|trial| {
        let mut told = Vec::new();
        let report = trial
            .scan_and_wait(Scan::all(), |progress| {
                told.push(match progress {
                    Progress::Started { report } => format!("started {:?}", report.endpoints_count()),
                    Progress::Polled { report, .. } => {
                        format!("{} of {}", report.counts().settled(), report.expected())
                    }
                    other => format!("{other:?}"),
                });
                ControlFlow::Continue(())
            })
            .expect("all endpoints are online");
        assert_eq!(told.first().map(String::as_str), Some("started Some(673)"));
        assert_eq!(told.last().map(String::as_str), Some("673 of 673"));
        assert_eq!(report.counts().settled(), 673);
        told
    });
}

#[test]
fn partial_failed_and_timed_out_endpoints_are_told_with_their_reasons() {
    both(|trial| {
        let report = trial.scan_and_wait(Scan::all(), quiet).expect("all endpoints settle");
        let counts = report.counts();
        for status in [
            EndpointActionStatus::CompletedSuccessfully,
            EndpointActionStatus::CompletedPartial,
            EndpointActionStatus::Failed,
            EndpointActionStatus::TimedOut,
        ] {
            assert!(counts.get(&status) > 0, "the mix holds {status}");
        }
        assert!(!report.is_success());
        let unsuccessful: Vec<_> = report.unsuccessful().collect();
        assert_eq!(unsuccessful.len() as u64, counts.total() - counts.successful());
        assert!(unsuccessful.iter().any(|endpoint| {
            endpoint.state == EndpointState::Settled(EndpointActionStatus::Failed)
                && endpoint.reason.as_ref().is_some_and(serde_json::Value::is_object)
        }));
        report.counts()
    });
}

#[test]
fn a_scan_that_went_well_everywhere_is_a_success() {
    let tenant = tenant().with_outcomes(Outcomes::all_completed());
    both_with(&tenant, &Settings::default(), &standard(), |trial| {
        let report = trial.scan_and_wait(Scan::all(), quiet).expect("all endpoints settle");
        assert!(report.is_success());
    });
}

#[test]
fn an_unknown_word_is_kept_and_is_not_an_end() {
    both(|trial| {
        let ids: Vec<_> = trial.server.sim().endpoints()[..2].iter().map(|e| e.id.clone()).collect();
        let hibernating =
            format!(r#"{{"reply":{{"data":{{"{}":"HIBERNATING","{}":null}}}}}}"#, ids[0], ids[1]);
        trial.server.sim().fault(Fault::on("get_action_status").times(2).answer_json(200, hibernating));
        let mut words = Vec::new();
        let report = trial.wait(start(trial), |progress| {
            if let Progress::Polled { report, .. } = progress {
                let counts = report.counts();
                words.extend(counts.iter().map(|(status, _)| status.to_string()));
                assert!(words.len() > 4 || !counts.is_settled());
            }
            ControlFlow::Continue(())
        });
        assert_eq!(words[..4], ["null", "HIBERNATING", "null", "HIBERNATING"]);
        assert_eq!(report.expect("the tenant comes to its senses").counts().total(), 673);
    });
}

#[test]
fn an_action_that_the_tenant_does_not_know_is_not_success() {
    both(|trial| {
        let error = trial.wait(ActionId::from(7), quiet).expect_err("nobody started it");
        let Error::Wait(ended) = &error else { panic!("{error}") };
        assert!(matches!(ended.why, WaitEnd::UnknownAction));
        assert!(trial.sent("get_action_status") >= 3);
        assert!((60..180).contains(&trial.time.passed().as_secs()), "{:?}", trial.time.passed());
        error.to_string()
    });
}

#[test]
fn a_wait_is_resumed_by_id_by_a_client_that_knows_nothing_else() {
    both(|trial| {
        let id = start(trial);
        let other = trial.client_of(&trial.session, &Settings::default()).expect("the settings are the same");
        let flow = trial.session.wait(id.clone(), Polling::within(xdr_conformance::DEADLINE));
        let report = other.drive(trial.in_time(flow), quiet).expect("all endpoints settle");
        assert_eq!(report.action_id(), &id);
        assert_eq!(report.counts().total(), 673);
    });
}

#[test]
fn offline_endpoints_stay_pending_until_the_deadline_and_are_told() {
    let tenant = tenant().with_offline(0.05);
    both_with(&tenant, &Settings::default(), &standard(), |trial| {
        let error = trial.scan_and_wait(Scan::all(), quiet).expect_err("34 endpoints are offline");
        let Error::Wait(ended) = &error else { panic!("{error}") };
        assert!(matches!(ended.why, WaitEnd::Deadline { trouble: None }));
        assert_eq!(trial.time.passed(), xdr_conformance::DEADLINE);
        assert_eq!(ended.report.counts().get(&EndpointActionStatus::Pending), 34);
        assert_eq!(error.action_id(), Some(ended.report.action_id()));
        error.to_string()
    });
}

#[test]
fn a_failing_tenant_is_asked_again() {
    both(|trial| {
        let id = start(trial);
        trial.server.sim().fault(Fault::on("get_action_status").times(3).answer(500, &[], "out of order"));
        let mut trouble = 0;
        let report = trial.wait(id, |progress| {
            if let Progress::Trouble { in_a_row, .. } = progress {
                trouble += 1;
                assert_eq!(in_a_row, trouble);
            }
            ControlFlow::Continue(())
        });
        assert_eq!(trouble, 3);
        assert!(report.expect("it comes back").counts().is_settled());
    });
}

#[test]
fn an_observer_that_breaks_ends_the_waiting_and_nothing_else() {
    both(|trial| {
        let error =
            trial.scan_and_wait(Scan::all(), |_| ControlFlow::Break(())).expect_err("it was broken off");
        let Error::Wait(ended) = &error else { panic!("{error}") };
        assert!(matches!(ended.why, WaitEnd::Stopped));
        assert_eq!((trial.sent("scan"), trial.sent("get_action_status")), (1, 0));
        assert_eq!(trial.sent("abort_scan"), 0);
        error.to_string()
    });
}

#[test]
fn fewer_endpoints_than_were_named_are_told_by_the_count() {
    both(|trial| {
        let id = trial.server.sim().endpoints()[0].id.clone();
        let scan = Scan::matching([Filter::endpoint_ids([id.as_str(), "gone", "never was"])]);
        let report = trial.scan_and_wait(&scan, quiet).expect("it settles");
        assert_eq!((report.endpoints_count(), report.expected()), (Some(1), 1));
    });
}

#[test]
fn what_asking_again_cannot_change_ends_a_wait_at_once() {
    const FAILURE: &str = r#"{"reply":{"err_code":500,"err_msg":"Public API request unauthorized"}}"#;
    const ELSEWHERE: [(&str, &str); 1] = [("location", "https://acme.xdr.us.example/")];
    // The code in the body does not turn a definite status into an outage.
    for (status, body) in
        [401, 402, 403, 302].into_iter().flat_map(|status| [(status, ""), (status, FAILURE)])
    {
        both(|trial| {
            let id = start(trial);
            trial.server.sim().fault(Fault::on("get_action_status").answer(status, &ELSEWHERE, body));
            let error = trial.wait(id.clone(), quiet).expect_err("it is refused");
            let Error::Wait(ended) = &error else { panic!("{status}: {error}") };
            assert!(matches!(&ended.why, WaitEnd::Failed(error) if matches!(**error, Error::Refused(_))));
            assert_eq!(trial.sent("get_action_status"), 1, "{status}");
            assert_eq!((error.action_id(), error.may_have_taken_effect()), (Some(&id), true));
            error.to_string()
        });
    }
}

#[test]
fn what_may_pass_does_not_end_a_wait() {
    let no_endpoint =
        r#"{"reply":{"err_code":500,"err_msg":"No endpoint was found for creating the requested action"}}"#;
    for (status, body) in
        [(400, ""), (404, ""), (408, ""), (429, ""), (500, no_endpoint), (200, "{}"), (600, "")]
    {
        both(|trial| {
            let id = start(trial);
            trial.server.sim().fault(Fault::on("get_action_status").times(2).answer(status, &[], body));
            let report = trial.wait(id, quiet);
            assert!(report.is_ok_and(|report| report.counts().is_settled()), "{status}");
        });
    }
}

#[test]
fn a_wait_survives_a_quarter_of_an_hour_of_trouble_and_not_much_more() {
    both(|trial| {
        let id = start(trial);
        trial.server.sim().fault(Fault::on("get_action_status").times(9999).answer(503, &[], ""));
        let error = trial.wait(id, quiet).expect_err("it never comes back");
        assert!(matches!(&error, Error::Wait(ended) if matches!(ended.why, WaitEnd::Failed(_))), "{error}");
        let (asked, passed) = (trial.sent("get_action_status"), trial.time.passed().as_secs());
        assert!(asked >= 20 && (900..960).contains(&passed), "asked {asked} times in {passed} s");
        trial.server.sim().clear_faults();
        error.to_string()
    });
}

#[test]
fn a_page_that_is_not_the_tenants_ends_a_wait_only_before_the_tenant_has_answered() {
    const PAGE: &str = "<html><body>Blocked by policy</body></html>";
    for status in [302, 401, 403, 407] {
        let page = || Fault::on("get_action_status").answer(status, &[], PAGE);
        both(|trial| {
            let id = start(trial);
            trial.server.sim().fault(page());
            let error = trial.wait(id, quiet).expect_err("the address may be wrong");
            assert_eq!(trial.sent("get_action_status"), 1, "{status}");
            let text = error.to_string();
            assert!(text.contains("something between this machine and the tenant"), "{text}");
            text
        });
        both(|trial| {
            trial.server.sim().fault(page().times(2));
            let report = trial.scan_and_wait(Scan::all(), quiet);
            assert!(report.is_ok_and(|report| report.counts().is_settled()), "the scan was accepted before");
            assert_eq!(trial.sent("scan"), 1);
        });
    }
}

#[test]
fn the_same_refusal_again_and_again_ends_a_wait_after_a_minute() {
    let missing =
        r#"{"reply":{"err_code":500,"err_msg":"m","err_extra":"group_action_id param is missing"}}"#;
    for (status, body) in [(400, ""), (404, ""), (405, ""), (500, missing)] {
        both(|trial| {
            let id = start(trial);
            trial.server.sim().fault(Fault::on("get_action_status").times(9999).answer(status, &[], body));
            let error = trial.wait(id, quiet).expect_err("it is refused");
            assert!(
                matches!(&error, Error::Wait(ended) if matches!(ended.why, WaitEnd::Failed(_))),
                "{error}"
            );
            let (asked, passed) = (trial.sent("get_action_status"), trial.time.passed().as_secs());
            assert!(asked >= 3 && (60..120).contains(&passed), "asked {asked} times in {passed} s");
            trial.server.sim().clear_faults();
            error.to_string()
        });
    }
}

#[test]
fn a_retry_after_is_obeyed_if_it_ends_before_the_deadline() {
    let busy = |seconds| Fault::on("get_action_status").answer(429, &[("retry-after", seconds)], "");
    both(|trial| {
        let id = start(trial);
        trial.server.sim().fault(busy("1800"));
        let mut next = Vec::new();
        let report = trial.wait(id, |progress| {
            if let Progress::Trouble { next_in, .. } = progress {
                next.push(next_in);
            }
            ControlFlow::Continue(())
        });
        assert!(report.is_ok_and(|report| report.counts().is_settled()));
        assert_eq!(next, [std::time::Duration::from_secs(1800)]);
        assert!(trial.time.passed() >= next[0]);
    });
    both(|trial| {
        let id = start(trial);
        trial.server.sim().fault(busy("999999"));
        let error = trial.wait(id, quiet).expect_err("the deadline comes first");
        let Error::Wait(ended) = &error else { panic!("{error}") };
        assert!(matches!(&ended.why, WaitEnd::RetryTooLate(_)), "{error}");
        assert_eq!(trial.sent("get_action_status"), 1);
        error.to_string()
    });
}
