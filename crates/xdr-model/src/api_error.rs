//! The error objects of the API, in every shape they have been met in.

use std::fmt;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::ids::ActionId;
use crate::json_integer::text_or_integer;
use crate::json_object::{self, Object};
use crate::redact::Secrets;
use crate::request_reader::integer;
use crate::text::{SERVER_TEXT, sanitise};

/// What the tenant says of an error.
///
/// The documentation shows a bare object of three texts. On the wire it is wrapped in `reply`, its code is an integer,
/// its message may be an object, it may stand in a list, and keys may be absent. Newer calls of the API answer
/// `{"data": {"err_msg": …, "metadata": {"err_code": …, "err_extra": …}}}`. All of these are read.
///
/// Source of the newer shape: PaloAltoNetworks/cortex-cloud-go, and `Error.elm` in vanhecke/celmex.
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
pub(crate) struct BodyFindings {
    /// The error objects; in a list they need not agree.
    pub(crate) errors: Vec<ApiError>,
    /// The action that is named, wherever it stands: it may run for all that errors say.
    pub(crate) action: Option<ActionId>,
    /// Whether an action seems to be named by what cannot be read.
    pub(crate) unread_action: bool,
    /// Whether it has none of the shapes of the tenant's own answers. An empty body has no shape.
    pub(crate) is_foreign: bool,
    /// Whether it may say more than could be read: it was cut, is too large, or begins like a document and is none.
    pub(crate) is_unread: bool,
}

impl BodyFindings {
    /// `is_whole`: whether the body was not cut on its way.
    pub(crate) fn in_body(body: &[u8], is_whole: bool) -> Self {
        let body = without_mark(body);
        let document = if body.len() > MOST_SEARCHED { None } else { serde_json::from_slice(body).ok() };
        let Some(mut document) = document else { return Self::in_unread(body, is_whole) };
        let mut findings = Self { is_unread: !is_whole, ..Self::default() };
        let raw = serde_json::from_slice(body).ok();
        let is_own = is_own_shape(&document);
        ApiError::take_from_data(&mut document, &mut findings.errors);
        ApiError::collect(document, &mut findings.errors);
        findings.action = raw.and_then(|raw| named_action_or_in_data(raw, &mut findings.unread_action));
        findings.unread_action |= findings.action.is_none() && has_key_of_an_action(body);
        findings.is_foreign =
            !is_own && findings.errors.is_empty() && findings.action.is_none() && !findings.unread_action;
        findings
    }

    /// A body that is no JSON, is cut, or is too large to be searched.
    fn in_unread(body: &[u8], is_whole: bool) -> Self {
        let is_document = is_document(body);
        let unread_action = has_key_of_an_action(body) || (is_document && contains(body, ACTION_ID));
        let may_be_own = is_document && (!is_whole || body.len() > MOST_SEARCHED || has_own_key(body));
        let is_own = unread_action || may_be_own || is_own_page(body) || body.trim_ascii().is_empty();
        let is_unread = is_document || !is_whole;
        Self { unread_action, is_foreign: !is_own, is_unread, ..Self::default() }
    }
}

/// Without the byte-order mark that some programs put before a text.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body)
}

fn contains(body: &[u8], words: &str) -> bool {
    body.windows(words.len()).any(|part| part == words.as_bytes())
}

/// Whether a text that cannot be read as JSON has a key that the tenant's own answers have.
fn has_own_key(body: &[u8]) -> bool {
    ["\"reply\"", "\"err_code\"", "\"err_msg\""].iter().any(|key| contains(body, key))
}

/// Whether the key of an action stands anywhere with a value, in whatever it stands. In a text of JSON its quotes would
/// have backslashes.
fn has_key_of_an_action(body: &[u8]) -> bool {
    const KEY: &[u8] = b"\"action_id\"";
    let after = |at: usize| body[at + KEY.len()..].trim_ascii_start().strip_prefix(b":");
    let names = |at: usize| {
        let value = after(at).map(<[u8]>::trim_ascii_start);
        value.is_some_and(|value| !value.starts_with(b"null") && !value.starts_with(b"\"\""))
    };
    (0..body.len().saturating_sub(KEY.len())).any(|at| body[at..].starts_with(KEY) && names(at))
}

/// Whether a document has a key that the tenant's own answers have.
fn is_own_shape(document: &Value) -> bool {
    match document {
        Value::Object(_) => ["/reply", "/err_code", "/err_msg", "/data/err_msg", "/data/metadata/err_code"]
            .iter()
            .any(|pointer| document.pointer(pointer).is_some()),
        Value::Array(items) => items.iter().any(is_own_shape),
        _ => false,
    }
}

/// The one page that the tenant's own server sends: its answer with status 500 to a request that fails before the API
/// reads it. Source: a body recorded from a tenant.
fn is_own_page(body: &[u8]) -> bool {
    const SERVER: &[u8] = b"(generated by waitress)";
    body.trim_ascii().ends_with(SERVER)
}

/// A larger body is not searched for an error object: no tenant explains itself at such length.
const MOST_SEARCHED: usize = 1 << 20;
const ACTION_ID: &str = "action_id";

/// Whether a body begins like a document of JSON.
pub(crate) fn is_document(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
}

impl ApiError {
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

    /// The shape of newer calls. Only at the top: inside of a reply, `data` holds the ids of endpoints. A code in both
    /// places is told twice, because the two need not agree.
    fn take_from_data(document: &mut Value, errors: &mut Vec<Self>) {
        let Some(Value::Object(mut data)) = document.get_mut("data").map(Value::take) else { return };
        let metadata = data.remove("metadata").unwrap_or_default();
        let mut object = if let Value::Object(metadata) = metadata { metadata } else { Map::new() };
        let other = data.get("err_code").filter(|code| says_something(code)).map(|_| object.clone());
        object.extend(data.into_iter().filter(|(_, value)| says_something(value)));
        errors.extend(Self::from_object(&mut object));
        errors.extend(other.and_then(|mut other| Self::from_object(&mut other)));
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
}

/// Whether the value of an error's key says that there is an error.
fn says_something(value: &Value) -> bool {
    json_object::says_something(&value.to_string())
}

/// The first readable action id in a document, through `reply` and lists; read from the raw digits, like that of a
/// reply. An id that is no id at all is `unread`.
fn named_action(value: &RawValue, unread: &mut bool) -> Option<ActionId> {
    if !value.get().starts_with(['{', '[']) {
        return None;
    }
    if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(value.get()) {
        return items.into_iter().find_map(|item| named_action(item, unread));
    }
    let object: Object<'_> = serde_json::from_str(value.get()).ok()?;
    let id = object.get(ACTION_ID).filter(|id| !matches!(id.get(), "null" | "\"\""));
    let read = id.and_then(|id| text_or_integer(id)).and_then(ActionId::named);
    *unread |= id.is_some() && read.is_none();
    read.or_else(|| named_action(object.get("reply")?, unread))
}

/// The same, also in the `data` at the top and its `metadata`.
fn named_action_or_in_data(value: &RawValue, unread: &mut bool) -> Option<ActionId> {
    named_action(value, unread).or_else(|| {
        let data = inside(value, "data")?;
        named_action(data, unread).or_else(|| named_action(inside(data, "metadata")?, unread))
    })
}

/// What stands in an object at this key.
fn inside<'r>(value: &'r RawValue, key: &str) -> Option<&'r RawValue> {
    serde_json::from_str::<Object<'r>>(value.get()).ok()?.remove(key)
}

/// An integer in any notation of JSON, or a text of one.
fn code_of(code: &Value) -> Option<i64> {
    let integer = |value: &Value| integer(value).and_then(|code| code.try_into().ok());
    match code {
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
