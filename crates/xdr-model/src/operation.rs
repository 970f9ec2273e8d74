//! The calls of the API and their replies. Use this module to send a custom operation, or to read a reply yourself.
//! [`registry`](crate::registry) lists them.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::filter::Filters;
use crate::redact::Secrets;
use crate::replay::Replay;
use crate::reply::{self, DecodeError};
use crate::validate::{Invalid, Violation};

/// The only list of operations. The registry is made from it.
macro_rules! with_every_operation {
    ($make:ident) => {
        $make! {
            Scan,
            AbortScan,
            GetActionStatus,
            GetEndpoints,
        }
    };
}

pub(crate) use with_every_operation;

mod abort_scan;
mod get_action_status;
#[cfg(feature = "schema")]
pub(crate) use get_action_status::shape;
mod get_endpoint;
mod scan;
mod started;

pub use abort_scan::AbortScan;
pub use get_action_status::{ActionStatus, GetActionStatus};
pub(crate) use get_endpoint::RANGE_RULE;
pub use get_endpoint::{
    EndpointConnection, EndpointIsolation, EndpointPage, EndpointPlatform, EndpointScanStatus,
    EndpointSummary, GetEndpoints,
};
pub use scan::Scan;
pub use started::StartedAction;

pub use crate::endpoints::{EndpointActionStatus, StatusCounts};
pub use crate::string_enum::UnknownWord;

/// A call of the API. It serialises as the content of `request_data`.
///
/// You can implement this trait for another call of the same API, and send it with either client.
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
    /// Whether the operation may be sent twice. There is no default: every operation must say so.
    const REPLAY: Replay;
    /// The most bytes of a successful reply's body. Set it for a call with small replies, so that a large body is not
    /// read. By default only [`Settings::most_body`](crate::Settings::most_body) limits the body.
    const MOST_REPLY: u64 = u64::MAX;
    /// The content of a successful reply.
    type Reply: DeserializeOwned;

    /// Checks every rule before anything is sent.
    ///
    /// # Errors
    /// Every violation, with its place.
    fn validate(&self) -> Result<(), Invalid>;

    /// Reads a request document, `{"request_data": …}`, as other programs write it by the schema.
    ///
    /// Every operation of this crate reads documents by the rules of its schema. By default, a custom operation takes
    /// no document.
    ///
    /// ```
    /// use xdr_model::{Operation, Scan};
    ///
    /// assert_eq!(Scan::from_json(r#"{"request_data":{"filters":"all"}}"#)?, Scan::all());
    /// let invalid = Scan::from_json(r#"{"request_data":{"filters":[]}}"#).unwrap_err();
    /// assert_eq!(invalid.violations()[0].pointer, "/request_data/filters");
    /// # Ok::<(), xdr_model::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// Every rule that the document breaks, each with its JSON Pointer.
    fn from_json(text: &str) -> Result<Self, Invalid>
    where
        Self: Sized,
    {
        let _ = text;
        Err(Invalid::one(Violation::new(
            "",
            format!("cannot be read: {} has no request documents", Self::NAME),
        )))
    }

    /// The endpoints that the operation selects, if it selects endpoints. The error that no endpoint was found shows
    /// this selection and the possible causes.
    fn filters(&self) -> Option<&Filters> {
        None
    }

    /// The body to be sent: `{"request_data": …}`.
    ///
    /// # Errors
    /// When the value cannot be written as JSON. This cannot happen with the operations of this crate.
    fn encode(&self) -> Result<Bytes, Invalid> {
        #[derive(Serialize)]
        struct Envelope<'a, T: ?Sized> {
            request_data: &'a T,
        }
        serde_json::to_vec(&Envelope { request_data: self })
            .map(Bytes::from)
            .map_err(|e| Invalid::not_json(&e))
    }

    /// Removes the secrets of the request from a reply, in case the tenant sent them back. Replies are shown to
    /// people and logged. A [`Call`](crate::flow::Call) calls this for each reply that it reads. Leave ids as they
    /// are, because they are sent back. The default removes nothing.
    fn redact(reply: &mut Self::Reply, secrets: &Arc<Secrets>) {
        let _ = (reply, secrets);
    }

    /// Reads the body of a 2xx reply: `{"reply": …}`.
    ///
    /// # Errors
    /// When it is not JSON, holds an error object or is not of the reply's shape.
    fn decode(body: &[u8]) -> Result<Self::Reply, DecodeError> {
        reply::read(body)
    }
}
