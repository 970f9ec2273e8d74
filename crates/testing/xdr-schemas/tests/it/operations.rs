//! Every operation of the registry has all of its files, and its test vectors are valid or invalid as their names say.

use bytes::Bytes;
use http::Request;
use proptest::prelude::*;
use serde_json::Value;
use xdr_model::registry::{OPERATIONS, OperationInfo};
use xdr_sim::{Config, Sim};
use xdr_workspace::{root, valid_examples};

use crate::mutate::near;
use crate::replies::is_read;
use crate::verdict::agree;

/// The missing parts of an operation.
fn missing(name: &str, path: &str, schemas: &[String]) -> Vec<String> {
    let mut missing = Vec::new();
    for schema in schemas {
        if valid_examples(schema).is_err() {
            missing.push(format!("{name} has no vectors in schemas/examples/{schema}"));
        }
    }
    if !xdr_sim::PATHS.contains(&path) {
        missing.push(format!("{name} has no route of the simulator at {path}"));
    }
    let file = format!("crates/xdr-model/src/operation/{name}.rs");
    let text = std::fs::read_to_string(root().join(&file)).unwrap_or_default();
    if text.lines().next() != Some(&*format!("//! POST {path}")) {
        missing.push(format!("{file} does not begin with \"//! POST {path}\""));
    }
    missing
}

fn schemas(operation: &OperationInfo) -> [String; 2] {
    [operation.request_schema(), operation.reply_schema()]
}

#[test]
fn every_operation_has_vectors_a_route_and_documentation() {
    for operation in OPERATIONS {
        assert_eq!(missing(operation.name, operation.path, &schemas(operation)), [""; 0]);
    }
}

#[test]
fn what_an_operation_lacks_is_noticed() {
    let schemas = ["no-such-request", "no-such-response"].map(String::from);
    let missing = missing("no_such", "/public_api/v1/endpoints/no_such", &schemas);
    assert_eq!(missing.len(), 4, "{missing:?}");
}

#[test]
fn the_simulator_takes_a_vector_of_every_operation_and_its_reply_is_read() {
    // One simulator serves all operations, because only a started scan can be cancelled.
    let mut sim = Sim::new(Config::new().with_endpoints(20).with_rate_limit(None));
    for operation in OPERATIONS {
        let mut answered = 0;
        for vector in valid_examples(&operation.request_schema()).unwrap() {
            let request = Request::post(operation.path).header("authorization", "demo");
            let request = request.header("x-xdr-auth-id", "1").body(Bytes::from(vector)).unwrap();
            let answer = sim.handle(&request, 1_750_000_000_000);
            let response = answer.response().unwrap();
            if response.status().is_success() {
                let read = operation.read_reply(response.body());
                assert!(read.is_ok(), "{}: {:?}", operation.name, read.err());
                answered += 1;
            }
        }
        assert!(answered > 0, "{}", operation.name);
    }
}

fn near_vectors(schema: &str) -> impl Strategy<Value = String> + use<> {
    let vectors = valid_examples(schema).unwrap();
    let vectors: Vec<Value> = vectors.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    prop::sample::select(vectors).prop_flat_map(near)
}

#[test]
fn every_request_near_a_vector_has_one_verdict() {
    for operation in OPERATIONS {
        let schema = operation.request_schema();
        agree(&schema, near_vectors(&schema), |text| operation.check_by_schema(text), |_, _, ()| Ok(()));
    }
}

#[test]
fn every_valid_reply_near_a_vector_can_be_read() {
    for operation in OPERATIONS {
        let schema = operation.reply_schema();
        is_read(&schema, near_vectors(&schema), |body| operation.read_reply(body.as_bytes()).map(drop));
    }
}
