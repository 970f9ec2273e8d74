//! The shapes of a page of endpoints and of its request in JSON Schema.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::sort::{FIELD, KEYWORD};
use super::words::{EndpointConnection, EndpointIsolation, EndpointPlatform, EndpointScanStatus};
use super::{FROM, GetEndpoints, TO};
use crate::filter::{ConnectionStatus, EndpointFilter};

/// The second page of some endpoints.
pub(super) fn request() -> GetEndpoints {
    GetEndpoints::matching([EndpointFilter::connection([ConnectionStatus::Connected])]).with_range(100..200)
}

/// A place among all endpoints that match.
pub(super) fn search_from(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "integer", "minimum": FROM.0.start(), "maximum": FROM.0.end()})
}

/// A place after `search_from`. No schema can say how far after it.
pub(super) fn search_to(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "integer", "minimum": TO.0.start(), "maximum": TO.0.end()})
}

/// The only order.
pub(super) fn sort(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "properties": {
            "field": {"description": "The field that the endpoints are sorted by.", "type": "string", "const": FIELD},
            "keyword": {"description": "Ascending.", "type": "string", "const": KEYWORD},
        },
        "required": ["field", "keyword"],
        "additionalProperties": false,
    })
}

/// An id that comes from a tenant.
pub(super) fn id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [{"type": "string", "minLength": 1}, {"type": "integer"}]})
}

/// A text, or null. An empty text means that the tenant does not report it.
#[derive(JsonSchema)]
#[schemars(schema_with = "text")]
pub(super) struct ReportedText;

fn text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [{"type": "string"}, {"type": "null"}]})
}

/// A list of texts, one text, or null.
#[derive(JsonSchema)]
#[schemars(schema_with = "texts")]
pub(super) struct ReportedTexts;

fn texts(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}, {"type": "null"}]})
}

/// Milliseconds since the Unix epoch, or null.
#[derive(JsonSchema)]
#[schemars(schema_with = "crate::shape::count")]
pub(super) struct ReportedTime;

macro_rules! words {
    ($($name:ident: $type:ty,)+) => {
        $(
            /// One of the words, or another word: the server may send a new one.
            pub(super) fn $name(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"anyOf": [
                    {"type": "string", "enum": <$type>::WORDS}, {"type": "string"}, {"type": "null"},
                ]})
            }
        )+
    };
}

words! {
    connection: EndpointConnection,
    platform: EndpointPlatform,
    isolation: EndpointIsolation,
    scan_status: EndpointScanStatus,
}

/// An endpoint as tenants show it.
pub(super) fn endpoint() -> Value {
    json!({
        "endpoint_id": "9f2c4b1e0d7a4c55a1b2c3d4e5f60718",
        "endpoint_name": "web-1",
        "endpoint_status": "CONNECTED",
        "os_type": "AGENT_OS_WINDOWS",
        "ip": ["10.0.0.7"],
        "users": ["jo"],
        "domain": "WORKGROUP",
        "alias": "",
        "group_name": [],
        "is_isolated": "AGENT_UNISOLATED",
        "scan_status": "SCAN_STATUS_NONE",
        "first_seen": 1_606_218_761_377_u64,
        "last_seen": 1_760_000_000_000_u64,
    })
}
