//! POST /public_api/v1/actions/get_action_status

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::Operation;
use crate::ids::ActionId;
use crate::redact::Secrets;
use crate::replay::Replay;
use crate::reply::DecodeError;
use crate::request_reader::{FromDocument, RequestReader};
use crate::validate::{Invalid, Place};

mod action_status;
#[cfg(feature = "schema")]
pub(crate) mod shape;

pub use action_status::ActionStatus;

/// Reads the status of an action on each of its endpoints.
///
/// If the tenant does not know the id, or no longer knows it, the reply is not an error: it names no endpoint.
///
/// Source: the page [Get Action Status]. The pages of the acting calls name it as the way to track an action.
///
/// [Get Action Status]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Get-Action-Status?contentId=hZLMdb7A4PxkiLigOzCdUA
///
/// ```
/// use xdr_model::{ActionId, GetActionStatus, Operation};
///
/// let request = GetActionStatus::new(ActionId::from(42));
/// assert_eq!(request.encode()?, r#"{"request_data":{"group_action_id":42}}"#);
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[cfg_attr(feature = "schema", schemars(example = Self::new(ActionId::from(42))))]
#[non_exhaustive]
pub struct GetActionStatus {
    /// The action id from the reply that started the action. In a document, an integer above 9007199254740991 is
    /// written as text, because many languages would change its last digits. A formatted number, such as the text
    /// `4,294,967,297`, is refused.
    #[serde(serialize_with = "ActionId::as_the_api_takes_it")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::shape::supplied_action_id"))]
    pub group_action_id: ActionId,
}

impl GetActionStatus {
    /// Asks for this action.
    pub fn new(action: ActionId) -> Self {
        Self { group_action_id: action }
    }
}

impl FromDocument for GetActionStatus {
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        let id = reader.object(place, value, &["group_action_id"], &[])?.remove("group_action_id")?;
        ActionId::read_supplied(reader, &place.key("group_action_id"), id).map(Self::new)
    }
}

impl Operation for GetActionStatus {
    const NAME: &'static str = "get_action_status";
    const PATH: &'static str = "/public_api/v1/actions/get_action_status";
    const REPLAY: Replay = Replay::Safe;
    type Reply = ActionStatus;

    /// ```
    /// use xdr_model::{ActionId, GetActionStatus, Operation};
    ///
    /// let request = GetActionStatus::from_json(r#"{"request_data":{"group_action_id":42}}"#)?;
    /// assert_eq!(request, GetActionStatus::new(ActionId::from(42)));
    /// # Ok::<(), xdr_model::Invalid>(())
    /// ```
    fn from_json(text: &str) -> Result<Self, Invalid> {
        RequestReader::request(text)
    }

    /// An [`ActionId`] needs no check here: it was checked when it was supplied, or it comes from the tenant.
    fn validate(&self) -> Result<(), Invalid> {
        Ok(())
    }

    fn redact(reply: &mut ActionStatus, secrets: &Arc<Secrets>) {
        reply.redact(secrets);
    }

    fn decode(body: &[u8]) -> Result<ActionStatus, DecodeError> {
        ActionStatus::in_body(body)
    }
}
