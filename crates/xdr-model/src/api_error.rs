//! The error objects of the API, in every shape they have been met in.

use std::fmt;

use serde_json::{Map, Value};

use crate::text::{SERVER_TEXT, sanitise};

/// What the tenant says of an error.
///
/// Documented is a bare object of three texts; on the wire it is wrapped in `reply`, its code is an integer, its
/// message may be an object, it may stand in a list, and keys may be absent. All of these are read.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// The error's own code; it can differ from the HTTP status.
    pub err_code: Option<i64>,
    /// The message as it came, not sanitised: text, or an object written as JSON.
    pub err_msg: Option<String>,
    /// Further information: null, text, an object or a list.
    pub err_extra: Value,
    /// Whether an action is named beside the error: then it may run for all the error says.
    pub(crate) names_action: bool,
}

impl ApiError {
    /// The error object in a body, if there is one.
    pub(crate) fn find(body: &[u8]) -> Option<Self> {
        Self::in_value(serde_json::from_slice(body).ok()?, 2)
    }

    /// Looks through `reply` and through lists, at most `depth` of them.
    fn in_value(value: Value, depth: u8) -> Option<Self> {
        match value {
            Value::Object(mut object) => match Self::from_object(&mut object) {
                None if depth > 0 => Self::in_value(object.remove("reply")?, depth - 1),
                found => found,
            },
            Value::Array(items) if depth > 0 => {
                items.into_iter().find_map(|item| Self::in_value(item, depth - 1))
            }
            _ => None,
        }
    }

    fn from_object(object: &mut Map<String, Value>) -> Option<Self> {
        let take = |object: &mut Map<String, Value>, key| object.remove(key).filter(|v| !v.is_null());
        let (code, message) = (take(object, "err_code"), take(object, "err_msg"));
        if code.is_none() && message.is_none() {
            return None;
        }
        Some(Self {
            err_code: code.as_ref().and_then(code_of),
            err_msg: message.map(text_of),
            err_extra: object.remove("err_extra").unwrap_or_default(),
            names_action: object.get("action_id").is_some_and(|id| !id.is_null()),
        })
    }

    /// Whether this is the refusal "no endpoint": no match, bad id, already scanning, nothing to cancel,
    /// unsupported platform, or offline. The API sends it as a 500, but nothing was carried out.
    pub fn is_no_endpoint(&self) -> bool {
        const MESSAGE: &str = "no endpoint was found for creating the requested action";
        const EXTRA: &str = "can't create group action id for";
        let extra = self.err_extra.as_str().unwrap_or_default().trim_start().to_ascii_lowercase();
        extra.starts_with(EXTRA)
            || self.err_msg.as_ref().is_some_and(|text| text.to_ascii_lowercase().contains(MESSAGE))
    }
}

fn code_of(code: &Value) -> Option<i64> {
    match code {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_i64(),
    }
}

fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

impl fmt::Display for ApiError {
    /// The message and what is added to it, sanitised, at most 512 characters.
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
