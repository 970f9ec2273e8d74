//! The schema of a single filter, for programs that store or edit filters outside a request.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::root::Root;
use crate::filter::Filter;

/// The definitions are the same as in the requests. The root is a filter.
pub(super) fn root() -> Root {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.subschema_for::<Filter>();
    let mut definitions = generator.take_definitions(false);
    let mut schema = definitions.remove("Filter").unwrap_or_else(|| json!({}));
    schema["examples"] = json!([
        {"field": "hostname", "operator": "in", "value": ["web-1", "web-2"]},
        {"field": "last_seen", "operator": "gte", "value": 1_760_000_000_000_u64},
    ]);
    schema["$defs"] = Value::Object(definitions);
    Root::new("filter", "Filter", schema)
}
