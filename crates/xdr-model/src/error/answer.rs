//! The tenant's answer, whatever its shape.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{DATE, HeaderName, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Response, StatusCode, Uri};

use super::Refusal;
use super::known::hinted_refusal;
use crate::api_error::ApiError;
use crate::body_findings::{BodyFindings, is_document};
use crate::ids::ActionId;
use crate::redact::{Secrets, TEXT_KEPT};
use crate::text::{SERVER_TEXT, sanitise};

/// An answer that is not the expected reply.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The error object in the body, if there is a readable one. If the body holds several, the first one.
    pub api_error: Option<ApiError>,
    /// How long the tenant asked to wait: the header `Retry-After`, in seconds or as a date.
    pub retry_after: Option<Duration>,
    /// The other error objects of a list, and whether there are more than were kept.
    more: Vec<ApiError>,
    has_more_errors: bool,
    action: Option<ActionId>,
    unread_action: bool,
    is_foreign: bool,
    is_unread: bool,
    body: Bytes,
    /// The first characters of the body, if it holds no error object.
    text: Option<String>,
}

impl Answer {
    /// Reads an answer in three tiers: error object, other text, raw bytes. `unix_ms` is the time at which it
    /// arrived. If the server sent the `secrets` back, they are removed from everything that is kept.
    pub(crate) fn new(
        response: &Response<Bytes>,
        findings: BodyFindings,
        unix_ms: u64,
        secrets: &Secrets,
    ) -> Self {
        let (status, headers, body) = (response.status(), response.headers(), response.body());
        let BodyFindings { errors, has_more_errors, mut action, unread_action, is_foreign, is_unread } =
            findings;
        action.iter_mut().for_each(|action| action.hide(secrets));
        // A success that begins like JSON counts as the tenant's: it is probably cut off, or has a new shape.
        let is_foreign = is_foreign && !(status.is_success() && is_document(body));
        let mut errors = errors.into_iter().map(|error| error.redacted(secrets));
        let (api_error, more) = (errors.next(), errors.collect());
        // Copies the head of a large body, so that the memory of the rest is freed.
        let mut body = Bytes::from(secrets.redact_head(body, TEXT_KEPT));
        body.truncate(TEXT_KEPT);
        let text = match api_error {
            Some(_) => None,
            None => Some(secrets.redact(&plain_text(&body))).filter(|text| !text.is_empty()),
        };
        let retry_after = retry_after(headers, unix_ms);
        Self {
            status,
            api_error,
            retry_after,
            more,
            has_more_errors,
            action,
            unread_action,
            is_foreign,
            is_unread,
            body,
            text,
        }
    }

    /// The action that the answer names. It may run, whatever else the answer says.
    pub fn action_id(&self) -> Option<&ActionId> {
        self.action.as_ref()
    }

    /// Whether the answer names an action, even if the id of the action cannot be read.
    pub(super) fn names_action(&self) -> bool {
        self.action.is_some() || self.unread_action
    }

    /// Whether the body has none of the shapes of the tenant's own answers. In this case, something between this
    /// machine and the tenant may have answered, such as a proxy, a web filter or a login page, or the address is
    /// wrong. An empty body is not foreign.
    ///
    /// Source: filters that inspect answers replace the tenant's 200 with a page of their own
    /// (HelpCode-ai/anythingmcp, pull request 578; lavaloon-eg/ksa_compliance, pull request 380).
    pub fn is_foreign(&self) -> bool {
        self.is_foreign
    }

    /// Whether the answer certainly comes from the tenant: its body has one of the tenant's shapes, and it is not a
    /// redirect.
    pub(crate) fn is_the_tenants(&self) -> bool {
        !self.is_foreign && !self.body.trim_ascii().is_empty() && !self.status.is_redirection()
    }

    /// Whether the answer may say more than could be read: it was cut off, is too large, or begins like JSON and is
    /// not JSON.
    pub(super) fn is_unread(&self) -> bool {
        self.is_unread
    }

    /// Whether the answer holds more error objects than were kept.
    pub(super) fn has_more_errors(&self) -> bool {
        self.has_more_errors
    }

    /// All error objects that were kept.
    pub(super) fn errors(&self) -> impl Iterator<Item = &ApiError> {
        self.api_error.iter().chain(&self.more)
    }

    /// The refusal that the page of a server failure may mean.
    fn hint(&self) -> Option<Refusal> {
        hinted_refusal(self.text.as_deref().filter(|_| self.status == StatusCode::INTERNAL_SERVER_ERROR)?)
    }

    /// The raw body, cut at 64 KiB, without the secrets of the request. It is not sanitised, so do not print it.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl fmt::Display for Answer {
    /// What the server says and asks for, sanitised. Empty if the server says nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(action) = &self.action {
            write!(f, "; the answer names action {action}")?;
        }
        if let Some(after) = self.retry_after {
            write!(f, "; the answer asks to wait {} s", after.max(Duration::from_secs(1)).as_secs())?;
        }
        // For a redirect, the reason already says this.
        if self.is_foreign && !self.status.is_redirection() {
            let status = self.status.as_u16();
            write!(
                f,
                "; something between this machine and the tenant answered {status}, or the address is wrong"
            )?;
        }
        match (&self.api_error, &self.text) {
            (Some(error), _) => {
                return write!(f, "; the tenant says: {}", error.to_string().trim_end_matches('.'));
            }
            (None, Some(text)) => write!(f, "; the answer begins: {text}")?,
            (None, None) => return Ok(()),
        }
        match self.hint() {
            Some(hint) => write!(f, "; the page may mean that {hint}"),
            None => Ok(()),
        }
    }
}

/// The text of a page that is not JSON. For HTML, the text between the tags.
fn plain_text(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * SERVER_TEXT)]);
    if !text.trim_start().starts_with('<') {
        return sanitise(&text, SERVER_TEXT);
    }
    let mut shown = String::new();
    for piece in text.split('<') {
        shown.push_str(piece.split_once('>').map_or(piece, |(_tag, text)| text));
        shown.push(' ');
    }
    sanitise(&shown, SERVER_TEXT)
}

fn header<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Reads `Retry-After`, in seconds or as an HTTP date. A value that cannot be read counts as absent, and a date in
/// the past counts as 0.
fn retry_after(headers: &HeaderMap, unix_ms: u64) -> Option<Duration> {
    let text = header(headers, &RETRY_AFTER)?;
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let now = server_date(headers).unwrap_or(UNIX_EPOCH + Duration::from_millis(unix_ms));
    Some(date.duration_since(now).unwrap_or_default())
}

/// The time by the tenant's clock. The dates in an answer are relative to this clock.
fn server_date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(header(headers, &DATE)?).ok()
}

/// By how many seconds this machine's clock is ahead of the answer's `Date`.
pub(super) fn clock_ahead(headers: &HeaderMap, unix_ms: u64) -> Option<i64> {
    let theirs = i64::try_from(server_date(headers)?.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()?;
    Some(i64::try_from(unix_ms / 1000).ok()? - theirs)
}

/// The host that a redirect points to. A person needs no more than the host to see the mistake.
pub(super) fn redirect_host(headers: &HeaderMap) -> Option<String> {
    let location = header(headers, &LOCATION)?.parse::<Uri>().ok()?;
    location.host().map(str::to_owned)
}
