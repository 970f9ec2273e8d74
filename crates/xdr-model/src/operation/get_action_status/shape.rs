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

/// Without `data`, a status is valid only if it holds nothing except `errorReasons`.
///
/// The choice is written as a double negation, because code generators make another type of a choice, and ignore a
/// negation.
pub(crate) fn empty_without_data(status: &mut Schema) {
    let named = json!({
        "type": "object",
        "properties": {"data": {"description": "The statuses, or null."}},
        "required": ["data"],
    });
    let empty = json!({
        "type": "object",
        "properties": {"errorReasons": {"description": "A reply may hold reasons without statuses."}},
        "additionalProperties": false,
    });
    status.insert("not".into(), json!({"not": {"anyOf": [named, empty]}}));
}

/// Reasons of any form, or null.
pub(crate) fn error_reasons(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [{"type": "object"}, {"type": "null"}]})
}

/// The status of an action on each of its endpoints.
///
/// A reply without `data` names no endpoint, and may hold only `errorReasons`. With another key it is unreadable: the
/// statuses may be directly in `reply`, and "no endpoint" would be wrong.
#[derive(JsonSchema)]
#[schemars(
    example = json!({"data": {"e1": "COMPLETED_SUCCESSFULLY", "e2": "FAILED"}, "errorReasons": {"e2": {}}}),
    transform = empty_without_data,
)]
#[expect(dead_code, reason = "a shape, never a value")]
pub(crate) struct ActionStatus {
    /// The endpoints of the action in the order of the reply, each once. If the reply repeats an endpoint, an unsettled
    /// status outweighs a settled one, and the worse of two settled statuses counts. Empty if the tenant does not know
    /// the action, which is not a success.
    #[schemars(rename = "data", default, schema_with = "status_map")]
    endpoints: (),
    /// The reasons, of any form. Only failures have a reason, and not all of them.
    #[schemars(rename = "errorReasons", default, schema_with = "error_reasons")]
    error_reasons: (),
}
