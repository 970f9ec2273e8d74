//! The examples pin every bound, key and word of the schemas: a schema with another bound, key or word judges at least
//! one example wrong. The examples therefore reveal a mistake in the tables of the model, and also in a copy of a
//! schema in another language that is tested with them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::examples::examples;
use crate::{document, names};

/// A schema with one mistake.
struct Mutant {
    what: String,
    schema: Value,
}

/// Keywords that change no verdict, because another keyword or choice has the same effect: the pattern of a text
/// requires a character, and an error with a code and an object as its message is also an error with a message. These
/// keywords are for readers and for code generators, some of which ignore patterns.
const DECIDES_NOTHING: &[&str] = &[
    "/$defs/Text/minLength: 0 for 1",
    "/$defs/ErrorWithCode/properties/err_msg/anyOf: without {\"type\":\"object\"}",
];

/// All schemas with one mistake.
fn mutants(schema: &Value) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for place in places(String::new(), schema) {
        for (what, new) in changes(&place, schema) {
            let mut mutant = schema.clone();
            *mutant.pointer_mut(&place).unwrap() = new;
            mutants.push(Mutant { what: format!("{place}: {what}"), schema: mutant });
        }
    }
    mutants
}

/// The JSON Pointers of all keywords, without examples.
fn places(place: String, value: &Value) -> Vec<String> {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(object) => object
            .iter()
            .filter(|(key, _)| !["examples", "description"].contains(&key.as_str()))
            .map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value))
            .collect(),
        Value::Array(items) => items.iter().enumerate().map(|(i, value)| (i.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    let below: Vec<String> =
        below.into_iter().flat_map(|(key, value)| places(format!("{place}/{key}"), value)).collect();
    [place].into_iter().chain(below).collect()
}

/// The wrong values for `place`.
fn changes(place: &str, schema: &Value) -> Vec<(String, Value)> {
    let value = schema.pointer(place).unwrap();
    let (parent, key) = place.rsplit_once('/').unwrap_or_default();
    let without = |items: &[Value], i: usize| {
        let mut items = items.to_vec();
        items.remove(i);
        Value::Array(items)
    };
    match (key, value) {
        ("minimum" | "maximum" | "minItems" | "minLength", Value::Number(bound)) => {
            let bound = bound.as_i64().unwrap();
            // Not every language can represent a bound above 2^53 - 1 exactly.
            [bound - 1, bound + 1].map(|new| (format!("{new} for {bound}"), new.into())).into()
        }
        ("additionalProperties", Value::Bool(false)) => vec![("open".into(), true.into())],
        ("const", word) => vec![(format!("no {word}"), "other".into())],
        ("pattern", Value::String(_)) if !parent.ends_with("/not") => vec![("any text".into(), "".into())],
        // Words of replies are an alternative to "any text", so they change no verdict.
        ("enum", Value::Array(_)) if parent.contains("/anyOf/") => Vec::new(),
        ("enum" | "required" | "oneOf" | "anyOf", Value::Array(items)) => (0..items.len())
            .filter(|i| key != "anyOf" || items[*i].get("enum").is_none())
            .map(|i| (format!("without {}", items[i]), without(items, i)))
            .chain((key == "enum").then(|| ("more words".into(), with_more(items))))
            .collect(),
        _ => Vec::new(),
    }
}

/// The words, and the wrong words of the examples.
fn with_more(words: &[Value]) -> Value {
    let others = ["ALL", "eq", "solaris", "pending", "done"].map(Value::from);
    let others = others.into_iter().filter(|other| !words.contains(other));
    words.iter().cloned().chain(others).collect()
}

/// The schemas with examples that pin the definitions shared with `name`: the schema of filters, and for progress also
/// the schema of a report.
fn pinned_by(name: &str) -> &'static [&'static str] {
    match name {
        "filter" => &[],
        "progress" | "scan-batches" => &["filter", "action-report"],
        _ => &["filter"],
    }
}

/// The definitions of `schema` that are equal to a definition of a schema that pins it, or to the whole of that schema.
fn pinned_elsewhere(name: &str, schema: &Value) -> BTreeSet<String> {
    let others: Vec<_> = pinned_by(name).iter().flat_map(|other| all_of(&document(other))).collect();
    let is_pinned = |(definition, schema): &(String, Value)| {
        others.iter().any(|(name, other)| (name, other) == (definition, schema))
    };
    definitions(schema).into_iter().filter(is_pinned).map(|(definition, _)| definition).collect()
}

/// The definitions of a schema, and the schema itself under its title, as in the definitions of other schemas.
fn all_of(schema: &Value) -> Vec<(String, Value)> {
    let mut root = schema.clone();
    let of_a_file = ["$schema", "$id", "title", "examples", "$defs"];
    root.as_object_mut().unwrap().retain(|key, _| !of_a_file.contains(&key.as_str()));
    let title = schema["title"].as_str().unwrap().to_owned();
    definitions(schema).into_iter().chain([(title, root)]).collect()
}

fn definitions(schema: &Value) -> Vec<(String, Value)> {
    let definitions = schema["$defs"].as_object().unwrap();
    definitions.iter().map(|(name, schema)| (name.clone(), schema.clone())).collect()
}

#[test]
fn every_wrong_schema_judges_an_example_wrong() {
    let (mut count, mut alive) = (0, Vec::new());
    for name in names() {
        let schema = document(&name);
        let elsewhere = pinned_elsewhere(&name, &schema);
        let examples: Vec<_> =
            examples(&name).into_iter().map(|example| (example.value(), example.is_valid)).collect();
        for Mutant { what, schema: mutant } in mutants(&schema) {
            let definition = what.strip_prefix("/$defs/").and_then(|what| what.split(['/', ':']).next());
            if definition.is_some_and(|definition| elsewhere.contains(definition))
                || DECIDES_NOTHING.contains(&what.as_str())
            {
                continue;
            }
            count += 1;
            let Ok(validator) = jsonschema::draft202012::new(&mutant) else { continue };
            if examples.iter().all(|(value, is_valid)| validator.is_valid(value) == *is_valid) {
                alive.push(format!("{name}{what}"));
            }
        }
    }
    assert!(count >= 100, "only {count}");
    assert!(alive.is_empty(), "{} of {count} are not noticed:\n{}", alive.len(), alive.join("\n"));
    println!("{count} wrong schemas, each judges an example wrong");
}
