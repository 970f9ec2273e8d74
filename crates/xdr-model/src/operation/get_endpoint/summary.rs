//! One endpoint of a page.

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::words::{EndpointConnection, EndpointIsolation, EndpointPlatform, EndpointScanStatus};
use crate::filter::EpochMillis;
use crate::ids::EndpointId;
use crate::json_integer::text_or_integer;
use crate::json_object::Object;

/// What a tenant tells of an endpoint, as far as most programs want to know it.
///
/// Only the id is certain. All else is left out if the tenant does not say it, says null or nothing, or says it in a form
/// that is not expected; no endpoint is lost to a detail. Unknown keys are ignored.
///
/// It is `Serialize` and `Deserialize`. The keys are those of the API, and the words have the spelling of the filters. What
/// is left out has no key.
///
/// Source: the reply of the page "Get Endpoint"; the fixtures of demisto/content for what can be null or absent.
///
/// ```
/// use xdr_model::{EndpointSummary, operation::EndpointPlatform};
///
/// let saved = r#"{"endpoint_id":"e1","endpoint_name":"web-1","os_type":"AGENT_OS_LINUX","ip":"10.0.0.1","alias":""}"#;
/// let endpoint: EndpointSummary = serde_json::from_str(saved)?;
/// assert_eq!(endpoint.name.as_deref(), Some("web-1"));
/// assert_eq!(endpoint.platform, EndpointPlatform::Linux);
/// assert_eq!((endpoint.addresses, endpoint.alias), (vec!["10.0.0.1".to_owned()], None));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EndpointSummary {
    /// The id, by which scans and filters name the endpoint.
    #[serde(rename = "endpoint_id")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "super::shape::id"))]
    pub id: EndpointId,
    /// The name of the host.
    #[serde(rename = "endpoint_name", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "super::shape::ReportedText"))]
    pub name: Option<String>,
    /// Whether it is connected to the tenant.
    #[serde(rename = "endpoint_status", skip_serializing_if = "EndpointConnection::is_unreported")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub connection: EndpointConnection,
    /// The type of operating system.
    #[serde(rename = "os_type", skip_serializing_if = "EndpointPlatform::is_unreported")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub platform: EndpointPlatform,
    /// The IP addresses as the tenant writes them.
    #[serde(rename = "ip", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "super::shape::ReportedTexts"))]
    pub addresses: Vec<String>,
    /// The names of the users.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "super::shape::ReportedTexts"))]
    pub users: Vec<String>,
    /// The domain or workgroup.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "super::shape::ReportedText"))]
    pub domain: Option<String>,
    /// The alias that somebody gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "super::shape::ReportedText"))]
    pub alias: Option<String>,
    /// The names of the endpoint groups.
    #[serde(rename = "group_name", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "super::shape::ReportedTexts"))]
    pub groups: Vec<String>,
    /// Whether it has been cut off from the network.
    #[serde(rename = "is_isolated", skip_serializing_if = "EndpointIsolation::is_unreported")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub isolation: EndpointIsolation,
    /// The state of its last scan.
    #[serde(skip_serializing_if = "EndpointScanStatus::is_unreported")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub scan_status: EndpointScanStatus,
    /// When it was first seen, in epoch milliseconds. Left out if it has not 13 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "super::shape::ReportedTime"))]
    pub first_seen: Option<EpochMillis>,
    /// When it was last seen, in epoch milliseconds. Left out if it has not 13 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "super::shape::ReportedTime"))]
    pub last_seen: Option<EpochMillis>,
}

impl EndpointSummary {
    /// Reads an endpoint. Without a readable id it is refused: to leave it out would hide a machine.
    pub(super) fn from_raw(raw: &RawValue) -> Result<Self, serde_json::Error> {
        let fields: Object<'_> = serde_json::from_str(raw.get())?;
        let field = |key| fields.get(key).copied();
        let id = text(field("endpoint_id")).ok_or_else(|| de::Error::custom("no readable endpoint_id"))?;
        Ok(Self {
            id: id.into(),
            name: text(field("endpoint_name")),
            connection: EndpointConnection::from_word(text(field("endpoint_status")).as_deref()),
            platform: EndpointPlatform::from_word(text(field("os_type")).as_deref()),
            addresses: texts(field("ip")),
            users: texts(field("users")),
            domain: text(field("domain")),
            alias: text(field("alias")),
            groups: texts(field("group_name")),
            isolation: EndpointIsolation::from_word(text(field("is_isolated")).as_deref()),
            scan_status: EndpointScanStatus::from_word(text(field("scan_status")).as_deref()),
            first_seen: time(field("first_seen")),
            last_seen: time(field("last_seen")),
        })
    }
}

impl<'de> Deserialize<'de> for EndpointSummary {
    /// Reads what was saved, also from inside of other values.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = to_raw_value(&Value::deserialize(deserializer)?).map_err(de::Error::custom)?;
        Self::from_raw(&raw).map_err(de::Error::custom)
    }
}

/// A text that says something.
fn text(raw: Option<&RawValue>) -> Option<String> {
    raw.and_then(text_or_integer).filter(|text| !text.is_empty())
}

/// A list of texts, or a lone one.
fn texts(raw: Option<&RawValue>) -> Vec<String> {
    let items = raw.and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
    match items {
        Some(items) => items.into_iter().filter_map(|item| text(Some(item))).collect(),
        None => text(raw).into_iter().collect(),
    }
}

fn time(raw: Option<&RawValue>) -> Option<EpochMillis> {
    let millis = text(raw)?.parse().ok()?;
    Some(EpochMillis::new(millis)).filter(|time| time.holds())
}
