//! The examples of the documents are examples of what they describe.

use serde_json::Value;
use xdr_model::schema::documents;

use crate::validator;

#[test]
fn every_example_is_valid() {
    for document in documents() {
        let schema: Value = serde_json::from_str(&document.text).unwrap();
        let validator = validator(&schema);
        for example in schema["examples"].as_array().unwrap() {
            let errors: Vec<_> = validator.iter_errors(example).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {example}: {errors:?}", document.file_name);
        }
    }
}

#[test]
fn every_document_is_a_schema() {
    for document in documents() {
        let schema: Value = serde_json::from_str(&document.text).unwrap();
        assert!(jsonschema::meta::is_valid(&schema), "{}", document.file_name);
    }
}
