//! The committed examples are valid or invalid as their names say, by the schemas and by the rules of the model.

use std::fs;

use serde_json::{Value, json};
use xdr_model::registry::OPERATIONS;
use xdr_model::{ActionReport, Coverage, Operation, Progress, Scan, ScanBatches, StartedAction};
use xdr_workspace::schemas;

use crate::{document, names, validator};

/// A committed example.
#[derive(Debug)]
pub(crate) struct Example {
    /// The fact after `valid-` or `invalid-`.
    pub(crate) fact: String,
    pub(crate) is_valid: bool,
    pub(crate) text: String,
}

impl Example {
    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

/// The examples of a schema.
pub(crate) fn examples(schema: &str) -> Vec<Example> {
    let folder = schemas().join("examples").join(schema);
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let (verdict, fact) = name.split_once('-').unwrap();
        assert!(["valid", "invalid"].contains(&verdict), "{name}");
        Example {
            fact: fact.to_owned(),
            is_valid: verdict == "valid",
            text: fs::read_to_string(path).unwrap(),
        }
    };
    fs::read_dir(folder).unwrap().map(read).collect()
}

/// Whether the model reads a document.
type Reader = fn(&str) -> bool;

/// The reader of each schema that does not belong to an operation. If there are two readers, the tests of the verdicts
/// compare both.
const READERS: &[(&str, Reader)] = &[
    ("filter", |text| Scan::from_json(&format!(r#"{{"request_data":{{"filters":[{text}]}}}}"#)).is_ok()),
    // An error is no valid reply of any operation.
    ("error-response", |text| {
        OPERATIONS.iter().all(|operation| operation.read_reply(text.as_bytes()).is_err())
    }),
    ("scan", |text| serde_json::from_str::<Scan>(text).is_ok()),
    ("started-action", |text| serde_json::from_str::<StartedAction>(text).is_ok()),
    ("coverage", |text| Coverage::from_json(text).is_ok()),
    ("action-report", |text| ActionReport::from_json(text).is_ok()),
    ("progress", |text| Progress::from_json(text).is_ok()),
    ("scan-batches", |text| ScanBatches::from_json(text).is_ok()),
];

/// The verdict of the model.
fn verdict(schema: &str, text: &str) -> bool {
    for operation in OPERATIONS {
        if operation.request_schema() == schema {
            return operation.check_request(text).is_ok();
        }
        if operation.reply_schema() == schema {
            return operation.read_reply(text.as_bytes()).is_ok();
        }
    }
    let known = READERS.iter().find(|(name, _)| *name == schema);
    let (_, is_read) = known.unwrap_or_else(|| panic!("the tests do not know the schema {schema}"));
    is_read(text)
}

#[test]
fn every_example_is_what_its_name_says() {
    let mut count = 0;
    for schema in names() {
        let validator = validator(&document(&schema));
        for Example { fact, is_valid, text } in examples(&schema) {
            let value: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(validator.is_valid(&value), is_valid, "{schema}: {fact}: {text}");
            // The readers also refuse a body that is neither a reply nor an error by its schema.
            let tolerated = fact.starts_with("but-readable") || fact.starts_with("and-no-reply");
            assert_eq!(verdict(&schema, &text), is_valid || tolerated, "{schema}: {fact}: {text}");
            count += 1;
        }
    }
    assert!(count >= 60, "{count} examples");
    println!("{count} examples");
}

#[test]
fn every_schema_has_examples_of_both_kinds_and_nothing_else_has() {
    let entries = fs::read_dir(schemas().join("examples")).unwrap();
    let mut folders: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    folders.retain(|name| name != "README.md");
    folders.sort_unstable();
    assert_eq!(folders, names());
    for schema in names() {
        let verdicts: Vec<_> = examples(&schema).iter().map(|example| example.is_valid).collect();
        assert!(verdicts.contains(&true) && verdicts.contains(&false), "{schema}");
    }
}

#[test]
fn no_document_is_a_reply_and_an_error() {
    let error = validator(&document("error-response"));
    for reply in names().iter().filter(|name| name.ends_with("-response") && *name != "error-response") {
        let validator = validator(&document(reply));
        let all = names().into_iter().flat_map(|schema| examples(&schema));
        for value in all.map(|example| example.value()) {
            assert!(!(validator.is_valid(&value) && error.is_valid(&value)), "{reply}: {value}");
        }
    }
}

#[test]
fn an_error_object_that_is_valid_by_its_schema_is_read() {
    for Example { fact, is_valid, text } in examples("error-response") {
        let refused = Scan::decode(text.as_bytes());
        if is_valid && fact != "reply-false" {
            let error = refused.unwrap_err();
            assert!(error.api_error().is_some(), "{fact}: {error}");
        }
    }
}

#[test]
fn every_example_inside_of_a_schema_is_valid() {
    for name in names() {
        let schema = document(&name);
        let validator = validator(&schema);
        for example in schema["examples"].as_array().unwrap() {
            let errors: Vec<_> = validator.iter_errors(example).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {example}: {errors:?}");
        }
    }
}

#[test]
fn every_document_is_a_schema() {
    for name in names() {
        assert!(jsonschema::meta::is_valid(&document(&name)), "{name}");
    }
}

/// Definitions with the same name are equal, so the examples of filters are also valid for the requests.
#[test]
fn a_definition_is_the_same_in_every_file() {
    let mut seen = serde_json::Map::new();
    for name in names() {
        for (definition, schema) in document(&name)["$defs"].as_object().unwrap() {
            let first = seen.entry(definition).or_insert_with(|| schema.clone());
            assert_eq!(first, schema, "{name}: {definition}");
        }
    }
    let filter = document("filter");
    assert_eq!(json!(filter["oneOf"]), seen["Filter"]["oneOf"]);
}
