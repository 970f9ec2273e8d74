//! Reads JSON objects without losing repeated keys. Does not read the values.

use serde_json::value::RawValue;

pub(crate) type Entries<'t> = Vec<(String, &'t RawValue)>;

/// Returns the entries of an object in their order. Returns `None` if the text is not an object, or if a key cannot be
/// read. The text must be valid JSON.
pub(crate) fn entries(object: &str) -> Option<Entries<'_>> {
    let mut rest = object.strip_prefix('{')?.trim_start();
    let mut entries = Vec::new();
    while !rest.starts_with('}') {
        let key = serde_json::from_str(next(&mut rest)?.get()).ok()?;
        rest = rest.strip_prefix(':')?;
        entries.push((key, next(&mut rest)?));
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Some(entries)
}

/// Removes the first value from the text and returns it.
fn next<'t>(rest: &mut &'t str) -> Option<&'t RawValue> {
    let mut values = serde_json::Deserializer::from_str(rest).into_iter();
    let value = values.next()?.ok()?;
    *rest = rest[values.byte_offset()..].trim_start();
    Some(value)
}
