//! What the API names things by.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::document::{Document, FromDocument, MAX_INTEGER, deserialize_by_the_rules, integer};
use crate::quotes;
use crate::validate::{Invalid, Place, Violation};

/// A text newtype that takes any text. That it is not empty is checked where it is sent, so that one look
/// finds every mistake of a request; replies may hold what they like.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("minLength" = 1)))]
        pub struct $name(String);

        impl $name {
            /// The text as it is sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<T: Into<String>> From<T> for $name {
            fn from(text: T) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&crate::text::sanitise(&self.0, 128))
            }
        }
    };
}

text_id! {
    /// A managed machine: 32 hex digits in practice, opaque here.
    ///
    /// ```
    /// let endpoint = xdr_model::EndpointId::from("9f2c4b1e0d7a4c55a1b2c3d4e5f60718");
    /// assert_eq!(endpoint.as_str().len(), 32);
    /// ```
    EndpointId
}

text_id! {
    /// An incident of the tenant; the action then appears in its timeline. Sent as text.
    ///
    /// ```
    /// assert_eq!(xdr_model::IncidentId::from("42").as_str(), "42");
    /// ```
    IncidentId
}

/// A started action: what a scan or its cancellation is followed by. Opaque, never empty.
///
/// The API sends it as text or as an integer; it is sent back as an integer when it is all digits and without zeros
/// before them.
///
/// ```
/// use xdr_model::ActionId;
///
/// assert_eq!("4294967297".parse::<ActionId>().unwrap(), ActionId::from(4_294_967_297));
/// assert!("".parse::<ActionId>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(schema_with = "crate::schema::action_id")
)]
pub struct ActionId(String);

impl ActionId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `None` for the empty text: an id that names nothing.
    pub(crate) fn from_text(text: String) -> Option<Self> {
        (!text.is_empty()).then_some(Self(text))
    }

    /// Reads an id that somebody supplies in a request; one that the tenant has named is read as it is.
    pub(crate) fn read_supplied(document: &mut Document, place: &Place<'_>, value: Value) -> Option<Self> {
        match value.as_str() {
            Some(text) if is_formatted_number(text) => document.refuse(place, FORMATTED_NUMBER, &value),
            _ => Self::read(document, place, value),
        }
    }

    /// Writes the id as the API takes it: all digits as an integer, however large.
    pub(crate) fn as_the_api_takes_it<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_integer() {
            Some(id) => serializer.serialize_u64(id),
            None => serializer.serialize_str(&self.0),
        }
    }

    /// The id as the integer that is sent, if it is one: `07` is not, for it would become that of another action.
    fn as_integer(&self) -> Option<u64> {
        self.0.parse().ok().filter(|id: &u64| id.to_string() == self.0)
    }
}

impl From<u64> for ActionId {
    fn from(id: u64) -> Self {
        Self(id.to_string())
    }
}

impl FromStr for ActionId {
    type Err = Invalid;

    /// # Errors
    /// When it is empty, or a number as a spreadsheet or a formatter shows it: `4294967297.0`, `4,294,967,297`. It
    /// would be sent as text and name no action.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if is_formatted_number(text) {
            return Err(Invalid::one(
                Violation::new("/action_id", FORMATTED_NUMBER).with_found(&format!("{text:?}")),
            ));
        }
        Self::from_text(text.into())
            .ok_or_else(|| Invalid::one(Violation::new("/action_id", "must not be empty")))
    }
}

/// Whether the text is digits with decimal points or separators of thousands. The schema says the same.
fn is_formatted_number(text: &str) -> bool {
    let is_mark = |c: char| matches!(c, '.' | ',' | '\'');
    text.contains(is_mark)
        && text.contains(|c: char| c.is_ascii_digit())
        && !text.contains(|c: char| !is_mark(c) && !c.is_ascii_digit())
}

const FORMATTED_NUMBER: &str =
    "must be the id as the tenant names it, not a formatted number: write its digits without . , or '";

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&crate::text::sanitise(&self.0, 128))
    }
}

impl Serialize for ActionId {
    /// An integer where every language reads it exactly, else text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_integer().filter(|id| *id <= MAX_INTEGER) {
            Some(id) => serializer.serialize_u64(id),
            None => serializer.serialize_str(&self.0),
        }
    }
}

impl FromDocument for ActionId {
    fn read(document: &mut Document, place: &Place<'_>, value: Value) -> Option<Self> {
        const RULE: &str =
            "must be non-empty text or an integer from 0 to 9007199254740991; write a greater one as text";
        let read = match &value {
            Value::String(text) => Self::from_text(text.clone()),
            number => integer(number)
                .and_then(|id| u64::try_from(id).ok())
                .filter(|id| *id <= MAX_INTEGER)
                .map(Self::from),
        };
        read.or_else(|| document.refuse(place, RULE, &value))
    }
}

deserialize_by_the_rules!(ActionId, IncidentId);

impl FromDocument for IncidentId {
    fn read(document: &mut Document, place: &Place<'_>, value: Value) -> Option<Self> {
        match value {
            Value::String(id) if !id.is_empty() => Some(Self(id)),
            other => document.refuse(place, Self::RULE, &other),
        }
    }
}

impl IncidentId {
    pub(crate) const RULE: &str = "must be non-empty text";
}

impl<'de> Deserialize<'de> for EndpointId {
    /// Any text: a tenant names its endpoints as it likes.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// The number of an API key, sent as `x-xdr-auth-id`: 1 to 20 ASCII digits.
///
/// ```
/// use xdr_model::ApiKeyId;
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
            // What was found is not shown: people mix up the fields, and then it is the key.
            Err(Invalid::one(Violation::new("/key_id", rule)))
        }
    }
}
