//! Reads the reply in one pass, whatever becomes of its entries: a reply of 100,000 endpoints is 5 MB.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{ActionStatus, EndpointActionStatus, StatusCounts};
use crate::ids::EndpointId;
use crate::reply::{self, DecodeError};

/// The whole reply.
pub(super) fn whole(body: &[u8]) -> Result<ActionStatus, DecodeError> {
    let mut status = ActionStatus::default();
    read(body, &mut status)?;
    Ok(status)
}

/// The numbers only.
pub(super) fn counts(body: &[u8]) -> Result<StatusCounts, DecodeError> {
    let mut counts = StatusCounts::default();
    read(body, &mut counts)?;
    Ok(counts)
}

/// What takes in the entries of a reply.
trait Sink: Default {
    /// `reply` begins; where a key is repeated the last one counts.
    fn clear(&mut self) {
        *self = Self::default();
    }
    /// `data` begins; the same holds.
    fn begin(&mut self);
    fn endpoint(&mut self, id: Cow<'_, str>, word: Option<&str>);
    fn reasons<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error>;
}

impl Sink for StatusCounts {
    fn begin(&mut self) {
        *self = Self::default();
    }

    fn endpoint(&mut self, _id: Cow<'_, str>, word: Option<&str>) {
        self.add_word(word);
    }

    fn reasons<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        map.next_value::<IgnoredAny>().map(|_| ())
    }
}

impl Sink for ActionStatus {
    fn begin(&mut self) {
        self.endpoints.clear();
    }

    fn endpoint(&mut self, id: Cow<'_, str>, word: Option<&str>) {
        self.endpoints.push((EndpointId::from(id), EndpointActionStatus::from_word(word)));
    }

    fn reasons<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        // A reason is worth less than the statuses beside it: one that cannot be read is left out.
        let raw: Box<RawValue> = map.next_value()?;
        let reasons: BTreeMap<String, Value> = serde_json::from_str(raw.get()).unwrap_or_default();
        self.error_reasons = reasons.into_iter().map(|(id, reason)| (EndpointId::from(id), reason)).collect();
        Ok(())
    }
}

impl<'de> Deserialize<'de> for ActionStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut status = Self::default();
        if Reply(&mut status).deserialize(deserializer)? {
            return Err(de::Error::custom("an error object"));
        }
        Ok(status)
    }
}

fn read(body: &[u8], sink: &mut impl Sink) -> Result<(), DecodeError> {
    let text = std::str::from_utf8(body).map_err(DecodeError::not_text)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let is_error = Envelope(sink)
        .deserialize(&mut deserializer)
        .and_then(|is_error| deserializer.end().map(|()| is_error))
        .map_err(|e| DecodeError::from_json(body, &e))?;
    if is_error { Err(DecodeError::error_inside(body)) } else { Ok(()) }
}

/// `{"reply": …}`; whether an error object was met.
struct Envelope<'s, S>(&'s mut S);

/// `{"data": …, "errorReasons": …}`; whether it is an error object instead.
struct Reply<'s, S>(&'s mut S);

/// `{"<endpoint id>": "<status>"}` or null.
struct Data<'s, S>(&'s mut S);

macro_rules! map_seed {
    ($name:ident, $value:ty, $deserialize:ident) => {
        impl<'de, S: Sink> DeserializeSeed<'de> for $name<'_, S> {
            type Value = $value;

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<$value, D::Error> {
                deserializer.$deserialize(self)
            }
        }
    };
}

map_seed!(Envelope, bool, deserialize_map);
map_seed!(Reply, bool, deserialize_map);
map_seed!(Data, (), deserialize_any);

impl<'de, S: Sink> Visitor<'de> for Envelope<'_, S> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a reply")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let (mut reply_is_error, mut is_error) = (None, false);
        while let Some(key) = map.next_key_seed(Text)? {
            match &*key {
                "reply" => {
                    self.0.clear();
                    reply_is_error = Some(map.next_value_seed(Reply(self.0))?);
                }
                key => is_error |= is_error_entry(key, &mut map)?,
            }
        }
        match reply_is_error {
            Some(reply_is_error) => Ok(reply_is_error || is_error),
            None if is_error => Ok(true),
            None => Err(de::Error::missing_field("reply")),
        }
    }
}

impl<'de, S: Sink> Visitor<'de> for Reply<'_, S> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the status of an action")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut is_error = false;
        while let Some(key) = map.next_key_seed(Text)? {
            match &*key {
                "data" => map.next_value_seed(Data(self.0))?,
                "errorReasons" => self.0.reasons(&mut map)?,
                key => is_error |= is_error_entry(key, &mut map)?,
            }
        }
        Ok(is_error)
    }
}

/// Takes the value of another key; whether the key shows that this is an error object.
fn is_error_entry<'de, A: MapAccess<'de>>(key: &str, map: &mut A) -> Result<bool, A::Error> {
    if matches!(key, "err_code" | "err_msg") {
        return Ok(reply::says_something(map.next_value::<Box<RawValue>>()?.get()));
    }
    map.next_value::<IgnoredAny>().map(|_| false)
}

impl<'de, S: Sink> Visitor<'de> for Data<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a status for each endpoint")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.begin();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.0.begin();
        while let Some(id) = map.next_key_seed(Text)? {
            let word = map.next_value_seed(Word)?;
            self.0.endpoint(id, word.as_deref());
        }
        Ok(())
    }
}

/// A text, borrowed where it holds no escapes.
struct Text;

/// A text or null.
struct Word;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

impl<'de> DeserializeSeed<'de> for Word {
    type Value = Option<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Word {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a status word or null")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Text.deserialize(deserializer).map(Some)
    }
}
