//! The errors of calls and flows, named by what they mean for the action. Use this module to tell failures apart.
//!
//! [`Error`] is one enum. Each variant holds a value of this module with the details.
//!
//! # What is sent again
//! A call is retried automatically only if a retry cannot carry it out twice:
//!
//! | what happened | scan, cancellation | reads | attempts and pauses |
//! |---|---|---|---|
//! | the request was not sent, and the cause can be temporary | yes | yes | for [30 seconds](crate::Session::with_unsent_retry), 8 to 17 attempts |
//! | a rate limit (429) | yes | yes | 5 attempts, pauses as `Retry-After` says, otherwise about a minute in all |
//! | no usable answer, a failure of the tenant, an unreadable reply | **never** | yes | 3 attempts, up to 3 seconds in all |
//! | a refusal, or a reply that exceeds a limit | never | never | |
//!
//! A `Retry-After` above 60 seconds ends the attempts. A call reports no progress while it retries. A wait for an
//! action has its own limits, see [`WaitEnd::Failed`].

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::ids::ActionId;
use crate::replay::Replay;
use crate::transport_error::TransportKind;

mod answer;
mod failed;
mod known;
mod refusal;
mod refused;
#[cfg(test)]
pub(crate) mod samples;
mod verdict;
mod wait;

pub use crate::api_error::ApiError;
pub use crate::reply::DecodeError;
pub use crate::selection::Selection;
pub use crate::validate::{Invalid, Violation};
pub use answer::Answer;
pub use failed::{Attempted, NotSent, OutcomeUnknown, ServerFailure, Unreadable};
pub use refusal::Refusal;
pub use refused::Refused;
pub use wait::{WaitEnd, WaitEnded};

pub(crate) use verdict::{judge, unanswered};

/// The error of a call or a flow.
///
/// The variant says whether the action can have been carried out:
///
/// | variant | carried out? | what to do |
/// |---|---|---|
/// | [`Invalid`](Self::Invalid) | no | correct the request |
/// | [`NotSent`](Self::NotSent) | no | try again when the network is back |
/// | [`Refused`](Self::Refused) | no | do what the reason says |
/// | [`OutcomeUnknown`](Self::OutcomeUnknown) | **maybe** | look in the Action Center before you send it again |
/// | [`ServerFailure`](Self::ServerFailure) | **maybe** | the same |
/// | [`Unreadable`](Self::Unreadable) | **probably** | look in the Action Center; the raw reply is kept |
/// | [`Wait`](Self::Wait) | **yes** | resume the action with its report or its id |
///
/// An operation that only reads carries nothing out.
///
/// ```
/// use xdr_model::{Error, Session};
/// # use xdr_model::{Credentials, Scan, Tenant};
/// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
/// # let session = Session::new(tenant, Credentials::standard("7", "s3cret")?);
///
/// let error = session.call(&Scan::matching([])).unwrap_err();
/// assert!(matches!(error, Error::Invalid(_)));
/// assert!(!error.may_have_taken_effect());
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The request breaks a rule. It was refused before anything was sent.
    Invalid(Invalid),
    /// The request could not be sent to the tenant. Nothing was carried out.
    ///
    /// Check the name of the tenant, the network, the proxy and, for a certificate error, the roots.
    NotSent(Box<NotSent>),
    /// The request was sent, but no usable answer arrived. The operation **may have been carried out**. Look in the
    /// Action Center before you send it again.
    OutcomeUnknown(Box<OutcomeUnknown>),
    /// The tenant refused the request. Nothing was carried out.
    ///
    /// Do what the [reason](Refused::reason) says. Only a rate limit goes away without a change.
    Refused(Box<Refused>),
    /// The tenant failed. The operation **may have been carried out**. Look in the Action Center before you send it
    /// again.
    ServerFailure(Box<ServerFailure>),
    /// The tenant accepted the request, but its reply cannot be read. The operation was **probably carried out**. The
    /// error keeps the raw reply.
    Unreadable(Box<Unreadable>),
    /// The action was accepted, but following it ended early. The action **goes on**. Do not start it again; resume
    /// with its [report](WaitEnded::report) or by its [id](Self::action_id).
    Wait(Box<WaitEnded>),
}

impl Error {
    /// Whether the operation may have been carried out, at least in part. Always `false` for reads.
    pub fn may_have_taken_effect(&self) -> bool {
        match self {
            Self::Invalid(_) | Self::NotSent(_) | Self::Refused(_) => false,
            Self::Wait(_) => true,
            other => other.attempted().is_some_and(|call| call.replay == Replay::Unsafe),
        }
    }

    /// Whether the same call can be made again later: nothing was carried out, and the cause can be temporary.
    /// Implies that [`may_have_taken_effect`](Self::may_have_taken_effect) is `false`.
    pub fn is_safe_to_retry(&self) -> bool {
        match self {
            Self::Invalid(_) | Self::Wait(_) => false,
            Self::NotSent(error) => error.is_transient(),
            Self::Refused(error) => error.is_rate_limit(),
            _ => !self.may_have_taken_effect(),
        }
    }

    /// The id of the action: the action that goes on after following it ended early, or the action that is named by
    /// an answer that is otherwise unreadable.
    pub fn action_id(&self) -> Option<&ActionId> {
        match self {
            Self::Wait(error) => Some(error.report.action_id()),
            Self::Unreadable(_) | Self::ServerFailure(_) | Self::OutcomeUnknown(_) => {
                self.answer().and_then(Answer::action_id)
            }
            _ => None,
        }
    }

    /// Whether nothing was sent because the caller stopped the call.
    pub(crate) fn is_stop(&self) -> bool {
        matches!(self, Self::NotSent(error) if error.source.kind() == TransportKind::Stopped)
    }

    /// The HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.answer().map(|answer| answer.status)
    }

    /// How long the tenant asked to wait (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.answer().and_then(|answer| answer.retry_after)
    }

    /// The tenant's answer, if there was one: its status, error object and raw body.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Invalid(_) | Self::NotSent(_) => None,
            Self::OutcomeUnknown(error) => error.answer(),
            Self::Refused(error) => Some(&error.answer),
            Self::ServerFailure(error) => Some(&error.answer),
            Self::Unreadable(error) => Some(&error.answer),
            Self::Wait(error) => error.cause().and_then(Self::answer),
        }
    }

    /// The operation and how many times it was attempted.
    pub fn attempted(&self) -> Option<&Attempted> {
        match self {
            Self::Invalid(_) => None,
            Self::NotSent(error) => Some(&error.call),
            Self::OutcomeUnknown(error) => Some(&error.call),
            Self::Refused(error) => Some(&error.call),
            Self::ServerFailure(error) => Some(&error.call),
            Self::Unreadable(error) => Some(&error.call),
            Self::Wait(error) => error.cause().and_then(Self::attempted),
        }
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl fmt::Display for Error {
    /// One line: what happened, what it means for the action, and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => write!(f, "not sent, a rule is broken: {error}"),
            Self::NotSent(error) => error.fmt(f),
            Self::OutcomeUnknown(error) => error.fmt(f),
            Self::Refused(error) => error.fmt(f),
            Self::ServerFailure(error) => error.fmt(f),
            Self::Unreadable(error) => error.fmt(f),
            Self::Wait(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Invalid(_) | Self::Refused(_) | Self::ServerFailure(_) => None,
            Self::NotSent(error) => Some(&error.source),
            Self::OutcomeUnknown(error) => error.failure().map(|e| e as _),
            Self::Unreadable(error) => Some(error.source.as_error()),
            Self::Wait(error) => error.cause().map(|e| e as _),
        }
    }
}
