//! Scripted misbehaviour.

use std::time::Duration;

use xdr_sim::{Delivery, Fault, HttpAnswer, Limits, Sim};

use crate::support::{ABORT, NOW, SCAN, STATUS, all, config, post, sim};

fn scan(sim: &mut Sim) -> HttpAnswer {
    sim.handle(&post(SCAN, all().to_string()), NOW)
}

fn status(answer: &HttpAnswer) -> u16 {
    answer.response().unwrap().status().as_u16()
}

#[test]
fn a_scripted_answer_replaces_the_tenants_as_often_as_it_says() {
    let mut sim = sim();
    let page =
        Fault::on("scan").times(2).answer(502, &[("content-type", "text/html"), ("via", "p")], "<h1>no</h1>");
    sim.fault(page);
    assert_eq!(sim.outstanding_faults(), 2);
    for left in [1, 0] {
        let answer = scan(&mut sim);
        let response = answer.response().unwrap();
        assert_eq!((response.status().as_u16(), &response.body()[..]), (502, &b"<h1>no</h1>"[..]));
        assert_eq!(
            (&response.headers()["content-type"], &response.headers()["via"]),
            (&"text/html".parse().unwrap(), &"p".parse().unwrap())
        );
        assert!(response.headers().contains_key("date"));
        assert_eq!(sim.outstanding_faults(), left);
    }
    assert!(sim.actions().is_empty());
    assert_eq!(status(&scan(&mut sim)), 200);
}

#[test]
fn a_fault_waits_for_its_operation() {
    let mut sim = sim();
    sim.fault(Fault::on("abort_scan").answer_json(503, "{}"));
    sim.fault(Fault::on("not_an_operation").answer_json(200, "1"));
    assert_eq!(status(&scan(&mut sim)), 200);
    assert_eq!(status(&sim.handle(&post(STATUS, "{}"), NOW)), 400);
    let aborted = sim.handle(&post(&format!("{ABORT}/"), all().to_string()), NOW);
    assert_eq!(status(&aborted), 503);
    assert_eq!(aborted.response().unwrap().headers()["content-type"], "application/json");
    assert_eq!(status(&sim.handle(&post("/public_api/v1/other/not_an_operation", ""), NOW)), 200);
}

#[test]
fn faults_of_one_operation_are_taken_in_order_and_an_empty_one_lets_requests_pass() {
    let mut sim = sim();
    sim.fault(Fault::on("scan"));
    sim.fault(Fault::on("scan").answer(500, &[], ""));
    sim.fault(Fault::on("scan").hang_up());
    assert_eq!(status(&scan(&mut sim)), 200);
    assert_eq!(status(&scan(&mut sim)), 500);
    assert!(matches!(scan(&mut sim).delivery, Delivery::HangUp));
    assert_eq!(sim.actions().len(), 1);
}

#[test]
fn a_hang_up_executes_only_when_told_to() {
    let mut sim = sim();
    sim.fault(Fault::on("scan").hang_up());
    assert!(scan(&mut sim).response().is_none());
    assert_eq!(sim.actions().len(), 0);
    sim.fault(Fault::on("scan").after_executing().hang_up());
    assert!(scan(&mut sim).response().is_none());
    assert_eq!(sim.actions().len(), 1);
}

#[test]
fn a_delayed_request_is_carried_out_at_once() {
    let mut sim = sim();
    sim.fault(Fault::on("scan").delay(Duration::from_secs(2)));
    let answer = scan(&mut sim);
    assert_eq!((answer.delay, status(&answer)), (Duration::from_secs(2), 200));
    assert_eq!(sim.actions().len(), 1);
    assert_eq!(scan(&mut sim).delay, Duration::ZERO);
}

#[test]
fn a_script_may_set_the_date_itself() {
    let mut sim = sim();
    sim.fault(Fault::on("scan").answer(401, &[("date", "Thu, 01 Jan 1970 00:00:00 GMT")], ""));
    assert_eq!(scan(&mut sim).response().unwrap().headers()["date"], "Thu, 01 Jan 1970 00:00:00 GMT");
}

#[test]
fn faulted_requests_are_recorded_like_all_others() {
    let mut sim = sim();
    sim.fault(Fault::on("scan").hang_up());
    scan(&mut sim);
    let recorded = &sim.requests()[0];
    assert_eq!(
        (recorded.method.as_str(), recorded.path.as_str(), recorded.operation()),
        ("POST", SCAN, "scan")
    );
    assert_eq!((recorded.unix_ms, recorded.body.as_ref()), (NOW, all().to_string().as_bytes()));
    sim.clear_requests();
    assert!(sim.requests().is_empty());
}

#[test]
fn recording_can_be_switched_off_but_dangerous_requests_still_count() {
    let mut sim = Sim::new(config().with_limits(Limits { recorded_requests: 0, ..Limits::default() }));
    sim.fault(Fault::on("scan").hang_up());
    sim.handle(&post(SCAN, r#"{"request_data":{"filters":[]}}"#), NOW);
    assert!(sim.requests().is_empty());
    assert_eq!(sim.dangerous_requests(), 1);
}
