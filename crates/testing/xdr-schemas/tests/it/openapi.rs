//! The OpenAPI document agrees with the schemas.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use xdr_model::registry::OPERATIONS;
use xdr_model::{EndpointFilter, Filter, Replay};
use xdr_workspace::schemas;

use crate::{document, messages, validator};

fn openapi() -> Value {
    let text = fs::read_to_string(schemas().join("openapi.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A schema of the document, together with all other schemas.
fn component(openapi: &Value, schema: &Value) -> jsonschema::Validator {
    let mut schema = schema.clone();
    schema["components"] = openapi["components"].clone();
    validator(&schema)
}

fn post<'a>(openapi: &'a Value, path: &str) -> &'a Value {
    &openapi["paths"][path]["post"]
}

#[test]
fn every_operation_has_its_path_and_every_status() {
    let openapi = openapi();
    assert_eq!(openapi["paths"].as_object().unwrap().len(), OPERATIONS.len());
    for operation in OPERATIONS {
        let post = post(&openapi, operation.path);
        assert_eq!(post["operationId"], operation.name);
        let statuses: BTreeSet<_> =
            post["responses"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = BTreeSet::from(["200", "400", "401", "402", "403", "429", "500"]);
        if operation.replay == Replay::Unsafe {
            expected.insert("201");
        }
        assert_eq!(statuses, expected);
    }
}

#[test]
fn both_kinds_of_keys_are_offered_with_all_of_their_headers() {
    let openapi = openapi();
    let headers = |requirement: &Value| -> BTreeSet<String> {
        let schemes = requirement.as_object().unwrap().keys();
        schemes
            .map(|name| openapi["components"]["securitySchemes"][name]["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let kinds: Vec<_> = openapi["security"].as_array().unwrap().iter().map(headers).collect();
    let standard = ["Authorization", "x-xdr-auth-id"];
    let advanced = ["Authorization", "x-xdr-auth-id", "x-xdr-nonce", "x-xdr-timestamp"];
    assert_eq!(
        kinds,
        [BTreeSet::from(standard.map(String::from)), BTreeSet::from(advanced.map(String::from))]
    );
}

/// The document has the schemas of all messages, and no others, because saved documents are never sent. Only the places
/// of the schemas differ.
#[test]
fn the_schemas_are_those_of_the_messages() {
    let schemas = &openapi()["components"]["schemas"];
    let mut expected = BTreeSet::new();
    for name in messages() {
        let mut file: Value =
            serde_json::from_str(&document(&name).to_string().replace("#/$defs/", "#/components/schemas/"))
                .unwrap();
        let title = file["title"].as_str().unwrap().to_owned();
        let root = file.as_object_mut().unwrap();
        let definitions = root.remove("$defs").unwrap_or_default();
        for key in ["$schema", "$id", "title", "examples"] {
            assert!(root.remove(key).is_some(), "{name}: {key}");
        }
        for (name, definition) in definitions.as_object().unwrap().iter().chain([(&title, &file)]) {
            let mut here = schemas[name].clone();
            here.as_object_mut().unwrap().remove("discriminator");
            assert_eq!(here, *definition, "{name}");
            expected.insert(name.clone());
        }
    }
    let here: BTreeSet<_> = schemas.as_object().unwrap().keys().cloned().collect();
    assert_eq!(here, expected);
}

#[test]
fn the_discriminator_names_the_filter_of_every_field() {
    let schemas = &openapi()["components"]["schemas"];
    for (choice, known) in [("Filter", Filter::FIELDS), ("EndpointFilter", EndpointFilter::FIELDS)] {
        let mapping = schemas[choice]["discriminator"]["mapping"].as_object().unwrap();
        let fields: BTreeSet<_> = mapping.keys().map(String::as_str).collect();
        assert_eq!(fields, known.iter().copied().collect());
        for (field, reference) in mapping {
            let name = reference.as_str().unwrap().strip_prefix("#/components/schemas/").unwrap();
            assert_eq!(schemas[name]["properties"]["field"]["const"], json!(field));
        }
    }
}

#[test]
fn every_body_that_is_shown_is_valid_by_its_schema() {
    let openapi = openapi();
    let mut count = 0;
    for operation in OPERATIONS {
        let post = post(&openapi, operation.path);
        let bodies = post["responses"].as_object().unwrap().values().chain([&post["requestBody"]]);
        for content in bodies.flat_map(|body| body["content"].as_object().unwrap().values()) {
            let validator = component(&openapi, &content["schema"]);
            for example in content["examples"].as_object().unwrap().values() {
                assert!(validator.is_valid(&example["value"]), "{}: {example}", operation.name);
                count += 1;
            }
        }
    }
    assert!(count >= 10 * OPERATIONS.len(), "{count}");
}

#[test]
fn every_reference_finds_something() {
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
                object.values().for_each(|value| walk(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let openapi = openapi();
    let mut found = Vec::new();
    walk(&openapi, &mut found);
    assert!(found.len() > 20);
    for reference in found {
        assert!(openapi.pointer(&reference[1..]).is_some(), "{reference}");
    }
}
