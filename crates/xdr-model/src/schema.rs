//! The JSON Schema of every request and reply, for programs in other languages.
//!
//! The schemas are made from the types of this crate: their rules, their names and the first paragraph of their
//! documentation. The files in `schemas/` are what [`documents`] returns.
//!
//! A request is valid by its schema exactly if `from_json` accepts it, with two exceptions. A number whose fraction
//! is beyond the precision of a double is an integer to every JSON library. And no schema can compare two numbers,
//! see [`check_by_schema`](crate::registry::OperationInfo::check_by_schema). The same applies to saved documents, with
//! two more exceptions. A report is limited in size: to 330,000 endpoints and 12 MiB of their ids. And no schema can
//! compare two places of a document: no id and no action appears twice in batches, see
//! [`check_by_schema`](crate::ScanBatches::check_by_schema). A reply that is valid by its schema and repeats no key can
//! be read. The readers also accept other replies.

use crate::registry::OPERATIONS;

mod envelope;
mod errors;
mod filters;
mod openapi;
mod order;
mod root;
mod saved;
mod tidy;

pub use root::Document;
use root::Root;

/// The schema files: two for every operation in the order of [`OPERATIONS`], one for a filter and one for errors.
/// Then come the schemas of saved documents: a scan, a started action, coverage, a report, progress and batches.
///
/// ```
/// let documents = xdr_model::schema::documents();
/// assert_eq!(documents.len(), 2 * xdr_model::registry::OPERATIONS.len() + 2 + 6);
/// assert!(documents.iter().any(|document| document.file_name == "scan-request.schema.json"));
/// ```
pub fn documents() -> Vec<Document> {
    roots().iter().chain(&saved::roots()).map(Root::document).collect()
}

/// One OpenAPI 3.1 document with the calls of the API, both kinds of keys and every answer.
///
/// ```
/// assert!(xdr_model::schema::openapi().text.contains("\"operationId\": \"abort_scan\""));
/// ```
pub fn openapi() -> Document {
    openapi::document(OPERATIONS, &roots())
}

/// All generated files of `schemas/`.
pub fn files() -> Vec<Document> {
    documents().into_iter().chain([openapi()]).collect()
}

/// The messages of the API.
fn roots() -> Vec<Root> {
    let operations = OPERATIONS.iter().flat_map(|info| [envelope::request(info), envelope::reply(info)]);
    operations.chain([filters::root(), errors::root()]).collect()
}
