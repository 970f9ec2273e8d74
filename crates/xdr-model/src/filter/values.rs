//! The values that filters compare with.

use std::borrow::Cow;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

use crate::ids::EndpointId;
use crate::string_enum::closed_words;
use crate::supplied;
use crate::validate::{Invalid, Violation};

/// A value of a list. It is sent as text.
pub(crate) trait Item: Sized {
    /// The rule for a value that cannot be read.
    const RULE: &'static str;
    /// The value, or the text back if it cannot be read.
    fn from_text(text: String) -> Result<Self, String>;
    fn text(&self) -> &str;
    /// The rule that the value breaks. `None` if the type ensures the rule.
    fn broken_rule(&self) -> Option<Cow<'static, str>> {
        None
    }
    #[cfg(feature = "schema")]
    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema;
}

macro_rules! supplied_item {
    ($type:ty) => {
        impl Item for $type {
            const RULE: &'static str = supplied::RULE;

            fn from_text(text: String) -> Result<Self, String> {
                Ok(text.into())
            }

            fn text(&self) -> &str {
                self.as_str()
            }

            fn broken_rule(&self) -> Option<Cow<'static, str>> {
                supplied::broken_rule(self.as_str())
            }

            #[cfg(feature = "schema")]
            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                generator.subschema_for::<crate::shape::Text>()
            }
        }
    };
}

supplied_item!(String);
supplied_item!(EndpointId);

macro_rules! checked_item {
    ($type:ty, $rule:expr) => {
        impl Item for $type {
            const RULE: &'static str = $rule;

            fn from_text(text: String) -> Result<Self, String> {
                text.parse().map_err(|_| text)
            }

            fn text(&self) -> &str {
                self.as_str()
            }

            #[cfg(feature = "schema")]
            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                generator.subschema_for::<Self>()
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

closed_words! {
    /// The type of operating system of an endpoint, as filters name it.
    Platform, "must be windows, linux, macos or android" {
        /// Microsoft Windows.
        Windows = "windows",
        /// Linux.
        Linux = "linux",
        /// Apple macOS.
        MacOs = "macos",
        /// Android.
        Android = "android",
    }
}
checked_item!(Platform, Platform::RULE);

closed_words! {
    /// Whether an endpoint is isolated from the network.
    Isolation, "must be isolated or unisolated" {
        /// It can only reach the tenant.
        Isolated = "isolated",
        /// It is connected as usual.
        Unisolated = "unisolated",
    }
}
checked_item!(Isolation, Isolation::RULE);

closed_words! {
    /// The state of an endpoint's last scan, as filters name it.
    ScanStatus,
    "must be none, pending, in_progress, canceled, aborted, pending_cancellation, success or error" {
        /// It was never scanned.
        None = "none",
        /// The scan waits for the endpoint.
        Pending = "pending",
        /// The scan runs.
        InProgress = "in_progress",
        /// The scan was cancelled before it ran.
        Canceled = "canceled",
        /// The scan was stopped while it ran.
        Aborted = "aborted",
        /// The scan has been asked to stop.
        PendingCancellation = "pending_cancellation",
        /// The scan succeeded.
        Success = "success",
        /// The scan failed.
        Error = "error",
    }
}
checked_item!(ScanStatus, ScanStatus::RULE);

closed_words! {
    /// Whether an endpoint is connected to the tenant, as filters name it.
    ConnectionStatus, "must be connected, disconnected, lost or uninstalled" {
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
checked_item!(ConnectionStatus, ConnectionStatus::RULE);

/// An IP address, version 4 or 6. It is kept as it was written, because it is not documented how a tenant compares
/// addresses.
///
/// ```
/// use std::net::Ipv4Addr;
/// use xdr_model::filter::IpAddress;
///
/// assert_eq!(IpAddress::from(Ipv4Addr::LOCALHOST).as_str(), "127.0.0.1");
/// assert!("10.0.0".parse::<IpAddress>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(schema_with = "crate::shape::ip_address")
)]
pub struct IpAddress(Box<str>);

impl IpAddress {
    const RULE: &'static str = "must be an IPv4 or IPv6 address";

    /// The address as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IpAddress {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.parse::<IpAddr>() {
            Ok(_) => Ok(Self(text.into())),
            Err(_) => Err(Invalid::one(Violation::new("/ip", Self::RULE).with_found(text))),
        }
    }
}

impl<T: Into<IpAddr>> From<T> for IpAddress {
    fn from(address: T) -> Self {
        Self(address.into().to_string().into())
    }
}
checked_item!(IpAddress, IpAddress::RULE);

/// A time in milliseconds since the Unix epoch, UTC: a number of 13 digits.
///
/// A time in another unit is refused before anything is sent. Seconds with "at or after" match every endpoint, and so
/// do microseconds and nanoseconds with "at or before". Convert a `SystemTime` where you can.
///
/// Source: the API pages ask for epoch milliseconds. The vendor's own integration multiplies times of 10 to 12 digits
/// by 1,000 before it sends them.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use xdr_model::{EpochMillis, Filter, Operation, Scan, TimeBound};
///
/// let moment = EpochMillis::from(UNIX_EPOCH + Duration::from_secs(1_790_000_000));
/// assert_eq!(moment, EpochMillis::new(1_790_000_000_000));
///
/// let seconds = EpochMillis::new(1_790_000_000);
/// let scan = Scan::matching([Filter::last_seen(TimeBound::AtOrAfter(seconds))]);
/// assert!(scan.validate().unwrap_err().to_string().contains("looks like seconds"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("minimum" = Self::RANGE.start(), "maximum" = Self::RANGE.end())))]
pub struct EpochMillis(u64);

impl EpochMillis {
    /// From September 2001 to November 2286.
    pub(crate) const RANGE: std::ops::RangeInclusive<u64> = 1_000_000_000_000..=9_999_999_999_999;
    pub(crate) const RULE: &'static str = "must be epoch milliseconds, 1000000000000 to 9999999999999";

    /// The time `millis` milliseconds after the epoch. The number must have 13 digits; this is checked before it is
    /// sent.
    pub const fn new(millis: u64) -> Self {
        Self(millis)
    }

    /// The milliseconds.
    pub const fn get(self) -> u64 {
        self.0
    }

    pub(crate) fn holds(self) -> bool {
        Self::RANGE.contains(&self.0)
    }

    /// The rule, with the unit that the number looks like.
    pub(crate) fn rule(self) -> &'static str {
        match self.0 {
            100_000_000..100_000_000_000 => {
                "must be epoch milliseconds, 1000000000000 to 9999999999999; this looks like seconds"
            }
            1_000_000_000_000_000..100_000_000_000_000_000 => {
                "must be epoch milliseconds, 1000000000000 to 9999999999999; this looks like microseconds"
            }
            1_000_000_000_000_000_000.. => {
                "must be epoch milliseconds, 1000000000000 to 9999999999999; this looks like nanoseconds"
            }
            _ => Self::RULE,
        }
    }
}

impl From<SystemTime> for EpochMillis {
    /// A time before the epoch becomes 0. It is refused before it is sent, like every time before September 2001.
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

impl From<EpochMillis> for SystemTime {
    fn from(time: EpochMillis) -> Self {
        UNIX_EPOCH.checked_add(Duration::from_millis(time.0)).unwrap_or(UNIX_EPOCH)
    }
}

/// An inclusive bound on a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeBound {
    /// At this time or later (`gte`).
    AtOrAfter(EpochMillis),
    /// At this time or earlier (`lte`).
    AtOrBefore(EpochMillis),
}

impl Serialize for TimeBound {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (Self::AtOrAfter(time) | Self::AtOrBefore(time)) = self;
        time.serialize(serializer)
    }
}
