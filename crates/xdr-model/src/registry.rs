//! The registry of operations. Programs use it to take a request of any operation as a document, and tests use it to
//! check every operation. It is the only list of operations.

use std::any::Any;
use std::sync::Arc;

use crate::error::Error;
use crate::flow::{Call, Prepared};
use crate::operation::{self, Operation};
use crate::redact::Secrets;
use crate::replay::Replay;
use crate::reply::DecodeError;
use crate::session::Session;
use crate::validate::Invalid;

/// A reply of any operation. Downcast it to the [`Operation::Reply`] of its operation.
pub type AnyReply = Box<dyn Any + Send>;

/// An operation, as the registry holds it.
///
/// ```
/// use xdr_model::StartedAction;
/// use xdr_model::registry::OperationInfo;
///
/// let scan = OperationInfo::named("scan").ok_or("it is registered")?;
/// assert!(scan.check_request(r#"{"request_data":{"filters":"all"}}"#).is_ok());
/// assert!(scan.check_request(r#"{"request_data":{"filters":[]}}"#).is_err());
///
/// let reply = scan.read_reply(br#"{"reply":{"action_id":"42"}}"#)?;
/// let started = reply.downcast_ref::<StartedAction>().ok_or("a scan starts an action")?;
/// assert_eq!(started.action_id.as_str(), "42");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct OperationInfo {
    /// [`Operation::NAME`].
    pub name: &'static str,
    /// [`Operation::PATH`].
    pub path: &'static str,
    /// [`Operation::REPLAY`].
    pub replay: Replay,
    check_request: fn(&str) -> Result<(), Invalid>,
    read_reply: fn(&[u8]) -> Result<AnyReply, DecodeError>,
    call: fn(&Session, &str) -> Result<Call<AnyReply>, Error>,
    #[cfg(feature = "schema")]
    pub(crate) request: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
    #[cfg(feature = "schema")]
    pub(crate) reply: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

impl OperationInfo {
    /// The operation of this [name](Self::name).
    pub fn named(name: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.name == name)
    }

    /// The name of the schema of its request documents, such as `abort-scan-request`. A schema file and a folder of
    /// examples have this name.
    pub fn request_schema(&self) -> String {
        self.schema("request")
    }

    /// The name of the schema of its replies, such as `abort-scan-response`.
    pub fn reply_schema(&self) -> String {
        self.schema("response")
    }

    fn schema(&self, kind: &str) -> String {
        format!("{}-{kind}", self.name.replace('_', "-"))
    }

    /// Checks a request document, as [`Operation::from_json`] does.
    ///
    /// # Errors
    /// Every rule that the document breaks, each with its JSON Pointer.
    pub fn check_request(&self, text: &str) -> Result<(), Invalid> {
        (self.check_request)(text)
    }

    /// Checks a request document against the rules that its schema also contains. The schema lacks one rule, because
    /// no schema can express it: a page of endpoints ends 1 to 100 positions after its beginning.
    ///
    /// ```
    /// use xdr_model::registry::OperationInfo;
    ///
    /// let endpoints = OperationInfo::named("get_endpoint").ok_or("it is registered")?;
    /// let order = r#"{"field":"endpoint_id","keyword":"asc"}"#;
    /// let page = format!(r#"{{"request_data":{{"filters":[],"search_from":0,"search_to":101,"sort":{order}}}}}"#);
    /// assert!(endpoints.check_by_schema(&page).is_ok() && endpoints.check_request(&page).is_err());
    /// # Ok::<(), &'static str>(())
    /// ```
    ///
    /// # Errors
    /// Every rule that the document breaks, if its schema refuses the document too.
    pub fn check_by_schema(&self, text: &str) -> Result<(), Invalid> {
        let is_said =
            |invalid: &Invalid| invalid.violations().iter().any(|v| v.rule != operation::RANGE_RULE);
        self.check_request(text).or_else(|invalid| if is_said(&invalid) { Err(invalid) } else { Ok(()) })
    }

    /// Reads the body of a 2xx reply, as [`Operation::decode`] does.
    ///
    /// # Errors
    /// When it is not JSON, holds an error object or is not of the reply's shape.
    pub fn read_reply(&self, body: &[u8]) -> Result<AnyReply, DecodeError> {
        (self.read_reply)(body)
    }

    /// Prepares the call of a request document, as [`Session::call`] does.
    ///
    /// ```
    /// # use xdr_model::{Credentials, Session, Tenant};
    /// # let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    /// # let session = Session::new(tenant, Credentials::advanced("7", "s3cret")?);
    /// use xdr_model::registry::OperationInfo;
    ///
    /// let status = OperationInfo::named("get_action_status").ok_or("it is registered")?;
    /// let call = status.call(&session, r#"{"request_data":{"group_action_id":42}}"#)?; // drive it with a client
    /// # let _ = call;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] with every rule that the document breaks.
    pub fn call(&self, session: &Session, text: &str) -> Result<Call<AnyReply>, Error> {
        (self.call)(session, text)
    }
}

fn read_reply<O: Operation<Reply: Any + Send>>(body: &[u8]) -> Result<AnyReply, DecodeError> {
    Ok(Box::new(O::decode(body)?))
}

fn redact<O: Operation<Reply: Any + Send>>(reply: &mut AnyReply, secrets: &Arc<Secrets>) {
    if let Some(reply) = reply.downcast_mut() {
        O::redact(reply, secrets);
    }
}

fn call<O: Operation<Reply: Any + Send>>(session: &Session, text: &str) -> Result<Call<AnyReply>, Error> {
    let prepared = Prepared::new(session, &O::from_json(text)?)?;
    Ok(Call::new(prepared.with_decode(read_reply::<O>, redact::<O>)))
}

macro_rules! operations {
    ($($operation:ident,)+) => {
        /// Every operation of this crate.
        ///
        /// ```
        /// assert!(xdr_model::registry::OPERATIONS.iter().any(|operation| operation.name == "scan"));
        /// ```
        pub const OPERATIONS: &[OperationInfo] = &[$(OperationInfo {
            name: <operation::$operation>::NAME,
            path: <operation::$operation>::PATH,
            replay: <operation::$operation>::REPLAY,
            check_request: |text| <operation::$operation>::from_json(text).map(drop),
            read_reply: read_reply::<operation::$operation>,
            call: call::<operation::$operation>,
            #[cfg(feature = "schema")]
            request: schemars::SchemaGenerator::subschema_for::<operation::$operation>,
            #[cfg(feature = "schema")]
            reply: schemars::SchemaGenerator::subschema_for::<<operation::$operation as Operation>::Reply>,
        },)+];
    };
}

operation::with_every_operation!(operations);
