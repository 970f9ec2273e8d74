//! Reads the reply in one pass and without copying: a reply of 100,000 endpoints is 5 MB.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{ActionStatus, EndpointActionStatus};
use crate::api_error::without_mark;
use crate::ids::EndpointId;
use crate::json_object;
use crate::reply::DecodeError;

/// What takes in the entries of a reply while it is read. It may be told to begin again: of a repeated key the last one
/// counts.
pub(crate) trait Sink {
    /// `reply` begins.
    fn begin_reply(&mut self);
    /// `data` begins.
    fn begin_data(&mut self);
    /// An endpoint, which can be repeated; its status follows.
    fn endpoint(&mut self, id: &str);
    /// The status word of this endpoint; `None` for null.
    fn status(&mut self, word: Option<&str>);
    /// The reasons, of any form.
    fn reasons(&mut self, reasons: Box<RawValue>);
}

/// Reads the body of a reply. What the sink has taken in is not to be used if this fails.
pub(crate) fn read(body: &[u8], sink: &mut impl Sink) -> Result<(), DecodeError> {
    let text = std::str::from_utf8(without_mark(body)).map_err(DecodeError::not_text)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let is_error = Envelope(sink)
        .deserialize(&mut deserializer)
        .and_then(|is_error| deserializer.end().map(|()| is_error))
        .map_err(|e| DecodeError::from_json(body, &e))?;
    if is_error { Err(DecodeError::error_inside(body)) } else { Ok(()) }
}

/// The reasons by endpoint, without those that are null. None of them if they are not an object: a reason is worth less
/// than the statuses beside it.
pub(crate) fn reasons(raw: &RawValue) -> BTreeMap<String, &RawValue> {
    let mut reasons: BTreeMap<_, &RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
    reasons.retain(|_, reason| reason.get() != "null");
    reasons
}

/// How deep a reason may be nested to be kept as it is. What is saved with it must be read again, and a reader of JSON
/// ends at 128 levels.
const DEEPEST: usize = 64;

/// A free-form reason; one that a reader of JSON might refuse becomes text.
pub(crate) fn reason(raw: &RawValue) -> Value {
    let value = serde_json::from_str(raw.get()).ok().filter(|value| depth(value) <= DEEPEST);
    value.unwrap_or_else(|| Value::String(raw.get().to_owned()))
}

fn depth(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Object(fields) => fields.values().map(depth).max(),
        _ => return 0,
    };
    1 + deepest.unwrap_or(0)
}

/// The whole reply.
#[derive(Default)]
pub(super) struct Whole {
    status: ActionStatus,
    places: HashMap<String, usize>,
    /// The endpoint whose status follows.
    id: String,
}

impl Whole {
    pub(super) fn read(body: &[u8]) -> Result<ActionStatus, DecodeError> {
        let mut whole = Self::default();
        read(body, &mut whole)?;
        Ok(whole.status)
    }
}

impl Sink for Whole {
    fn begin_reply(&mut self) {
        *self = Self::default();
    }

    fn begin_data(&mut self) {
        self.status.endpoints.clear();
        self.places.clear();
    }

    fn endpoint(&mut self, id: &str) {
        self.id = id.to_owned();
    }

    fn status(&mut self, word: Option<&str>) {
        let status = EndpointActionStatus::from_word(word);
        let id = std::mem::take(&mut self.id);
        let endpoints = &mut self.status.endpoints;
        let place = *self.places.entry(id.clone()).or_insert(endpoints.len());
        match endpoints.get_mut(place) {
            Some((_, known)) if status.outweighs(known) => *known = status,
            Some(_) => {}
            None => endpoints.push((EndpointId::from(id), status)),
        }
    }

    fn reasons(&mut self, raw: Box<RawValue>) {
        let reasons = reasons(&raw).into_iter().map(|(id, raw)| (EndpointId::from(id), reason(raw)));
        self.status.error_reasons = reasons.collect();
    }
}

impl<'de> Deserialize<'de> for ActionStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut whole = Whole::default();
        if Reply(&mut whole).deserialize(deserializer)? {
            return Err(de::Error::custom("an error object"));
        }
        Ok(whole.status)
    }
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
        let (mut reply_is_error, mut is_error, mut replies) = (None, false, 0);
        while let Some(key) = map.next_key_seed(Text)? {
            match &*key {
                "reply" => {
                    count_repeated("reply", &mut replies)?;
                    self.0.begin_reply();
                    reply_is_error = Some(map.next_value_seed(Reply(self.0))?);
                }
                "data" => is_error |= json_object::is_error_in_data(&map.next_value::<Box<RawValue>>()?),
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
        let (mut is_error, mut datas, mut others) = (false, 0, false);
        while let Some(key) = map.next_key_seed(Text)? {
            match &*key {
                "data" => {
                    count_repeated("data", &mut datas)?;
                    map.next_value_seed(Data(self.0))?;
                }
                "errorReasons" => self.0.reasons(map.next_value()?),
                key => {
                    others = true;
                    is_error |= is_error_entry(key, &mut map)?;
                }
            }
        }
        // The statuses may stand directly in the reply: "no endpoint" would be wrong.
        if datas == 0 && others && !is_error { Err(de::Error::missing_field("data")) } else { Ok(is_error) }
    }
}

/// Refuses a key that is repeated more often than any tenant would: each time, what was taken in is undone.
fn count_repeated<E: de::Error>(key: &str, times: &mut u32) -> Result<(), E> {
    *times += 1;
    if *times > 8 { Err(E::custom(format!("{key} is repeated"))) } else { Ok(()) }
}

/// Takes the value of another key; whether the key shows that this is an error object.
fn is_error_entry<'de, A: MapAccess<'de>>(key: &str, map: &mut A) -> Result<bool, A::Error> {
    if matches!(key, "err_code" | "err_msg") {
        return Ok(json_object::says_something(map.next_value::<Box<RawValue>>()?.get()));
    }
    map.next_value::<IgnoredAny>().map(|_| false)
}

impl<'de, S: Sink> Visitor<'de> for Data<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a status for each endpoint")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.begin_data();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.0.begin_data();
        while map.next_key_seed(Id(self.0))?.is_some() {
            map.next_value_seed(Word(self.0))?;
        }
        Ok(())
    }
}

/// A text, borrowed where it holds no escapes.
struct Text;

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

/// The id of an endpoint. It is handed on without being copied, whether it holds escapes or not.
struct Id<'s, S>(&'s mut S);

/// The status word of an endpoint, or null.
struct Word<'s, S>(&'s mut S);

map_seed!(Id, (), deserialize_str);
map_seed!(Word, (), deserialize_any);

impl<S: Sink> Visitor<'_> for Id<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of an endpoint")
    }

    fn visit_str<E>(self, id: &str) -> Result<(), E> {
        self.0.endpoint(id);
        Ok(())
    }
}

impl<S: Sink> Visitor<'_> for Word<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a status word or null")
    }

    fn visit_str<E>(self, word: &str) -> Result<(), E> {
        self.0.status(Some(word));
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.status(None);
        Ok(())
    }
}
