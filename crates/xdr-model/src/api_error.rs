//! The error objects of the API, in every shape that has been observed.

use std::fmt;

use serde_json::Value;

use crate::json_text::Quoted;
use crate::redact::{Secrets, TEXT_KEPT};
use crate::request_reader::integer;
use crate::text::{SERVER_TEXT, sanitise};

/// An error object of the tenant.
///
/// The documentation shows a bare object of three texts. In real answers, the object is wrapped in `reply`, and its
/// code is an integer. Its message may be an object, the object may be in a list, and keys may be absent. Newer calls
/// of the API answer `{"data": {"err_msg": …, "metadata": {"err_code": …, "err_extra": …}}}`. All of these are read.
///
/// Source of the newer shape: PaloAltoNetworks/cortex-cloud-go, and `Error.elm` in vanhecke/celmex.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// The code of the error. It can differ from the HTTP status.
    pub err_code: Option<i64>,
    /// The message as it arrived, not sanitised: text, or an object written as JSON. At most 64 KiB of it are kept.
    /// An object of more than 4 KiB is kept as the raw text of the body.
    pub err_msg: Option<String>,
    /// Further information: null, text, an object or a list. A value of more than 4 KiB is kept as text.
    pub err_extra: Value,
}

/// The longest message or further information that is kept as a JSON value. A longer one becomes text.
const MOST_KEPT_AS_JSON: usize = 4096;

/// The raw fields of an error object in a body. If a key is repeated, the last one counts.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct ErrorFields<'t> {
    code: Option<&'t str>,
    message: Option<&'t str>,
    extra: Option<&'t str>,
}

impl<'t> ErrorFields<'t> {
    /// Takes an entry if its key is that of a field.
    pub(crate) fn take(&mut self, key: Quoted<'t>, value: &'t str) {
        if key.is("err_code") {
            self.code = Some(value);
        } else if key.is("err_msg") {
            self.message = Some(value);
        } else if key.is("err_extra") {
            self.extra = Some(value);
        }
    }

    /// Whether the code says that there is an error.
    pub(crate) fn has_code(&self) -> bool {
        self.code.is_some_and(says_something)
    }

    /// Whether it is an error object.
    pub(crate) fn is_error(&self) -> bool {
        self.has_code() || self.message.is_some_and(says_something)
    }

    /// Takes each field that says something from `self`, and the other fields from `others`.
    pub(crate) fn or(self, others: Self) -> Self {
        let or = |own: Option<&'t str>, other| own.filter(|value| says_something(value)).or(other);
        Self {
            code: or(self.code, others.code),
            message: or(self.message, others.message),
            extra: or(self.extra, others.extra),
        }
    }

    /// The error, if it is one.
    pub(crate) fn into_error(self) -> Option<ApiError> {
        self.is_error().then(|| ApiError {
            err_code: self.code.and_then(code_of),
            err_msg: self.message.filter(|raw| says_something(raw)).map(|raw| text_of(value_of(raw))),
            err_extra: self.extra.map(value_of).unwrap_or_default(),
        })
    }
}

/// Whether the raw value of an error's key says that there is an error: null, 0 and an empty text do not.
#[inline]
pub(crate) fn says_something(raw: &str) -> bool {
    !matches!(raw, "null" | "0" | "\"\"")
}

/// A value of an error object. A value that is long or unreadable becomes text. The text is cut at twice the length
/// that is finally kept, so that a key that begins within that length is complete.
fn value_of(raw: &str) -> Value {
    if raw.len() <= MOST_KEPT_AS_JSON
        && let Ok(value) = serde_json::from_str(raw)
    {
        return value;
    }
    let most = (0..=raw.len().min(2 * TEXT_KEPT)).rev().find(|end| raw.is_char_boundary(*end)).unwrap_or(0);
    let text = raw.strip_prefix('"').and_then(|_| serde_json::from_str::<String>(raw).ok());
    Value::String(text.unwrap_or_else(|| raw[..most].to_owned()))
}

impl ApiError {
    /// The same error without the secrets, with each text cut at 64 KiB.
    pub(crate) fn redacted(mut self, secrets: &Secrets) -> Self {
        self.err_msg = self.err_msg.map(|text| secrets.redact_kept(&text));
        let extra = text_of(self.err_extra.clone());
        let shown = secrets.redact_kept(&extra);
        if shown != extra {
            self.err_extra = Value::String(shown);
        }
        self
    }
}

/// An integer in any notation of JSON, or a text of one. A long one is not a code.
fn code_of(raw: &str) -> Option<i64> {
    if raw.len() > 512 {
        return None;
    }
    let integer = |value: &Value| integer(value).and_then(|code| code.try_into().ok());
    match &serde_json::from_str(raw).ok()? {
        Value::String(text) => integer(&serde_json::from_str(text.trim()).ok()?),
        number => integer(number),
    }
}

/// The text, or another value written as JSON.
pub(crate) fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

impl fmt::Display for ApiError {
    /// The message with the further information, sanitised, at most 512 characters. Without them, the code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.err_msg.clone().unwrap_or_default();
        if !self.err_extra.is_null() && self.err_extra != "" {
            let extra = text_of(self.err_extra.clone());
            text = if text.is_empty() { extra } else { format!("{text} ({extra})") };
        }
        match self.err_code {
            Some(code) if text.is_empty() => write!(f, "error code {code}"),
            _ => f.write_str(&sanitise(&text, SERVER_TEXT)),
        }
    }
}
