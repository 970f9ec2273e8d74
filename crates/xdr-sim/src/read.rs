//! Reads JSON requests by hand, to report the position of a mistake.

use serde_json::{Map, Value};

use crate::wire::Refusal;

/// Parses a body as JSON, unless this needs more than `most_bytes` bytes of memory.
pub(crate) fn json(body: &[u8], most_bytes: usize) -> Result<Value, Refusal> {
    if needed_bytes(body) > most_bytes {
        return Err(Refusal::too_large(format!("The JSON needs more than {most_bytes} bytes of memory")));
    }
    serde_json::from_slice(body).map_err(|error| Refusal::not_json(&error))
}

/// An upper bound for the memory that the values of a document need, without its text.
///
/// Each comma or bracket counts as one value in a growing list. Each brace counts as a map, which has room for eleven
/// entries. Characters inside strings count too, so the estimate is generous.
fn needed_bytes(body: &[u8]) -> usize {
    let of_byte = |byte: &u8| match byte {
        b',' | b'[' => 64,
        b'{' => 640,
        _ => 0,
    };
    body.iter().map(of_byte).sum()
}

/// The object `request_data` of a body. Unknown keys are refused in both objects.
pub(crate) fn request_data<'a>(body: &'a Value, known: &[&str]) -> Result<&'a Map<String, Value>, Refusal> {
    let body = object(body, &["request_data"], "")?;
    object(body.get("request_data").unwrap_or(&Value::Null), known, "/request_data")
}

/// An object without unknown keys. `at` is its JSON Pointer.
pub(crate) fn object<'a>(
    value: &'a Value,
    known: &[&str],
    at: &str,
) -> Result<&'a Map<String, Value>, Refusal> {
    let object = value.as_object().ok_or_else(|| Refusal::invalid(at, "must be an object"))?;
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(Refusal::invalid(at, format!("unknown key `{key}`"))),
        None => Ok(object),
    }
}

/// The string under a key of the object at `at`.
pub(crate) fn text<'a>(object: &'a Map<String, Value>, key: &str, at: &str) -> Result<&'a str, Refusal> {
    let text = object.get(key).and_then(Value::as_str);
    text.ok_or_else(|| Refusal::invalid(&format!("{at}/{key}"), "must be a string"))
}

/// A list of strings with at least one element.
pub(crate) fn strings<'a>(value: &'a Value, at: &str) -> Result<Vec<&'a str>, Refusal> {
    let list = value.as_array().filter(|list| !list.is_empty());
    let strings = list.and_then(|list| list.iter().map(Value::as_str).collect());
    strings.ok_or_else(|| Refusal::invalid(at, "must be a non-empty array of strings"))
}
