//! A schema before it is written. The files and the OpenAPI document are made from it.

use schemars::Schema;
use serde_json::Value;

use super::order;
use super::tidy::tidy;

/// The base of the `$id`. The host is reserved and never resolves, because the project has no address yet. The version
/// changes if a document that was valid is no longer valid.
const BASE: &str = "https://xdr.invalid/schemas/v1/";

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// Its name, such as `abort-scan-request.schema.json`. In a folder, it is a relative path with `/`.
    pub file_name: String,
    /// Its content. The bytes do not depend on what else is compiled into the program.
    pub text: String,
}

/// Every file names the draft, because the defaults of validators differ.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of one document, complete in itself.
pub(super) struct Root {
    /// Such as `scan-request`.
    pub(super) name: String,
    /// The name that code generators give to the type of the document.
    pub(super) title: String,
    pub(super) schema: Value,
}

impl Root {
    /// Adds the keys that every file begins with.
    pub(super) fn new(name: impl Into<String>, title: impl Into<String>, mut schema: Value) -> Self {
        let (name, title) = (name.into(), title.into());
        schema["$schema"] = DRAFT.into();
        schema["$id"] = format!("{BASE}{}", file_name(&name)).into();
        schema["title"] = title.as_str().into();
        if let Ok(schema) = <&mut Schema>::try_from(&mut schema) {
            tidy(schema);
        }
        Self { name, title, schema }
    }

    pub(super) fn document(&self) -> Document {
        Document { file_name: file_name(&self.name), text: order::text(&self.schema) }
    }
}

fn file_name(name: &str) -> String {
    format!("{name}.schema.json")
}

pub(super) fn pascal_case(name: &str) -> String {
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    name.split('_').map(capital).collect()
}
