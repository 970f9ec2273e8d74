//! A scan of a long list of endpoints, in batches.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use crate::coverage::{endpoint_ids, hostnames};
use crate::error::Error;
use crate::filter::{Filter, Filters};
use crate::ids::{ActionId, EndpointId, IncidentId};
use crate::operation::{Operation, Scan, StartedAction};
use crate::redact::Secrets;
use crate::report::{ActionReport, ReportedEndpoint};
use crate::scan_plan::{PlannedScan, SkippedEndpoint};
use crate::tenant::Tenant;
use crate::validate::{Invalid, Violation};

mod saved;

#[cfg(feature = "schema")]
pub(crate) use saved::Saved;

/// A scan of a long list of endpoints in batches, and what is known of each batch. Each batch becomes an action.
/// [`Session::run_batches`](crate::Session::run_batches) sends the batches one after another and follows them together.
///
/// ```
/// use xdr_model::{Filter, Scan, ScanBatches};
///
/// let ids = (0..2500).map(|number| format!("endpoint-{number}"));
/// let scan = Scan::matching([Filter::endpoint_ids(ids)]);
/// let batches = ScanBatches::split(&scan, ScanBatches::SIZE)?;
/// assert_eq!(batches.iter().map(|batch| batch.len()).collect::<Vec<_>>(), [1000, 1000, 500]);
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
///
/// # Save and resume
/// It is `Serialize` and `Deserialize`. Each progress of a run holds the latest state. Save the state before you
/// continue. After a crash, run the saved batches again. A batch that was being sent is never sent a second time. It is
/// [in doubt](BatchState::Sending) until you look in the Action Center and mark it as [started](Self::mark_started) or
/// [not sent](Self::mark_not_sent). A run that reaches its end with batches in doubt returns no error, but is not a
/// [success](Self::is_success).
///
/// Each run has its own deadline. Run a saved state in one program at a time: two programs would both send the batches
/// that were not sent.
///
/// # Follow several actions
/// Actions that were started earlier can be batches, too: see [`following`](Self::following). A run sends only status
/// requests for them.
#[derive(Clone, PartialEq)]
pub struct ScanBatches {
    /// The parts of the request that all batches share.
    filters: Vec<Filter>,
    incident_id: Option<IncidentId>,
    tenant: Option<Arc<str>>,
    batches: Vec<Batch>,
    skipped: Arc<[SkippedEndpoint]>,
    unmatched_ids: Arc<[EndpointId]>,
    unmatched_hostnames: Arc<[String]>,
}

/// One batch: its endpoints, and what is known of it.
#[derive(Clone, PartialEq)]
pub struct Batch {
    /// The ids. Host names in the shared filters belong to all batches together. `None` if the action was started
    /// earlier: the state is then [`BatchState::Started`], and the report knows what was asked for.
    ids: Option<Arc<Filters>>,
    state: BatchState,
}

/// What is known of a batch.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum BatchState {
    /// It was not sent.
    NotSent,
    /// It was being sent, and the outcome is unknown: **it may be running**. It is not sent again. Look in the Action
    /// Center.
    Sending {
        /// Why the outcome is unknown. `None` if the program ended before the answer came.
        message: Option<String>,
    },
    /// The tenant accepted it.
    Started(ActionReport),
    /// The tenant refused it. Nothing was started for these endpoints. It is not sent again, unless you mark it as
    /// [not sent](ScanBatches::mark_not_sent).
    Refused {
        /// The reason that the tenant gave.
        message: String,
    },
}

impl Batch {
    fn new(ids: impl IntoIterator<Item = EndpointId>) -> Self {
        let ids = Filters::Matching(vec![Filter::endpoint_ids(ids)]);
        Self { ids: Some(Arc::new(ids)), state: BatchState::NotSent }
    }

    /// A batch whose action was started earlier.
    fn following(report: ActionReport) -> Self {
        Self { ids: None, state: BatchState::Started(report) }
    }

    /// The ids that it names. None if its action was [started earlier](ScanBatches::following).
    pub fn endpoint_ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().flat_map(|ids| endpoint_ids(ids))
    }

    /// How many ids it names.
    pub fn len(&self) -> usize {
        self.endpoint_ids().count()
    }

    /// Whether it names no id, because its action was [started earlier](ScanBatches::following).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is known of it.
    pub fn state(&self) -> &BatchState {
        &self.state
    }

    /// Its action, if the tenant accepted it.
    pub fn report(&self) -> Option<&ActionReport> {
        match &self.state {
            BatchState::Started(report) => Some(report),
            _ => None,
        }
    }

    fn mark_started(&mut self, report: ActionReport) {
        self.state = BatchState::Started(match &self.ids {
            Some(ids) => report.with_filters(Arc::clone(ids)),
            None => report,
        });
    }

    /// How many endpoints it has, as far as known.
    fn endpoints(&self) -> u64 {
        match (&self.ids, self.report()) {
            (None, Some(report)) => report.expected(),
            _ => self.len() as u64,
        }
    }
}

/// The rule that keeps an action from being counted twice.
const ONE_ACTION: &str = "must not be the action of another batch";

/// The rule that keeps an endpoint from being sent twice.
const ONE_PLACE: &str = "must not be the id of another place: no endpoint is sent twice";

fn is_of_another(batch: usize, action: &ActionId) -> Violation {
    Violation::new(format!("/batches/{batch}/action"), ONE_ACTION).with_found(&action.to_string())
}

impl fmt::Debug for ScanBatches {
    /// Shows counts only, because there can be very many ids.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScanBatches")
            .field("batches", &self.len())
            .field("started", &self.reports().count())
            .field("in_doubt", &self.in_doubt().count())
            .field("refused", &self.refused().count())
            .field("not_sent", &self.not_sent().count())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Batch");
        shown.field("endpoints", &self.len());
        match &self.state {
            BatchState::Started(report) => shown.field("action_id", report.action_id()),
            state => shown.field("state", state),
        };
        shown.finish_non_exhaustive()
    }
}

impl ScanBatches {
    /// The default number of ids in a batch, which careful clients use. The API has no published limit.
    pub const SIZE: usize = 1000;

    /// Splits a scan into batches of at most `size` endpoints. All other filters and the incident are repeated in every
    /// batch. A repeated id is sent once, also if its letters are in another case.
    ///
    /// # Errors
    /// All rules that the scan breaks. Also when the scan does not have exactly one list of endpoint ids, or `size` is
    /// 0.
    pub fn split(scan: impl Into<PlannedScan>, size: usize) -> Result<Self, Invalid> {
        let PlannedScan { scan, skipped, unmatched } = scan.into();
        scan.validate()?;
        if size == 0 {
            return Err(Invalid::one(Violation::new("/size", "must be at least 1").with_found("0")));
        }
        let is_list = |filter: &Filter| matches!(filter, Filter::EndpointIds(_));
        let filters = match &scan.filters {
            Filters::Matching(filters) if filters.iter().filter(|filter| is_list(filter)).count() == 1 => {
                filters
            }
            _ => {
                let rule = "must have exactly one filter on endpoint_id_list to be split";
                return Err(Invalid::one(Violation::new("/request_data/filters", rule)));
            }
        };
        let shared: Vec<_> = filters.iter().filter(|filter| !is_list(filter)).cloned().collect();
        let mut seen = HashSet::new();
        // A tenant may write an id in another letter case.
        let ids = endpoint_ids(&scan.filters).filter(|id| seen.insert(id.to_lowercase()));
        let ids: Vec<_> = ids.map(EndpointId::from).collect();
        let batches = ids.chunks(size).map(|ids| Batch::new(ids.iter().cloned())).collect();
        Ok(Self {
            filters: shared,
            incident_id: scan.incident_id.clone(),
            tenant: None,
            batches,
            skipped: skipped.into(),
            unmatched_ids: unmatched.ids.into(),
            unmatched_hostnames: unmatched.hostnames.into(),
        })
    }

    /// Makes batches of actions that were started earlier, to follow them together. Give their ids, or better their
    /// saved [reports](ActionReport). A report knows what its scan asked for. This is then compared with what the
    /// tenant took.
    ///
    /// ```
    /// use xdr_model::{ActionId, ScanBatches};
    ///
    /// let batches = ScanBatches::following([42, 43].map(ActionId::from))?; // run them with a session or a client
    /// assert_eq!((batches.reports().count(), batches.not_sent().count()), (2, 0));
    /// # Ok::<(), xdr_model::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// When there is no action, or an action is given twice.
    pub fn following(reports: impl IntoIterator<Item = impl Into<ActionReport>>) -> Result<Self, Invalid> {
        let batches: Vec<_> = reports.into_iter().map(|report| Batch::following(report.into())).collect();
        if batches.is_empty() {
            return Err(Invalid::one(Violation::new("/batches", "must have at least one action")));
        }
        let mut seen = HashSet::new();
        let actions = batches.iter().filter_map(Batch::report).map(ActionReport::action_id).enumerate();
        let repeated = actions.filter(|(_, action)| !seen.insert(*action));
        Invalid::check(repeated.map(|(batch, action)| is_of_another(batch, action)).collect())?;
        Ok(Self {
            filters: Vec::new(),
            incident_id: None,
            tenant: None,
            batches,
            skipped: Arc::default(),
            unmatched_ids: Arc::default(),
            unmatched_hostnames: Arc::default(),
        })
    }

    /// The batches in the order in which they are sent.
    pub fn iter(&self) -> impl Iterator<Item = &Batch> {
        self.batches.iter()
    }

    /// How many batches there are.
    pub fn len(&self) -> usize {
        self.batches.len()
    }

    /// Always `false`.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// The scan that a batch sends.
    pub(crate) fn scan(&self, batch: usize) -> Scan {
        let Some(Filters::Matching(ids)) = self.batches[batch].ids.as_deref() else {
            unreachable!("a batch that is sent names its ids")
        };
        let filters = Filters::Matching(self.filters.iter().chain(ids).cloned().collect());
        Scan { filters, incident_id: self.incident_id.clone() }
    }

    /// The actions of the batches that the tenant accepted.
    pub fn reports(&self) -> impl Iterator<Item = &ActionReport> {
        self.iter().filter_map(Batch::report)
    }

    /// The batches that were not sent. A run sends them.
    pub fn not_sent(&self) -> impl Iterator<Item = &Batch> {
        self.iter().filter(|batch| batch.state == BatchState::NotSent)
    }

    /// The batches that may be running, because their outcome is unknown.
    pub fn in_doubt(&self) -> impl Iterator<Item = &Batch> {
        self.iter().filter(|batch| matches!(batch.state, BatchState::Sending { .. }))
    }

    /// The batches that the tenant refused.
    pub fn refused(&self) -> impl Iterator<Item = &Batch> {
        self.iter().filter(|batch| matches!(batch.state, BatchState::Refused { .. }))
    }

    /// How many endpoints all batches have. For an action that was [started earlier](Self::following), the
    /// [expected](ActionReport::expected) number counts.
    pub fn endpoints(&self) -> u64 {
        self.iter().map(Batch::endpoints).sum()
    }

    /// How many endpoints have settled.
    pub fn settled(&self) -> u64 {
        self.reports().map(|report| report.counts().settled()).sum()
    }

    /// How many endpoints have settled with success.
    pub fn successful(&self) -> u64 {
        self.reports().map(|report| report.counts().successful()).sum()
    }

    /// All endpoints of the accepted batches that need attention, see [`ActionReport::needs_attention`]. The endpoints
    /// of the other batches are not included.
    pub fn needs_attention(&self) -> impl Iterator<Item = ReportedEndpoint> {
        self.reports().flat_map(ActionReport::needs_attention)
    }

    /// The endpoints that the [plan](crate::ScanPlan) skipped.
    pub fn skipped(&self) -> &[SkippedEndpoint] {
        &self.skipped
    }

    /// The ids that the plan asked for, but that its preview did not list.
    pub fn unmatched_ids(&self) -> &[EndpointId] {
        &self.unmatched_ids
    }

    /// The host names that the plan asked for, but that no listed endpoint has.
    pub fn unmatched_hostnames(&self) -> &[String] {
        &self.unmatched_hostnames
    }

    /// Whether everything that was asked for completed: every batch was accepted, each one
    /// [is a success](ActionReport::is_success), and the plan found every name.
    pub fn is_success(&self) -> bool {
        let taken: u64 = self.reports().map(ActionReport::expected).sum();
        self.reports().filter(|report| report.is_success()).count() == self.len()
            && hostnames(&self.filters).count() as u64 <= taken
            && self.unmatched_ids.is_empty()
            && self.unmatched_hostnames.is_empty()
    }

    /// Marks a batch that is [in doubt](Self::in_doubt) as started, after you have found its action in the Action
    /// Center. The next run follows it.
    ///
    /// # Errors
    /// When there is no such batch, it is not in doubt, or the action belongs to another batch.
    pub fn mark_started(&mut self, batch: usize, action: ActionId) -> Result<(), Invalid> {
        if self.reports().any(|report| *report.action_id() == action) {
            return Err(Invalid::one(is_of_another(batch, &action)));
        }
        self.doubtful(batch)?.mark_started(action.into());
        Ok(())
    }

    /// Marks a batch that is [in doubt](Self::in_doubt) as not sent, after you have made sure that no action was
    /// started for it. You can also mark a batch that was [refused](Self::refused). **The next run sends it.**
    ///
    /// # Errors
    /// When there is no such batch, or it is neither in doubt nor refused.
    pub fn mark_not_sent(&mut self, batch: usize) -> Result<(), Invalid> {
        let refused = self.batches.get_mut(batch).filter(|it| matches!(it.state, BatchState::Refused { .. }));
        match refused {
            Some(refused) => refused.state = BatchState::NotSent,
            None => self.doubtful(batch)?.state = BatchState::NotSent,
        }
        Ok(())
    }

    fn doubtful(&mut self, batch: usize) -> Result<&mut Batch, Invalid> {
        let found = self.batches.get_mut(batch);
        found.filter(|batch| matches!(batch.state, BatchState::Sending { .. })).ok_or_else(|| {
            Invalid::one(Violation::new(format!("/batches/{batch}"), "must be a batch that is in doubt"))
        })
    }

    /// Reads a saved document, which another program may have written by the schema.
    ///
    /// # Errors
    /// All rules that the document breaks, each with its JSON Pointer.
    pub fn from_json(text: &str) -> Result<Self, Invalid> {
        crate::request_reader::from_json(text)
    }

    /// Checks a saved document against the rules of its schema. Two rules are missing there, because no schema can
    /// express them: no endpoint id and no action occurs twice.
    ///
    /// ```
    /// use xdr_model::ScanBatches;
    ///
    /// let batch = r#"{"endpoint_ids":["e1"],"state":"not_sent"}"#;
    /// let twice = format!(r#"{{"batches":[{batch},{batch}]}}"#);
    /// assert!(ScanBatches::check_by_schema(&twice).is_ok() && ScanBatches::from_json(&twice).is_err());
    /// ```
    ///
    /// # Errors
    /// All rules that the document breaks, if its schema refuses it, too.
    pub fn check_by_schema(text: &str) -> Result<(), Invalid> {
        let is_said = |violation: &Violation| ![ONE_ACTION, ONE_PLACE].contains(&&*violation.rule);
        Self::from_json(text).map(drop).or_else(|invalid| match invalid.violations().iter().any(is_said) {
            true => Err(invalid),
            false => Ok(()),
        })
    }
}

/// The methods that a run of the batches needs.
impl ScanBatches {
    /// The next batch to send.
    pub(crate) fn next_unsent(&self) -> Option<usize> {
        self.batches.iter().position(|batch| batch.state == BatchState::NotSent)
    }

    pub(crate) fn sending(&mut self, batch: usize, message: Option<String>) {
        self.batches[batch].state = BatchState::Sending { message };
    }

    /// Sets the batch back to not sent.
    pub(crate) fn unsent(&mut self, batch: usize) {
        self.batches[batch].state = BatchState::NotSent;
    }

    pub(crate) fn started(&mut self, batch: usize, started: StartedAction) {
        self.batches[batch].mark_started(started.into());
    }

    pub(crate) fn refused_by(&mut self, batch: usize, error: &Error) {
        self.batches[batch].state = BatchState::Refused { message: error.to_string() };
    }

    /// Takes in a poll of a batch's action.
    pub(crate) fn update(&mut self, batch: usize, report: ActionReport) {
        self.batches[batch].state = BatchState::Started(report);
    }

    /// Takes in how the wait for a batch's action ended. Returns the reason if it ended early.
    pub(crate) fn settle(&mut self, batch: usize, ended: Result<ActionReport, Error>) -> Option<Arc<Error>> {
        match ended {
            Ok(report) => {
                self.update(batch, report);
                None
            }
            Err(error) => {
                if let Error::Wait(ended) = &error {
                    self.update(batch, ended.report.clone());
                }
                Some(Arc::new(error))
            }
        }
    }

    /// Notes the tenant. Batches of another tenant are refused, because their action ids mean other actions here.
    pub(crate) fn set_tenant(&mut self, tenant: &Tenant) -> Result<(), Error> {
        tenant.claim(&mut self.tenant)?;
        self.started_reports().try_for_each(|report| report.set_tenant(tenant))
    }

    /// Removes the secrets from what was saved.
    pub(crate) fn hide(&mut self, secrets: &Arc<Secrets>) {
        self.started_reports().for_each(|report| report.hide(secrets));
        self.skipped = self.skipped.iter().map(|skipped| skipped.hiding(secrets)).collect();
        self.unmatched_ids = self.unmatched_ids.iter().map(|id| id.clone().hiding(secrets)).collect();
        self.unmatched_hostnames = self.unmatched_hostnames.iter().map(|name| secrets.redact(name)).collect();
        for batch in &mut self.batches {
            if let BatchState::Sending { message: Some(message) } | BatchState::Refused { message } =
                &mut batch.state
            {
                *message = secrets.redact(message);
            }
        }
    }

    fn started_reports(&mut self) -> impl Iterator<Item = &mut ActionReport> {
        self.batches.iter_mut().filter_map(|batch| match &mut batch.state {
            BatchState::Started(report) => Some(report),
            _ => None,
        })
    }
}
