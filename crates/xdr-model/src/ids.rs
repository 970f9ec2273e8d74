//! The ids of the API.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::id_text::IdText;
use crate::json_integer::MAX_INTEGER;
use crate::redact::Secrets;
use crate::request_reader::{FromDocument, RequestReader, deserialize_by_the_rules, integer};
use crate::validate::{Invalid, Place, Violation};
use crate::{quotes, supplied};

/// The most bytes of an id of an action or an endpoint. A reply or a saved document with a longer id is unreadable.
/// The schema files do not contain this limit, because it is a limit of size.
pub(crate) const LONGEST_ID: usize = 1024;

/// Defines a newtype that takes any text. The text is checked where a request supplies it, so that one check finds
/// every mistake of a request. Replies may hold any text.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(IdText);

        impl $name {
            /// The text as it is sent. It can hold a secret that `Display` hides.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl<T: Into<String>> From<T> for $name {
            fn from(text: T) -> Self {
                Self(IdText::from(text.into()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

text_id! {
    /// The id of an endpoint. It has 32 hex digits in practice, but this crate accepts any text.
    ///
    /// An id from a reply is kept and sent back as it arrived. An id in a filter follows the rule for texts, see
    /// [`Filter`](crate::Filter#texts).
    ///
    /// ```
    /// let endpoint = xdr_model::EndpointId::from("9f2c4b1e0d7a4c55a1b2c3d4e5f60718");
    /// assert_eq!(endpoint.as_str().len(), 32);
    /// ```
    EndpointId
}

text_id! {
    /// The id of an incident of the tenant. An action with this id appears in the timeline of the incident. The id is
    /// sent as text and follows the rule for texts, see [`Filter`](crate::Filter#texts).
    ///
    /// ```
    /// assert_eq!(xdr_model::IncidentId::from("42").as_str(), "42");
    /// ```
    IncidentId
}

/// The id of a started action, such as a scan or its cancellation. It is opaque and never empty.
///
/// The API sends the id as text or as an integer. It is sent back as an integer if it has only digits and no leading
/// zero.
///
/// An id that a person or a request document supplies follows the rule for texts, see
/// [`Filter`](crate::Filter#texts). An id from a reply or from a saved document is kept and sent back as it arrived.
/// An id of more than 1,024 bytes cannot be read. This is a limit of size, like the limit of a reply's body.
///
/// ```
/// use xdr_model::ActionId;
///
/// assert_eq!("4294967297".parse::<ActionId>().unwrap(), ActionId::from(4_294_967_297));
/// assert!("42\n".parse::<ActionId>().is_err());
/// assert_eq!(serde_json::from_str::<ActionId>(r#""42\n""#).unwrap().as_str(), "42\n"); // it was saved
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(schema_with = "crate::shape::action_id")
)]
pub struct ActionId(IdText);

impl EndpointId {
    /// The same, shown without the secrets.
    pub(crate) fn hiding(mut self, secrets: &Secrets) -> Self {
        self.0.hide(secrets);
        self
    }
}

impl ActionId {
    /// The id as text. It can hold a secret that `Display` hides.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// From now on it is shown without the secrets.
    pub(crate) fn hide(&mut self, secrets: &Secrets) {
        self.0.hide(secrets);
    }

    /// An id from the tenant. `None` if it is empty or too long.
    pub(crate) fn named(text: String) -> Option<Self> {
        (1..=LONGEST_ID).contains(&text.len()).then(|| Self(text.into()))
    }

    /// Writes the id in the form that the API accepts: an id of digits as an integer, even if it is above 2^53.
    pub(crate) fn as_the_api_takes_it<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_integer() {
            Some(id) => serializer.serialize_u64(id),
            None => serializer.serialize_str(self.as_str()),
        }
    }

    /// The id as an integer, if it can be sent as one. `07` cannot, because it would become the id of another action.
    fn as_integer(&self) -> Option<u64> {
        self.as_str().parse().ok().filter(|id: &u64| id.to_string() == self.as_str())
    }
}

impl From<u64> for ActionId {
    fn from(id: u64) -> Self {
        Self(id.to_string().into())
    }
}

impl FromStr for ActionId {
    type Err = Invalid;

    /// # Errors
    /// When the id breaks the rule for texts, or is a number in the form of a spreadsheet or a formatter, such as
    /// `4294967297.0` or `4,294,967,297`. Such an id names no action.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match supplied_rule(text) {
            None => Ok(Self(text.to_owned().into())),
            Some(rule) => {
                Err(Invalid::one(Violation::new("/action_id", rule).with_found(&format!("{text:?}"))))
            }
        }
    }
}

/// The rule that a supplied id breaks.
fn supplied_rule(text: &str) -> Option<Cow<'static, str>> {
    supplied::broken_rule(text).or_else(|| is_formatted_number(text).then_some(FORMATTED_NUMBER.into()))
}

/// Whether the text consists of digits with decimal points or thousands separators. The schema has the same rule.
fn is_formatted_number(text: &str) -> bool {
    let is_mark = |c: char| matches!(c, '.' | ',' | '\'');
    text.contains(is_mark)
        && text.contains(|c: char| c.is_ascii_digit())
        && !text.contains(|c: char| !is_mark(c) && !c.is_ascii_digit())
}

const FORMATTED_NUMBER: &str = "must be the id as the tenant names it, not a formatted number: copy it again, without separators or decimals";

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for ActionId {
    /// An integer if every language reads it exactly, otherwise text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_integer().filter(|id| *id <= MAX_INTEGER) {
            Some(id) => serializer.serialize_u64(id),
            None => serializer.serialize_str(self.as_str()),
        }
    }
}

impl ActionId {
    /// Reads an id that a request document supplies.
    pub(crate) fn read_supplied(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        match value {
            Value::String(text) => match supplied_rule(&text).filter(|_| !text.is_empty()) {
                Some(rule) => reader.refuse(place, rule, &text.into()),
                None => Self::read(reader, place, text.into()),
            },
            other => Self::read(reader, place, other),
        }
    }
}

impl FromDocument for ActionId {
    /// Reads an id from a saved document. It may come from the tenant, so the rule for texts does not apply.
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        const RULE: &str =
            "must be non-empty text or an integer from 0 to 9007199254740991; write a greater one as text";
        let read = match &value {
            Value::String(text) if text.len() > LONGEST_ID => {
                reader.note(place.breaks(format!("must be at most {LONGEST_ID} bytes long")));
                return None;
            }
            Value::String(text) => Self::named(text.clone()),
            number => integer(number)
                .and_then(|id| u64::try_from(id).ok())
                .filter(|id| *id <= MAX_INTEGER)
                .map(Self::from),
        };
        read.or_else(|| reader.refuse(place, RULE, &value))
    }
}

deserialize_by_the_rules!(ActionId, IncidentId);

impl FromDocument for IncidentId {
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        reader.supplied(place, value).map(Self::from)
    }
}

impl<'de> Deserialize<'de> for EndpointId {
    /// Reads any text, because the tenant chooses the ids.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// The id of an API key, which is sent as `x-xdr-auth-id`. It has 1 to 20 ASCII digits.
///
/// ```
/// use xdr_model::credentials::ApiKeyId;
///
/// assert!("7".parse::<ApiKeyId>().is_ok());
/// assert!("7 ".parse::<ApiKeyId>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApiKeyId(String);

impl ApiKeyId {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ApiKeyId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.into()))
        } else {
            let rule = if quotes::surround(text) { quotes::RULE } else { "must be 1 to 20 ASCII digits" };
            // The value is not shown: if somebody mixed up the fields, it is the key.
            Err(Invalid::one(Violation::new("/key_id", rule)))
        }
    }
}
