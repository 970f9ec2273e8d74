//! The reasons of refusals, each with what to do.

use std::fmt;

/// Why a call was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Status 401. A wrong key, a wrong key id, a wrong kind of key and a wrong clock all get this answer. Check them
    /// in this order. If the clock is wrong, the error says so.
    Authentication {
        /// By how many seconds this machine's clock is ahead of the tenant's (negative: behind), if that is more
        /// than two minutes.
        clock_ahead: Option<i64>,
    },
    /// Status 402: the tenant's licence does not cover this call. Ask the owner of the tenant for one of the licences
    /// that the error text names.
    Licence,
    /// Status 403: the role of the key lacks the permission. Give the key one of the permissions or roles that the
    /// error text names.
    Permission,
    /// No endpoint matched, or the operation is not possible on any that did. Check the filters, and what is already
    /// running. The error lists the causes that are possible for these filters
    /// ([`Selection::causes`](crate::error::Selection::causes)).
    NoEndpointMatched,
    /// Status 429: more than 10 requests in a second, over all programs that use the tenant. Make the call again
    /// later.
    RateLimited,
    /// Status 3xx: the host is not the tenant's API, or something between this machine and the tenant redirects, for
    /// example to a login page. Redirects are never followed with credentials. Correct the address, or log in.
    Redirect {
        /// The host it points to.
        to: Option<String>,
    },
    /// Status 404 or 405 with a page that is not the tenant's: the address is wrong, or something between this
    /// machine and the tenant answered. Correct the address.
    ///
    /// Source: the vendor's integration explains a 404 with a wrong address, and so does
    /// rapid7/insightconnect-plugins (palo_alto_cortex_xdr).
    WrongAddress,
    /// Every other 4xx, and a 500 with a known text such as "param is missing". Correct what the tenant names.
    BadRequest,
}

impl Refusal {
    /// Whether a wait ends with this refusal: another request would get the same answer.
    pub(crate) fn ends_a_wait(&self) -> bool {
        matches!(self, Self::Authentication { .. } | Self::Licence | Self::Permission)
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
            Self::NoEndpointMatched => f.write_str("no endpoint was found"),
            Self::RateLimited => f.write_str(
                "too many requests; a tenant takes 10 a second from all programs together, so try again later",
            ),
            Self::Redirect { to } => {
                f.write_str("the address is wrong, or something between this machine and the tenant redirects")?;
                if let Some(host) = to {
                    write!(f, " to {host}")?;
                }
                f.write_str("; redirects are never followed")
            }
            Self::WrongAddress => f.write_str("check the address of the tenant, and the proxy"),
            Self::BadRequest => f.write_str("the tenant does not accept this request"),
        }
    }
}
