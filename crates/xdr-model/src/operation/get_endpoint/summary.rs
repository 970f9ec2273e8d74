//! One endpoint of a page.

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer};
use serde_json::Value;

use super::words::{EndpointConnection, EndpointIsolation, EndpointPlatform, EndpointScanStatus};
use crate::filter::EpochMillis;
use crate::ids::EndpointId;
use crate::json_integer::text_or_integer;
use crate::json_reader::Reader;
use crate::redact::Secrets;

/// What a tenant reports about an endpoint: the fields that most programs need.
///
/// Only the id is always present. Any other field is absent if the tenant omits it, sends null or an empty value, or
/// sends it in an unexpected form. Such a field does not make the endpoint unreadable. Unknown keys are ignored.
///
/// It is `Serialize` and `Deserialize`. The keys are those of the API, and the words have the spelling of the
/// filters. An absent field has no key.
///
/// Source: the reply of the page [Get Endpoint]; the fixtures of demisto/content for what can be null or absent.
///
/// [Get Endpoint]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Get-Endpoint
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
    /// The alias that a user gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "super::shape::ReportedText"))]
    pub alias: Option<String>,
    /// The names of the endpoint groups.
    #[serde(rename = "group_name", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default, with = "super::shape::ReportedTexts"))]
    pub groups: Vec<String>,
    /// Whether it is isolated from the network.
    #[serde(rename = "is_isolated", skip_serializing_if = "EndpointIsolation::is_unreported")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub isolation: EndpointIsolation,
    /// The state of its last scan.
    #[serde(skip_serializing_if = "EndpointScanStatus::is_unreported")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub scan_status: EndpointScanStatus,
    /// When it was first seen, in epoch milliseconds. Absent if it does not have 13 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "super::shape::ReportedTime"))]
    pub first_seen: Option<EpochMillis>,
    /// When it was last seen, in epoch milliseconds. Absent if it does not have 13 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, with = "super::shape::ReportedTime"))]
    pub last_seen: Option<EpochMillis>,
}

impl EndpointSummary {
    /// Reads the endpoints of a page.
    pub(super) fn list(raw: &str) -> Result<Vec<Self>, &'static str> {
        let (mut endpoints, mut unread) = (Vec::new(), false);
        let read = Reader::new(raw).list(|reader| {
            let raw = reader.value()?;
            match Self::read(raw).filter(|_| endpoints.len() < MOST) {
                Some(endpoint) => endpoints.push(endpoint),
                None => unread = true,
            }
            Ok(())
        });
        match read {
            Ok(()) if !unread => Ok(endpoints),
            Ok(()) if endpoints.len() == MOST => Err("there are more than 1000 endpoints"),
            Ok(()) => Err(NO_ID),
            Err(_) => Err("`endpoints` is not a list"),
        }
    }

    /// Reads an endpoint. If a key is repeated, the last one counts. An endpoint without a readable id is an error,
    /// because skipping it would hide an endpoint.
    fn read(raw: &str) -> Option<Self> {
        let mut id = None;
        let mut read = Self::unreported(EndpointId::from(""));
        Reader::new(raw)
            .object(|reader, key| {
                let raw = reader.value()?;
                match KEYS.iter().find(|known| key.is(known)) {
                    Some(&"endpoint_id") => id = text(raw),
                    Some(known) => read.take(known, raw),
                    None => {}
                }
                Ok(())
            })
            .ok()?;
        Some(Self { id: id?.into(), ..read })
    }

    /// Removes secrets from the texts and words, and from the shown form of the id.
    pub(super) fn redact(&mut self, secrets: &Secrets) {
        self.id = std::mem::replace(&mut self.id, EndpointId::from("")).hiding(secrets);
        let Self { name, domain, alias, addresses, users, groups, .. } = self;
        let texts = [name, domain, alias].into_iter().flatten();
        let lists = [addresses, users, groups].into_iter().flatten();
        texts.chain(lists).for_each(|text| *text = secrets.redact(text));
        self.connection.redact(secrets);
        self.platform.redact(secrets);
        self.isolation.redact(secrets);
        self.scan_status.redact(secrets);
    }

    fn unreported(id: EndpointId) -> Self {
        Self {
            id,
            name: None,
            connection: EndpointConnection::default(),
            platform: EndpointPlatform::default(),
            addresses: Vec::new(),
            users: Vec::new(),
            domain: None,
            alias: None,
            groups: Vec::new(),
            isolation: EndpointIsolation::default(),
            scan_status: EndpointScanStatus::default(),
            first_seen: None,
            last_seen: None,
        }
    }

    fn take(&mut self, key: &str, raw: &str) {
        match key {
            "endpoint_name" => self.name = text(raw),
            "endpoint_status" => self.connection = EndpointConnection::from_word(text(raw).as_deref()),
            "os_type" => self.platform = EndpointPlatform::from_word(text(raw).as_deref()),
            "ip" => self.addresses = texts(raw),
            "users" => self.users = texts(raw),
            "domain" => self.domain = text(raw),
            "alias" => self.alias = text(raw),
            "group_name" => self.groups = texts(raw),
            "is_isolated" => self.isolation = EndpointIsolation::from_word(text(raw).as_deref()),
            "scan_status" => self.scan_status = EndpointScanStatus::from_word(text(raw).as_deref()),
            "first_seen" => self.first_seen = time(raw),
            _ => self.last_seen = time(raw),
        }
    }
}

impl<'de> Deserialize<'de> for EndpointSummary {
    /// Reads a saved endpoint, also inside another value.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&Value::deserialize(deserializer)?.to_string()).ok_or_else(|| de::Error::custom(NO_ID))
    }
}

/// More endpoints than any page has.
const MOST: usize = 1000;
const NO_ID: &str = "an endpoint has no readable `endpoint_id`";

/// The parts of an endpoint that are read.
const KEYS: [&str; 13] = [
    "endpoint_id",
    "endpoint_name",
    "endpoint_status",
    "os_type",
    "ip",
    "users",
    "domain",
    "alias",
    "group_name",
    "is_isolated",
    "scan_status",
    "first_seen",
    "last_seen",
];

/// A text that is not empty.
fn text(raw: &str) -> Option<String> {
    text_or_integer(raw).filter(|text| !text.is_empty())
}

/// A list of texts, or one text.
fn texts(raw: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let list = Reader::new(raw).list(|reader| {
        texts.extend(text(reader.value()?));
        Ok(())
    });
    if list.is_err() {
        texts = text(raw).into_iter().collect();
    }
    texts
}

fn time(raw: &str) -> Option<EpochMillis> {
    let millis = text(raw)?.parse().ok()?;
    Some(EpochMillis::new(millis)).filter(|time| time.holds())
}
