//! The rows of the table "who retries what", as what a case must end with.

use std::ops::RangeInclusive;

use xdr_conformance::fault_server::{Stage, WireFault};
use xdr_model::{Error, Replay, transport::TransportKind};

/// The row of the table that a fault belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    /// The table's first row that can be met here: it could not be sent, for this reason.
    NotSent(TransportKind),
    /// A certificate problem.
    Certificate,
    /// Reset, end, garbage or timeout after the body was taken; a status that no row names.
    OutcomeUnknown,
    /// A 2xx that cannot be read.
    Unreadable,
    /// A 2xx that cannot be read because it is larger than the limit.
    TooLarge,
    /// A 2xx that cannot be read because it is compressed. Where a neighbour makes a client decompress it, it is larger than
    /// the limit instead.
    Compressed,
    /// A refusal.
    Refused,
    /// A refusal that heals: "too many requests".
    RateLimited,
    /// A page that is not the tenant's in the place of a refusal.
    Foreign,
    /// A 5xx or 408.
    ServerFailure,
    /// The same with a demand to wait for longer than anybody would.
    FailureForLong,
    /// Where it depends on the machine whether the body was taken before the connection ended.
    Raced,
    /// Where an answer can be overtaken by the reset that follows it.
    Overtaken,
    /// Not a fault to the caller.
    Done,
}

/// What a call ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Done,
    NotSent,
    OutcomeUnknown,
    Refused,
    ServerFailure,
    Unreadable,
    /// What no case may end with.
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

    /// Whether an action that ended so can have been carried out.
    pub(crate) fn is_doubtful(self) -> bool {
        matches!(self, Self::OutcomeUnknown | Self::ServerFailure | Self::Unreadable)
    }
}

/// What a case must end with.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) endings: Vec<Ending>,
    pub(crate) attempts: RangeInclusive<u32>,
    pub(crate) posts: RangeInclusive<usize>,
}

/// How often a call is sent at most.
const MOST: u32 = 3;
/// The most attempts when some of them cannot send it: two such attempts before each one that does.
const MOST_MIXED: u32 = 9;
/// How often it is sent at most after "too many requests".
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
            // A read can need a second connection, of which the caller hears nothing.
            attempts = 1..=if replay == Replay::Safe { MOST } else { 1 };
        }
        // A request was whole before the server struck, or it may have become whole while it was listening on.
        let whole = |attempts: u32| usize::try_from(attempts).unwrap_or(usize::MAX);
        let least = if fault.stage == Stage::Request { whole(*attempts.start()) } else { 0 };
        let mut posts = least..=whole(*attempts.end());
        if matches!(self, Self::NotSent(_) | Self::Certificate) {
            posts = 0..=0;
        }
        if fault.outlasts_the_client() && !matches!(self, Self::NotSent(_)) {
            // The client's limit is short then. A slow machine can reach it earlier in the conversation, and then
            // the evidence counts: nothing that was not sent has been received.
            endings.extend([Ending::OutcomeUnknown, Ending::NotSent]);
            attempts = *attempts.start()..=MOST_MIXED;
            posts = 0..=*posts.end();
        }
        Expected { endings, attempts, posts }
    }

    /// How it may end, and whether it is sent again.
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

    /// Why it could not be sent or read, where the table says so.
    pub(crate) fn why(self) -> Option<TransportKind> {
        match self {
            Self::NotSent(kind) => Some(kind),
            Self::Certificate => Some(TransportKind::Certificate),
            Self::TooLarge => Some(TransportKind::TooLarge),
            _ => None,
        }
    }
}
