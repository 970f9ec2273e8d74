//! The words of a reply about an endpoint. Tenants use one spelling. Other servers of the same call use the spelling of
//! the filters. Both spellings are read, in upper or lower case. The words are written in the spelling of the filters.

use crate::string_enum::open_words;

macro_rules! words_of_replies {
    ($(#[$doc:meta])* $name:ident { $($words:tt)+ }) => {
        open_words! {
            $(#[$doc])*
            ///
            /// Upper and lower case are equal. A word that is not listed here is kept.
            $name { $($words)+ }
            null:
            /// The tenant does not report it.
            Unreported
        }

        impl $name {
            /// Whether the tenant does not report it.
            pub(super) fn is_unreported(&self) -> bool {
                *self == Self::Unreported
            }
        }

        impl Default for $name {
            /// The tenant does not report it.
            fn default() -> Self {
                Self::Unreported
            }
        }
    };
}

words_of_replies! {
    /// Whether an endpoint is connected to the tenant.
    ///
    /// Source: the page [Get Endpoint] lists these words for its filter; its reply shows them in capitals.
    ///
    /// [Get Endpoint]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Get-Endpoint
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(schema_with = "super::shape::connection"))]
    EndpointConnection {
        /// It is connected.
        Connected = "connected",
        /// It is not connected.
        Disconnected = "disconnected",
        /// It has not been connected for a long time.
        Lost = "lost",
        /// The agent has been removed from it.
        Uninstalled = "uninstalled",
    }
}

words_of_replies! {
    /// The type of operating system of an endpoint.
    ///
    /// Source: the reply of the page [Get Endpoint] shows `AGENT_OS_WINDOWS`; the enums of ebarti/cortex-xdr-client
    /// list both words for macOS.
    ///
    /// [Get Endpoint]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Get-Endpoint
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(schema_with = "super::shape::platform"))]
    EndpointPlatform {
        /// Microsoft Windows.
        Windows = "windows" | "AGENT_OS_WINDOWS",
        /// Linux.
        Linux = "linux" | "AGENT_OS_LINUX",
        /// Apple macOS.
        MacOs = "macos" | "mac" | "AGENT_OS_MACOS" | "AGENT_OS_MAC",
        /// Android.
        Android = "android" | "AGENT_OS_ANDROID",
    }
}

words_of_replies! {
    /// Whether an endpoint is isolated from the network.
    ///
    /// Source: the reply of the page [Get Endpoint] shows `AGENT_UNISOLATED`; the vendor's own integration in
    /// demisto/content compares with the other words.
    ///
    /// [Get Endpoint]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Get-Endpoint
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(schema_with = "super::shape::isolation"))]
    EndpointIsolation {
        /// It can reach only the tenant.
        Isolated = "isolated" | "AGENT_ISOLATED",
        /// It is not isolated.
        Unisolated = "unisolated" | "AGENT_UNISOLATED",
        /// Its isolation was requested.
        Pending = "pending_isolation" | "AGENT_PENDING_ISOLATION",
        /// The end of its isolation was requested.
        PendingCancellation = "pending_isolation_cancellation" | "AGENT_PENDING_ISOLATION_CANCELLATION",
    }
}

words_of_replies! {
    /// The state of an endpoint's last scan. The last scan can belong to any action.
    ///
    /// Source: the reply of the page [Get Endpoint] shows `SCAN_STATUS_NONE`; the enums of ebarti/cortex-xdr-client
    /// list the others.
    ///
    /// [Get Endpoint]: https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Get-Endpoint
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(schema_with = "super::shape::scan_status"))]
    EndpointScanStatus {
        /// It was never scanned.
        None = "none" | "SCAN_STATUS_NONE",
        /// The scan waits for the endpoint.
        Pending = "pending" | "SCAN_STATUS_PENDING",
        /// The scan runs.
        InProgress = "in_progress" | "SCAN_STATUS_IN_PROGRESS",
        /// The scan was cancelled before it ran.
        Canceled = "canceled" | "cancel" | "cancelled" | "SCAN_STATUS_CANCELED" | "SCAN_STATUS_CANCEL"
            | "SCAN_STATUS_CANCELLED",
        /// The scan was stopped while it ran.
        Aborted = "aborted" | "SCAN_STATUS_ABORTED",
        /// A stop of the scan was requested.
        PendingCancellation = "pending_cancellation" | "SCAN_STATUS_PENDING_CANCELLATION",
        /// The scan completed successfully.
        Success = "success" | "SCAN_STATUS_SUCCESS",
        /// The scan failed.
        Error = "error" | "SCAN_STATUS_ERROR",
        /// The scan reached its time limit. No filter has this word.
        TimedOut = "timeout" | "SCAN_STATUS_TIMEOUT",
    }
}
