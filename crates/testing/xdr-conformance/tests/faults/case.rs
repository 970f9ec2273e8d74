//! One fault, one client, one operation.

use std::error::Error as _;
use std::sync::LazyLock;
use std::time::Duration;

use xdr_conformance::fault_server::{self, Channel, Server, WireFault};
use xdr_conformance::{Client, Kind, Virtual, VirtualTime, standard};
use xdr_model::{
    Error, Operation, Replay, Session, Settings, Tenant,
    flow::Call,
    registry::OperationInfo,
    transport::{TransportError, TransportKind},
};
use xdr_workspace::valid_examples;

use crate::expected::{Ending, Row};

/// The server with the clock of the waits, which take no time.
static CLOCK: LazyLock<xdr_sim::Server> =
    LazyLock::new(|| xdr_sim::Server::start(xdr_conformance::tenant()).expect("a tenant can be simulated"));

pub(crate) const KINDS: [Kind; 2] = [Kind::Blocking, Kind::Async];

/// The time limit if only a limit ends the conversation. It is long enough for a conversation on a busy machine.
const LIMIT: Duration = Duration::from_millis(700);
/// Enough time for two pauses but not for three, so that there are three attempts.
const UNSENT_RETRY: Duration = Duration::from_millis(800);
/// The limit on bodies. The bodies that are too large exceed it.
pub(crate) const MOST_BODY: u64 = 64 << 10;

/// How a call ended.
#[derive(Debug)]
pub(crate) struct CallResult {
    pub(crate) replay: Replay,
    pub(crate) ending: Ending,
    /// `None` if the call succeeded.
    pub(crate) error: Option<Error>,
    /// How much virtual time passed between its attempts.
    pub(crate) waited: Duration,
}

/// A client, and the session for its calls.
pub(crate) struct Caller {
    client: Client,
    session: Session,
}

pub(crate) fn settings(hangs: bool) -> Settings {
    let settings = Settings::default().with_most_body(MOST_BODY);
    if hangs { settings.with_timeouts(LIMIT, LIMIT, LIMIT) } else { settings }
}

impl Caller {
    pub(crate) fn new(kind: Kind, tenant: Tenant, settings: &Settings) -> Self {
        let session = Session::new(tenant, standard()).with_unsent_retry(UNSENT_RETRY);
        let client = Client::new(kind, session.clone(), settings).expect("the settings keep their rules");
        Self { client, session }
    }

    /// A client of the server that plays a fault.
    pub(crate) fn of(kind: Kind, fault: &WireFault, server: &Server) -> Self {
        let settings = settings(fault.outlasts_the_client());
        let tenant = |url: &str| Tenant::loopback(url).expect("it is an address of this machine");
        match fault.channel {
            Channel::Plain => Self::new(kind, tenant(&server.url()), &settings),
            Channel::Tls(_) => {
                let settings = settings.with_root_certificate(fault_server::root());
                Self::new(kind, tenant(&server.url()), &settings)
            }
            Channel::Proxied => {
                let settings = settings.with_root_certificate(fault_server::root()).with_proxy(server.url());
                Self::new(kind, Tenant::new("acme.xdr.us.example").expect("a good name"), &settings)
            }
        }
    }

    /// Calls the operation with the first of its valid examples.
    pub(crate) fn call(&self, operation: &OperationInfo) -> CallResult {
        let examples = valid_examples(&operation.request_schema()).expect("it has examples");
        let call = operation.call(&self.session, &examples[0]).expect("it keeps its rules");
        self.drive(call, operation.replay)
    }

    pub(crate) fn send<O: Operation>(&self, operation: &O) -> CallResult {
        self.drive(self.session.call(operation).expect("it keeps its rules"), O::REPLAY)
    }

    fn drive<R>(&self, call: Call<R>, replay: Replay) -> CallResult {
        let time = VirtualTime::new();
        let result = self.client.drive(Virtual::new(call, &time, &CLOCK), |never| match never {});
        let ending = Ending::of(&result);
        CallResult { replay, ending, error: result.err(), waited: time.passed() }
    }
}

/// Compares an outcome, and the number of complete POSTs that the server has read, with the row of the table. Returns
/// the differences.
pub(crate) fn check(row: Row, fault: &WireFault, outcome: &CallResult, posts: usize) -> Vec<String> {
    let expected = row.expected(fault, outcome.replay);
    let acts = outcome.replay == Replay::Unsafe;
    // The server can receive the first attempt of a read and not the last one. The error is that of the last attempt.
    let mixed = !acts && expected.endings.len() > 1;
    let mut wrong = Vec::new();
    let mut hold = |holds: bool, what: String| {
        if !holds {
            wrong.push(what);
        }
    };
    let ending = outcome.ending;
    hold(expected.endings.contains(&ending), format!("ended {ending:?}, not {:?}", expected.endings));
    hold(expected.posts.contains(&posts), format!("{posts} POSTs, not {:?}", expected.posts));
    if row != Row::RateLimited {
        hold(!acts || posts <= 1, format!("{posts} POSTs of an action"));
    }
    hold(ending != Ending::NotSent || mixed || posts == 0, format!("not sent, and {posts} POSTs came"));
    let Some(error) = &outcome.error else { return wrong };
    let attempts = error.attempted().map_or(0, |call| call.attempts);
    hold(expected.attempts.contains(&attempts), format!("{attempts} attempts, not {:?}", expected.attempts));
    let may = error.may_have_taken_effect();
    hold(may == (acts && ending.is_doubtful()), format!("may have taken effect: {may}"));
    hold(!(may && error.is_safe_to_retry()), "safe to retry though it may have taken effect".into());
    if let (Some(why), Some(kind)) = (row.why(), kind(error)) {
        hold(kind == why, format!("for {kind:?}, not {why:?}"));
    }
    hold(row != Row::TooLarge || kind(error).is_some(), "for no reason of the transport's".into());
    wrong
}

/// Why the transport could not send the request or read the answer.
fn kind(error: &Error) -> Option<TransportKind> {
    let transport = error.source()?.downcast_ref::<TransportError>();
    transport.filter(|_| matches!(error, Error::NotSent(_) | Error::Unreadable(_))).map(TransportError::kind)
}
