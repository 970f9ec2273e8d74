//! The oracle for the model's verdicts on a body. It reads the body with its own code.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::raw::entries;

/// How deep lists and replies are searched.
const DEEPEST: u32 = 128;

type Object<'b> = HashMap<Cow<'b, str>, &'b RawValue>;

/// The content of a body besides a reply, also inside `reply` and lists.
#[derive(Debug, Default)]
pub(crate) struct ExpectedFindings {
    /// Whether the body names an action.
    pub(crate) action: bool,
    /// Whether the body is not readable, and may name an action.
    pub(crate) unread_action: bool,
    /// The codes of the error objects. `None` for an error without a readable code.
    pub(crate) errors: Vec<Option<i64>>,
    /// Whether the body has none of the shapes of the tenant's own answers.
    is_foreign: bool,
    /// Whether the body may have more content than can be read.
    pub(crate) is_unread: bool,
}

impl ExpectedFindings {
    /// Reads a body. `is_cut` says whether the body is incomplete.
    pub(crate) fn by(body: &[u8], is_cut: bool) -> Self {
        let mut said = Self { is_unread: is_cut, ..Self::default() };
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let text = String::from_utf8_lossy(body);
        let names_action = text.split("\"action_id\"").skip(1).any(|rest| {
            let value = trim_ascii_start(rest).strip_prefix(':').map(trim_ascii_start);
            value.is_some_and(|value| !value.starts_with("null") && !value.starts_with("\"\""))
        });
        let document =
            serde_json::from_slice::<&RawValue>(body).ok().filter(|raw| has_readable_keys(raw.get()));
        if let Some(document) = document {
            said.look(document, 0);
            if let Ok(object) = serde_json::from_str::<Object<'_>>(document.get()) {
                said.look_in_data(&object);
            }
            said.action |= names_action;
            let is_own = has_key_of_the_tenant(document.get());
            said.is_foreign = !said.action && said.errors.is_empty() && !is_own;
        } else {
            let is_document = trim_ascii_start(&text).starts_with(['{', '[']);
            said.is_unread |= is_document;
            said.unread_action = names_action || (is_document && text.contains("action_id"));
            let has_key = ["\"reply\"", "\"err_code\"", "\"err_msg\""].iter().any(|key| text.contains(key));
            let may_be_own = is_document && (is_cut || has_key);
            let is_own = said.unread_action || may_be_own || is_page_of_its_server(body);
            said.is_foreign = !is_own && !body.trim_ascii().is_empty();
        }
        said
    }

    /// Whether the status of a refusal proves nothing, because another server may have sent the page.
    pub(crate) fn leaves_open(&self, status: u16) -> bool {
        self.is_foreign && matches!(status, 400..500) && !matches!(status, 404 | 405 | 408 | 429)
    }

    /// Whether the body is a page of another server, and the status says that the address does not exist.
    pub(crate) fn is_lost(&self, status: u16) -> bool {
        self.is_foreign && matches!(status, 404 | 405)
    }

    fn look_in_data(&mut self, object: &Object<'_>) {
        let Some(data) =
            object.get("data").and_then(|data| serde_json::from_str::<Object<'_>>(data.get()).ok())
        else {
            return;
        };
        let metadata =
            data.get("metadata").and_then(|raw| serde_json::from_str::<Object<'_>>(raw.get()).ok());
        let mut error = metadata.unwrap_or_default();
        let says = |raw: &RawValue| !matches!(raw.get(), "null" | "0" | r#""""#);
        if data.get("err_code").is_some_and(|raw| says(raw)) {
            self.take(&error);
        }
        self.take_action(&error);
        error.extend(data.into_iter().filter(|(_, raw)| says(raw)));
        self.take(&error);
    }

    fn look(&mut self, raw: &RawValue, depth: u32) {
        if depth > DEEPEST {
            self.is_unread = true;
        } else if let Ok(object) = serde_json::from_str::<Object<'_>>(raw.get()) {
            self.take(&object);
            let entries = entries(raw.get()).unwrap_or_default();
            let replies = entries.iter().filter(|(key, _)| key == "reply");
            replies.for_each(|(_, reply)| self.look(reply, depth + 1));
        } else if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
            items.iter().for_each(|item| self.look(item, depth + 1));
        }
    }

    fn take_action(&mut self, object: &Object<'_>) {
        let names = |raw: &&RawValue| !matches!(raw.get(), "null" | r#""""#);
        self.action |= object.get("action_id").is_some_and(names);
    }

    fn take(&mut self, object: &Object<'_>) {
        self.take_action(object);
        let says = |key| object.get(key).is_some_and(|raw| !matches!(raw.get(), "null" | "0" | r#""""#));
        if says("err_code") || says("err_msg") {
            self.errors.push(object.get("err_code").and_then(|raw| code_of(raw)));
        }
    }
}

fn is_page_of_its_server(body: &[u8]) -> bool {
    body.trim_ascii_end().ends_with(b"(generated by waitress)")
}

/// Removes leading white space: that of JSON, and form feeds.
fn trim_ascii_start(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_ascii_whitespace())
}

/// Whether the keys of every searched object can be read. The text is JSON.
fn has_readable_keys(raw: &str) -> bool {
    if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw) {
        return items.iter().all(|item| has_readable_keys(item.get()));
    }
    if !raw.starts_with('{') {
        return true;
    }
    let Some(entries) = entries(raw) else { return false };
    let inside = entries.iter().filter(|(key, _)| matches!(&**key, "reply" | "data" | "metadata"));
    inside.into_iter().all(|(_, value)| has_readable_keys(value.get()))
}

fn has_key_of_the_tenant(raw: &str) -> bool {
    if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw) {
        return items.iter().any(|item| has_key_of_the_tenant(item.get()));
    }
    let has = |raw: &str, keys: &[&str]| {
        let entries = entries(raw).unwrap_or_default();
        entries.iter().any(|(key, _)| keys.contains(&&**key))
    };
    let inside = |raw: &str, name: &str| {
        let entries = entries(raw).unwrap_or_default();
        let values: Vec<_> =
            entries.iter().filter(|(key, _)| key == name).map(|(_, raw)| raw.get().to_owned()).collect();
        values
    };
    has(raw, &["reply", "err_code", "err_msg"])
        || inside(raw, "data").iter().any(|data| {
            has(data, &["err_msg"])
                || inside(data, "metadata").iter().any(|metadata| has(metadata, &["err_code"]))
        })
}

/// Reads an error code in any notation.
fn code_of(raw: &RawValue) -> Option<i64> {
    let code: f64 = serde_json::from_str(raw.get().trim_matches('"').trim()).ok()?;
    (code.fract() == 0.0).then_some(code as i64)
}

/// Whether the body has words that make a 500 a refusal.
pub(crate) fn is_known_refusal(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    let known = [
        // Escapes can hide words from this search. The model decodes them.
        "\\",
        "no endpoint was found",
        "create group action id for",
        "no suitable agents",
        "param is missing",
        "missing required param",
        "unsupported operator",
        "feature not supported",
    ];
    known.iter().any(|words| text.contains(words))
}
