//! The reply: one word for each endpoint, and reasons for some.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::Serializer;
use serde_json::Value;

use super::StatusCounts;
use crate::ids::EndpointId;
use crate::string_enum::open_words;

open_words! {
    /// How an action stands on one endpoint.
    ///
    /// The case of letters does not matter. A word that is not listed here is kept and never taken for an end.
    ///
    /// Source: the API pages name no words; these are the ones that clients have met. A client of a sister call has met
    /// words in another case (SEKOIA-IO/automation-library, commit 1b263ac7).
    #[cfg_attr(
        feature = "schema",
        derive(schemars::JsonSchema),
        schemars(schema_with = "super::shape::endpoint_action_status")
    )]
    EndpointActionStatus {
        /// Not begun; an endpoint that is offline stays so for days.
        Pending = "PENDING",
        /// Running.
        InProgress = "IN_PROGRESS",
        /// Asked to stop, not stopped yet.
        PendingAbort = "PENDING_ABORT",
        /// Done.
        CompletedSuccessfully = "COMPLETED_SUCCESSFULLY",
        /// Done, with exceptions.
        CompletedWithExceptions = "COMPLETED_SUCCESSFULLY_WITH_EXCEPTIONS",
        /// Done in part.
        CompletedPartial = "COMPLETED_PARTIAL",
        /// Failed; the reply may name the reason.
        Failed = "FAILED",
        /// Ended by its time limit.
        TimedOut = "TIMEOUT",
        /// Never begun in the time an action is kept.
        Expired = "EXPIRED",
        /// Stopped while it ran.
        Aborted = "ABORTED",
        /// Cancelled before it ran.
        Cancelled = "CANCELLED" | "CANCELED",
    }
    null:
    /// The tenant names the endpoint and says nothing of it.
    Unreported
}

impl EndpointActionStatus {
    /// Whether nothing more will happen. An unknown word is not settled: it could mean anything.
    pub fn is_settled(&self) -> bool {
        !matches!(
            self,
            Self::Pending | Self::InProgress | Self::PendingAbort | Self::Unreported | Self::Unknown(_)
        )
    }

    /// Whether the action was carried out in full on the endpoint. "With exceptions" is, "in part" is not.
    ///
    /// It does not say whether a scan found malware: what it finds is an alert in the console.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::CompletedSuccessfully | Self::CompletedWithExceptions)
    }

    /// Whether this status counts if the same reply gives the endpoint the other one too: the less settled status
    /// counts, then the worse.
    pub(crate) fn outweighs(&self, other: &Self) -> bool {
        self.rank() < other.rank()
    }

    /// The order of [`outweighs`](Self::outweighs). A status that says nothing comes first: it could mean anything.
    fn rank(&self) -> u8 {
        match self {
            Self::Unreported => 0,
            Self::Unknown(_) => 1,
            Self::Pending => 2,
            Self::InProgress => 3,
            Self::PendingAbort => 4,
            Self::Failed => 5,
            Self::TimedOut => 6,
            Self::Expired => 7,
            Self::Aborted => 8,
            Self::Cancelled => 9,
            Self::CompletedPartial => 10,
            Self::CompletedWithExceptions => 11,
            Self::CompletedSuccessfully => 12,
        }
    }
}

/// How an action stands on all of its endpoints.
///
/// A reply without `data` names no endpoint and may hold `errorReasons` only. With another key it is unreadable: the
/// statuses may stand directly in `reply`, and "no endpoint" would be wrong.
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
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(
    example = serde_json::json!({"data": {"e1": "COMPLETED_SUCCESSFULLY", "e2": "FAILED"}, "errorReasons": {"e2": {}}}),
    transform = super::shape::empty_without_data,
))]
#[non_exhaustive]
pub struct ActionStatus {
    /// The endpoints of the action in the order of the reply, each once. If the reply repeats an endpoint, a status
    /// that is not settled outweighs one that is; of two settled ones the worse counts. Empty when the tenant does
    /// not know the action: that is not success.
    #[serde(serialize_with = "as_map")]
    #[cfg_attr(
        feature = "schema",
        schemars(rename = "data", default, schema_with = "super::shape::status_map")
    )]
    pub endpoints: Vec<(EndpointId, EndpointActionStatus)>,
    /// Free-form reasons, for failures only and not for all of them.
    #[cfg_attr(
        feature = "schema",
        schemars(rename = "errorReasons", default, schema_with = "super::shape::error_reasons")
    )]
    pub error_reasons: BTreeMap<EndpointId, Value>,
}

impl ActionStatus {
    /// How many endpoints have each status.
    pub fn counts(&self) -> StatusCounts {
        self.endpoints.iter().map(|(_, status)| (status.clone(), 1)).collect()
    }

    /// The endpoints of which more is to come.
    pub fn unsettled(&self) -> impl Iterator<Item = &EndpointId> {
        self.endpoints.iter().filter(|(_, status)| !status.is_settled()).map(|(id, _)| id)
    }

    /// The endpoints that have settled without success, with the reason where the tenant gave one.
    pub fn unsuccessful(&self) -> impl Iterator<Item = (&EndpointId, &EndpointActionStatus, Option<&Value>)> {
        self.endpoints
            .iter()
            .filter(|(_, status)| status.is_settled() && !status.is_success())
            .map(|(id, status)| (id, status, self.error_reasons.get(id)))
    }
}

fn as_map<S: Serializer>(
    endpoints: &[(EndpointId, EndpointActionStatus)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(endpoints.iter().map(|(id, status)| (id, status)))
}
