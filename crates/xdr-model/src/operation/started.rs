//! What the operations that start an action share: the selection of endpoints, and the reply.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::filter::Filters;
use crate::ids::{ActionId, IncidentId};
use crate::json_integer::text_or_integer;
use crate::request_reader::{FromDocument, RequestReader};
use crate::supplied;
use crate::validate::{Invalid, Place};

/// An action that the tenant has accepted. That says only that it was passed on to the endpoints.
///
/// Source: the success replies of "Scan Endpoints" and "Cancel Scan Endpoints". Each of the three comes as text
/// or as an integer; the last two may be absent. Unknown keys are ignored.
///
/// ```
/// use xdr_model::{Operation, Scan};
///
/// let started = Scan::decode(br#"{"reply":{"action_id":4294967297,"endpoints_count":"673"}}"#)?;
/// assert_eq!(started.action_id.as_str(), "4294967297");
/// assert_eq!(started.endpoints_count, Some(673));
/// # Ok::<(), xdr_model::error::DecodeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(
    example = serde_json::json!({"action_id": "4294967297", "endpoints_count": "673", "status": "1"}),
    example = serde_json::json!({"action_id": 4294967297u64}),
))]
#[non_exhaustive]
pub struct StartedAction {
    /// What the action is followed by.
    pub action_id: ActionId,
    /// How many endpoints the action covers. **This can be lower than the number of ids sent**; which ones the
    /// tenant left out it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, schema_with = "crate::shape::count"))]
    pub endpoints_count: Option<u64>,
    /// The reply's own status, whose meaning is not documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, schema_with = "crate::shape::text_or_integer"))]
    pub status: Option<String>,
}

impl StartedAction {
    /// Reads a reply. Its numbers are read from their digits: an id that went through a float can become another.
    pub(super) fn from_raw(raw: &RawValue) -> Result<Self, serde_json::Error> {
        Self::from_fields(&serde_json::from_str(raw.get())?)
    }

    /// Only the id must be readable: a started action is never lost to a detail beside it.
    fn from_fields<E: de::Error>(fields: &BTreeMap<String, Box<RawValue>>) -> Result<Self, E> {
        let text = |key| fields.get(key).and_then(|raw| text_or_integer(raw));
        Ok(Self {
            action_id: text("action_id")
                .and_then(ActionId::named)
                .ok_or_else(|| E::custom("no readable action_id"))?,
            endpoints_count: text("endpoints_count").and_then(|count| count.parse().ok()),
            status: text("status"),
        })
    }
}

impl<'de> Deserialize<'de> for StartedAction {
    /// Reads what was saved, also from inside of other values.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = BTreeMap::<String, Value>::deserialize(deserializer)?;
        let raw = |value| serde_json::value::to_raw_value(value).map_err(de::Error::custom);
        let fields = fields.iter().map(|(key, value)| Ok((key.clone(), raw(value)?)));
        Self::from_fields(&fields.collect::<Result<_, D::Error>>()?)
    }
}

/// What both operations do alike with their selection, for a struct with `filters` and `incident_id`.
macro_rules! selects_endpoints {
    (
        $name:ident, $operation:literal, $path:literal,
        all: $all:literal, matching: $matching:literal
    ) => {
        impl $name {
            #[doc = $all]
            pub fn all() -> Self {
                Self { filters: Filters::All, incident_id: None }
            }

            #[doc = $matching]
            /// With no filter at all it is refused, never sent.
            pub fn matching(filters: impl IntoIterator<Item = Filter>) -> Self {
                Self { filters: Filters::Matching(filters.into_iter().collect()), incident_id: None }
            }

            /// The same, shown in the timeline of this incident.
            #[must_use]
            pub fn with_incident(mut self, incident: impl Into<IncidentId>) -> Self {
                self.incident_id = Some(incident.into());
                self
            }
        }

        impl $crate::request_reader::FromDocument for $name {
            fn read(
                reader: &mut $crate::request_reader::RequestReader,
                place: &$crate::validate::Place<'_>,
                value: serde_json::Value,
            ) -> Option<Self> {
                let (filters, incident_id) =
                    $crate::operation::started::read_selection(reader, place, value)?;
                Some(Self { filters, incident_id })
            }
        }

        $crate::request_reader::deserialize_by_the_rules!($name);

        impl $crate::Operation for $name {
            const NAME: &'static str = $operation;
            const PATH: &'static str = $path;
            const REPLAY: $crate::Replay = $crate::Replay::Unsafe;
            type Reply = $crate::StartedAction;

            fn decode(body: &[u8]) -> Result<$crate::StartedAction, $crate::error::DecodeError> {
                $crate::reply::read_by(body, $crate::StartedAction::from_raw)
            }

            fn from_json(text: &str) -> Result<Self, $crate::Invalid> {
                $crate::request_reader::RequestReader::request(text)
            }

            fn validate(&self) -> Result<(), $crate::Invalid> {
                $crate::operation::started::check_selection(&self.filters, self.incident_id.as_ref())
            }

            fn filters(&self) -> Option<&$crate::Filters> {
                Some(&self.filters)
            }
        }
    };
}

pub(super) use selects_endpoints;

/// The rules of `request_data` in both operations.
pub(super) fn check_selection(filters: &Filters, incident: Option<&IncidentId>) -> Result<(), Invalid> {
    let mut violations = Vec::new();
    filters.check(&Place::REQUEST_DATA.key("filters"), &mut violations);
    let incident = incident.map(IncidentId::as_str);
    if let Some((id, rule)) = incident.and_then(|id| Some((id, supplied::broken_rule(id)?))) {
        let place = Place::REQUEST_DATA.key("incident_id");
        violations.push(place.breaks(rule).with_found(&format!("{id:?}")));
    }
    Invalid::check(violations)
}

/// `request_data` of both operations.
pub(super) fn read_selection(
    reader: &mut RequestReader,
    place: &Place<'_>,
    value: Value,
) -> Option<(Filters, Option<IncidentId>)> {
    let mut object = reader.object(place, value, &["filters"], &["incident_id"])?;
    let filters =
        object.remove("filters").and_then(|filters| Filters::read(reader, &place.key("filters"), filters));
    let incident = reader.optional(place, &mut object, "incident_id", IncidentId::read);
    Some((filters?, incident?))
}
