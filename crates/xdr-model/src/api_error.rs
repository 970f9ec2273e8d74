//! The error objects of the API, in every shape they have been met in.

use std::fmt;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::digits::text_or_integer;
use crate::ids::ActionId;
use crate::redact::Secrets;
use crate::reply::Object;
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
    /// The message as it came, not sanitised: text, or an object written as JSON. At most 64 KiB of it are kept.
    pub err_msg: Option<String>,
    /// Further information: null, text, an object or a list.
    pub err_extra: Value,
}

/// All that a body says besides a reply.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// The error objects; in a list they need not agree.
    pub(crate) errors: Vec<ApiError>,
    /// The action that is named, wherever it stands: it may run for all that errors say.
    pub(crate) action: Option<ActionId>,
    /// Whether an action seems to be named by what cannot be read.
    pub(crate) unread_action: bool,
}

impl Said {
    pub(crate) fn in_body(body: &[u8]) -> Self {
        let document = if body.len() > MOST_SEARCHED { None } else { serde_json::from_slice(body).ok() };
        let Some(document) = document else {
            return Self { unread_action: seems_to_name_an_action(body), ..Self::default() };
        };
        let (mut said, raw) = (Self::default(), serde_json::from_slice(body).ok());
        ApiError::collect(document, &mut said.errors);
        said.action = raw.and_then(|raw| named_action(raw, &mut said.unread_action));
        said
    }
}

/// A larger body is not searched for an error object: no tenant explains itself at such length.
const MOST_SEARCHED: usize = 1 << 20;
const ACTION_ID: &str = "action_id";

/// Whether a body that cannot be read, for example because it was cut, begins like a document and has the key somewhere.
fn seems_to_name_an_action(body: &[u8]) -> bool {
    let is_document = matches!(body.trim_ascii_start().first(), Some(b'{' | b'['));
    is_document && body.windows(ACTION_ID.len()).any(|word| word == ACTION_ID.as_bytes())
}

impl ApiError {
    /// The first error object in a body, if there is one.
    pub(crate) fn find(body: &[u8]) -> Option<Self> {
        Said::in_body(body).errors.into_iter().next()
    }

    /// The same without what must not be shown, each text cut at 64 KiB.
    pub(crate) fn redacted(mut self, secrets: &Secrets) -> Self {
        self.err_msg = self.err_msg.map(|text| secrets.redact(&text));
        let extra = text_of(self.err_extra.clone());
        let shown = secrets.redact(&extra);
        if shown != extra {
            self.err_extra = Value::String(shown);
        }
        self
    }

    /// Looks through `reply` and through lists, as deep as the JSON reader goes.
    fn collect(value: Value, errors: &mut Vec<Self>) {
        match value {
            Value::Object(mut object) => {
                errors.extend(Self::from_object(&mut object));
                if let Some(reply) = object.remove("reply") {
                    Self::collect(reply, errors);
                }
            }
            Value::Array(items) => items.into_iter().for_each(|item| Self::collect(item, errors)),
            _ => {}
        }
    }

    fn from_object(object: &mut Map<String, Value>) -> Option<Self> {
        let take = |object: &mut Map<String, Value>, key| object.remove(key).filter(says_something);
        let (code, message) = (take(object, "err_code"), take(object, "err_msg"));
        if code.is_none() && message.is_none() {
            return None;
        }
        Some(Self {
            err_code: code.as_ref().and_then(code_of),
            err_msg: message.map(text_of),
            err_extra: object.remove("err_extra").unwrap_or_default(),
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

/// Null, an empty message and the code 0 say that there is no error.
fn says_something(value: &Value) -> bool {
    !(value.is_null() || value == "" || value == 0)
}

/// The first readable action id in a document, through `reply` and lists; read from the raw digits, like that of a
/// reply. An id that is no id at all is `unread`.
fn named_action(value: &RawValue, unread: &mut bool) -> Option<ActionId> {
    if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(value.get()) {
        return items.into_iter().find_map(|item| named_action(item, unread));
    }
    let object: Object<'_> = serde_json::from_str(value.get()).ok()?;
    let id = object.get(ACTION_ID).filter(|id| !matches!(id.get(), "null" | "\"\""));
    let read = id.and_then(|id| text_or_integer(id)).and_then(ActionId::from_text);
    *unread |= id.is_some() && read.is_none();
    read.or_else(|| named_action(object.get("reply")?, unread))
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
