//! The order in which endpoints are requested.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

use crate::request_reader::{FromDocument, RequestReader};
use crate::validate::Place;

/// The order of the endpoints: by id, ascending. If they were sorted by `last_seen`, an endpoint that is seen again
/// would move to another page.
///
/// Source: the page "Get Endpoint" names the sort fields `endpoint_id`, `first_seen` and `last_seen`. Its examples
/// write the keyword in capitals and in lower case; public clients send lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "SortById", schema_with = "super::shape::sort"))]
pub(super) enum Sort {
    ById,
}

pub(super) const FIELD: &str = "endpoint_id";
pub(super) const KEYWORD: &str = "asc";

impl Serialize for Sort {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("field", FIELD)?;
        map.serialize_entry("keyword", KEYWORD)?;
        map.end()
    }
}

impl FromDocument for Sort {
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        const FIELD_RULE: &str = "must be \"endpoint_id\": in another order endpoints move to other pages";
        const KEYWORD_RULE: &str = "must be \"asc\"";
        let mut object = reader.object(place, value, &["field", "keyword"], &[])?;
        let mut read = |key, word, rule| {
            let found = object.remove(key)?;
            if found == word { Some(()) } else { reader.refuse(&place.key(key), rule, &found) }
        };
        let (field, keyword) = (read("field", FIELD, FIELD_RULE), read("keyword", KEYWORD, KEYWORD_RULE));
        field.and(keyword).map(|()| Self::ById)
    }
}
