//! The JSON Schema of every request and reply, for programs in other languages.
//!
//! The types of this crate are the one source: their rules, their names and the first paragraph of their
//! documentation. The files in `schemas/` are what [`documents`] returns.
//!
//! A request is valid by its schema exactly when `from_json` takes it, with two limits. A number whose fraction lies
//! beyond the precision of a double is an integer to every JSON library. And no schema compares two numbers, see
//! [`check_by_schema`](crate::registry::OperationInfo::check_by_schema). The same holds for the saved documents, with two
//! limits more. A report is also limited in size: to 330,000 endpoints and 12 MiB of their ids. And no schema compares two
//! places of a document: in batches, no id and no action stands twice, see
//! [`check_by_schema`](crate::ScanBatches::check_by_schema). A reply that is valid by its schema, and names no key twice,
//! can be read; the readers take more than that.

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

/// The schema files: two for every operation in the order of [`OPERATIONS`], one for a filter and one for errors; then
/// those of what programs save: a scan, a started action, coverage, a report, progress and batches.
///
/// ```
/// let documents = xdr_model::schema::documents();
/// assert_eq!(documents.len(), 2 * xdr_model::registry::OPERATIONS.len() + 2 + 6);
/// assert!(documents.iter().any(|document| document.file_name == "scan-request.schema.json"));
/// ```
pub fn documents() -> Vec<Document> {
    roots().iter().chain(&saved::roots()).map(Root::document).collect()
}

/// The calls of the API with both kinds of keys and every answer, as one OpenAPI 3.1 document.
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
