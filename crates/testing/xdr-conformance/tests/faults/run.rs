//! Runs the table.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::thread;

use xdr_conformance::Kind;
use xdr_conformance::fault_server::{self, Deaf, Refusing, Server, WireFault};
use xdr_model::{
    Replay, Tenant,
    registry::{OPERATIONS, OperationInfo},
    transport::TransportKind,
};

use crate::case::{Caller, KINDS, check, settings};
use crate::expected::{Ending, Row};
use crate::reuse::check_reuse;
use crate::table::table;
use crate::texts::Texts;

/// The number of cases that run at a time. It exceeds the number of processors, because most cases wait for a limit.
const AT_A_TIME: usize = 16;

/// The results of a run of cases.
#[derive(Default)]
struct Ran {
    cases: usize,
    duplicates: usize,
    wrong: Vec<String>,
    texts: Texts,
}

struct Case {
    fault: WireFault,
    row: Row,
    kind: Kind,
    operation: &'static OperationInfo,
    /// A tenant that does not answer, instead of a server that plays the fault.
    nobody: Option<Tenant>,
}

impl Case {
    fn run(self, ran: &Mutex<Ran>) {
        let Self { fault, row, kind, operation, nobody } = self;
        let (outcome, posts, struck) = match nobody {
            Some(tenant) => {
                let settings =
                    settings(fault.outlasts_the_client()).with_root_certificate(fault_server::root());
                (Caller::new(kind, tenant, &settings).call(operation), 0, 0)
            }
            None => {
                let mut server = Server::start(fault.clone()).expect("a port is free");
                let caller = Caller::of(kind, &fault, &server);
                for _ in 0..fault.spared {
                    assert_eq!(caller.call(operation).ending, Ending::Done, "{} was spared", fault.name);
                }
                let outcome = caller.call(operation);
                drop(caller);
                server.end();
                (outcome, server.posts() - fault.spared, server.struck())
            }
        };
        let mut wrong = check(row, &fault, &outcome, posts);
        wrong.extend(check_reuse(&fault, &outcome, struck));
        let mut ran = ran.lock().unwrap_or_else(PoisonError::into_inner);
        ran.cases += 1;
        ran.texts.enter(&fault, operation.name, &outcome);
        if outcome.replay == Replay::Unsafe && row != Row::RateLimited {
            ran.duplicates += posts.saturating_sub(1);
        }
        if !wrong.is_empty() {
            let told = outcome.error.map(|error| format!("{error:#}: {error:?}")).unwrap_or_default();
            ran.wrong.push(format!(
                "{} / {kind:?} / {}: {}\n    {told:.600}",
                fault.name,
                operation.name,
                wrong.join("; ")
            ));
        }
    }
}

fn cases(faults: Vec<(WireFault, Row, Option<Tenant>)>) -> VecDeque<Case> {
    let mut cases = VecDeque::new();
    for (fault, row, nobody) in faults {
        for (kind, operation) in
            KINDS.into_iter().flat_map(|kind| OPERATIONS.iter().map(move |operation| (kind, operation)))
        {
            let (fault, nobody) = (fault.clone(), nobody.clone());
            cases.push_back(Case { fault, row, kind, operation, nobody });
        }
    }
    cases
}

#[test]
fn every_fault_ends_as_the_table_says_and_no_action_is_sent_twice() {
    let (refusing, deaf) = (Refusing::new().expect("a port is free"), Deaf::new().expect("a port is free"));
    let loopback = |url: std::io::Result<String>| {
        Tenant::loopback(&url.expect("it has an address")).expect("it is an address of this machine")
    };
    let not_sent = Row::NotSent;
    let unknown = Tenant::new("acme.xdr.invalid").expect("a good name, reserved for nobody");
    let mut faults = vec![
        (WireFault::new("refused"), not_sent(TransportKind::Connect), Some(loopback(refusing.url()))),
        (WireFault::new("DNS failure"), not_sent(TransportKind::Resolve), Some(unknown)),
    ];
    match &deaf {
        Some(deaf) => {
            let fault = WireFault::new("SYN dropped").then(fault_server::Then::Hang);
            faults.push((fault, not_sent(TransportKind::Timeout), Some(loopback(deaf.url()))));
        }
        None => println!("left out: SYN dropped, for this system takes in any number of connections"),
    }
    faults.extend(table().into_iter().map(|(fault, row)| (fault, row, None)));
    println!("{} faults", faults.len());
    let (cases, ran) = (Mutex::new(cases(faults)), Mutex::new(Ran::default()));
    let next = || cases.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(case) = next() {
                    case.run(&ran);
                }
            });
        }
    });
    let ran = ran.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(ran.wrong.is_empty(), "{} of {} cases:\n{}", ran.wrong.len(), ran.cases, ran.wrong.join("\n"));
    let unequal = ran.texts.unequal();
    assert!(unequal.is_empty(), "{} texts differ:\n{}", unequal.len(), unequal.join("\n"));
    println!("figure: fault-cases = {}", ran.cases);
    println!("figure: fault-duplicates = {}", ran.duplicates);
    assert!(ran.cases >= 372);
    assert_eq!(ran.duplicates, 0);
}
