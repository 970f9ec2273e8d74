//! JSON Schema shapes that the derive macro cannot express: choices, and the rules of texts and numbers.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

mod ip;

use crate::json_integer::MAX_INTEGER;

/// The field is one of the values.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "a shape, never a value")]
pub(crate) enum InOperator {
    /// One of.
    In,
}

/// The field is at or after the time (`gte`), or at or before it (`lte`).
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "a shape, never a value")]
pub(crate) enum TimestampOperator {
    /// At or after.
    Gte,
    /// At or before.
    Lte,
}

/// The shape of [`IpAddress`](crate::filter::IpAddress).
pub(crate) fn ip_address(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "pattern": ip::pattern(), "not": {"pattern": ip::FOREIGN}})
}

/// A name or an id that a request supplies. It is not empty. It holds no control character, no line break and no
/// invisible character. It does not begin or end with white space.
#[derive(JsonSchema)]
#[schemars(schema_with = "text")]
pub(crate) struct Text;

/// Two keywords express one rule. With both of them, every validator and every generated model that was tried accepts
/// the same texts. The patterns hold the characters themselves, because not every language supports `\u` in a
/// pattern.
fn text(_: &mut SchemaGenerator) -> Schema {
    const ANYWHERE: &str = "\\x00-\\x1f\\x7f-\\x9f\\xad\u{61c}\u{180e}\u{200b}\u{200e}-\u{200f}\u{2028}-\u{202e}\
                            \u{2060}-\u{206f}\u{feff}";
    const AT_THE_ENDS: &str = "\\x00-\\x20\\x7f-\\xa0\\xad\u{61c}\u{1680}\u{180e}\u{2000}-\u{200b}\u{200e}-\u{200f}\
                               \u{2028}-\u{202f}\u{205f}-\u{206f}\u{3000}\u{feff}";
    json_schema!({
        "type": "string",
        "minLength": 1,
        "pattern": format!("^[^{AT_THE_ENDS}]([^{ANYWHERE}]*[^{AT_THE_ENDS}])?$"),
        "not": {"pattern": format!("[{ANYWHERE}]")},
    })
}

/// The shape of [`ActionId`](crate::ActionId) in replies.
pub(crate) fn action_id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [{"type": "integer"}, {"type": "string", "minLength": 1}]})
}

/// The shape of [`ActionId`](crate::ActionId) in requests: a text that may be supplied and that is no formatted
/// number.
pub(crate) fn supplied_action_id(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
            generator.subschema_for::<Text>(),
        ],
        "not": {"type": "string", "pattern": "^[0-9]+[.,'][0-9.,']*$|^[.,']+[0-9][0-9.,']*$"},
    })
}

/// The shape of [`ActionId`](crate::ActionId) in saved documents, where the tenant may have chosen the id.
pub(crate) fn saved_action_id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
            {"type": "string", "minLength": 1},
        ],
    })
}

/// An integer that every language reads exactly.
pub(crate) fn saved_count(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "integer", "minimum": 0, "maximum": MAX_INTEGER})
}

/// A number, its digits, or null.
pub(crate) fn count(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            {"type": "integer", "minimum": 0},
            {"type": "string", "pattern": "^[0-9]+$"},
            {"type": "null"},
        ],
    })
}

/// A text, an integer, or null.
pub(crate) fn text_or_integer(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]})
}
