//! Reads the body of a 2xx reply.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::api_error::{ApiError, BodyFindings, without_mark};
use crate::json_object::{Object, is_error, is_error_in_data};
use crate::redact::{Secrets, TEXT_KEPT};
use crate::text::{SERVER_TEXT, sanitise};

/// Why the body of a 2xx reply is not the reply that was asked for.
#[derive(Debug)]
pub struct DecodeError {
    kind: Kind,
    /// What the body says instead, for the verdict on the answer: a body is searched once.
    findings: Option<Box<BodyFindings>>,
}

#[derive(Debug)]
enum Kind {
    NotText(std::str::Utf8Error),
    NotJson(Reason),
    OtherShape(Reason),
    ErrorInside(ApiError),
}

/// What the JSON reader says: it quotes the reply, so it is cut and made fit to be shown, after secrets were taken out
/// of the whole.
#[derive(Debug)]
struct Reason(String);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sanitise(&self.0, SERVER_TEXT))
    }
}

impl std::error::Error for Reason {}

impl DecodeError {
    pub(crate) fn not_text(error: std::str::Utf8Error) -> Self {
        Self { kind: Kind::NotText(error), findings: None }
    }

    /// A body that is not of the reply's shape; an error object if it is one of these.
    pub(crate) fn from_json(body: &[u8], error: &serde_json::Error) -> Self {
        // Twice as much as is kept in the end: a key that begins in that must be seen whole.
        let reason = || Reason(error.to_string().chars().take(2 * TEXT_KEPT).collect());
        let findings = BodyFindings::in_body(body, true);
        let kind = match findings.errors.first() {
            Some(inside) => Kind::ErrorInside(inside.clone()),
            None if error.is_data() => Kind::OtherShape(reason()),
            None => Kind::NotJson(reason()),
        };
        Self { kind, findings: Some(Box::new(findings)) }
    }

    /// A body in which an error object was seen.
    pub(crate) fn error_inside(body: &[u8]) -> Self {
        Self::from_json(body, &serde::de::Error::custom("an error object that cannot be read"))
    }

    /// What the body says instead, if it was searched.
    pub(crate) fn take_findings(&mut self) -> Option<BodyFindings> {
        self.findings.take().map(|findings| *findings)
    }

    /// The same without what must not be shown.
    pub(crate) fn redacted(self, secrets: &Secrets) -> Self {
        let shown = |text: String| Reason(sanitise(&secrets.redact(&text), SERVER_TEXT));
        let kind = match self.kind {
            Kind::ErrorInside(error) => Kind::ErrorInside(error.redacted(secrets)),
            Kind::NotJson(Reason(text)) => Kind::NotJson(shown(text)),
            Kind::OtherShape(Reason(text)) => Kind::OtherShape(shown(text)),
            kind => kind,
        };
        Self { kind, findings: None }
    }

    /// The error object inside, if that is what was found in the place of the reply.
    pub fn api_error(&self) -> Option<&ApiError> {
        match &self.kind {
            Kind::ErrorInside(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::NotText(_) => f.write_str("the reply is not UTF-8 text"),
            Kind::OtherShape(_) => f.write_str("the reply is not of the documented shape"),
            Kind::NotJson(_) => f.write_str("the reply is not JSON"),
            Kind::ErrorInside(error) => write!(f, "the reply holds an error: {error}"),
        }
    }
}

impl std::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::NotText(e) => Some(e),
            Kind::NotJson(e) | Kind::OtherShape(e) => Some(e),
            Kind::ErrorInside(_) => None,
        }
    }
}

/// `{"reply": R}`, unless an error object stands there or around it.
pub(crate) fn read<R: DeserializeOwned>(body: &[u8]) -> Result<R, DecodeError> {
    read_by(body, |reply| serde_json::from_str(reply.get()))
}

/// The same with another way to read what stands in `reply`.
pub(crate) fn read_by<R>(
    body: &[u8],
    read: impl FnOnce(&RawValue) -> Result<R, serde_json::Error>,
) -> Result<R, DecodeError> {
    let text = std::str::from_utf8(without_mark(body)).map_err(DecodeError::not_text)?;
    let not_json = |e| DecodeError::from_json(body, &e);
    let envelope: Object<'_> = serde_json::from_str(text).map_err(not_json)?;
    let reply = envelope.get("reply").ok_or_else(|| not_json(serde::de::Error::missing_field("reply")))?;
    let inside: Option<Object<'_>> = serde_json::from_str(reply.get()).ok();
    let in_data = envelope.get("data").is_some_and(|data| is_error_in_data(data));
    if in_data || is_error(&envelope) || inside.as_ref().is_some_and(is_error) {
        return Err(DecodeError::error_inside(body));
    }
    read(reply).map_err(not_json)
}
