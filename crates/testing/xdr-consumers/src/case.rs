//! A document and what is to be said about it.

use xdr_model::registry::OPERATIONS;
use xdr_model::{ActionReport, Coverage, Invalid, Progress, ScanBatches};

/// One document for the validators.
#[derive(Clone)]
pub(super) struct Case {
    /// The schema it is held against: a file name without `.schema.json`.
    pub(super) schema: String,
    /// JSON text, not a value: `1.0`, escapes and keys that stand twice must reach every reader as they are.
    pub(super) text: String,
    /// The right verdict.
    pub(super) valid: bool,
    /// What it is a case of.
    pub(super) about: String,
}

/// The verdict of the Rust rules, as far as a schema says them; `None` where Rust has no such rules: replies are
/// decoded tolerantly.
pub(super) fn judge(schema: &str, text: &str) -> Option<Result<(), Invalid>> {
    if let Some(operation) = OPERATIONS.iter().find(|operation| operation.request_schema() == schema) {
        return Some(operation.check_by_schema(text));
    }
    match schema {
        // A filter alone is read where it belongs.
        "filter" => judge("scan-request", &format!(r#"{{"request_data":{{"filters":[{text}]}}}}"#)),
        // And so is a scan.
        "scan" => judge("scan-request", &format!(r#"{{"request_data":{text}}}"#)),
        "coverage" => Some(Coverage::from_json(text).map(drop)),
        "action-report" => Some(ActionReport::from_json(text).map(drop)),
        "progress" => Some(Progress::from_json(text).map(drop)),
        "scan-batches" => Some(ScanBatches::check_by_schema(text)),
        _ => None,
    }
}
