//! The reply: one page of endpoints.

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::EndpointSummary;
use crate::json_integer::text_or_integer;
use crate::json_object::Object;

/// One page of endpoints.
///
/// A page with an endpoint whose id cannot be read is unreadable as a whole, and so is one without a list: a machine would
/// be left out without a word.
///
/// Source: the reply of the page "Get Endpoint". `total_count` can be absent (a fixture of demisto/content).
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
    /// How many endpoints match at the moment of this page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, schema_with = "crate::shape::count"))]
    pub total_count: Option<u64>,
    /// How many endpoints this page holds, as the tenant counts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, schema_with = "crate::shape::count"))]
    pub result_count: Option<u64>,
    /// The endpoints of this page.
    pub endpoints: Vec<EndpointSummary>,
}

impl EndpointPage {
    pub(super) fn from_raw(raw: &RawValue) -> Result<Self, serde_json::Error> {
        let fields: Object<'_> = serde_json::from_str(raw.get())?;
        let count = |key| fields.get(key).and_then(|raw| text_or_integer(raw)?.parse().ok());
        let (total_count, result_count) = (count("total_count"), count("result_count"));
        let endpoints = fields.get("endpoints").filter(|raw| raw.get() != "null");
        let endpoints = match endpoints {
            Some(raw) => serde_json::from_str::<Vec<&RawValue>>(raw.get())?,
            None if [total_count, result_count].contains(&Some(0)) => Vec::new(),
            None => return Err(de::Error::missing_field("endpoints")),
        };
        let endpoints = endpoints.into_iter().map(EndpointSummary::from_raw).collect::<Result<_, _>>()?;
        Ok(Self { total_count, result_count, endpoints })
    }
}

impl<'de> Deserialize<'de> for EndpointPage {
    /// Reads what was saved, also from inside of other values.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = to_raw_value(&Value::deserialize(deserializer)?).map_err(de::Error::custom)?;
        Self::from_raw(&raw).map_err(de::Error::custom)
    }
}
