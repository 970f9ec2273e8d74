//! The documents around the shapes: a request is `{"request_data": …}`, and a reply is `{"reply": …}`.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::root::{Root, pascal_case};
use crate::registry::OperationInfo;

/// The schema of a request. It is closed, so that a misspelt key cannot change the request unnoticed.
pub(super) fn request(info: &OperationInfo) -> Root {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let inside = Inside::generate(settings, info.request, "request_data");
    Root::new(
        info.request_schema(),
        format!("{}Request", pascal_case(info.name)),
        json!({
            "description": format!("The body of POST {}.", info.path),
            "type": "object",
            "properties": {"request_data": inside.described("The content of the request.")},
            "required": ["request_data"],
            "additionalProperties": false,
            "examples": inside.examples,
            "$defs": inside.definitions,
        }),
    )
}

/// The schema of a successful reply. It is open, because the tenant may add keys.
pub(super) fn reply(info: &OperationInfo) -> Root {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let mut inside = Inside::generate(settings, info.reply, "reply");
    // Newer calls of the API report an error in `data`, at the top level only.
    let mut properties = no_errors(&["err_code", "err_msg", "data"]);
    properties.insert("reply".into(), inside.described("The content of the reply."));
    if let Some(known) = inside.main().and_then(|main| main.get_mut("properties")?.as_object_mut()) {
        known.extend(no_errors(&["err_code", "err_msg"]));
    }
    Root::new(
        info.reply_schema(),
        format!("{}Response", pascal_case(info.name)),
        json!({
            "description": format!("The body of a successful reply to POST {}.", info.path),
            "type": "object",
            "properties": properties,
            "required": ["reply"],
            "examples": inside.examples,
            "$defs": inside.definitions,
        }),
    )
}

/// A document with one of these keys is an error, even with HTTP status 200.
fn no_errors(keys: &[&str]) -> Map<String, Value> {
    let none = json!({"description": "Absent or null. If it has a value, the document is an error.", "type": "null"});
    keys.iter().map(|key| ((*key).to_owned(), none.clone())).collect()
}

/// The content of an envelope.
struct Inside {
    /// A reference to the main definition, or the whole shape.
    shape: Value,
    definitions: Map<String, Value>,
    /// The examples of the main definition, each in its envelope.
    examples: Vec<Value>,
}

impl Inside {
    fn generate(settings: SchemaSettings, shape: fn(&mut SchemaGenerator) -> Schema, key: &str) -> Self {
        let mut generator = settings.into_generator();
        let shape = shape(&mut generator).into();
        let mut inside = Self { shape, definitions: generator.take_definitions(false), examples: Vec::new() };
        if let Some(Value::Array(examples)) = inside.main().and_then(|main| main.remove("examples")) {
            inside.examples = examples.into_iter().map(|example| json!({key: example})).collect();
        }
        inside
    }

    fn main(&mut self) -> Option<&mut Map<String, Value>> {
        let name = self.shape.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        self.definitions.get_mut(name)?.as_object_mut()
    }

    fn described(&self, description: &str) -> Value {
        let mut shape = self.shape.clone();
        shape["description"] = description.into();
        shape
    }
}
