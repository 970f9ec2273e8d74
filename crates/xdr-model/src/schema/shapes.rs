//! What the derive macro cannot say: choices, and the rules of texts and numbers.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;

use super::ip;
use crate::filter::Filter;
use crate::operation::EndpointActionStatus;

/// Every endpoint of the tenant.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "a shape, never a value")]
pub(crate) enum AllEndpoints {
    /// A named enum of one word: a generator of code rejects every list when it is a constant in the choice.
    All,
}

/// The field is one of the values.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "a shape, never a value")]
pub(crate) enum InOperator {
    /// One of.
    In,
}

/// The field is at (`gte`) or after, or at or before (`lte`), the moment.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "a shape, never a value")]
pub(crate) enum TimestampOperator {
    /// At or after.
    Gte,
    /// At or before.
    Lte,
}

/// The shape of [`Filters`](crate::Filters).
pub(crate) fn filters(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "oneOf": [
            generator.subschema_for::<AllEndpoints>(),
            {"type": "array", "items": generator.subschema_for::<Filter>(), "minItems": 1},
        ],
    })
}

/// The shape of [`Filter`]: a choice of one closed object a field, each with a name of its own.
pub(crate) fn filter(generator: &mut SchemaGenerator) -> Schema {
    let mut choices = Vec::new();
    for (field, variant, description, mut condition) in Filter::table(generator) {
        condition.operator.insert("description".into(), "How the field is compared.".into());
        condition.value.insert("description".into(), "What the field is compared with.".into());
        let filter = json_schema!({
            "description": description,
            "type": "object",
            "properties": {
                "field": {"description": "The field that is compared.", "type": "string", "const": field},
                "operator": condition.operator,
                "value": condition.value,
            },
            "required": ["field", "operator", "value"],
            "additionalProperties": false,
        });
        // The suffix keeps the filter apart from the values of the same name, such as platforms.
        let name = format!("{variant}Filter");
        choices.push(json_schema!({"$ref": format!("#/$defs/{name}")}));
        generator.definitions_mut().insert(name, filter.into());
    }
    json_schema!({"oneOf": choices})
}

/// The shape of [`IpAddress`](crate::IpAddress).
pub(crate) fn ip_address(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "pattern": ip::pattern(), "not": {"pattern": ip::FOREIGN}})
}

/// A name or an id that a request supplies. It is not empty, holds no control character, no line break and no
/// invisible character, and neither begins nor ends with white space.
#[derive(JsonSchema)]
#[schemars(schema_with = "text")]
pub(crate) struct Text;

/// Two keywords for one rule: with both of them every validator and every generated model that was tried gives the
/// same verdict. The characters stand in the patterns as themselves, since not every language knows `\u` there.
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

/// The shape of [`ActionId`](crate::ActionId) in requests: a text that may be supplied and that is no formatted number.
pub(crate) fn supplied_action_id(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": crate::document::MAX_INTEGER},
            generator.subschema_for::<Text>(),
        ],
        "not": {"type": "string", "pattern": "^[0-9]+[.,'][0-9.,']*$|^[.,']+[0-9][0-9.,']*$"},
    })
}

/// The shape of [`ActionId`](crate::ActionId) in what is saved: the tenant may have named it.
pub(crate) fn saved_action_id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": crate::document::MAX_INTEGER},
            {"type": "string", "minLength": 1},
        ],
    })
}

/// An integer that every language reads exactly.
pub(crate) fn saved_count(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "integer", "minimum": 0, "maximum": crate::document::MAX_INTEGER})
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

/// The statuses of the endpoints, or null.
pub(crate) fn status_map(generator: &mut SchemaGenerator) -> Schema {
    let status = generator.subschema_for::<EndpointActionStatus>();
    json_schema!({"anyOf": [{"type": "object", "additionalProperties": status}, {"type": "null"}]})
}

/// The shape of [`EndpointActionStatus`]: the server may send a new word.
pub(crate) fn endpoint_action_status(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            {"type": "string", "enum": EndpointActionStatus::WORDS},
            {"type": "string"},
            {"type": "null"},
        ],
    })
}

/// Without `data` a status is empty only if it holds nothing but `errorReasons`.
///
/// The choice is written as a double negation: code generators turn a choice into another type, and ignore a negation.
pub(crate) fn empty_without_data(status: &mut Schema) {
    let named = json!({
        "type": "object",
        "properties": {"data": {"description": "The statuses, or null."}},
        "required": ["data"],
    });
    let empty = json!({
        "type": "object",
        "properties": {"errorReasons": {"description": "Reasons may come without statuses."}},
        "additionalProperties": false,
    });
    status.insert("not".into(), json!({"not": {"anyOf": [named, empty]}}));
}

/// Free-form reasons, or null.
pub(crate) fn error_reasons(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [{"type": "object"}, {"type": "null"}]})
}
