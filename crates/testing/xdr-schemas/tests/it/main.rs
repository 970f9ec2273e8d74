//! The generated files agree with the rules of the model.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]
#![allow(clippy::print_stdout, reason = "a comparison says how much it compared")]

mod examples;
mod fields;
mod ip_addresses;
mod mutants;
mod mutate;
mod openapi;
mod operations;
mod replies;
mod saved;
mod verdict;

use std::fs;

use serde_json::Value;
use xdr_model::registry::OPERATIONS;
use xdr_workspace::schemas;

/// A committed schema, named without the suffix, such as `scan-request`.
fn document(name: &str) -> Value {
    let path = schemas().join(format!("{name}.schema.json"));
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The names of the committed schemas.
fn names() -> Vec<String> {
    let files = fs::read_dir(schemas()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = files
        .filter_map(|name| name.to_str().unwrap().strip_suffix(".schema.json").map(str::to_owned))
        .collect();
    names.sort_unstable();
    assert!(names.len() >= 2 * OPERATIONS.len() + 2 + SAVED.len(), "{names:?}");
    names
}

/// The schemas of saved documents, which are no messages of the API.
const SAVED: [&str; 6] = ["scan", "started-action", "coverage", "action-report", "progress", "scan-batches"];

/// The names of the committed schemas of messages.
fn messages() -> Vec<String> {
    names().into_iter().filter(|name| !SAVED.contains(&name.as_str())).collect()
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::draft202012::new(schema).unwrap()
}
