//! The failures of a call.

use std::fmt;

use super::Answer;
use crate::replay::Replay;
use crate::reply::DecodeError;
use crate::selection::Selection;
use crate::transport_error::{TransportError, TransportKind};

/// Which operation was sent, where and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempted {
    /// [`Operation::NAME`](crate::Operation::NAME).
    pub operation: &'static str,
    /// Whether it acts on machines.
    pub replay: Replay,
    /// The tenant's host.
    pub host: String,
    /// How often it was sent or tried to be sent.
    pub attempts: u32,
    /// What it selects, if it selects endpoints.
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

/// The tenant could not be reached. Nothing was carried out.
#[derive(Debug)]
#[non_exhaustive]
pub struct NotSent {
    /// What was not sent.
    pub call: Attempted,
    /// Why.
    pub source: TransportError,
}

impl NotSent {
    /// Whether the cause can pass by itself.
    pub(crate) fn is_transient(&self) -> bool {
        self.source.kind().is_transient()
    }

    /// What to look at.
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

/// It was sent and no usable answer came.
#[derive(Debug)]
#[non_exhaustive]
pub struct OutcomeUnknown {
    /// What may have been carried out.
    pub call: Attempted,
    pub(super) instead: Instead,
}

/// What came instead of a usable answer.
#[derive(Debug)]
pub(super) enum Instead {
    /// An answer whose status says nothing.
    Answer(Answer),
    /// Nothing, because of what went wrong on the way.
    Failure(TransportError),
}

impl OutcomeUnknown {
    /// The answer, if there was one whose status says nothing.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.instead {
            Instead::Answer(answer) => Some(answer),
            Instead::Failure(_) => None,
        }
    }

    /// Whether a page that is not the tenant's refuses it.
    pub(crate) fn is_foreign_refusal(&self) -> bool {
        self.answer().is_some_and(|answer| answer.is_foreign() && answer.status.is_client_error())
    }

    /// What went wrong on the way, if there was no answer.
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

/// The tenant said yes and the rest cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unreadable {
    /// What was probably carried out.
    pub call: Attempted,
    /// The tenant's answer, with the raw body.
    pub answer: Answer,
    pub(super) source: UnreadableSource,
}

/// Why an accepted call's reply cannot be read.
#[derive(Debug)]
pub(super) enum UnreadableSource {
    /// It is not the reply.
    Decode(DecodeError),
    /// It did not come whole.
    Transport(TransportError),
}

impl Unreadable {
    /// Whether the reply exceeds a limit of this library: the same request would get the same reply.
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
            // What it says is told with the answer.
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

/// Only for actions: inside the text of a wait it would sound as if its action had not been carried out.
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

/// What to do before an operation that acts is sent again.
fn look(call: &Attempted) -> &'static str {
    match call.selection {
        Some(_) => "look in the Action Center, or use reconcile, before you send it again",
        None => "look in the Action Center before you send it again",
    }
}
