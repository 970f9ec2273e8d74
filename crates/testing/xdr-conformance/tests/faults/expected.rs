//! The expected results of a case, for each row of the table "who retries what".

use std::ops::RangeInclusive;

use xdr_conformance::fault_server::{Stage, WireFault};
use xdr_model::{Error, Replay, transport::TransportKind};

/// The row of the table that a fault belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    /// The first row of the table that is possible here: the request could not be sent, for this reason.
    NotSent(TransportKind),
    /// A certificate problem.
    Certificate,
    /// Reset, end of the connection, garbage or timeout after the body was taken, or a status without a row of its own.
    OutcomeUnknown,
    /// A 2xx that cannot be read.
    Unreadable,
    /// A 2xx that cannot be read because it is larger than the limit.
    TooLarge,
    /// A 2xx that cannot be read because it is compressed. If another crate makes a client decompress it, it exceeds
    /// the limit instead.
    Compressed,
    /// A refusal.
    Refused,
    /// A temporary refusal: "too many requests".
    RateLimited,
    /// A page of another server instead of a refusal.
    Foreign,
    /// A 5xx or 408.
    ServerFailure,
    /// The same with a demand to wait too long.
    FailureForLong,
    /// The speed of the machine decides whether the body was taken before the connection ended.
    Raced,
    /// A reset follows an answer and can overtake it.
    Overtaken,
    /// The caller does not notice the fault.
    Done,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Done,
    NotSent,
    OutcomeUnknown,
    Refused,
    ServerFailure,
    Unreadable,
    /// No case may end like this.
    Other,
}

impl Ending {
    pub(crate) fn of<T>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Self::Done,
            Err(Error::NotSent(_)) => Self::NotSent,
            Err(Error::OutcomeUnknown(_)) => Self::OutcomeUnknown,
            Err(Error::Refused(_)) => Self::Refused,
            Err(Error::ServerFailure(_)) => Self::ServerFailure,
            Err(Error::Unreadable(_)) => Self::Unreadable,
            Err(_) => Self::Other,
        }
    }

    /// Whether an action with this ending may have been carried out.
    pub(crate) fn is_doubtful(self) -> bool {
        matches!(self, Self::OutcomeUnknown | Self::ServerFailure | Self::Unreadable)
    }
}

/// The expected results of a case.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) endings: Vec<Ending>,
    pub(crate) attempts: RangeInclusive<u32>,
    pub(crate) posts: RangeInclusive<usize>,
}

/// The maximum number of attempts of a call.
const MOST: u32 = 3;
/// The maximum number of attempts if some of them cannot send the request: two such attempts before each one that can.
const MOST_MIXED: u32 = 9;
/// The maximum number of attempts after "too many requests".
const MOST_BUSY: u32 = 5;

impl Row {
    pub(crate) fn expected(self, fault: &WireFault, replay: Replay) -> Expected {
        let (mut endings, again) = self.endings(replay);
        let most = if self == Self::RateLimited { MOST_BUSY } else { MOST };
        let mut attempts = if again { most..=most } else { 1..=1 };
        if self == Self::Compressed && replay == Replay::Safe {
            attempts = 1..=MOST;
        }
        if self == Self::Raced {
            attempts = if replay == Replay::Safe { MOST..=MOST_MIXED } else { 1..=MOST };
        }
        if self == Self::Done {
            // A read can need a second connection. The caller does not notice this.
            attempts = 1..=if replay == Replay::Safe { MOST } else { 1 };
        }
        // The request was complete before the fault, or it may have become complete while the server continued to read.
        let whole = |attempts: u32| usize::try_from(attempts).unwrap_or(usize::MAX);
        let least = if fault.stage == Stage::Request { whole(*attempts.start()) } else { 0 };
        let mut posts = least..=whole(*attempts.end());
        if matches!(self, Self::NotSent(_) | Self::Certificate) {
            posts = 0..=0;
        }
        if fault.outlasts_the_client() && !matches!(self, Self::NotSent(_)) {
            // The client's limit is short in this case, and a slow machine can reach it early in the conversation. The
            // test then only requires that the server has received no request that the client says it has not sent.
            endings.extend([Ending::OutcomeUnknown, Ending::NotSent]);
            attempts = *attempts.start()..=MOST_MIXED;
            posts = 0..=*posts.end();
        }
        Expected { endings, attempts, posts }
    }

    /// The possible endings, and whether the call is sent again.
    fn endings(self, replay: Replay) -> (Vec<Ending>, bool) {
        let reads = replay == Replay::Safe;
        match self {
            Self::NotSent(kind) => {
                (vec![Ending::NotSent], !matches!(kind, TransportKind::ProxyAuthentication))
            }
            Self::Certificate => (vec![Ending::NotSent], false),
            Self::OutcomeUnknown => (vec![Ending::OutcomeUnknown], reads),
            Self::Unreadable | Self::Compressed => (vec![Ending::Unreadable], reads),
            Self::TooLarge => (vec![Ending::Unreadable], false),
            Self::Refused => (vec![Ending::Refused], false),
            Self::RateLimited => (vec![Ending::Refused], true),
            Self::Foreign => (vec![Ending::OutcomeUnknown], false),
            Self::ServerFailure => (vec![Ending::ServerFailure], reads),
            Self::FailureForLong => (vec![Ending::ServerFailure], false),
            Self::Raced => (vec![Ending::NotSent, Ending::OutcomeUnknown], reads),
            Self::Overtaken => (vec![Ending::Unreadable, Ending::OutcomeUnknown], reads),
            Self::Done => (vec![Ending::Done], false),
        }
    }

    /// Why the request could not be sent or the answer not be read, if the table has a reason.
    pub(crate) fn why(self) -> Option<TransportKind> {
        match self {
            Self::NotSent(kind) => Some(kind),
            Self::Certificate => Some(TransportKind::Certificate),
            Self::TooLarge => Some(TransportKind::TooLarge),
            _ => None,
        }
    }
}
