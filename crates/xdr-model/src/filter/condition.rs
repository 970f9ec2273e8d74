//! What a filter compares its field with: the trait of every row of the table.

use serde_json::Value;

use super::list::Values;
use super::values::{EpochMillis, Item, TimeBound};
use crate::request_reader::{RequestReader, integer};
use crate::validate::{Place, Violation};

/// An operator and a value. Every condition serialises as the value.
pub(crate) trait Condition {
    /// The operator on the wire.
    fn operator(&self) -> &'static str;
    /// The value in a short form for people. `show` formats each text in it.
    fn shortened(&self, show: &dyn Fn(&str) -> String) -> String;
    /// Notes every rule that the value at `place` breaks.
    fn check(&self, place: &Place<'_>, violations: &mut Vec<Violation>);
    /// Reads both from the filter at `place`. If one of them is absent, this has already been noted.
    fn read(
        reader: &mut RequestReader,
        place: &Place<'_>,
        operator: Option<Value>,
        value: Option<Value>,
    ) -> Option<Self>
    where
        Self: Sized;
    /// The schema of both.
    #[cfg(feature = "schema")]
    fn shape(generator: &mut schemars::SchemaGenerator) -> Shape
    where
        Self: Sized;
}

/// The schemas of an operator and of a value.
#[cfg(feature = "schema")]
pub(crate) struct Shape {
    pub(crate) operator: schemars::Schema,
    pub(crate) value: schemars::Schema,
}

impl<T: Item> Condition for Values<T> {
    fn operator(&self) -> &'static str {
        "in"
    }

    fn shortened(&self, show: &dyn Fn(&str) -> String) -> String {
        let values: Vec<_> = self.iter().take(SHOWN).map(|text| format!("{:?}", show(text))).collect();
        match self.len().saturating_sub(SHOWN) {
            0 => values.join(" or "),
            more => format!("{} or {more} more", values.join(", ")),
        }
    }

    fn check(&self, place: &Place<'_>, violations: &mut Vec<Violation>) {
        if self.is_empty() {
            violations.push(place.breaks(NO_VALUES));
        }
        for (i, item) in self.items().enumerate() {
            if let Some(rule) = item.broken_rule() {
                violations.push(place.index(i).breaks(rule).with_found(&format!("{:?}", item.text())));
            }
        }
    }

    fn read(
        reader: &mut RequestReader,
        place: &Place<'_>,
        operator: Option<Value>,
        value: Option<Value>,
    ) -> Option<Self> {
        if let Some(operator) = operator.filter(|operator| operator != "in") {
            reader.refuse::<()>(&place.key("operator"), "must be \"in\" for this field", &operator);
        }
        let place = place.key("value");
        match value? {
            Value::Array(items) if items.is_empty() => {
                reader.note(place.breaks(NO_VALUES));
                None
            }
            Value::Array(items) => reader.list(&place, items, read_item::<T>).map(Self::from_iter),
            other => reader.refuse(&place, "must be a list", &other),
        }
    }

    #[cfg(feature = "schema")]
    fn shape(generator: &mut schemars::SchemaGenerator) -> Shape {
        Shape {
            operator: generator.subschema_for::<crate::shape::InOperator>(),
            value: schemars::json_schema!({
                "type": "array",
                "items": T::schema(generator),
                "minItems": 1,
            }),
        }
    }
}

/// How many values are shown where they are shortened.
const SHOWN: usize = 3;
const TIME_OPERATORS: &str = "must be \"gte\" or \"lte\" for this field";
const NO_VALUES: &str = "must hold at least one value";

fn read_item<T: Item>(reader: &mut RequestReader, place: &Place<'_>, item: Value) -> Option<T> {
    let Value::String(text) = item else { return reader.refuse(place, T::RULE, &item) };
    match T::from_text(text).map(|item| (item.broken_rule(), item)) {
        Ok((None, item)) => Some(item),
        Ok((Some(rule), item)) => reader.refuse(place, rule, &item.text().into()),
        Err(text) => reader.refuse(place, T::RULE, &text.into()),
    }
}

impl Condition for TimeBound {
    fn operator(&self) -> &'static str {
        match self {
            Self::AtOrAfter(_) => "gte",
            Self::AtOrBefore(_) => "lte",
        }
    }

    fn shortened(&self, _: &dyn Fn(&str) -> String) -> String {
        match self {
            Self::AtOrAfter(time) => format!("at or after {}", time.get()),
            Self::AtOrBefore(time) => format!("at or before {}", time.get()),
        }
    }

    fn check(&self, place: &Place<'_>, violations: &mut Vec<Violation>) {
        let (Self::AtOrAfter(time) | Self::AtOrBefore(time)) = self;
        if !time.holds() {
            violations.push(place.breaks(time.rule()).with_found(&time.get().to_string()));
        }
    }

    fn read(
        reader: &mut RequestReader,
        place: &Place<'_>,
        operator: Option<Value>,
        value: Option<Value>,
    ) -> Option<Self> {
        let bound = operator.and_then(|operator| match operator.as_str() {
            Some("gte") => Some(Self::AtOrAfter as fn(EpochMillis) -> Self),
            Some("lte") => Some(Self::AtOrBefore as fn(EpochMillis) -> Self),
            _ => reader.refuse(&place.key("operator"), TIME_OPERATORS, &operator),
        });
        let time = value.and_then(|value| {
            let time = integer(&value).and_then(|millis| u64::try_from(millis).ok()).map(EpochMillis::new);
            let rule = time.map_or(EpochMillis::RULE, EpochMillis::rule);
            time.filter(|time| time.holds()).or_else(|| reader.refuse(&place.key("value"), rule, &value))
        });
        Some(bound?(time?))
    }

    #[cfg(feature = "schema")]
    fn shape(generator: &mut schemars::SchemaGenerator) -> Shape {
        Shape {
            operator: generator.subschema_for::<crate::shape::TimestampOperator>(),
            value: generator.subschema_for::<EpochMillis>(),
        }
    }
}

/// Notes an operator or a value that no field would take. A mistake in the field then does not hide other mistakes.
pub(super) fn refuse_for_every_field(
    reader: &mut RequestReader,
    place: &Place<'_>,
    operator: Option<Value>,
    value: Option<Value>,
) {
    if let Some(operator) =
        operator.filter(|operator| !["in", "gte", "lte"].iter().any(|known| operator == known))
    {
        reader.refuse::<()>(&place.key("operator"), "must be \"in\", \"gte\" or \"lte\"", &operator);
    }
    match value {
        Some(Value::Array(items)) if !items.is_empty() => {}
        Some(Value::Number(_)) | None => {}
        Some(other) => {
            reader.refuse::<()>(&place.key("value"), "must be a list of values or a number", &other);
        }
    }
}
