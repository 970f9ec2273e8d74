//! Answers that do not arrive.

use std::time::Duration;

use xdr_conformance::{Client, Virtual, VirtualTime, standard, tenant};
use xdr_model::{Error, Polling, Scan, Session, Settings, Tenant, error::WaitEnd};
use xdr_sim::{Fault, Server};

use crate::support::{HOURS, in_good_time, quiet};

/// A fresh tenant that answers this operation after hours, and a session with the tenant.
fn hanging(operation: &'static str) -> (Server, Session) {
    let server = Server::start(tenant()).expect("a tenant can be simulated");
    server.sim().fault(Fault::on(operation).delay(HOURS));
    let address = Tenant::loopback(&server.url()).expect("a loopback address");
    (server, Session::new(address, standard()))
}

fn sent(server: &Server, operation: &str) -> usize {
    server.sim().requests().iter().filter(|request| request.operation() == operation).count()
}

#[test]
fn an_answer_that_does_not_come_in_time_leaves_the_outcome_open() {
    let (text, may) = in_good_time(|kind, limit| {
        let (server, session) = hanging("scan");
        let settings = Settings::default().with_timeouts(limit, limit, limit);
        let client = Client::new(kind, session.clone(), &settings).expect("the settings are good");
        let (call, time) =
            (session.call(&Scan::all()).expect("the scan keeps its rules"), VirtualTime::new());
        let result = client.drive(Virtual::new(call, &time, &server), |never| match never {});
        let (error, sent) = (result.expect_err("it hangs"), sent(&server, "scan"));
        match error {
            Error::NotSent(_) => assert_eq!(sent, 0, "{kind:?}: {error}"),
            Error::OutcomeUnknown(_) => assert!(sent <= 1, "{kind:?}: {error}"),
            _ => panic!("{kind:?}: {error}"),
        }
        let at_once = sent == 1 && error.attempted().is_some_and(|call| call.attempts == 1);
        at_once.then(|| (error.to_string(), error.may_have_taken_effect()))
    });
    assert!(may && text.contains("the time limit was reached"), "{text}");
}

/// The limits of the settings are hours long, so only the deadline of the wait can end the poll.
#[test]
fn a_poll_that_hangs_ends_with_the_deadline_of_the_wait() {
    let hours = Settings::default().with_timeouts(HOURS, HOURS, HOURS);
    let none = Duration::ZERO;
    in_good_time(|kind, limit| {
        let (server, session) = hanging("get_action_status");
        let client = Client::new(kind, session.clone(), &hours).expect("the settings are good");
        let call = session.call(&Scan::all()).expect("the scan keeps its rules");
        let id = client.drive(call, |never| match never {}).expect("it is started").action_id;
        let at_once = Polling::within(limit).with_pauses(none, none, none);
        let error = client.drive(session.wait(id, at_once), quiet).expect_err("it hangs");
        let Error::Wait(ended) = &error else { panic!("{kind:?}: {error}") };
        let WaitEnd::Deadline { trouble } = &ended.why else { panic!("{kind:?}: {error}") };
        let polls = sent(&server, "get_action_status");
        let not_sent = matches!(trouble.as_deref(), Some(Error::NotSent(_)));
        assert!(polls <= usize::from(!not_sent), "{kind:?}: {polls} polls: {error}");
        (polls == 1 && trouble.is_some()).then(|| error.to_string())
    });
}
