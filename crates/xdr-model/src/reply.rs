//! Reads the body of a 2xx reply.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::api_error::{ApiError, ErrorFields, says_something};
use crate::body_findings::{BodyFindings, without_mark};
use crate::json_reader::{Malformed, Reader, Why};
use crate::json_text::Quoted;
use crate::redact::{Secrets, TEXT_KEPT};
use crate::text::{SERVER_TEXT, sanitise};

/// Why the body of a 2xx reply is not the expected reply.
#[derive(Debug)]
pub struct DecodeError {
    kind: Kind,
    /// What the body says instead. The verdict on the answer uses it, so that the body is searched only once.
    findings: Option<Box<BodyFindings>>,
}

#[derive(Debug)]
enum Kind {
    NotText(std::str::Utf8Error),
    NotJson(Reason),
    OtherShape(Reason),
    /// It holds more than is read of a reply.
    TooMuch(&'static str),
    ErrorInside(ApiError),
}

/// The text of the JSON reader's error. It quotes the reply, so it is cut and sanitised after the secrets were
/// removed from all of it.
#[derive(Debug)]
struct Reason(String);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sanitise(&self.0, SERVER_TEXT))
    }
}

impl std::error::Error for Reason {}

impl DecodeError {
    fn not_text(error: std::str::Utf8Error) -> Self {
        Self { kind: Kind::NotText(error), findings: None }
    }

    /// The error for a body that does not have the shape of the reply. If the body holds an error object, this is the
    /// error.
    fn in_body(body: &[u8], is_json: bool, why: &impl fmt::Display) -> Self {
        // Twice the length that is finally kept, so that a key that begins within that length is complete.
        let reason = || Reason(why.to_string().chars().take(2 * TEXT_KEPT).collect());
        let findings = BodyFindings::in_body(body, true);
        let kind = match findings.errors.first() {
            Some(inside) => Kind::ErrorInside(inside.clone()),
            None if is_json => Kind::OtherShape(reason()),
            None => Kind::NotJson(reason()),
        };
        Self { kind, findings: Some(Box::new(findings)) }
    }

    /// A body that is JSON of another shape.
    pub(crate) fn misshapen(body: &[u8], why: &'static str) -> Self {
        Self::in_body(body, true, &why)
    }

    /// A reply that holds more than is read. It is the expected reply, so it is not searched for errors.
    pub(crate) fn too_much(why: &'static str) -> Self {
        Self { kind: Kind::TooMuch(why), findings: Some(Box::default()) }
    }

    /// Whether the reply holds more than is read. The same request would get the same reply again.
    pub(crate) fn is_too_much(&self) -> bool {
        matches!(self.kind, Kind::TooMuch(_))
    }

    fn malformed(body: &[u8], error: Malformed) -> Self {
        Self::in_body(body, error.is_shape(), &error)
    }

    /// What the body says instead, if it was searched.
    pub(crate) fn take_findings(&mut self) -> Option<BodyFindings> {
        self.findings.take().map(|findings| *findings)
    }

    /// The same without the secrets.
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

    /// The error object, if the body holds one in place of the reply.
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
            Kind::TooMuch(why) => f.write_str(why),
            Kind::ErrorInside(error) => write!(f, "the reply holds an error: {error}"),
        }
    }
}

impl std::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::NotText(e) => Some(e),
            Kind::NotJson(e) | Kind::OtherShape(e) => Some(e),
            Kind::TooMuch(_) | Kind::ErrorInside(_) => None,
        }
    }
}

/// Reads `{"reply": R}`. An error object in or around the reply is an error.
pub(crate) fn read<R: DeserializeOwned>(body: &[u8]) -> Result<R, DecodeError> {
    let mut raw = "";
    read_by(body, |reader| {
        let mut probe = reader.clone();
        let mut fields = ErrorFields::default();
        if probe.peek()? == b'{' {
            probe.object(|reader, key| {
                fields.take(key, reader.value()?);
                Ok(())
            })?;
        }
        raw = reader.value()?;
        Ok(fields.is_error())
    })?;
    serde_json::from_str(raw).map_err(|e| DecodeError::in_body(body, e.is_data(), &e))
}

/// Reads a body with `read_reply`, which reads the value of `reply` and returns whether it is an error object. It is
/// called again if `reply` is repeated, because the last one counts.
pub(crate) fn read_by<'b>(
    body: &'b [u8],
    mut read_reply: impl FnMut(&mut Reader<'b>) -> Result<bool, Malformed>,
) -> Result<(), DecodeError> {
    let text = std::str::from_utf8(without_mark(body)).map_err(DecodeError::not_text)?;
    let mut reader = Reader::new(text);
    let is_error = envelope(&mut reader, &mut read_reply)
        .and_then(|is_error| reader.end().map(|()| is_error))
        .map_err(|error| DecodeError::malformed(body, error))?;
    match is_error {
        true => Err(DecodeError::misshapen(body, "there is an error object that cannot be read")),
        false => Ok(()),
    }
}

/// Reads the object around a reply, and returns whether it holds an error object.
fn envelope<'t>(
    reader: &mut Reader<'t>,
    read_reply: &mut impl FnMut(&mut Reader<'t>) -> Result<bool, Malformed>,
) -> Result<bool, Malformed> {
    let (mut reply_is_error, mut is_error, mut replies) = (None, false, 0);
    reader.object(|reader, key| {
        if key.is("reply") {
            count_repeated(reader, &mut replies)?;
            reply_is_error = Some(read_reply(reader)?);
        } else if key.is("data") {
            is_error |= is_error_in_data(reader)?;
        } else {
            is_error |= is_error_entry(reader, key)?;
        }
        Ok(())
    })?;
    match reply_is_error {
        Some(reply_is_error) => Ok(reply_is_error || is_error),
        None if is_error => Ok(true),
        None => Err(reader.fails(Why::NoReply)),
    }
}

/// Refuses a key that is repeated more often than any tenant would repeat it. Each repetition discards what was read.
pub(crate) fn count_repeated(reader: &Reader<'_>, times: &mut u32) -> Result<(), Malformed> {
    *times += 1;
    if *times > 8 { Err(reader.fails(Why::Repeated)) } else { Ok(()) }
}

/// Reads the value of another key, and returns whether the key shows that this is an error object.
#[inline]
pub(crate) fn is_error_entry<'t>(reader: &mut Reader<'t>, key: Quoted<'t>) -> Result<bool, Malformed> {
    let is_of_errors = key.is("err_code") || key.is("err_msg");
    Ok(says_something(reader.value()?) && is_of_errors)
}

/// Reads `data` outside a reply, and returns whether it is the error of a newer call.
fn is_error_in_data(reader: &mut Reader<'_>) -> Result<bool, Malformed> {
    let mut is_error = false;
    if reader.peek()? != b'{' {
        return reader.value().map(|_| false);
    }
    reader.object(|reader, key| {
        if key.is("metadata") && reader.peek()? == b'{' {
            return reader.object(|reader, key| {
                is_error |= is_error_entry(reader, key)?;
                Ok(())
            });
        }
        is_error |= is_error_entry(reader, key)?;
        Ok(())
    })?;
    Ok(is_error)
}
