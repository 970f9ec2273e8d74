//! Which endpoints a scan or a cancellation would reach.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::endpoint_list::EndpointList;
use crate::filter::{Filter, Filters};
use crate::ids::EndpointId;
use crate::operation::{
    EndpointConnection, EndpointIsolation, EndpointPlatform, EndpointScanStatus, EndpointSummary,
};
use crate::validate::{Invalid, Violation};

/// The endpoints that a scan or a cancellation would reach, as the tenant lists them. A preview starts nothing.
///
/// A preview shows the state of the tenant when it was read. A later scan with the same filters can reach other
/// endpoints. A [`ScanPlan`](crate::ScanPlan) scans exactly the endpoints that were previewed.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    filters: Arc<Filters>,
    /// Shared, because the preview of a large tenant is both reported and kept.
    endpoints: Arc<Vec<PreviewedEndpoint>>,
    platforms: BTreeMap<EndpointPlatform, u64>,
    isolations: BTreeMap<EndpointIsolation, u64>,
    /// How the listing ended.
    list: EndpointList,
}

/// One endpoint of a [`Preview`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreviewedEndpoint {
    /// The id.
    pub id: EndpointId,
    /// The name of the host, if the tenant reports it.
    pub name: Option<String>,
    /// Whether it is connected to the tenant.
    pub connection: EndpointConnection,
    /// The state of its last scan.
    pub scan_status: EndpointScanStatus,
}

impl PreviewedEndpoint {
    /// Whether it is connected. `false` if its connection is not known.
    pub fn is_connected(&self) -> bool {
        self.connection == EndpointConnection::Connected
    }

    /// Whether it is being scanned, or is about to be.
    pub fn is_being_scanned(&self) -> bool {
        matches!(self.scan_status, EndpointScanStatus::Pending | EndpointScanStatus::InProgress)
    }
}

/// The ids or host names that a filter names, in lower case.
enum Asked {
    Ids(HashSet<String>),
    Hostnames(HashSet<String>),
}

impl Asked {
    fn by(filter: &Filter) -> Option<Self> {
        match filter {
            Filter::EndpointIds(ids) => Some(Self::Ids(ids.iter().map(str::to_lowercase).collect())),
            Filter::Hostname(names) => Some(Self::Hostnames(names.iter().map(str::to_lowercase).collect())),
            _ => None,
        }
    }

    /// Whether the filter names this endpoint. An endpoint whose host name is not known counts as named.
    fn names(&self, endpoint: &PreviewedEndpoint) -> bool {
        match self {
            Self::Ids(ids) => ids.contains(&endpoint.id.as_str().to_lowercase()),
            Self::Hostnames(names) => {
                endpoint.name.as_ref().is_none_or(|name| names.contains(&name.to_lowercase()))
            }
        }
    }
}

impl Preview {
    pub(crate) fn new(filters: &Filters) -> Self {
        Self {
            filters: Arc::new(filters.clone()),
            endpoints: Arc::default(),
            platforms: BTreeMap::new(),
            isolations: BTreeMap::new(),
            list: EndpointList::default(),
        }
    }

    pub(crate) fn add(&mut self, endpoint: EndpointSummary) {
        *self.platforms.entry(endpoint.platform).or_default() += 1;
        *self.isolations.entry(endpoint.isolation).or_default() += 1;
        Arc::make_mut(&mut self.endpoints).push(PreviewedEndpoint {
            id: endpoint.id,
            name: endpoint.name,
            connection: endpoint.connection,
            scan_status: endpoint.scan_status,
        });
    }

    /// Takes in how the listing ended. The parts of a list are not in the order of the ids.
    pub(crate) fn end(&mut self, list: EndpointList, has_parts: bool) {
        self.list = list;
        if has_parts {
            Arc::make_mut(&mut self.endpoints).sort_by(|one, next| one.id.as_str().cmp(next.id.as_str()));
        }
    }

    /// How many endpoints would be reached.
    pub fn len(&self) -> usize {
        self.endpoints.len()
    }

    /// Whether no endpoint would be reached.
    pub fn is_empty(&self) -> bool {
        self.endpoints.is_empty()
    }

    /// The endpoints, in the order of their ids.
    pub fn endpoints(&self) -> &[PreviewedEndpoint] {
        &self.endpoints
    }

    /// The number of endpoints by platform.
    pub fn by_platform(&self) -> &BTreeMap<EndpointPlatform, u64> {
        &self.platforms
    }

    /// The number of endpoints by isolation.
    pub fn by_isolation(&self) -> &BTreeMap<EndpointIsolation, u64> {
        &self.isolations
    }

    /// The number of endpoints by connection.
    pub fn by_connection(&self) -> BTreeMap<&EndpointConnection, u64> {
        self.count(|endpoint| &endpoint.connection)
    }

    /// The number of endpoints by the state of their last scan.
    pub fn by_scan_status(&self) -> BTreeMap<&EndpointScanStatus, u64> {
        self.count(|endpoint| &endpoint.scan_status)
    }

    fn count<'p, K: Ord>(&'p self, key: impl Fn(&'p PreviewedEndpoint) -> K) -> BTreeMap<K, u64> {
        let mut counts = BTreeMap::new();
        for endpoint in self.endpoints.iter() {
            *counts.entry(key(endpoint)).or_default() += 1;
        }
        counts
    }

    /// The ids in the filters that no listed endpoint has. If there are other filters, such an endpoint can exist
    /// without matching them.
    pub fn unmatched_ids(&self) -> Vec<&str> {
        let listed: HashSet<_> = self.endpoints.iter().map(|endpoint| endpoint.id.as_str()).collect();
        let asked = self.filters().filter_map(|filter| match filter {
            Filter::EndpointIds(ids) => Some(ids.iter()),
            _ => None,
        });
        asked.flatten().filter(|id| !listed.contains(id)).collect()
    }

    /// The host names in the filters that no listed endpoint has. Letter case does not matter. If there are other
    /// filters, such a host can exist without matching them.
    pub fn unmatched_hostnames(&self) -> Vec<&str> {
        let listed: HashSet<_> =
            self.endpoints.iter().filter_map(|e| e.name.as_deref()).map(str::to_lowercase).collect();
        let asked = self.filters().filter_map(|filter| match filter {
            Filter::Hostname(names) => Some(names.iter()),
            _ => None,
        });
        asked.flatten().filter(|name| !listed.contains(&name.to_lowercase())).collect()
    }

    /// Refuses a list with an endpoint that the filters do not name. A tenant that ignores a filter must not decide
    /// what is scanned or cancelled.
    pub(crate) fn check_filters(&self) -> Result<(), Invalid> {
        let asked: Vec<_> = self.filters().filter_map(Asked::by).collect();
        let is_asked = |endpoint: &PreviewedEndpoint| asked.iter().all(|asked| asked.names(endpoint));
        match self.endpoints.iter().find(|endpoint| !is_asked(endpoint)) {
            None => Ok(()),
            Some(endpoint) => {
                let rule = format!(
                    "must be applied by the tenant, but it lists {}, which the filters do not name",
                    endpoint.id
                );
                Err(Invalid::one(Violation::new("/filters", rule)))
            }
        }
    }

    fn filters(&self) -> impl Iterator<Item = &Filter> {
        match &*self.filters {
            Filters::All => [].iter(),
            Filters::Matching(filters) => filters.iter(),
        }
    }

    /// How the listing ended, and whether endpoints may be missing.
    pub fn list(&self) -> &EndpointList {
        &self.list
    }
}
