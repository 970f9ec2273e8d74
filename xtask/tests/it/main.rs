//! The generated files are fresh, and say what the rules of the model say.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod command;
mod examples;
mod fields;
mod fresh;
mod ip_addresses;
mod mutate;
mod replies;
mod verdict;

use serde_json::Value;

/// A generated document by its name without the suffix, such as `scan-request`.
fn document(name: &str) -> Value {
    let file_name = format!("{name}.schema.json");
    let document =
        xdr_model::schema::documents().into_iter().find(|document| document.file_name == file_name);
    serde_json::from_str(&document.unwrap().text).unwrap()
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::draft202012::new(schema).unwrap()
}
