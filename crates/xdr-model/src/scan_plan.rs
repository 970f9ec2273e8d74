//! A scan with conditions that are checked before it is sent.

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::filter::Filter;
use crate::ids::EndpointId;
use crate::operation::{EndpointConnection, Scan};
use crate::preview::{Preview, PreviewedEndpoint};
use crate::redact::Secrets;
use crate::request_reader::{FromDocument, RequestReader};
use crate::string_enum::closed_words;
use crate::validate::{Invalid, Place, Violation};

/// A scan with conditions that only a run can check. A [`Scan`] alone is a plan without conditions.
///
/// With a condition, the run lists the endpoints first and then scans only listed endpoints, by their ids. The set
/// therefore cannot grow in between. If the list cannot be read, no scan is sent.
///
/// ```
/// use xdr_model::{Scan, ScanPlan};
///
/// let plan = ScanPlan::from(Scan::all()).at_most(500).skip_disconnected();
/// # let _ = plan;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ScanPlan {
    planned: PlannedScan,
    /// Whether an earlier preview may have missed endpoints.
    is_partial: bool,
    lists_first: bool,
    at_most: Option<u64>,
    skip_disconnected: bool,
    skip_being_scanned: bool,
}

/// The scan that results from a [`ScanPlan`] and a [`Preview`]. Made by [`ScanPlan::apply`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PlannedScan {
    /// The scan to send. After a preview it names each endpoint by its id.
    pub scan: Scan,
    /// The endpoints that the plan skips.
    pub skipped: Vec<SkippedEndpoint>,
    pub(crate) unmatched: Unmatched,
}

impl From<Scan> for PlannedScan {
    fn from(scan: Scan) -> Self {
        Self { scan, skipped: Vec::new(), unmatched: Unmatched::default() }
    }
}

impl From<&Scan> for PlannedScan {
    fn from(scan: &Scan) -> Self {
        scan.clone().into()
    }
}

/// The names in the filters that no listed endpoint has.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Unmatched {
    pub(crate) ids: Vec<EndpointId>,
    pub(crate) hostnames: Vec<String>,
}

impl Unmatched {
    fn of(preview: &Preview) -> Self {
        Self {
            ids: preview.unmatched_ids().into_iter().map(EndpointId::from).collect(),
            hostnames: preview.unmatched_hostnames().into_iter().map(str::to_owned).collect(),
        }
    }

    fn and(&self, other: &Self) -> Self {
        Self {
            ids: [&self.ids[..], &other.ids].concat(),
            hostnames: [&self.hostnames[..], &other.hostnames].concat(),
        }
    }
}

/// An endpoint that a run skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedEndpoint {
    /// The id.
    pub id: EndpointId,
    /// The name of the host, if the tenant reports it.
    pub name: Option<String>,
    /// Why the run skipped it.
    pub why: SkipReason,
}

impl SkippedEndpoint {
    /// The same, with a shown form that hides the secrets.
    pub(crate) fn hiding(&self, secrets: &Secrets) -> Self {
        Self {
            id: self.id.clone().hiding(secrets),
            name: self.name.as_deref().map(|name| secrets.redact(name)),
            why: self.why,
        }
    }
}

closed_words! {
    /// Why a run skipped an endpoint.
    SkipReason, "must be \"disconnected\", \"being_scanned\" or \"uninstalled\"" {
        /// It was not connected to the tenant, or its connection was not known.
        Disconnected = "disconnected",
        /// It was being scanned already, or was about to be.
        BeingScanned = "being_scanned",
        /// Its agent was uninstalled. The tenant still lists it, but no scan can reach it. A run that lists the
        /// endpoints first always skips such an endpoint.
        Uninstalled = "uninstalled",
    }
}

impl Serialize for SkipReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl FromDocument for SkipReason {
    fn read(reader: &mut RequestReader, place: &Place<'_>, value: Value) -> Option<Self> {
        let read = value.as_str().and_then(|word| word.parse().ok());
        read.or_else(|| reader.refuse(place, Self::RULE, &value))
    }
}

impl From<Scan> for ScanPlan {
    fn from(scan: Scan) -> Self {
        PlannedScan::from(scan).into()
    }
}

impl From<&Scan> for ScanPlan {
    fn from(scan: &Scan) -> Self {
        scan.clone().into()
    }
}

impl From<PlannedScan> for ScanPlan {
    /// A plan that sends exactly this scan. The report still lists the skipped endpoints, and all names that were
    /// asked for still count.
    fn from(planned: PlannedScan) -> Self {
        Self {
            planned,
            is_partial: false,
            lists_first: false,
            at_most: None,
            skip_disconnected: false,
            skip_being_scanned: false,
        }
    }
}

impl From<&Preview> for ScanPlan {
    /// A plan that scans exactly the endpoints that were previewed, by their ids.
    ///
    /// Names that the preview did not find still count as asked for. If there are any, the report is not a success.
    /// If the preview [may have missed endpoints](crate::EndpointList::may_have_missed), the run is refused. To scan
    /// only the listed endpoints in these cases, name their ids in a [`Scan`].
    ///
    /// A preview does not keep the incident of its scan: name it again with
    /// [`with_incident`](ScanPlan::with_incident). With a condition, the run lists the previewed endpoints once more.
    /// To send the scan without another list, use [`ScanPlan::apply`].
    fn from(preview: &Preview) -> Self {
        let scan = by_ids(preview.endpoints().iter().map(|endpoint| endpoint.id.clone()));
        let is_partial = preview.list().may_have_missed;
        let planned = PlannedScan { scan, skipped: Vec::new(), unmatched: Unmatched::of(preview) };
        Self { is_partial, ..planned.into() }
    }
}

fn by_ids(ids: impl IntoIterator<Item = EndpointId>) -> Scan {
    Scan::matching([Filter::endpoint_ids(ids)])
}

impl ScanPlan {
    /// Shows the scan in the timeline of this incident.
    #[must_use]
    pub fn with_incident(self, id: impl Into<String>) -> Self {
        let scan = self.planned.scan.with_incident(id);
        Self { planned: PlannedScan { scan, ..self.planned }, ..self }
    }

    /// Lists the endpoints before the scan, even if there is no other condition. The report then [names the
    /// hosts](crate::ActionReport::unmatched_hostnames) that do not exist.
    #[must_use]
    pub fn list_first(self) -> Self {
        Self { lists_first: true, ..self }
    }

    /// Refuses the run if more than this many endpoints are left to scan.
    #[must_use]
    pub fn at_most(self, endpoints: u64) -> Self {
        Self { at_most: Some(endpoints), ..self }
    }

    /// Skips the endpoints that are not connected or whose connection is not known. The tenant would keep their scan
    /// pending until they connect.
    #[must_use]
    pub fn skip_disconnected(self) -> Self {
        Self { skip_disconnected: true, ..self }
    }

    /// Skips the endpoints that are being scanned already, or are about to be.
    #[must_use]
    pub fn skip_being_scanned(self) -> Self {
        Self { skip_being_scanned: true, ..self }
    }

    /// The scan that the plan asks for.
    pub fn scan(&self) -> &Scan {
        &self.planned.scan
    }

    /// Whether the run lists the endpoints before it scans them, because the plan has a condition.
    pub fn lists_first(&self) -> bool {
        self.lists_first || self.at_most.is_some() || self.skip_disconnected || self.skip_being_scanned
    }

    /// The scan of a plan that needs no preview.
    pub(crate) fn as_it_is(&self) -> Result<PlannedScan, Invalid> {
        if self.is_partial {
            return Err(incomplete());
        }
        Ok(self.planned.clone())
    }

    /// Applies the conditions to a preview of [`scan`](Self::scan), as a run does after it has listed the endpoints.
    /// It sends nothing.
    ///
    /// Look at the result before you send it. A plan that is made from the result scans exactly these endpoints,
    /// without listing them again.
    ///
    /// ```
    /// use xdr_model::{Error, PlannedScan, Preview, ScanPlan};
    ///
    /// fn exactly(plan: &ScanPlan, preview: &Preview) -> Result<ScanPlan, Error> {
    ///     let planned: PlannedScan = plan.apply(preview)?;
    ///     println!("{} are skipped", planned.skipped.len());
    ///     Ok(ScanPlan::from(planned)) // give this to a client's `run`
    /// }
    /// ```
    ///
    /// # Errors
    /// When a run would be refused: the preview may have missed endpoints or lists one that the filters do not name,
    /// the conditions leave no endpoint, or they leave more than [`at_most`](Self::at_most).
    pub fn apply(&self, preview: &Preview) -> Result<PlannedScan, Invalid> {
        if self.is_partial || preview.list().may_have_missed {
            return Err(incomplete());
        }
        preview.check_filters()?;
        let (mut ids, mut skipped) = (Vec::new(), self.planned.skipped.clone());
        for endpoint in preview.endpoints() {
            match self.skips(endpoint) {
                None => ids.push(endpoint.id.clone()),
                Some(why) => {
                    skipped.push(SkippedEndpoint {
                        id: endpoint.id.clone(),
                        name: endpoint.name.clone(),
                        why,
                    });
                }
            }
        }
        let left = ids.len() as u64;
        if left == 0 {
            return Err(nothing_left(skipped.len()));
        }
        if let Some(most) = self.at_most.filter(|most| left > *most) {
            return Err(too_many(left, most));
        }
        let scan = Scan { incident_id: self.scan().incident_id.clone(), ..by_ids(ids) };
        Ok(PlannedScan { scan, skipped, unmatched: self.planned.unmatched.and(&Unmatched::of(preview)) })
    }

    fn skips(&self, endpoint: &PreviewedEndpoint) -> Option<SkipReason> {
        if endpoint.connection == EndpointConnection::Uninstalled {
            Some(SkipReason::Uninstalled)
        } else if self.skip_disconnected && !endpoint.is_connected() {
            Some(SkipReason::Disconnected)
        } else if self.skip_being_scanned && endpoint.is_being_scanned() {
            Some(SkipReason::BeingScanned)
        } else {
            None
        }
    }
}

fn incomplete() -> Invalid {
    let rule = "must match endpoints that the tenant lists completely, but some may be missing from its list: try again later, or scan endpoint ids without conditions";
    Invalid::one(Violation::new("/filters", rule))
}

fn nothing_left(skipped: usize) -> Invalid {
    let rule = match skipped {
        0 => "must match at least one endpoint: the tenant lists none".into(),
        n => format!(
            "must leave at least one endpoint to scan: the conditions skip every endpoint that matches (number skipped: {n})"
        ),
    };
    Invalid::one(Violation::new("/filters", rule))
}

fn too_many(left: u64, most: u64) -> Invalid {
    let rule = format!("of {most} is exceeded: {left} endpoints would be scanned");
    Invalid::one(Violation::new("/at_most", rule))
}
