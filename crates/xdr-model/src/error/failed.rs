//! The failures of a call.

use std::fmt;

use super::Answer;
use crate::replay::Replay;
use crate::reply::DecodeError;
use crate::selection::Selection;
use crate::transport_error::{TransportError, TransportKind};

/// The operation of a failed call, its tenant and its attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempted {
    /// [`Operation::NAME`](crate::Operation::NAME).
    pub operation: &'static str,
    /// Whether it acts on machines.
    pub replay: Replay,
    /// The tenant's host.
    pub host: String,
    /// The number of attempts, including those that could not send it.
    pub attempts: u32,
    /// The selection of endpoints, if the operation selects endpoints.
    pub selection: Option<Selection>,
}

impl fmt::Display for Attempted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.attempts {
            0 | 1 => Ok(()),
            n => write!(f, " ({n} attempts)"),
        }
    }
}

/// The request could not be sent to the tenant. Nothing was carried out.
#[derive(Debug)]
#[non_exhaustive]
pub struct NotSent {
    /// The call that was not sent.
    pub call: Attempted,
    /// The cause.
    pub source: TransportError,
}

impl NotSent {
    /// Whether the cause can be temporary.
    pub(crate) fn is_transient(&self) -> bool {
        self.source.kind().is_transient()
    }

    /// What to check.
    fn hint(&self) -> &'static str {
        match self.source.kind() {
            TransportKind::Resolve => "; check the tenant's domain name and the DNS",
            TransportKind::Connect | TransportKind::Timeout => "; check the network and the firewall",
            TransportKind::Proxy => "; check the proxy, its address and its credentials in the settings",
            TransportKind::ProxyAuthentication => {
                "; a retry does not help: check the proxy's user name and password in the settings"
            }
            TransportKind::Tls | TransportKind::Closed => {
                "; check the proxies and firewalls between this machine and the tenant"
            }
            TransportKind::Exhausted => {
                "; a later retry can succeed: close other programs, or raise the limit of open files"
            }
            TransportKind::Certificate => {
                "; a retry does not help: check the tenant's name and this machine's clock; if your network inspects TLS, add its root \
                 certificate to the settings"
            }
            _ => "",
        }
    }
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, source } = self;
        write!(f, "{} was not sent to {}: {source}{call}", call.operation, call.host)?;
        write!(f, "{}{}", nothing_done(call.replay), self.hint())
    }
}

/// The request was sent, but no usable answer arrived.
#[derive(Debug)]
#[non_exhaustive]
pub struct OutcomeUnknown {
    /// What may have been carried out.
    pub call: Attempted,
    pub(super) instead: Instead,
}

/// What arrived instead of a usable answer.
#[derive(Debug)]
pub(super) enum Instead {
    /// An answer with a status that does not tell what happened.
    Answer(Answer),
    /// No answer, because of this failure.
    Failure(TransportError),
}

impl OutcomeUnknown {
    /// The answer, if one arrived. Its status does not tell what happened.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.instead {
            Instead::Answer(answer) => Some(answer),
            Instead::Failure(_) => None,
        }
    }

    /// Whether the answer is a 4xx page that does not come from the tenant.
    pub(crate) fn is_foreign_refusal(&self) -> bool {
        self.answer().is_some_and(|answer| answer.is_foreign() && answer.status.is_client_error())
    }

    /// The failure, if no answer arrived.
    pub fn failure(&self) -> Option<&TransportError> {
        match &self.instead {
            Instead::Answer(_) => None,
            Instead::Failure(failure) => Some(failure),
        }
    }
}

impl fmt::Display for OutcomeUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, instead } = self;
        write!(f, "{} was sent to {} and has no usable answer: ", call.operation, call.host)?;
        match instead {
            Instead::Answer(answer) => write!(f, "status {}{answer}", answer.status.as_u16())?,
            Instead::Failure(failure) => write!(f, "{failure}")?,
        }
        write!(f, "{call}{}", advice(call))
    }
}

/// The tenant failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServerFailure {
    /// What may have been carried out.
    pub call: Attempted,
    /// The tenant's answer.
    pub answer: Answer,
}

impl fmt::Display for ServerFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, answer } = self;
        write!(f, "{} failed at {} ({}){call}", call.operation, call.host, answer.status.as_u16())?;
        write!(f, "{}{answer}", advice(call))
    }
}

/// The tenant accepted the request, but its reply cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unreadable {
    /// The call that was probably carried out.
    pub call: Attempted,
    /// The tenant's answer, with the raw body.
    pub answer: Answer,
    pub(super) source: UnreadableSource,
}

/// Why an accepted call's reply cannot be read.
#[derive(Debug)]
pub(super) enum UnreadableSource {
    /// The body is not the expected reply.
    Decode(DecodeError),
    /// The body did not arrive completely.
    Transport(TransportError),
}

impl Unreadable {
    /// Whether the reply exceeds a limit of this library. The same request would get the same reply again.
    pub(crate) fn exceeds_a_limit(&self) -> bool {
        match &self.source {
            UnreadableSource::Decode(error) => error.is_too_much(),
            UnreadableSource::Transport(error) => error.kind() == TransportKind::TooLarge,
        }
    }
}

impl UnreadableSource {
    pub(super) fn as_error(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Self::Decode(error) => error,
            Self::Transport(error) => error,
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, answer, source } = self;
        let status = answer.status.as_u16();
        let why = match source {
            // The text of the answer already holds the error.
            UnreadableSource::Decode(error) if error.api_error().is_some() => {
                "the reply holds an error".into()
            }
            other => other.as_error().to_string(),
        };
        if answer.is_foreign() {
            write!(
                f,
                "{} was sent to {} and answered with status {status}, but {why}",
                call.operation, call.host
            )?;
            return write!(f, "{call}{}{answer}", advice(call));
        }
        write!(f, "{} was accepted by {} ({status}), but {why}{call}", call.operation, call.host)?;
        match call.replay {
            Replay::Unsafe => write!(f, "; it was probably carried out: {}", look(call))?,
            Replay::Safe if self.exceeds_a_limit() => {
                f.write_str("; the same request would get the same reply")?;
            }
            Replay::Safe => f.write_str(READS)?,
        }
        answer.fmt(f)
    }
}

/// Empty for reads: in the text of a wait, a failed read would sound as if the action had not been carried out.
pub(super) fn nothing_done(replay: Replay) -> &'static str {
    match replay {
        Replay::Unsafe => "; nothing was carried out",
        Replay::Safe => "",
    }
}

fn advice(call: &Attempted) -> String {
    match call.replay {
        Replay::Unsafe => format!("; it may have been carried out: {}", look(call)),
        Replay::Safe => READS.to_owned(),
    }
}

const READS: &str = "; it only reads and can be sent again";

/// What to do before an action is sent again.
fn look(call: &Attempted) -> &'static str {
    match call.selection {
        Some(_) => "look in the Action Center, or use reconcile, before you send it again",
        None => "look in the Action Center before you send it again",
    }
}
