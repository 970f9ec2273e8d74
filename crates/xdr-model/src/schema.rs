//! The JSON Schema of every request and reply, for programs in other languages.
//!
//! The types of this crate are the one source: their rules, their names and the first paragraph of their
//! documentation. The files in `schemas/` are what [`documents`] returns.
//!
//! A request is valid by its schema exactly when `from_json` takes it, with one limit of every JSON library: a
//! number that is no integer only beyond the digits of a double is taken for one. A reply that is valid by its
//! schema, and names no key twice, can be read; the readers take more than that.

use crate::operation::{OPERATIONS, OperationInfo};

mod envelope;
mod ip;
mod order;
mod shapes;
mod tidy;

pub(crate) use shapes::{
    InOperator, TimestampOperator, action_id, count, endpoint_action_status, error_reasons, filter, filters,
    group_action_id, ip_address, status_map, text_or_integer,
};

/// Where the schemas live. The host never resolves, it is reserved: the project has no home yet. The version
/// changes when a document that was valid no longer is.
const BASE: &str = "https://xdr.invalid/schemas/v1/";

/// A schema file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// Its name, such as `abort-scan-request.schema.json`.
    pub file_name: String,
    /// Its content: the same bytes whatever else is compiled into the program.
    pub text: String,
}

/// The schema files of every operation: two for each, in the order of [`OPERATIONS`].
///
/// ```
/// let documents = xdr_model::schema::documents();
/// assert_eq!(documents.len(), 2 * xdr_model::OPERATIONS.len());
/// assert!(documents.iter().any(|document| document.file_name == "scan-request.schema.json"));
/// ```
pub fn documents() -> Vec<Document> {
    let both = |info: &OperationInfo| [envelope::request(info), envelope::reply(info)];
    OPERATIONS.iter().flat_map(both).collect()
}
