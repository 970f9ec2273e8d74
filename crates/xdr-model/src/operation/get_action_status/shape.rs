//! The shapes of an action's status in JSON Schema.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;

use crate::endpoints::EndpointActionStatus;

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

/// How an action stands on all of its endpoints.
///
/// A reply without `data` names no endpoint and may hold `errorReasons` only. With another key it is unreadable: the
/// statuses may stand directly in `reply`, and "no endpoint" would be wrong.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"data": {"e1": "COMPLETED_SUCCESSFULLY", "e2": "FAILED"}, "errorReasons": {"e2": {}}}),
    transform = empty_without_data,
)]
#[expect(dead_code, reason = "a shape, never a value")]
pub(crate) struct ActionStatus {
    /// The endpoints of the action in the order of the reply, each once. If the reply repeats an endpoint, a status
    /// that is not settled outweighs one that is; of two settled ones the worse counts. Empty when the tenant does
    /// not know the action: that is not success.
    #[schemars(rename = "data", default, schema_with = "status_map")]
    endpoints: (),
    /// Free-form reasons, for failures only and not for all of them.
    #[schemars(rename = "errorReasons", default, schema_with = "error_reasons")]
    error_reasons: (),
}
