//! The shape of the schema files. `crates/testing/xdr-schemas` has a validator, and compares the schemas with the
//! rules.

use serde_json::{Map, Value};
use xdr_model::registry::OPERATIONS;
use xdr_model::schema::{Document, documents, files};

/// The keywords with the same meaning in every draft since 7 and in every tested validator.
#[rustfmt::skip]
const PERMITTED: &[&str] = &[
    "$ref", "description", "type", "enum", "const", "properties", "required", "additionalProperties", "items",
    "minItems", "minLength", "minimum", "maximum", "pattern", "not", "oneOf", "anyOf",
];
const PERMITTED_ON_ROOTS: &[&str] = &["$schema", "$id", "title", "examples", "$defs"];

fn parsed() -> Vec<(String, Value)> {
    let parse = |document: Document| (document.file_name, serde_json::from_str(&document.text).unwrap());
    documents().into_iter().map(parse).collect()
}

/// Every schema of a document with its JSON Pointer, the root first.
fn schemas<'a>(pointer: &str, schema: &'a Value) -> Vec<(String, &'a Map<String, Value>)> {
    let Some(object) = schema.as_object() else { return Vec::new() };
    let mut found = vec![(pointer.to_owned(), object)];
    for (key, value) in object {
        let at = format!("{pointer}/{key}");
        match (key.as_str(), value) {
            ("properties" | "$defs", Value::Object(inside)) => {
                found.extend(
                    inside.iter().flat_map(|(name, schema)| schemas(&format!("{at}/{name}"), schema)),
                );
            }
            ("oneOf" | "anyOf", Value::Array(choices)) => {
                let choices = choices.iter().enumerate();
                found.extend(choices.flat_map(|(i, schema)| schemas(&format!("{at}/{i}"), schema)));
            }
            ("items" | "not" | "additionalProperties", schema) => found.extend(schemas(&at, schema)),
            _ => {}
        }
    }
    found
}

#[test]
fn every_operation_has_a_file_for_its_request_and_one_for_its_reply() {
    let names: Vec<String> = documents().into_iter().map(|document| document.file_name).collect();
    let expected = OPERATIONS.iter().flat_map(|operation| {
        let name = operation.name.replace('_', "-");
        [format!("{name}-request.schema.json"), format!("{name}-response.schema.json")]
    });
    let others = [
        "filter",
        "error-response",
        "scan",
        "started-action",
        "coverage",
        "action-report",
        "progress",
        "scan-batches",
    ];
    let others = others.map(|name| format!("{name}.schema.json"));
    assert_eq!(names, expected.chain(others).collect::<Vec<_>>());
}

#[test]
fn every_file_has_a_name_of_its_own() {
    let mut names: Vec<_> = files().into_iter().map(|file| file.file_name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    for name in names {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-/.".contains(c);
        assert!(name.chars().all(plain), "{name}");
    }
}

#[test]
fn only_keywords_that_mean_the_same_everywhere_are_used() {
    for (name, document) in parsed() {
        for (at, schema) in schemas("", &document) {
            for key in schema.keys().map(String::as_str) {
                let permitted =
                    PERMITTED.contains(&key) || at.is_empty() && PERMITTED_ON_ROOTS.contains(&key);
                assert!(permitted, "{name}{at}: {key}");
            }
            assert!(schema.get("type").is_none_or(Value::is_string), "{name}{at}: a list of types");
        }
    }
}

#[test]
fn patterns_use_only_notations_that_are_the_same_everywhere() {
    for (name, document) in parsed() {
        for (at, schema) in schemas("", &document) {
            let pattern = schema.get("pattern").and_then(Value::as_str).unwrap_or_default();
            // Every language supports `\xHH`, but not every language supports `\u`. Other characters are therefore not
            // escaped.
            let is_plain = pattern.split('\\').skip(1).all(|escape| escape.starts_with('x'));
            assert!(is_plain && !pattern.contains("(?"), "{name}{at}");
            let outside_of_classes = pattern.split('[').map(|part| part.split(']').next_back().unwrap());
            assert!(!outside_of_classes.collect::<String>().contains('.'), "{name}{at}");
        }
    }
}

#[test]
fn every_reference_stays_in_its_document_and_finds_something() {
    for (name, document) in parsed() {
        let mut used = Vec::new();
        for (at, schema) in schemas("", &document) {
            let Some(reference) = schema.get("$ref") else { continue };
            let pointer = reference.as_str().unwrap().strip_prefix('#').unwrap();
            assert!(pointer.starts_with("/$defs/"), "{name}{at}: {reference}");
            assert!(document.pointer(pointer).is_some(), "{name}{at}: {reference}");
            used.push(pointer.strip_prefix("/$defs/").unwrap().to_owned());
        }
        for definition in document["$defs"].as_object().unwrap().keys() {
            assert!(used.contains(definition), "{name}: nothing refers to {definition}");
        }
    }
}

#[test]
fn everything_with_a_name_is_described_in_plain_words() {
    for (name, document) in parsed() {
        for (at, schema) in schemas("", &document) {
            let parent = at.rsplit('/').nth(1).unwrap_or_default();
            let description = schema.get("description").and_then(Value::as_str);
            assert!(
                description.is_some() || !(at.is_empty() || ["properties", "$defs"].contains(&parent)),
                "{name}{at} is not described"
            );
            for rust in ["`", "**", "](", "::", "\n"] {
                assert!(!description.unwrap_or_default().contains(rust), "{name}{at}: {description:?}");
            }
        }
    }
}

#[test]
fn requests_and_what_is_saved_are_closed_and_replies_open() {
    // The saved form of a reply is the reply.
    let is_reply =
        |name: &str| name.ends_with("-response.schema.json") || name == "started-action.schema.json";
    for (name, document) in parsed() {
        for (at, schema) in schemas("", &document) {
            // The schema in a negation is a condition, not a shape.
            if schema.contains_key("properties") && !at.contains("/not/") {
                let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
                assert_eq!(closed, !is_reply(&name), "{name}{at}");
            }
        }
    }
}

#[test]
fn a_root_says_what_it_is() {
    for (name, document) in parsed() {
        assert_eq!(document["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert_eq!(document["$id"], format!("https://xdr.invalid/schemas/v1/{name}"));
        let file_name = document["title"].as_str().unwrap().to_lowercase() + ".schema.json";
        assert_eq!(file_name, name.replace('-', ""));
        assert!(!document["examples"].as_array().unwrap().is_empty(), "{name} has no example");
    }
}

#[test]
fn the_text_is_the_same_every_time_and_ends_its_last_line() {
    assert_eq!(documents(), documents());
    for document in documents() {
        assert!(document.text.ends_with("\n}\n") && !document.text.contains('\r'), "{}", document.file_name);
    }
}

#[test]
fn keys_are_in_one_order_whatever_a_map_does() {
    // The file starts with the keys that a reader looks for first. They are not in alphabetical order.
    let text = &documents()[0].text;
    let keys =
        ["$schema", "$id", "title", "description", "type", "properties", "required", "examples", "$defs"];
    let places: Vec<_> = keys.iter().map(|key| text.find(&format!("\n  \"{key}\"")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}
