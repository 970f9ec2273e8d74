//! A document and its correct verdict.

use xdr_model::registry::OPERATIONS;
use xdr_model::{ActionReport, Coverage, Invalid, Progress, ScanBatches};

/// One document for the validators.
#[derive(Clone)]
pub(super) struct Case {
    /// The file name of its schema, without `.schema.json`.
    pub(super) schema: String,
    /// The JSON text. A `Value` would lose `1.0`, escapes and repeated keys, which every validator must receive.
    pub(super) text: String,
    /// Whether the document is valid.
    pub(super) valid: bool,
    /// The tested rule, or another description.
    pub(super) about: String,
}

/// Returns the verdict of those Rust rules that the schema contains too. Returns `None` if Rust has no rules for the
/// schema. Replies have none, because their decoders are tolerant.
pub(super) fn judge(schema: &str, text: &str) -> Option<Result<(), Invalid>> {
    if let Some(operation) = OPERATIONS.iter().find(|operation| operation.request_schema() == schema) {
        return Some(operation.check_by_schema(text));
    }
    match schema {
        // Rust reads a filter only inside a request.
        "filter" => judge("scan-request", &format!(r#"{{"request_data":{{"filters":[{text}]}}}}"#)),
        // Rust reads a scan by this schema only inside a request.
        "scan" => judge("scan-request", &format!(r#"{{"request_data":{text}}}"#)),
        "coverage" => Some(Coverage::from_json(text).map(drop)),
        "action-report" => Some(ActionReport::from_json(text).map(drop)),
        "progress" => Some(Progress::from_json(text).map(drop)),
        "scan-batches" => Some(ScanBatches::check_by_schema(text)),
        _ => None,
    }
}
