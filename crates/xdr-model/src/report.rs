//! What is known about an action: which endpoints the tenant named for it, the state of each endpoint, and what was
//! asked for.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::coverage::{Coverage, endpoint_ids};
use crate::endpoints::{EndpointActionStatus, Known, KnownEndpoints, StatusCounts, TakenIn, reason, take_in};
use crate::error::Error;
use crate::filter::{Filter, Filters};
use crate::ids::{ActionId, EndpointId};
use crate::json_integer::MAX_INTEGER;
use crate::operation::{Scan, StartedAction};
use crate::redact::Secrets;
use crate::reply::DecodeError;
use crate::scan_plan::{PlannedScan, SkippedEndpoint};
use crate::tenant::Tenant;
use crate::text::sanitise;
use crate::validate::{Invalid, Violation};

mod saved;

pub(crate) use saved::{Saved, SavedSkipped, millis, read_skipped, read_texts};

/// What is known about an action: the result of following it, and what can be saved while it is followed.
///
/// It holds every endpoint that the tenant has named for the action, with its latest status. An endpoint stays
/// expected until it has settled, even if later replies leave it out.
///
/// ```
/// # use std::time::{Duration, Instant};
/// # use xdr_model::{bytes::Bytes, http::Response, transport::*, *};
/// # let session = Session::new(Tenant::new("a.b")?, Credentials::standard("7", "s3cret")?);
/// # let mut wait = session.wait(ActionId::from(42), Polling::within(Duration::from_secs(60)));
/// # let context = Context { now: Instant::now(), unix_ms: 0, entropy: &|| [0; 32] };
/// # let mut event = Event::Resume;
/// # let report = loop {
/// #     event = match wait.step(&context, event) {
/// #         Step::Send(_) => {
/// #             let reply = r#"{"reply":{"data":{"e1":"FAILED"}}}"#;
/// #             Event::Received(Ok(Response::new(Bytes::from(reply))))
/// #         }
/// #         Step::Done(report) => break report?,
/// #         _ => Event::Resume,
/// #     };
/// # };
/// // report: ActionReport, from a client's `wait` or `scan_and_wait`
/// if !report.is_success() {
///     if let Some(coverage) = report.coverage().filter(|coverage| coverage.proves_gap()) {
///         println!("{coverage}"); // You named 2 hosts; the tenant took 1.
///     }
///     println!("{} counted and never named", report.never_named());
///     for endpoint in report.needs_attention() {
///         println!("{}: {} {:?}", endpoint.id, endpoint.state, endpoint.reason);
///     }
/// }
/// # assert_eq!(report.needs_attention().count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Save and resume
/// A report is `Serialize` and `Deserialize`. Give a saved report to [`Session::wait`](crate::Session::wait) or
/// [`Session::cancel_action`](crate::Session::cancel_action) instead of the action's id. It holds everything that was
/// known: how many endpoints are expected, which were named, and what the scan asked for. A report that is made from
/// an id alone holds none of this.
///
/// ```
/// use xdr_model::{ActionId, ActionReport};
///
/// let report = ActionReport::from(ActionId::from(42));
/// let saved = serde_json::to_string(&report)?;
/// assert_eq!(ActionReport::from_json(&saved)?, report);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ActionReport {
    action_id: ActionId,
    /// The address of the tenant of the action. `None` until a session follows or cancels the action.
    tenant: Option<Arc<str>>,
    /// Whether a program saw the tenant accept the action. If so, the id is right.
    is_accepted: bool,
    endpoints_count: Option<u64>,
    filters: Option<Arc<Filters>>,
    known: Arc<KnownEndpoints>,
    /// Whether the last two replies that name an endpoint are equal.
    is_repeated: bool,
    unchanged: Duration,
    skipped: Arc<[SkippedEndpoint]>,
    unmatched_hostnames: Arc<[String]>,
}

/// One endpoint of a report.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReportedEndpoint {
    /// The endpoint.
    pub id: EndpointId,
    /// The state of the action on this endpoint.
    pub state: EndpointState,
    /// The reason that the tenant gave for a failure, as free-form JSON; see [`reason_text`](Self::reason_text).
    /// `None` if it gave none, or if its reason [was left out](ActionReport::reasons_left_out). A reason with more
    /// than 64 levels of nesting is kept as text.
    pub reason: Option<Value>,
}

impl ReportedEndpoint {
    /// The [reason](Self::reason) as one line for people, sanitised, with at most 400 characters. Of an object, the
    /// line holds the values that are not null, each with its key if there are several. `None` if the tenant gave no
    /// reason.
    ///
    /// ```
    /// use xdr_model::ActionReport;
    ///
    /// let reason = r#"{"errorData":null,"errorDescription":"not enough disk space","terminatedBy":null}"#;
    /// let endpoints = format!(r#"[{{"endpoint_id":"e1","status":"FAILED","reason":{reason}}}]"#);
    /// let report = ActionReport::from_json(&format!(r#"{{"action_id":42,"endpoints":{endpoints}}}"#))?;
    /// let failed = report.unsuccessful().next().unwrap();
    /// assert_eq!(failed.reason_text().as_deref(), Some("not enough disk space"));
    /// # Ok::<(), xdr_model::Invalid>(())
    /// ```
    pub fn reason_text(&self) -> Option<String> {
        let reason = self.reason.as_ref()?;
        let told: Vec<_> = match reason {
            Value::Null => return None,
            Value::Object(fields) => fields.iter().filter(|(_, value)| !value.is_null()).collect(),
            other => return Some(shown_reason(&bare(other))),
        };
        match told.as_slice() {
            [] => None,
            [(_, value)] => Some(shown_reason(&bare(value))),
            many => {
                let parts: Vec<_> =
                    many.iter().map(|(key, value)| format!("{key}: {}", bare(value))).collect();
                Some(shown_reason(&parts.join(", ")))
            }
        }
    }
}

fn shown_reason(text: &str) -> String {
    const SHOWN: usize = 400;
    sanitise(text, SHOWN)
}

fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The last known state of an action on an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointState {
    /// It has settled: nothing more will happen on it. The status says whether the action was carried out in full.
    Settled(EndpointActionStatus),
    /// The last reply names it, and it has not settled.
    Unsettled(EndpointActionStatus),
    /// The last reply does not name it, and it had not settled before. The status is the last one that was read.
    Vanished(EndpointActionStatus),
    /// The scan asked for it by id, and no reply has named it.
    Missing,
}

impl EndpointState {
    /// Whether the action was carried out in full on this endpoint.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Settled(status) if status.is_success())
    }
}

impl fmt::Display for EndpointState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settled(status) | Self::Unsettled(status) => status.fmt(f),
            Self::Vanished(status) => write!(f, "vanished ({status})"),
            Self::Missing => f.write_str("missing"),
        }
    }
}

impl ActionReport {
    /// The report of a scan that was accepted, before a status was read.
    ///
    /// ```
    /// use xdr_model::{ActionReport, Operation, Scan};
    ///
    /// let started = Scan::decode(br#"{"reply":{"action_id":42,"endpoints_count":673}}"#)?;
    /// let report = ActionReport::of(&Scan::all(), &started); // follow it with `wait`
    /// assert_eq!(report.expected(), 673);
    /// # Ok::<(), xdr_model::error::DecodeError>(())
    /// ```
    pub fn of(scan: &Scan, started: &StartedAction) -> Self {
        Self::asked(Arc::new(scan.filters.clone()), started.clone())
    }

    fn asked(filters: Arc<Filters>, started: StartedAction) -> Self {
        Self { filters: Some(filters), ..Self::from(started) }
    }

    /// The same for a scan that asked for this.
    pub(crate) fn with_filters(self, filters: Arc<Filters>) -> Self {
        Self { filters: Some(filters), ..self }
    }

    /// The report of a planned scan that was accepted, before a status was read. The ids that the preview did not
    /// list count as asked for.
    pub(crate) fn planned(planned: &PlannedScan, started: StartedAction) -> Self {
        let PlannedScan { scan, skipped, unmatched } = planned;
        let mut filters = scan.filters.clone();
        if !unmatched.ids.is_empty() {
            let sent = endpoint_ids(&scan.filters).map(EndpointId::from);
            filters =
                Filters::Matching(vec![Filter::endpoint_ids(sent.chain(unmatched.ids.iter().cloned()))]);
        }
        Self {
            skipped: skipped.as_slice().into(),
            unmatched_hostnames: unmatched.hostnames.as_slice().into(),
            ..Self::asked(Arc::new(filters), started)
        }
    }

    /// The endpoints that the [plan](crate::ScanPlan) of the run skipped. The scan did not ask for them, so they do
    /// not affect its success.
    pub fn skipped(&self) -> &[SkippedEndpoint] {
        &self.skipped
    }

    /// The host names that a run with a [plan](crate::ScanPlan) asked for and that no listed endpoint has. The scan
    /// of such a run names ids, so no status can mention these hosts. A report with an unmatched host name is not a
    /// success.
    pub fn unmatched_hostnames(&self) -> &[String] {
        &self.unmatched_hostnames
    }

    /// Reads a saved document, or one that another program wrote by the schema.
    ///
    /// ```
    /// use xdr_model::ActionReport;
    ///
    /// let endpoints = r#"[{"endpoint_id":"e1","status":"PENDING"}]"#;
    /// let report = ActionReport::from_json(&format!(r#"{{"action_id":42,"endpoints":{endpoints}}}"#))?;
    /// assert_eq!(report.unsettled().count(), 1);
    /// # Ok::<(), xdr_model::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// Every rule that the document breaks, each with its JSON Pointer.
    pub fn from_json(text: &str) -> Result<Self, Invalid> {
        crate::request_reader::from_json(text)
    }

    /// Returns the report if it belongs to this action. Use it where an id and a saved report come from different
    /// places.
    ///
    /// ```
    /// use xdr_model::{ActionId, ActionReport};
    ///
    /// let saved = ActionReport::from(ActionId::from(42));
    /// assert!(saved.clone().for_action(&42.into()).is_ok());
    /// assert!(saved.for_action(&43.into()).is_err());
    /// ```
    ///
    /// # Errors
    /// When it belongs to another action.
    pub fn for_action(self, action: &ActionId) -> Result<Self, Invalid> {
        if self.action_id == *action {
            return Ok(self);
        }
        let rule = format!("must be {action}, the action that was asked for");
        Err(Invalid::one(Violation::new("/action_id", rule).with_found(&self.action_id.to_string())))
    }

    /// The address of the tenant of the action, such as `https://api-acme.xdr.us.paloaltonetworks.com`. `None` if no
    /// session has followed or cancelled the action yet.
    pub fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// The action.
    pub fn action_id(&self) -> &ActionId {
        &self.action_id
    }

    /// How many endpoints the tenant took when it accepted the action. `None` if the answer is not known, holds no
    /// number, or holds one above 2^53 - 1.
    pub fn endpoints_count(&self) -> Option<u64> {
        self.endpoints_count
    }

    /// How many endpoints the action has, as far as is known: [`endpoints_count`](Self::endpoints_count), or
    /// [`named`](Self::named) if that is greater. 0 if neither is known.
    pub fn expected(&self) -> u64 {
        self.named().max(self.endpoints_count.unwrap_or(0))
    }

    /// How many endpoints the tenant has named.
    pub fn named(&self) -> u64 {
        self.known.len() as u64
    }

    /// How many endpoints the tenant took and never named.
    pub fn never_named(&self) -> u64 {
        self.expected() - self.named()
    }

    /// How many of the [named](Self::named) endpoints have each status. The latest status of each endpoint counts,
    /// also of one that has vanished.
    pub fn counts(&self) -> StatusCounts {
        self.known.counts()
    }

    /// How many of the [named](Self::named) endpoints have a status whose word is not kept: it is longer than 256
    /// bytes, or there are more than 1,000 unknown words. Such an endpoint has the unknown word `…` and counts as not
    /// settled.
    pub fn words_left_out(&self) -> u64 {
        self.known.words_left_out()
    }

    /// How many endpoints have a reason that is not kept: it is longer than 16 KiB, or there are more than 100,000
    /// reasons or 8 MiB of them.
    pub fn reasons_left_out(&self) -> u64 {
        self.known.reasons_left_out()
    }

    /// What the scan asked for and how much of it the tenant took. `None` if this is not known, for example after a
    /// wait by id alone.
    pub fn coverage(&self) -> Option<Coverage> {
        let filters = Arc::clone(self.filters.as_ref()?);
        let missing = self.missing_ids().map(|id| self.known.shown_id(id)).collect();
        Some(Coverage::after(filters, self.endpoints_count, self.named(), self.is_complete(), missing))
    }

    /// Whether the action was carried out in full on everything that was asked for. A success has all of these
    /// properties:
    /// * At least one endpoint was named, and every named endpoint has settled with success.
    /// * [All endpoints have been named](Self::is_complete).
    /// * The [coverage](Self::coverage) proves no gap. If it is `None`, this is not checked.
    /// * There are no [unmatched host names](Self::unmatched_hostnames).
    pub fn is_success(&self) -> bool {
        let named = self.named();
        named > 0
            && self.counts().successful() == named
            && self.is_complete()
            && self.unmatched_hostnames.is_empty()
            && !self.coverage().is_some_and(|coverage| coverage.proves_gap())
    }

    /// Whether the tenant has named all endpoints of the action, as far as is known: it has named as many as it took.
    /// If it did not say how many it took, the last two replies were equal, and every endpoint in them had settled.
    pub fn is_complete(&self) -> bool {
        match self.known_count() {
            Some(count) => self.named() >= count,
            None => self.is_repeated && self.known.unsettled() == 0,
        }
    }

    /// How long the action has not changed, as of the last reply: no new endpoint was named, and no endpoint that has
    /// not settled changed its status, vanished or came back. Only time in which the action was followed counts.
    pub fn unchanged(&self) -> Duration {
        self.unchanged
    }

    /// Every endpoint that was ever named, in the order in which it was named first.
    pub fn endpoints(&self) -> impl Iterator<Item = ReportedEndpoint> {
        self.known.iter().map(reported)
    }

    /// The endpoints that have settled without success.
    pub fn unsuccessful(&self) -> impl Iterator<Item = ReportedEndpoint> {
        self.listed(|known| known.status.is_settled() && !known.status.is_success())
    }

    /// The endpoints that the last reply names and that have not settled. The [vanished](Self::vanished) are not
    /// among them.
    pub fn unsettled(&self) -> impl Iterator<Item = ReportedEndpoint> {
        self.listed(|known| !known.status.is_settled() && !known.is_omitted)
    }

    /// The [`unsettled`](Self::unsettled) endpoints whose status is [`Pending`](EndpointActionStatus::Pending). An
    /// endpoint that is offline stays pending for days.
    pub fn not_begun(&self) -> impl Iterator<Item = ReportedEndpoint> {
        self.listed(|known| *known.status == EndpointActionStatus::Pending && !known.is_omitted)
    }

    /// The endpoints that have not settled and that the last reply does not name.
    pub fn vanished(&self) -> impl Iterator<Item = ReportedEndpoint> {
        self.listed(|known| known.is_omitted && !known.status.is_settled())
    }

    /// The endpoints that the scan asked for by id and that no reply has named. Empty before the first reply that
    /// names an endpoint.
    pub fn missing(&self) -> impl Iterator<Item = ReportedEndpoint> {
        let state = EndpointState::Missing;
        self.missing_ids().map(move |id| ReportedEndpoint {
            id: self.known.shown_id(id),
            state: state.clone(),
            reason: None,
        })
    }

    /// All endpoints that need attention: the [vanished](Self::vanished), the [missing](Self::missing), the
    /// [unsuccessful](Self::unsuccessful) and the [unsettled](Self::unsettled), in this order.
    ///
    /// The list can be empty even if the report is not a success: endpoints that were [never
    /// named](Self::never_named) and host names that the tenant did not take are known only as numbers, and
    /// [unmatched host names](Self::unmatched_hostnames) only as names.
    pub fn needs_attention(&self) -> impl Iterator<Item = ReportedEndpoint> {
        self.vanished().chain(self.missing()).chain(self.unsuccessful()).chain(self.unsettled())
    }

    fn listed(&self, which: fn(&Known<'_>) -> bool) -> impl Iterator<Item = ReportedEndpoint> {
        self.known.iter().filter(move |known| which(known)).map(reported)
    }

    fn missing_ids(&self) -> impl Iterator<Item = &str> {
        let named =
            self.filters.iter().filter(|_| self.named() > 0).flat_map(|filters| endpoint_ids(filters));
        named.filter(|id| !self.known.contains(id))
    }
}

/// What a wait or a cancellation needs of the report.
impl ActionReport {
    /// Notes the tenant of the action. Different tenants use the same action ids, so a report of another tenant is
    /// refused: with it, a flow would follow or cancel somebody else's scan.
    pub(crate) fn set_tenant(&mut self, tenant: &Tenant) -> Result<(), Error> {
        Ok(tenant.claim(&mut self.tenant)?)
    }

    /// Removes the secrets from a saved report. Ids stay as they are; only their shown form is redacted.
    pub(crate) fn hide(&mut self, secrets: &Arc<Secrets>) {
        self.action_id.hide(secrets);
        Arc::make_mut(&mut self.known).redact(secrets);
        self.skipped = self.skipped.iter().map(|skipped| skipped.hiding(secrets)).collect();
        self.unmatched_hostnames = self.unmatched_hostnames.iter().map(|name| secrets.redact(name)).collect();
    }

    /// Whether the tenant has answered a request for this action: it accepted the scan, or named an endpoint.
    pub(crate) fn shows_an_answer(&self) -> bool {
        self.is_accepted || self.named() > 0
    }

    pub(crate) fn is_accepted(&self) -> bool {
        self.is_accepted
    }

    /// Whether all endpoints have been named and have settled, as far as is known. Following the action would bring
    /// nothing new.
    pub fn has_ended(&self) -> bool {
        self.named() > 0 && self.is_complete() && self.counts().settled() == self.expected()
    }

    /// How many endpoints are expected, if that is known. A count of 0 is ignored, because the tenant can still name
    /// endpoints.
    pub(crate) fn known_count(&self) -> Option<u64> {
        self.endpoints_count.filter(|count| *count > 0)
    }

    /// How many endpoints are still named and have not settled, and how many of them are pending.
    pub(crate) fn open(&self) -> (u64, u64) {
        (self.known.unsettled(), self.known.pending())
    }

    pub(crate) fn has_vanished(&self) -> bool {
        self.known.vanished() > 0
    }

    /// Adds what the body of a status reply says. If the tenant sent secrets of the request back, they are removed.
    pub(crate) fn take_in(&mut self, body: &[u8], secrets: &Arc<Secrets>) -> Result<TakenIn, DecodeError> {
        let known = Arc::make_mut(&mut self.known);
        let taken = take_in(known, body)?;
        known.redact(secrets);
        match taken {
            TakenIn::Nothing => {}
            TakenIn::Named(change) => self.is_repeated = change.none,
            // There is at least one endpoint more than the report holds, so the report can never be a success.
            TakenIn::TooMany => self.endpoints_count = Some(self.expected().max(self.named() + 1)),
        }
        Ok(taken)
    }

    pub(crate) fn set_unchanged(&mut self, unchanged: Duration) {
        self.unchanged = unchanged;
    }
}

fn reported(known: Known<'_>) -> ReportedEndpoint {
    let status = known.status.clone();
    let state = match known {
        Known { status, .. } if status.is_settled() => EndpointState::Settled,
        Known { is_omitted: false, .. } => EndpointState::Unsettled,
        Known { is_omitted: true, .. } => EndpointState::Vanished,
    };
    let reason = known.reason.filter(|_| !status.is_success()).map(reason);
    ReportedEndpoint { id: known.endpoint_id(), state: state(status), reason }
}

impl From<ActionId> for ActionReport {
    /// A report that holds nothing but the id.
    fn from(action_id: ActionId) -> Self {
        Self {
            action_id,
            tenant: None,
            is_accepted: false,
            endpoints_count: None,
            filters: None,
            known: Arc::default(),
            is_repeated: false,
            unchanged: Duration::ZERO,
            skipped: Arc::default(),
            unmatched_hostnames: Arc::default(),
        }
    }
}

impl From<StartedAction> for ActionReport {
    /// A report that holds how many endpoints the tenant took, but not what the scan asked for; see
    /// [`ActionReport::of`].
    fn from(started: StartedAction) -> Self {
        let endpoints_count = started.endpoints_count.filter(|count| *count <= MAX_INTEGER);
        Self { is_accepted: true, endpoints_count, ..Self::from(started.action_id) }
    }
}

impl PartialEq for ActionReport {
    /// Whether both hold the same about the same action. [`unchanged`](Self::unchanged) is not compared.
    fn eq(&self, other: &Self) -> bool {
        let facts = |report: &Self| (report.is_accepted, report.endpoints_count, report.is_repeated);
        self.action_id == other.action_id
            && self.tenant == other.tenant
            && facts(self) == facts(other)
            && self.filters == other.filters
            && self.skipped == other.skipped
            && self.unmatched_hostnames == other.unmatched_hostnames
            && self.known == other.known
    }
}

impl fmt::Debug for ActionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActionReport")
            .field("action_id", &self.action_id)
            .field("endpoints_count", &self.endpoints_count)
            .field("endpoints", &self.known)
            .finish_non_exhaustive()
    }
}
