//! The tenant said no: the reasons, each with what to do.

use std::fmt;

use http::HeaderMap;

use super::answer::{clock_ahead, redirect_host};
use super::failed::nothing_done;
use super::{Answer, Attempted};

/// The tenant said no. Nothing was carried out.
///
/// Every status 3xx and every 4xx but 408 is a refusal, whatever `err_code` stands in its body: tenants have been seen
/// to send a code that differs from the status. There are two exceptions. An answer that names an action is never a
/// refusal. An action that is answered with 429 and the code 408 or 5xx is a [`ServerFailure`](super::ServerFailure):
/// a call that is refused with 429 is sent again, and this one may have been carried out.
#[derive(Debug)]
#[non_exhaustive]
pub struct Refused {
    /// What was refused.
    pub call: Attempted,
    /// Why.
    pub reason: Refusal,
    /// The tenant's answer.
    pub answer: Answer,
}

/// Why the tenant said no.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Status 401: wrong key, key id, kind of key and clock give the same answer. Check them in this order; a clock that
    /// is off is told.
    Authentication {
        /// By how many seconds this machine's clock is ahead of the tenant's (negative: behind), if that is more
        /// than two minutes.
        clock_ahead: Option<i64>,
    },
    /// Status 402: the tenant's licence does not cover this call. Ask who owns it for one of those that the text names.
    Licence,
    /// Status 403: the role of the key lacks the permission. Give it one of those that the text names.
    Permission,
    /// No endpoint matched, or none that this can be done to. Look at the filters, and at what already runs.
    NoEndpointMatched,
    /// Status 429: more than 10 requests in a second, over all programs that use the tenant. Make the call again later.
    RateLimited,
    /// Status 3xx: the host is not the tenant's API; redirects are never followed with credentials. Mend the address.
    Redirect {
        /// The host it points to.
        to: Option<String>,
    },
    /// Every other 4xx. Mend what the tenant names.
    BadRequest,
}

/// A smaller difference of the clocks is not worth naming.
const CLOCK_TOLERANCE: i64 = 120;

impl Refusal {
    /// The refusal that a status stands for.
    pub(super) fn of_status(status: i64, headers: &HeaderMap, unix_ms: u64) -> Option<Self> {
        let clock_ahead = || clock_ahead(headers, unix_ms).filter(|ahead| ahead.abs() > CLOCK_TOLERANCE);
        Some(match status {
            300..400 => Self::Redirect { to: redirect_host(headers) },
            401 => Self::Authentication { clock_ahead: clock_ahead() },
            402 => Self::Licence,
            403 => Self::Permission,
            408 => return None,
            429 => Self::RateLimited,
            400..500 => Self::BadRequest,
            _ => return None,
        })
    }

    /// Whether a wait ends at it: asking again cannot give another answer.
    pub(crate) fn ends_a_wait(&self) -> bool {
        matches!(self, Self::Authentication { .. } | Self::Licence | Self::Permission | Self::Redirect { .. })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authentication { clock_ahead } => {
                f.write_str("wrong key, wrong key id, wrong kind of key (standard or advanced) or wrong clock")?;
                match clock_ahead {
                    Some(s) if *s > 0 => write!(f, " (this machine is {s} s ahead of the tenant)"),
                    Some(s) => write!(f, " (this machine is {} s behind the tenant)", s.abs()),
                    None => Ok(()),
                }
            }
            Self::Licence => f.write_str(
                "the tenant's licence does not cover it; it needs Cortex XDR Prevent, Cortex XDR Pro per Endpoint \
                 or Cortex XDR Pro per GB",
            ),
            Self::Permission => f.write_str(
                "the role of the API key lacks the permission; it needs Endpoint Administrations with Endpoint Scan, \
                 or the role Privileged Responder or Instance Administrator",
            ),
            Self::NoEndpointMatched => f.write_str(
                "no endpoint was found for it: none matches, the id is wrong, it is being scanned already, there is \
                 nothing to cancel, its platform is not supported, or it is offline",
            ),
            Self::RateLimited => f.write_str(
                "too many requests; a tenant takes 10 a second from all programs together, so try again later",
            ),
            Self::Redirect { to: Some(host) } => write!(
                f,
                "the address is not that of the tenant's API, it redirects to {host}; redirects are never followed"
            ),
            Self::Redirect { to: None } => f.write_str(
                "the address is not that of the tenant's API, it redirects; redirects are never followed",
            ),
            Self::BadRequest => f.write_str("the tenant does not take this request"),
        }
    }
}

impl Refused {
    /// Whether the same call can be taken a moment later.
    pub(crate) fn is_rate_limit(&self) -> bool {
        self.reason == Refusal::RateLimited
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, reason, answer } = self;
        write!(
            f,
            "{} was refused by {} ({}): {reason}{call}",
            call.operation,
            call.host,
            answer.status.as_u16()
        )?;
        write!(f, "{}{answer}", nothing_done(call.replay))
    }
}
