//! Reads a JSON document from another program by the rules of the requests, and notes every violation.
//!
//! The derived readers of serde are too lenient for this: they accept an array as an object and `null` as an absent
//! value, and they stop at the first mistake. The rules are those of the schema files, so both accept the same
//! documents.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use crate::json_integer::MAX_INTEGER;
use crate::supplied;
use crate::validate::{Invalid, Place, Violation};

/// A value of a document that is read by the rules.
pub(crate) trait FromDocument: Sized {
    /// Reads the value at `place`. `None` if a violation was noted.
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self>;
}

/// Reads a document that is one value.
pub(crate) fn from_json<T: FromDocument>(text: &str) -> Result<T, Invalid> {
    RequestReader::parse(text, |reader, value| T::read(reader, &Place::Root, value))
}

/// Implements `Deserialize` by the rules. The derived readers are too lenient, see the documentation of this module.
macro_rules! deserialize_by_the_rules {
    ($($type:ty),+ $(,)?) => {
        $(impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::request_reader::deserialize(deserializer)
            }
        })+
    };
}

pub(crate) use deserialize_by_the_rules;

pub(crate) fn deserialize<'de, T: FromDocument, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    RequestReader::read(|reader| T::read(reader, &Place::Root, value)).map_err(de::Error::custom)
}

/// The violations found so far in one document.
#[derive(Default)]
pub(crate) struct RequestReader {
    violations: Vec<Violation>,
}

impl RequestReader {
    /// Reads `{"request_data": …}` from `text`.
    pub(crate) fn request<T: FromDocument>(text: &str) -> Result<T, Invalid> {
        Self::parse(text, |reader, value| {
            let mut object = reader.object(&Place::Root, value, &["request_data"], &[])?;
            T::read(reader, &Place::REQUEST_DATA, object.remove("request_data")?)
        })
    }

    fn parse<T>(text: &str, read: impl FnOnce(&mut Self, Value) -> Option<T>) -> Result<T, Invalid> {
        let value = serde_json::from_str(text)
            .map_err(|e| Invalid::one(Violation::new("", format!("must be JSON text: {e}"))))?;
        Self::read(|reader| read(reader, value))
    }

    fn read<T>(read: impl FnOnce(&mut Self) -> Option<T>) -> Result<T, Invalid> {
        let mut reader = Self::default();
        let read = read(&mut reader);
        Invalid::check(reader.violations)?;
        read.ok_or_else(|| Invalid::one(Violation::new("", "must keep the rules")))
    }

    /// Notes that `found` breaks `rule`.
    pub(crate) fn refuse<T>(
        &mut self,
        place: &Place<'_>,
        rule: impl Into<Cow<'static, str>>,
        found: &Value,
    ) -> Option<T> {
        self.violations.push(place.breaks(rule).with_found(&shape(found)));
        None
    }

    /// Notes a violation that does not show the document's value.
    pub(crate) fn note(&mut self, violation: Violation) {
        self.violations.push(violation);
    }

    /// An object with all `required` keys, and no keys except these and the `optional` ones.
    pub(crate) fn object(
        &mut self,
        place: &Place<'_>,
        value: Value,
        required: &[&str],
        optional: &[&str],
    ) -> Option<Map<String, Value>> {
        let Value::Object(object) = value else { return self.refuse(place, "must be an object", &value) };
        for key in required.iter().filter(|key| !object.contains_key(**key)) {
            self.violations.push(place.key(key).breaks("is required"));
        }
        for key in object.keys().filter(|key| !required.iter().chain(optional).any(|known| known == key)) {
            self.violations.push(place.key(key).breaks("is not a known key"));
        }
        Some(object)
    }

    /// Reads every item with `read`. `None` if at least one item breaks a rule.
    pub(crate) fn list<T>(
        &mut self,
        place: &Place<'_>,
        items: Vec<Value>,
        mut read: impl FnMut(&mut Self, &Place<'_>, Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut values = Some(Vec::with_capacity(items.len()));
        for (i, item) in items.into_iter().enumerate() {
            match (read(self, &place.index(i), item), &mut values) {
                (Some(value), Some(values)) => values.push(value),
                (None, _) => values = None,
                (Some(_), None) => {}
            }
        }
        values
    }

    pub(crate) fn text(&mut self, place: &Place<'_>, value: Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text),
            other => self.refuse(place, "must be text", &other),
        }
    }

    /// Text that a caller may supply.
    pub(crate) fn supplied(&mut self, place: &Place<'_>, value: Value) -> Option<String> {
        let Value::String(text) = value else { return self.refuse(place, supplied::RULE, &value) };
        match supplied::broken_rule(&text) {
            None => Some(text),
            Some(rule) => self.refuse(place, rule, &text.into()),
        }
    }

    pub(crate) fn array(&mut self, place: &Place<'_>, value: Value) -> Option<Vec<Value>> {
        match value {
            Value::Array(items) => Some(items),
            other => self.refuse(place, "must be a list", &other),
        }
    }

    /// An integer from 0 to [`MAX_INTEGER`].
    #[expect(clippy::needless_pass_by_value, reason = "all readers have this form")]
    pub(crate) fn count(&mut self, place: &Place<'_>, value: Value) -> Option<u64> {
        let count = integer(&value).and_then(|count| u64::try_from(count).ok());
        count
            .filter(|count| *count <= MAX_INTEGER)
            .or_else(|| self.refuse(place, "must be an integer from 0 to 9007199254740991", &value))
    }

    pub(crate) fn boolean(&mut self, place: &Place<'_>, value: Value) -> Option<bool> {
        match value {
            Value::Bool(value) => Some(value),
            other => self.refuse(place, "must be true or false", &other),
        }
    }

    /// The value of an optional key. `Some(None)` if it is absent, `None` if it breaks a rule.
    pub(crate) fn optional<T>(
        &mut self,
        place: &Place<'_>,
        object: &mut Map<String, Value>,
        key: &str,
        read: impl FnOnce(&mut Self, &Place<'_>, Value) -> Option<T>,
    ) -> Option<Option<T>> {
        match object.remove(key) {
            None => Some(None),
            Some(value) => read(self, &place.key(key), value).map(Some),
        }
    }
}

/// An integer as JSON Schema means it: `1.0` and `1e3` are integers too.
pub(crate) fn integer(value: &Value) -> Option<i128> {
    let number = value.as_number()?;
    if let Some(integer) = number.as_i128() {
        return Some(integer);
    }
    let float = number.as_f64()?;
    // A greater float is not converted. Every bound of the API is far below.
    (float.fract() == 0.0 && float.abs() <= 2f64.powi(100)).then_some(float as i128)
}

/// How a refused value is shown: a scalar as it is, any other value by its kind.
fn shape(value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => "an empty list".into(),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
        // Escaped as Rust does it, so that an invisible character does not hide the mistake.
        Value::String(text) => format!("{text:?}"),
        scalar => scalar.to_string(),
    }
}
