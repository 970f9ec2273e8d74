//! Reading JSON requests by hand, with the place of a mistake.

use serde_json::{Map, Value};

use crate::wire::Refusal;

/// Reads a body as JSON if that needs at most this many bytes of memory.
pub(crate) fn json(body: &[u8], most_bytes: usize) -> Result<Value, Refusal> {
    if needed_bytes(body) > most_bytes {
        return Err(Refusal::too_large(format!("The JSON needs more than {most_bytes} bytes of memory")));
    }
    serde_json::from_slice(body).map_err(|error| Refusal::not_json(&error))
}

/// An upper estimate of the memory that the values of a document need, without its text.
///
/// A comma or a bracket stands for one value in a growing list, and a brace for a map, which has room for eleven.
/// Those inside of strings count too: the estimate is generous.
fn needed_bytes(body: &[u8]) -> usize {
    let of_byte = |byte: &u8| match byte {
        b',' | b'[' => 64,
        b'{' => 640,
        _ => 0,
    };
    body.iter().map(of_byte).sum()
}

/// The object `request_data` of a body; neither may have keys but the known ones.
pub(crate) fn request_data<'a>(body: &'a Value, known: &[&str]) -> Result<&'a Map<String, Value>, Refusal> {
    let body = object(body, &["request_data"], "")?;
    object(body.get("request_data").unwrap_or(&Value::Null), known, "/request_data")
}

/// An object without keys but the known ones; `at` is its JSON Pointer.
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

/// The text under a key of the object at `at`.
pub(crate) fn text<'a>(object: &'a Map<String, Value>, key: &str, at: &str) -> Result<&'a str, Refusal> {
    let text = object.get(key).and_then(Value::as_str);
    text.ok_or_else(|| Refusal::invalid(&format!("{at}/{key}"), "must be a string"))
}

/// A list of text with at least one element.
pub(crate) fn strings<'a>(value: &'a Value, at: &str) -> Result<Vec<&'a str>, Refusal> {
    let list = value.as_array().filter(|list| !list.is_empty());
    let strings = list.and_then(|list| list.iter().map(Value::as_str).collect());
    strings.ok_or_else(|| Refusal::invalid(at, "must be a non-empty array of strings"))
}
