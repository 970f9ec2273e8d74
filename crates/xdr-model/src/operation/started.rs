//! The parts that all operations that start an action share: the selection of endpoints, and the reply.

use std::fmt;

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::body_findings::BodyFindings;
use crate::filter::Filters;
use crate::ids::{ActionId, IncidentId};
use crate::json_integer::text_or_integer;
use crate::redact::Secrets;
use crate::reply::{self, DecodeError};
use crate::request_reader::{FromDocument, RequestReader};
use crate::supplied;
use crate::validate::{Invalid, Place};

/// An action that the tenant has accepted. This means only that the tenant passed it on to the endpoints.
///
/// Source: the success replies of [Scan Endpoints] and [Cancel Scan Endpoints]. Each of the three fields is text or an
/// integer. The last two may be absent. Unknown keys are ignored.
///
/// [Scan Endpoints]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Scan-Endpoints?contentId=YLqHYo5LC0bVOoDVlBzgug
/// [Cancel Scan Endpoints]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Cancel-Scan-Endpoints?contentId=Zo8a669Rm_fRHFr74vjifg
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
    /// The id of the action, which is used to follow it.
    pub action_id: ActionId,
    /// How many endpoints the action covers. **This can be lower than the number of ids that were sent.** The tenant
    /// does not say which endpoints it left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, schema_with = "crate::shape::count"))]
    pub endpoints_count: Option<u64>,
    /// The status in the reply. Its meaning is not documented. A status of more than 1,024 bytes is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default, schema_with = "crate::shape::text_or_integer"))]
    pub status: Option<String>,
}

/// The fields of a reply. If a field is repeated, the first readable one counts.
#[derive(Default)]
struct Fields {
    action_id: Option<ActionId>,
    endpoints_count: Option<u64>,
    status: Option<String>,
}

impl Fields {
    /// Takes in a value of a document. Numbers are read from their digits, because an id can change if it is converted
    /// to a float.
    fn take(&mut self, name: &str, raw: &str) {
        let Some(text) = text_or_integer(raw) else { return };
        match name {
            ACTION_ID => self.action_id = self.action_id.take().or(ActionId::named(text)),
            COUNT => self.endpoints_count = self.endpoints_count.or(text.parse().ok()),
            _ => self.status = self.status.take().or(Some(text)),
        }
    }

    /// Only the id must be readable. A started action is never lost because of a detail beside its id.
    fn started(self) -> Option<StartedAction> {
        let Self { action_id, endpoints_count, status } = self;
        Some(StartedAction { action_id: action_id?, endpoints_count, status })
    }
}

const ACTION_ID: &str = "action_id";
const COUNT: &str = "endpoints_count";
const NAMES: [&str; 3] = [ACTION_ID, COUNT, "status"];
const NO_ID: &str = "no readable action_id";

impl StartedAction {
    /// Reads the body of a reply. A body that names two different actions is unreadable: if it were cut off between the
    /// two, only one of them would be known.
    pub(super) fn in_body(body: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Fields::default();
        reply::read_by(body, |reader| {
            fields = Fields::default();
            if reader.peek()? != b'{' {
                return reader.value().map(|_| false);
            }
            let mut is_error = false;
            reader.object(|reader, key| {
                match NAMES.iter().find(|name| key.is(name)) {
                    Some(name) => fields.take(name, reader.value()?),
                    None => is_error |= reply::is_error_entry(reader, key)?,
                }
                Ok(())
            })?;
            Ok(is_error)
        })?;
        let started = fields.started().ok_or_else(|| DecodeError::misshapen(body, NO_ID))?;
        match BodyFindings::in_body(body, true).action {
            Some(first) if first != started.action_id => {
                Err(DecodeError::misshapen(body, "the reply names more than one action"))
            }
            _ => Ok(started),
        }
    }
}

impl StartedAction {
    /// Removes secrets from the status and from the shown form of the id.
    pub(super) fn redact(&mut self, secrets: &Secrets) {
        self.action_id.hide(secrets);
        self.status = self.status.take().map(|status| secrets.redact(&status));
    }
}

impl<'de> Deserialize<'de> for StartedAction {
    /// Reads a saved action, also inside another value.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SavedFields)
    }
}

/// Reads fields from any format.
struct SavedFields;

impl<'de> Visitor<'de> for SavedFields {
    type Value = StartedAction;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a started action")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StartedAction, A::Error> {
        let mut fields = Fields::default();
        while let Some(key) = map.next_key::<String>()? {
            match NAMES.iter().find(|name| **name == key) {
                Some(name) => fields.take(name, &map.next_value::<Value>()?.to_string()),
                None => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        fields.started().ok_or_else(|| de::Error::custom(NO_ID))
    }
}

/// The methods that both operations share, for a struct with `filters` and `incident_id`.
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
            /// Without any filter it is refused and never sent.
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
            const MOST_REPLY: u64 = 1 << 20;
            type Reply = $crate::StartedAction;

            fn decode(body: &[u8]) -> Result<$crate::StartedAction, $crate::error::DecodeError> {
                $crate::StartedAction::in_body(body)
            }

            fn redact(
                reply: &mut $crate::StartedAction,
                secrets: &std::sync::Arc<$crate::credentials::Secrets>,
            ) {
                reply.redact(secrets);
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
