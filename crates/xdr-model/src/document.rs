//! Reads a JSON document from elsewhere by the rules of the requests, noting every violation on the way.
//!
//! serde's derived readers are too kind for this: they take arrays for objects and `null` for absent, and they
//! stop at the first mistake. The rules are those of the schema files, so both give the same verdict.

use serde_json::{Map, Value};

use crate::validate::{Invalid, Place, Violation};

/// The violations met so far in one document.
#[derive(Default)]
pub(crate) struct Document {
    violations: Vec<Violation>,
}

impl Document {
    /// Reads `{"request_data": …}` from `text`, its inside with `read`.
    pub(crate) fn request<T>(
        text: &str,
        read: impl FnOnce(&mut Self, &Place<'_>, Value) -> Option<T>,
    ) -> Result<T, Invalid> {
        let mut document = Self::default();
        let value = serde_json::from_str(text)
            .map_err(|e| Invalid::one(Violation::new("", format!("must be JSON text: {e}"))))?;
        let read = document
            .object(&Place::Root, value, &["request_data"], &[])
            .and_then(|mut object| object.remove("request_data"))
            .and_then(|inside| read(&mut document, &Place::REQUEST_DATA, inside));
        Invalid::check(std::mem::take(&mut document.violations))?;
        read.ok_or_else(|| Invalid::one(Violation::new("", "must be a request")))
    }

    /// Notes that `found` breaks `rule`.
    pub(crate) fn refuse<T>(&mut self, place: &Place<'_>, rule: &'static str, found: &Value) -> Option<T> {
        self.violations.push(place.breaks(rule).with_found(&shape(found)));
        None
    }

    /// Notes a violation that shows nothing of the document.
    pub(crate) fn note(&mut self, violation: Violation) {
        self.violations.push(violation);
    }

    /// An object that holds all `required` keys and none beyond these and the `optional` ones.
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
            self.violations.push(place.key(key).breaks("is not a key of this request"));
        }
        Some(object)
    }

    /// Every item read with `read`; `None` once one of them breaks a rule.
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
}

/// 2^53 - 1, the greatest integer that every language reads exactly. Documents hold none above it.
pub(crate) const MAX_INTEGER: u64 = 9_007_199_254_740_991;

/// An integer as JSON Schema means it: `1.0` and `1e3` are integers too.
pub(crate) fn integer(value: &Value) -> Option<i128> {
    let number = value.as_number()?;
    if let Some(integer) = number.as_i128() {
        return Some(integer);
    }
    let float = number.as_f64()?;
    // The largest magnitude with exact neighbours is enough: every bound of the API lies below it.
    (float.fract() == 0.0 && float.abs() <= 2f64.powi(100)).then_some(float as i128)
}

/// How a refused value is shown: scalars as they are, the rest by kind.
fn shape(value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => "an empty list".into(),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
        // As Rust writes it: a character that cannot be seen must not hide the mistake.
        Value::String(text) => format!("{text:?}"),
        scalar => scalar.to_string(),
    }
}
