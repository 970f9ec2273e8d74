//! Refusals of the tenant: nothing was carried out, and the error has the reason.

use xdr_conformance::{both, both_with, standard, tenant};
use xdr_model::{AbortScan, Error, Filter, GetActionStatus, Scan, Settings, error::Refusal};
use xdr_sim::Fault;

use crate::support::{start, told};

#[test]
fn no_endpoint_matched() {
    let (text, may) = both(|trial| {
        let told = told(trial.send(&Scan::matching([Filter::hostname(["no such host"])])));
        assert_eq!(trial.sent("scan"), 1);
        told
    });
    assert!(
        !may && text.contains(
            "no endpoint was found; selected: hostname \"no such host\"; possible causes: no endpoint matches"
        ),
        "{text}"
    );
    assert!(!text.contains("an id is wrong") && !text.contains("nothing to cancel"), "{text}");
}

#[test]
fn a_scan_of_what_is_being_scanned_is_refused_as_no_endpoint() {
    both(|trial| {
        start(trial);
        match trial.send(&Scan::all()) {
            Err(Error::Refused(refused)) => {
                assert_eq!(refused.reason, Refusal::NoEndpointMatched);
                let text = refused.to_string();
                assert!(
                    text.contains(
                        "selected: all endpoints; possible causes: the endpoints are being scanned already"
                    ),
                    "{text}"
                );
            }
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_licence_that_does_not_cover_it() {
    let tenant = tenant().with_license(false);
    let (text, may) =
        both_with(&tenant, &Settings::default(), &standard(), |trial| told(trial.send(&Scan::all())));
    for licence in ["Cortex XDR Prevent", "Cortex XDR Pro per Endpoint", "Cortex XDR Pro per GB"] {
        assert!(!may && text.contains(licence), "{text}");
    }
}

#[test]
fn a_role_that_lacks_the_permission() {
    let tenant = tenant().with_permission(false);
    let (text, may) =
        both_with(&tenant, &Settings::default(), &standard(), |trial| told(trial.send(&Scan::all())));
    for role in ["Endpoint Scan", "Privileged Responder", "Instance Administrator"] {
        assert!(!may && text.contains(role), "{text}");
    }
}

#[test]
fn too_many_requests_are_sent_again_after_the_time_that_was_asked_for() {
    both(|trial| {
        let busy = r#"{"reply":{"err_code":429,"err_msg":"slow down","err_extra":null}}"#;
        let fault = Fault::on("scan").times(2).answer(429, &[("retry-after", "7")], busy);
        trial.server.sim().fault(fault);
        let started = trial.send(&Scan::all()).expect("the third time it is taken");
        assert_eq!((started.endpoints_count, trial.sent("scan")), (Some(673), 3));
        assert_eq!(trial.time.passed().as_secs(), 14, "twice what was asked for");
    });
}

#[test]
fn no_more_than_ten_requests_leave_in_a_second() {
    both(|trial| {
        let id = start(trial);
        for _ in 1..25 {
            trial.send(&GetActionStatus::new(id.clone())).expect("the action is known");
        }
        let passed = trial.time.passed();
        assert!((2..3).contains(&passed.as_secs()), "25 requests in {passed:?}");
    });
}

#[test]
fn a_pause_longer_than_a_minute_is_told_and_not_waited_for() {
    let (text, may) = both(|trial| {
        trial.server.sim().fault(Fault::on("scan").answer(429, &[("retry-after", "61")], ""));
        let told = told(trial.send(&Scan::all()));
        assert_eq!(trial.sent("scan"), 1);
        told
    });
    assert!(!may && text.contains("61 s"), "{text}");
}

#[test]
fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let (text, may) = both(|trial| {
            let elsewhere = xdr_sim::Server::start(tenant()).expect("another tenant");
            let location = elsewhere.url().replace("127.0.0.1", "localhost");
            trial.server.sim().fault(Fault::on("scan").answer(status, &[("location", &location)], ""));
            let told = told(trial.send(&Scan::all()));
            assert_eq!(elsewhere.sim().requests().len(), 0);
            assert_eq!(trial.sent("scan"), 1);
            told
        });
        assert!(!may && text.contains("redirects to localhost"), "{text}");
    }
}

#[test]
fn a_request_that_the_tenant_does_not_take() {
    let (text, may) = both(|trial| {
        let reply = r#"{"err_code":"400","err_msg":{"line":1,"column":19,"message":"no viable alternative"},"err_extra":null}"#;
        trial.server.sim().fault(Fault::on("scan").answer_json(400, reply));
        told(trial.send(&Scan::all()))
    });
    assert!(!may && text.contains("no viable alternative"), "{text}");
}

#[test]
fn an_invalid_request_never_reaches_the_tenant() {
    let (text, may) = both(|trial| {
        let scan = Scan::matching([Filter::hostname(["", "web-1", "web-2\r"]), Filter::alias([""; 0])]);
        let told = told(trial.send(&scan));
        assert_eq!(trial.server.sim().requests().len(), 0);
        assert!(trial.send(&Scan::matching([])).is_err());
        for name in ["web-1\nweb-2", " web-1", "web-1\r", "\u{feff}web-1", "web\u{200b}1"] {
            assert!(trial.send(&Scan::matching([Filter::hostname([name])])).is_err(), "{name:?}");
            assert!(trial.send(&AbortScan::matching([Filter::endpoint_ids([name])])).is_err(), "{name:?}");
            assert!(trial.send(&Scan::all().with_incident(name)).is_err(), "{name:?}");
        }
        assert_eq!(trial.server.sim().requests().len(), 0);
        told
    });
    assert!(!may && text.contains("/request_data/filters/0/value/0 must be non-empty text"), "{text}");
    assert!(text.contains("/request_data/filters/1/value must hold at least one value"), "{text}");
    assert!(text.contains(r#"value/2 must not hold a carriage return after "web-2""#), "{text}");
}
