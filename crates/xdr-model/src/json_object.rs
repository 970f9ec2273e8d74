//! Objects of JSON whose values are still unread, and which of them tell of an error.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::value::RawValue;

/// An object whose values are still unread; of a repeated key the last one counts.
pub(crate) type Object<'a> = HashMap<Cow<'a, str>, &'a RawValue>;

/// Whether an object is that of an error.
pub(crate) fn is_error(object: &Object<'_>) -> bool {
    ["err_code", "err_msg"].iter().any(|key| object.get(*key).is_some_and(|raw| says_something(raw.get())))
}

/// Whether the `data` around a reply is the error of a newer call.
pub(crate) fn is_error_in_data(data: &RawValue) -> bool {
    let object = |raw: &&RawValue| serde_json::from_str::<Object<'_>>(raw.get()).is_ok_and(|o| is_error(&o));
    let inside: Option<Object<'_>> = serde_json::from_str(data.get()).ok();
    inside.is_some_and(|data| is_error(&data) || data.get("metadata").is_some_and(object))
}

/// Whether the raw value of an error's key says that there is an error: null, 0 and an empty text do not.
pub(crate) fn says_something(raw: &str) -> bool {
    !matches!(raw, "null" | "0" | "\"\"")
}
