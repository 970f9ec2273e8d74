//! The clients never follow redirects. The target of a redirect gets no request, and therefore no key.

use xdr_conformance::fault_server::{Identity, Server, Stage, Then, WireFault, answers};
use xdr_model::{Error, error::Refusal, registry::OPERATIONS};

use crate::case::{Caller, KINDS};
use crate::expected::Ending;

const CODES: [&str; 5] = ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"];

/// The target of a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Host,
    Port,
    Scheme,
    Itself,
}

/// A server that would give a good answer.
fn other(address: &str, fault: WireFault) -> Server {
    let fault = fault.at(Stage::Request).saying(answers::good()).then(Then::Keep);
    Server::start_at(address, fault).expect("a port is free")
}

/// The numbers of requests that the target and the redirecting server get for the operations of one client.
fn follow(code: &str, target: Target, kind: xdr_conformance::Kind) -> (usize, usize) {
    let mut other = match target {
        Target::Host => other("127.0.0.2:0", WireFault::new("other host")),
        Target::Port | Target::Itself => other("127.0.0.1:0", WireFault::new("other port")),
        Target::Scheme => other("127.0.0.1:0", WireFault::new("other scheme").over_tls(Identity::Good)),
    };
    let place = if target == Target::Itself { "/public_api/v1/other".to_owned() } else { other.url() };
    let location = format!("location: {place}\r\n");
    let fault = WireFault::answering("redirect", answers::answer(code, &location, ""));
    let mut server = Server::start(fault.clone()).expect("a port is free");
    let caller = Caller::of(kind, &fault, &server);
    for operation in OPERATIONS {
        let (outcome, operation) = (caller.call(operation), operation.name);
        assert_eq!(outcome.ending, Ending::Refused, "{code} {target:?} {kind:?} {operation}");
        let error = outcome.error.expect("it did not end well");
        assert!(!error.may_have_taken_effect(), "{code} {target:?} {kind:?} {operation}");
        let Error::Refused(refused) = error else { panic!("{error}") };
        assert!(matches!(refused.reason, Refusal::Redirect { .. }), "{:?}", refused.reason);
        assert_eq!(refused.call.attempts, 1, "{code} {target:?} {kind:?} {operation}");
    }
    drop(caller);
    server.end();
    other.end();
    (other.connections(), server.posts())
}

#[test]
fn nobody_is_sent_to_by_a_redirect() {
    let (mut cases, mut leaks) = (0, 0);
    for code in CODES {
        for target in [Target::Host, Target::Port, Target::Scheme, Target::Itself] {
            for kind in KINDS {
                let (elsewhere, here) = follow(code, target, kind);
                assert_eq!(here, OPERATIONS.len(), "{code} {target:?} {kind:?}: each is sent once");
                cases += 1;
                leaks += elsewhere;
            }
        }
    }
    println!("figure: redirects = {cases}");
    println!("figure: redirect-leaks = {leaks}");
    assert_eq!((cases, leaks), (40, 0));
}
