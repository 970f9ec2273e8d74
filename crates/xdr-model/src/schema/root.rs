//! A schema before it is written: what the files and the OpenAPI document are both made from.

use schemars::Schema;
use serde_json::Value;

use super::order;
use super::tidy::tidy;

/// Where the schemas live. The host never resolves, it is reserved: the project has no home yet. The version
/// changes when a document that was valid no longer is.
const BASE: &str = "https://xdr.invalid/schemas/v1/";

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// Its name, such as `abort-scan-request.schema.json`; relative and with `/` if it stands in a folder.
    pub file_name: String,
    /// Its content: the same bytes whatever else is compiled into the program.
    pub text: String,
}

/// The draft is named in every file: the defaults of validators differ.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of one document, complete in itself.
pub(super) struct Root {
    /// Such as `scan-request`.
    pub(super) name: String,
    /// What generators of code name the type of the document by.
    pub(super) title: String,
    pub(super) schema: Value,
}

impl Root {
    /// Adds what every file begins with.
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
