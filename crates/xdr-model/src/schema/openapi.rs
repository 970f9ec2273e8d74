//! The OpenAPI document. It is composed from the schemas of the files, so that each shape is defined only once.

use serde_json::{Map, Value, json};

use super::order;
use super::root::{Document, Root};
use crate::registry::OperationInfo;
use crate::replay::Replay;

mod answers;
mod security;

/// The keys that only the root of a file has, and not a schema inside another document.
const OF_FILES: &[&str] = &["$schema", "$id", "title", "examples", "$defs"];

/// One path for each operation. Their descriptions come from the registry and the schemas.
pub(super) fn document(operations: &[OperationInfo], roots: &[Root]) -> Document {
    let document = json!({
        "openapi": "3.1.0",
        "info": info(),
        "servers": [{
            "url": "https://api-{fqdn}",
            "description": "The API of a tenant.",
            "variables": {"fqdn": {
                "default": "tenant.xdr.us.paloaltonetworks.com",
                "description": "The tenant's host name without the leading api-, such as \
                    tenant.xdr.eu.paloaltonetworks.com.",
            }},
        }],
        "security": security::requirements(),
        "tags": tags(operations),
        "paths": operations
            .iter()
            .map(|info| (info.path.to_owned(), json!({"post": operation(info, roots)})))
            .collect::<Map<_, _>>(),
        "components": {"schemas": schemas(roots), "securitySchemes": security::schemes()},
    });
    Document { file_name: "openapi.json".into(), text: order::text(&document) }
}

fn info() -> Value {
    json!({
        "title": "Scan operations of the Cortex XDR public API",
        "version": "1",
        "description": "Unofficial: not affiliated with Palo Alto Networks. A tenant accepts at most 10 requests a \
            second, over all of its APIs. A redirect means that the host is wrong. Never follow it with credentials. \
            A completed scan was carried out; this does not mean that it found nothing.",
        "contact": {"name": "The xdr project"},
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    })
}

/// The tag of an operation: the second last segment of the path, which says what a call is about.
fn tag(info: &OperationInfo) -> &str {
    info.path.rsplit('/').nth(1).unwrap_or_default()
}

fn tags(operations: &[OperationInfo]) -> Vec<Value> {
    let mut names: Vec<_> = operations.iter().map(tag).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| json!({"name": name, "description": format!("The calls below /public_api/v1/{name}.")}))
        .collect()
}

fn operation(info: &OperationInfo, roots: &[Root]) -> Value {
    let of = |schema: &str| roots.iter().find(|root| root.name == schema).map(content).unwrap_or_default();
    let advice = match info.replay {
        Replay::Safe => "It only reads, so it may be sent again.",
        Replay::Unsafe => {
            "It acts on real machines and is not idempotent. Send it again only if it is certain that the first \
             request was not carried out."
        }
    };
    json!({
        "operationId": info.name,
        "summary": summary(info.name),
        "description": format!("{} {advice}", description(info, roots)),
        "tags": [tag(info)],
        "requestBody": {"description": "The request.", "required": true, "content": of(&info.request_schema())},
        "responses": answers::all(&of(&info.reply_schema()), info.replay, roots),
    })
}

fn summary(name: &str) -> String {
    let words = name.replace('_', " ");
    words[..1].to_ascii_uppercase() + &words[1..]
}

/// The description of the schema in `request_data`.
fn description(info: &OperationInfo, roots: &[Root]) -> String {
    let name = info.request_schema();
    let schema = roots.iter().find(|root| root.name == name).map(|root| &root.schema);
    let inside = schema.and_then(|schema| {
        let reference = schema.pointer("/properties/request_data/$ref")?.as_str()?;
        schema.pointer(reference.strip_prefix('#')?)?.get("description")?.as_str()
    });
    inside.unwrap_or_default().to_owned()
}

/// A body of this schema, with the schema's examples.
fn content(root: &Root) -> Value {
    let examples = root.schema["examples"].as_array().into_iter().flatten().enumerate();
    let examples: Map<_, _> =
        examples.map(|(i, example)| (format!("example{}", i + 1), json!({"value": example}))).collect();
    json!({"application/json": {"schema": reference(&root.title), "examples": examples}})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The roots by their titles, and the definitions of all of them. A name has the same meaning in every file.
fn schemas(roots: &[Root]) -> Map<String, Value> {
    let mut schemas = Map::new();
    for root in roots {
        let definitions = root.schema["$defs"].as_object().cloned().unwrap_or_default();
        schemas.extend(definitions);
        let mut schema = root.schema.clone();
        if let Some(schema) = schema.as_object_mut() {
            schema.retain(|key, _| !OF_FILES.contains(&key.as_str()));
        }
        schemas.insert(root.title.clone(), schema);
    }
    discriminate(&mut schemas, "Filter", "field");
    discriminate(&mut schemas, "EndpointFilter", "field");
    schemas.values_mut().for_each(refer_to_components);
    schemas
}

/// Names the property that decides a choice, so that generated code tries only one branch.
fn discriminate(schemas: &mut Map<String, Value>, choice: &str, property: &str) {
    let choices = schemas[choice]["oneOf"].as_array().cloned().unwrap_or_default();
    let names = choices.iter().filter_map(|choice| choice["$ref"].as_str()?.strip_prefix("#/$defs/"));
    let mapping: Map<_, _> = names
        .filter_map(|name| {
            let word = schemas[name]["properties"][property]["const"].as_str()?.to_owned();
            Some((word, format!("#/components/schemas/{name}").into()))
        })
        .collect();
    schemas[choice]["discriminator"] = json!({"propertyName": property, "mapping": mapping});
}

fn refer_to_components(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get_mut("$ref") {
                *reference = reference.replace("#/$defs/", "#/components/schemas/");
            }
            object.values_mut().for_each(refer_to_components);
        }
        Value::Array(items) => items.iter_mut().for_each(refer_to_components),
        _ => {}
    }
}
