//! The status of an action on one endpoint.

use crate::string_enum::open_words;

open_words! {
    /// The status of an action on one endpoint.
    ///
    /// Letter case does not matter. A word that is not listed here is kept, and never counts as an end.
    ///
    /// Source: the page [Get Action Status] lists the words except `CANCELED` and
    /// `COMPLETED_SUCCESSFULLY_WITH_EXCEPTIONS`, which public connectors know. A client of a related call has
    /// received words in another letter case (SEKOIA-IO/automation-library, commit 1b263ac7).
    ///
    /// [Get Action Status]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Get-Action-Status?contentId=hZLMdb7A4PxkiLigOzCdUA
    #[cfg_attr(
        feature = "schema",
        derive(schemars::JsonSchema),
        schemars(schema_with = "crate::operation::shape::endpoint_action_status")
    )]
    EndpointActionStatus {
        /// Not begun. An endpoint that is offline stays pending for days.
        Pending = "PENDING",
        /// Running.
        InProgress = "IN_PROGRESS",
        /// Asked to stop, but not stopped yet.
        PendingAbort = "PENDING_ABORT",
        /// Done.
        CompletedSuccessfully = "COMPLETED_SUCCESSFULLY",
        /// Done, with exceptions.
        CompletedWithExceptions = "COMPLETED_SUCCESSFULLY_WITH_EXCEPTIONS",
        /// Done in part.
        CompletedPartial = "COMPLETED_PARTIAL",
        /// Failed. The reply may name the reason.
        Failed = "FAILED",
        /// Ended by its time limit.
        TimedOut = "TIMEOUT",
        /// Not begun within the time for which the tenant keeps an action.
        Expired = "EXPIRED",
        /// Stopped while it ran.
        Aborted = "ABORTED",
        /// Cancelled before it ran.
        Cancelled = "CANCELLED" | "CANCELED",
    }
    null:
    /// The tenant names the endpoint without a status.
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

    /// Whether the action was carried out in full on the endpoint. "With exceptions" is a success, "in part" is not.
    ///
    /// This does not say whether a scan found malware: findings are alerts in the console.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::CompletedSuccessfully | Self::CompletedWithExceptions)
    }

    /// Whether this status counts before the other one, if the same reply gives both for an endpoint. The less
    /// settled status counts first, then the worse one.
    pub(crate) fn outweighs(&self, other: &Self) -> bool {
        self.rank() < other.rank()
    }

    /// The order of [`outweighs`](Self::outweighs). An absent or unknown status comes first, because it could mean
    /// anything.
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
