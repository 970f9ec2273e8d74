//! The calls of the API, their replies, and the registry of them all: for programs that send an operation of their own,
//! or read a reply themselves.

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::filter::Filters;
use crate::replay::Replay;
use crate::reply::{self, DecodeError};
use crate::validate::Invalid;

mod abort_scan;
mod get_action_status;
mod scan;
mod started;

pub use abort_scan::AbortScan;
pub use get_action_status::{ActionStatus, EndpointActionStatus, GetActionStatus, StatusCounts};
pub(crate) use get_action_status::{Sink, read, reason, reasons};
pub use scan::Scan;
pub use started::StartedAction;

pub use crate::string_enum::UnknownWord;

/// A call of the API. Serialises as the content of `request_data`.
///
/// Open on purpose: implement it for another call of the same API and send it with either client.
///
/// ```
/// use serde::Serialize;
/// use xdr_model::{Invalid, Operation, Replay};
///
/// /// POST /public_api/v1/endpoints/get_policy
/// #[derive(Serialize)]
/// struct GetPolicy {
///     endpoint_id: String,
/// }
///
/// impl Operation for GetPolicy {
///     const NAME: &'static str = "get_policy";
///     const PATH: &'static str = "/public_api/v1/endpoints/get_policy";
///     const REPLAY: Replay = Replay::Safe;
///     type Reply = std::collections::BTreeMap<String, String>;
///
///     fn validate(&self) -> Result<(), Invalid> {
///         Ok(())
///     }
/// }
///
/// let body = GetPolicy { endpoint_id: "e1".into() }.encode()?;
/// assert_eq!(&body[..], br#"{"request_data":{"endpoint_id":"e1"}}"#);
/// assert_eq!(GetPolicy::decode(br#"{"reply":{"policy_name":"p"}}"#)?["policy_name"], "p");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Operation: Serialize {
    /// The name in error texts, schema files and simulator routes: the last segment of the path.
    const NAME: &'static str;
    /// The path below the tenant's base address, from `/public_api` on.
    const PATH: &'static str;
    /// Whether it may be sent twice. There is no default: every operation must say.
    const REPLAY: Replay;
    /// What a successful reply holds.
    type Reply: DeserializeOwned;

    /// Checks every rule before anything is sent.
    ///
    /// # Errors
    /// All violations, each with its place.
    fn validate(&self) -> Result<(), Invalid>;

    /// The endpoints that it selects, if it selects any. The error that no endpoint was found names them and the possible
    /// causes.
    fn filters(&self) -> Option<&Filters> {
        None
    }

    /// The body to be sent: `{"request_data": …}`.
    ///
    /// # Errors
    /// When the value cannot be written as JSON; none of this crate's operations can fail here.
    fn encode(&self) -> Result<Bytes, Invalid> {
        #[derive(Serialize)]
        struct Envelope<'a, T: ?Sized> {
            request_data: &'a T,
        }
        serde_json::to_vec(&Envelope { request_data: self })
            .map(Bytes::from)
            .map_err(|e| Invalid::not_json(&e))
    }

    /// Reads the body of a 2xx reply: `{"reply": …}`.
    ///
    /// # Errors
    /// When it is not JSON, holds an error object or is not of the reply's shape.
    fn decode(body: &[u8]) -> Result<Self::Reply, DecodeError> {
        reply::read(body)
    }
}

/// What the registry knows of an operation.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct OperationInfo {
    /// [`Operation::NAME`].
    pub name: &'static str,
    /// [`Operation::PATH`].
    pub path: &'static str,
    /// [`Operation::REPLAY`].
    pub replay: Replay,
    #[cfg(feature = "schema")]
    pub(crate) request: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
    #[cfg(feature = "schema")]
    pub(crate) reply: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

macro_rules! operations {
    ($($operation:ty,)+) => {
        /// Every operation of this crate.
        ///
        /// ```
        /// assert!(xdr_model::operation::OPERATIONS.iter().any(|operation| operation.name == "scan"));
        /// ```
        pub const OPERATIONS: &[OperationInfo] = &[$(OperationInfo {
            name: <$operation>::NAME,
            path: <$operation>::PATH,
            replay: <$operation>::REPLAY,
            #[cfg(feature = "schema")]
            request: schemars::SchemaGenerator::subschema_for::<$operation>,
            #[cfg(feature = "schema")]
            reply: schemars::SchemaGenerator::subschema_for::<<$operation as Operation>::Reply>,
        },)+];
    };
}

operations! {
    Scan,
    AbortScan,
    GetActionStatus,
}
