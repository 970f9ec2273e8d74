//! Writes a schema with its keys in one order.
//!
//! The order of a `serde_json` map depends on a feature that any crate of the program can enable. The files must not
//! depend on it.

use serde::Serialize;
use serde::ser::Serializer;
use serde_json::Value;

/// The order of the keywords. The keywords that a reader looks for come first, and the long ones come last. Other keys
/// are the names of properties and definitions. They are in alphabetical order.
#[rustfmt::skip]
const ORDER: &[&str] = &[
    "openapi", "info", "servers", "security", "tags", "paths", "components",
    "operationId", "summary", "$schema", "$id", "title", "description", "$ref", "type", "const", "enum", "oneOf", "anyOf",
    "properties", "required", "additionalProperties", "items", "minItems", "minLength", "minimum", "maximum",
    "pattern", "not", "examples", "$defs",
    "requestBody", "responses",
];

/// `schema` as text, with an indent of two spaces and a line break at the end.
pub(super) fn text(schema: &Value) -> String {
    // Writing fails only if the value fails to serialise, which this value cannot.
    let mut text = in_ascii(&serde_json::to_string_pretty(&Ordered(schema)).unwrap_or_default());
    text.push('\n');
    text
}

/// JSON text with escapes in place of all other characters, because patterns hold invisible characters.
fn in_ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            c if c.is_ascii() => text.push(c),
            c => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    text
}

struct Ordered<'a>(&'a Value);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(object) => {
                let mut entries: Vec<_> = object.iter().map(|(key, value)| (key, Ordered(value))).collect();
                entries.sort_by_key(|(key, _)| (rank(key), *key));
                serializer.collect_map(entries)
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Ordered)),
            scalar => scalar.serialize(serializer),
        }
    }
}

fn rank(key: &str) -> usize {
    ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::text;

    #[test]
    fn the_order_is_that_of_a_reader() {
        let schema = json!({
            "$defs": {}, "required": [], "type": "object", "examples": [], "properties": {"b": {}, "a": {}}, "$id": "",
        });
        let text = text(&schema);
        let keys: Vec<_> = text.lines().filter_map(|line| line.trim().split('"').nth(1)).collect();
        assert_eq!(keys, ["$id", "type", "properties", "a", "b", "required", "examples", "$defs"]);
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn what_is_not_ascii_is_escaped() {
        let schema = json!({"pattern": "[\u{feff}\u{1f4a5}\\x7f]"});
        let written = text(&schema);
        assert_eq!(written, "{\n  \"pattern\": \"[\\ufeff\\ud83d\\udca5\\\\x7f]\"\n}\n");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), schema);
    }
}
