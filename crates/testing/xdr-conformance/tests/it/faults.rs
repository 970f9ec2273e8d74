//! Failures of the tenant or the network: an action is sent once and gets a true error. A read is sent again.

use xdr_conformance::{Trial, both};
use xdr_model::{Error, GetActionStatus, Scan};
use xdr_sim::Fault;

use crate::support::{start, told};

/// A scan with `fault`: it is sent once, and may have been carried out.
fn scan_meets(fault: &Fault, kind: impl Fn(&Error) -> bool) -> String {
    let (text, may) = both(|trial| {
        trial.server.sim().fault(fault.clone());
        let result = trial.send(&Scan::all());
        assert!(result.as_ref().is_err_and(&kind), "{result:?}");
        assert_eq!(trial.sent("scan"), 1);
        told(result)
    });
    assert!(may && text.contains("look in the Action Center"), "{text}");
    text
}

/// A read with `fault` twice: the third attempt gets an answer.
fn read_meets(fault: &Fault) {
    both(|trial: &Trial| {
        let id = start(trial);
        trial.server.sim().fault(fault.clone().times(2));
        let status = trial.send(&GetActionStatus::new(id)).expect("the third time it is answered");
        assert_eq!((status.counts().total(), trial.sent("get_action_status")), (673, 3));
    });
}

#[test]
fn a_500() {
    let reply = r#"{"reply":{"err_code":500,"err_msg":"An error occurred","err_extra":"try later"}}"#;
    let text =
        scan_meets(&Fault::on("scan").answer_json(500, reply), |e| matches!(e, Error::ServerFailure(_)));
    assert!(text.contains("An error occurred (try later)"), "{text}");
    read_meets(&Fault::on("get_action_status").answer_json(500, reply));
}

#[test]
fn an_error_inside_a_200() {
    let reply = r#"{"reply":{"err_code":500,"err_msg":"An error occurred","err_extra":null}}"#;
    scan_meets(&Fault::on("scan").answer_json(200, reply), |e| matches!(e, Error::ServerFailure(_)));
    read_meets(&Fault::on("get_action_status").answer_json(200, reply));
}

#[test]
fn a_page_of_a_proxy() {
    let page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
    let fault = |operation| Fault::on(operation).answer(502, &[("content-type", "text/html")], page);
    let text = scan_meets(&fault("scan"), |e| matches!(e, Error::ServerFailure(_)));
    assert!(text.contains("502 Bad Gateway nginx"), "{text}");
    read_meets(&fault("get_action_status"));
}

#[test]
fn a_hang_up_after_the_request() {
    scan_meets(&Fault::on("scan").hang_up(), |e| matches!(e, Error::OutcomeUnknown(_)));
    scan_meets(&Fault::on("scan").after_executing().hang_up(), |e| matches!(e, Error::OutcomeUnknown(_)));
    read_meets(&Fault::on("get_action_status").hang_up());
}

#[test]
fn an_accepted_scan_whose_reply_is_cut() {
    let reply = r#"{"reply":{"action_id":"42","endpoints_count":"1"}}"#;
    let fault = |operation| Fault::on(operation).answer_json(200, reply).cut_after(20);
    let text = scan_meets(&fault("scan"), |e| matches!(e, Error::Unreadable(_)));
    assert!(text.contains("was probably carried out"), "{text}");
    read_meets(&fault("get_action_status"));
}

#[test]
fn an_accepted_scan_without_an_id() {
    for reply in [r#"{"reply":false}"#, r#"{"reply":{"endpoints_count":"1"}}"#, "", "{}"] {
        let text =
            scan_meets(&Fault::on("scan").answer_json(200, reply), |e| matches!(e, Error::Unreadable(_)));
        assert!(text.contains("was accepted by") && text.contains("was probably carried out"), "{text}");
    }
    // Nothing shows that these answers come from the tenant.
    for page in ["OK", "\u{feff}{}", "<html>Please log in</html>"] {
        let text =
            scan_meets(&Fault::on("scan").answer(200, &[], page), |e| matches!(e, Error::Unreadable(_)));
        assert!(!text.contains("accepted") && text.contains("may have been carried out"), "{text}");
        assert!(text.contains("something between this machine and the tenant answered 200"), "{text}");
    }
}

#[test]
fn a_refusal_whose_body_is_broken_is_still_a_refusal() {
    both(|trial| {
        let body = r#"{"reply":{"err_code":403}}"#;
        trial.server.sim().fault(Fault::on("scan").answer_json(403, body).cut_after(12));
        let result = trial.send(&Scan::all());
        assert!(matches!(&result, Err(Error::Refused(_))), "{result:?}");
        told(result)
    });
}

#[test]
fn a_broken_page_that_is_not_the_tenants_leaves_an_action_open() {
    both(|trial| {
        trial.server.sim().fault(Fault::on("scan").answer(403, &[], "<html>Blocked</html>").cut_after(9));
        let result = trial.send(&Scan::all());
        assert!(matches!(&result, Err(Error::OutcomeUnknown(_))), "{result:?}");
        told(result)
    });
}
