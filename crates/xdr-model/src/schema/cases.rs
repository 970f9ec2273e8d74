//! Documents that are valid or invalid for one reason each: what the tests of other languages can start from.
//!
//! They are written down as text, not made from the types: what is wrong in the types must not be wrong here too,
//! and a notation such as `1.0` has to stay as it is.

use super::root::Document;

mod errors;
mod filters;
mod replies;
mod requests;
mod saved;

/// One fact about a schema.
pub(super) struct Case {
    /// The schema, such as `scan-request`.
    schema: &'static str,
    is_valid: bool,
    /// The fact, in words with `-` between them.
    fact: String,
    text: String,
}

impl Case {
    pub(super) fn document(&self) -> Document {
        let verdict = if self.is_valid { "valid" } else { "invalid" };
        let file_name = format!("examples/{}/{verdict}-{}.json", self.schema, self.fact);
        Document { file_name, text: format!("{}\n", self.text) }
    }
}

/// Every case, by schema.
pub(super) fn all() -> Vec<Case> {
    let mut all = filters::cases();
    all.extend(requests::cases());
    all.extend(replies::cases());
    all.extend(errors::cases());
    all.extend(saved::cases());
    all
}

/// The rows of one schema: the fact, and the document.
fn of(schema: &'static str, is_valid: bool, rows: &[(&str, &str)]) -> Vec<Case> {
    let case = |(fact, text): &(&str, &str)| Case {
        schema,
        is_valid,
        fact: (*fact).to_owned(),
        text: (*text).to_owned(),
    };
    rows.iter().map(case).collect()
}
