//! The shapes of an action's status in JSON Schema.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::json;

use super::EndpointActionStatus;

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
