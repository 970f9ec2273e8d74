//! What a body says, read in another way than the model reads it: the oracle for its verdicts.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;

type Object<'b> = HashMap<Cow<'b, str>, &'b RawValue>;

/// What a body says besides a reply, through `reply` and lists.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Whether an action is named.
    pub(crate) action: bool,
    /// Whether it begins like a document, cannot be read as one, and has the key of an action.
    pub(crate) unread_action: bool,
    /// The codes of the error objects; `None` for one without a code that can be read.
    pub(crate) errors: Vec<Option<i64>>,
}

impl Said {
    pub(crate) fn by(body: &[u8]) -> Self {
        let mut said = Self::default();
        if let (Ok(_), Ok(document)) = (serde_json::from_slice::<Value>(body), serde_json::from_slice(body)) {
            said.look(document);
        } else {
            let text = String::from_utf8_lossy(body);
            said.unread_action = text.trim_start().starts_with(['{', '[']) && text.contains("action_id");
        }
        said
    }

    fn look(&mut self, raw: &RawValue) {
        if let Ok(object) = serde_json::from_str::<Object<'_>>(raw.get()) {
            self.take(&object);
            if let Some(reply) = object.get("reply") {
                self.look(reply);
            }
        } else if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
            items.iter().for_each(|item| self.look(item));
        }
    }

    fn take(&mut self, object: &Object<'_>) {
        let names = |raw: &&RawValue| !matches!(raw.get(), "null" | r#""""#);
        self.action |= object.get("action_id").is_some_and(names);
        let says = |key| object.get(key).is_some_and(|raw| !matches!(raw.get(), "null" | "0" | r#""""#));
        if says("err_code") || says("err_msg") {
            self.errors
                .push(object.get("err_code").and_then(|raw| raw.get().trim_matches('"').trim().parse().ok()));
        }
    }
}

/// Whether the words of the one 500 that is a refusal occur.
pub(crate) fn is_no_endpoint(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    // Escapes hide words from this reading, never from the model's.
    text.contains('\\')
        || text.contains("no endpoint was found")
        || text.contains("create group action id for")
}
