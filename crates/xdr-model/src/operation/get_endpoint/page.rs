//! The reply: one page of endpoints.

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer};
use serde_json::Value;

use super::EndpointSummary;
use crate::api_error::ErrorFields;
use crate::json_integer::text_or_integer;
use crate::json_reader::Reader;
use crate::json_text::Quoted;
use crate::reply::{self, DecodeError};

/// One page of endpoints.
///
/// A page is unreadable if it has no list of endpoints, or if the id of an endpoint cannot be read. Otherwise an
/// endpoint would be missing without an error.
///
/// Source: the reply of the page [Get Endpoint]. `total_count` can be absent (a fixture of demisto/content).
///
/// [Get Endpoint]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Get-Endpoint
///
/// ```
/// use xdr_model::{GetEndpoints, Operation};
///
/// let page = GetEndpoints::decode(
///     br#"{"reply":{"total_count":250,"result_count":1,"endpoints":[{"endpoint_id":"e1","users":null}]}}"#,
/// )?;
/// assert_eq!(page.total_count, Some(250));
/// assert_eq!(page.endpoints[0].id.as_str(), "e1");
/// # Ok::<(), xdr_model::error::DecodeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(
    example = serde_json::json!({"total_count": 250, "result_count": 1, "endpoints": [super::shape::endpoint()]}),
))]
#[non_exhaustive]
pub struct EndpointPage {
    /// How many endpoints match at the time of this page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, schema_with = "crate::shape::count"))]
    pub total_count: Option<u64>,
    /// How many endpoints this page holds, according to the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, schema_with = "crate::shape::count"))]
    pub result_count: Option<u64>,
    /// The endpoints of this page.
    pub endpoints: Vec<EndpointSummary>,
}

/// The fields of a reply. If a field is repeated, the last one counts.
#[derive(Default)]
struct Fields<'t> {
    total_count: Option<u64>,
    result_count: Option<u64>,
    endpoints: Option<&'t str>,
}

impl<'t> Fields<'t> {
    fn take(&mut self, key: Quoted<'t>, raw: &'t str) {
        let count = || text_or_integer(raw)?.parse().ok();
        if key.is("total_count") {
            self.total_count = count();
        } else if key.is("result_count") {
            self.result_count = count();
        } else if key.is("endpoints") {
            self.endpoints = Some(raw).filter(|raw| *raw != "null");
        }
    }

    fn page(self) -> Result<EndpointPage, &'static str> {
        let Self { total_count, result_count, endpoints } = self;
        let endpoints = match endpoints {
            Some(raw) => EndpointSummary::list(raw)?,
            None if [total_count, result_count].contains(&Some(0)) => Vec::new(),
            None => return Err("there is no `endpoints`"),
        };
        Ok(EndpointPage { total_count, result_count, endpoints })
    }
}

impl EndpointPage {
    pub(super) fn in_body(body: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Fields::default();
        reply::read_by(body, |reader| {
            fields = Fields::default();
            if reader.peek()? != b'{' {
                return reader.value().map(|_| false);
            }
            let mut errors = ErrorFields::default();
            reader.object(|reader, key| {
                let raw = reader.value()?;
                errors.take(key, raw);
                fields.take(key, raw);
                Ok(())
            })?;
            Ok(errors.is_error())
        })?;
        fields.page().map_err(|why| DecodeError::misshapen(body, why))
    }
}

impl<'de> Deserialize<'de> for EndpointPage {
    /// Reads a saved page, also inside another value.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Value::deserialize(deserializer)?.to_string();
        let mut fields = Fields::default();
        let read = Reader::new(&saved).object(|reader, key| {
            fields.take(key, reader.value()?);
            Ok(())
        });
        read.map_err(de::Error::custom)?;
        fields.page().map_err(de::Error::custom)
    }
}
