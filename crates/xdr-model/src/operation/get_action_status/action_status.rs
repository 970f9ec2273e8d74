//! The reply: a status word for each endpoint, and reasons for some.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::endpoints::{EndpointActionStatus, Known, KnownEndpoints, StatusCounts, TooMany, reason};
use crate::ids::EndpointId;
use crate::redact::Secrets;
use crate::reply::DecodeError;

/// The status of an action on each of its endpoints.
///
/// A reply without `data` names no endpoint, and may hold only `errorReasons`. With another key it is unreadable: the
/// statuses may be directly in `reply`, and "no endpoint" would be wrong.
///
/// Source: the reply of the page [Get Action Status]; `data` and a status can be null (ebarti/cortex-xdr-client, pull
/// request 77).
///
/// [Get Action Status]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Get-Action-Status?contentId=hZLMdb7A4PxkiLigOzCdUA
///
/// ```
/// use xdr_model::{GetActionStatus, Operation};
///
/// let status = GetActionStatus::decode(
///     br#"{"reply":{"data":{"e1":"COMPLETED_SUCCESSFULLY","e2":"FAILED"},"errorReasons":{"e2":{"why":"disk"}}}}"#,
/// )?;
/// assert!(status.counts().is_settled());
/// let (failed, reason) = status.unsuccessful().next().map(|(id, _, reason)| (id, reason)).unwrap();
/// assert_eq!(failed.as_str(), "e2");
/// assert_eq!(reason.unwrap()["why"], "disk");
/// # Ok::<(), xdr_model::error::DecodeError>(())
/// ```
///
/// Its size is bounded: at most 330,000 endpoints and 12 MiB of their ids, 1,000 different unknown words of at most 256
/// bytes, and 100,000 reasons of at most 16 KiB each and 8 MiB in all. With more endpoints, or with an id of more than
/// 1,024 bytes, the reply is unreadable. Words beyond these limits are replaced by the word `…`. Reasons beyond these
/// limits are left out, and [`reasons_left_out`](Self::reasons_left_out) counts them.
#[derive(Clone, PartialEq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "super::shape::ActionStatus"))]
pub struct ActionStatus(KnownEndpoints);

impl ActionStatus {
    /// Reads the body of a reply.
    pub(super) fn in_body(body: &[u8]) -> Result<Self, DecodeError> {
        match KnownEndpoints::in_body(body)? {
            Ok(known) => Ok(Self(known)),
            Err(TooMany) => Err(DecodeError::too_much("the reply names more endpoints than can be held")),
        }
    }

    /// Takes secrets out of words and reasons.
    pub(super) fn redact(&mut self, secrets: &Arc<Secrets>) {
        self.0.redact(secrets);
    }

    fn named(&self) -> impl Iterator<Item = Known<'_>> {
        self.0.iter().filter(|known| !known.is_omitted)
    }

    /// The endpoints of the action in the order of the reply, each once. If the reply repeats an endpoint, an unsettled
    /// status outweighs a settled one, and the worse of two settled statuses counts. Empty if the tenant does not know
    /// the action, which is not a success.
    pub fn endpoints(&self) -> impl Iterator<Item = (EndpointId, &EndpointActionStatus)> {
        self.named().map(|known| (known.endpoint_id(), known.status))
    }

    /// Whether the reply names no endpoint.
    pub fn is_empty(&self) -> bool {
        self.0.named() == 0
    }

    /// Whether the reply names an endpoint.
    pub(crate) fn names(&self, id: &str) -> bool {
        self.0.find(id).is_some_and(|place| !self.0.get(place).is_omitted)
    }

    /// The reasons by endpoint, of any form. Only failures have a reason, and not all of them.
    pub fn reasons(&self) -> impl Iterator<Item = (EndpointId, Value)> {
        self.0.iter().filter_map(|known| Some((known.endpoint_id(), reason(known.reason?))))
    }

    /// How many reasons were left out, because they are too long or too many.
    pub fn reasons_left_out(&self) -> u64 {
        self.0.reasons_left_out()
    }

    /// How many endpoints have each status.
    pub fn counts(&self) -> StatusCounts {
        self.0.last_counts()
    }

    /// The endpoints that have not settled.
    pub fn unsettled(&self) -> impl Iterator<Item = EndpointId> {
        self.named().filter(|known| !known.status.is_settled()).map(|known| known.endpoint_id())
    }

    /// The endpoints that have settled without success, with the reason if the tenant gave one.
    pub fn unsuccessful(&self) -> impl Iterator<Item = (EndpointId, &EndpointActionStatus, Option<Value>)> {
        self.named()
            .filter(|known| known.status.is_settled() && !known.status.is_success())
            .map(|known| (known.endpoint_id(), known.status, known.reason.map(reason)))
    }
}

impl fmt::Debug for ActionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.endpoints()).finish()
    }
}

impl Serialize for ActionStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut status = serializer.serialize_struct("ActionStatus", 2)?;
        status.serialize_field("endpoints", &AsMap(|| self.endpoints()))?;
        status.serialize_field("error_reasons", &AsMap(|| self.reasons()))?;
        status.end()
    }
}

/// Entries that are written as an object.
struct AsMap<F>(F);

impl<K: Serialize, V: Serialize, I: Iterator<Item = (K, V)>, F: Fn() -> I> Serialize for AsMap<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map((self.0)())
    }
}

impl<'de> Deserialize<'de> for ActionStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reply = Box::<RawValue>::deserialize(deserializer)?;
        let body = format!(r#"{{"reply":{}}}"#, reply.get());
        Self::in_body(body.as_bytes()).map_err(de::Error::custom)
    }
}
