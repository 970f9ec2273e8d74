//! The endpoints of a list, compared with the names that were asked for.

use std::collections::HashSet;

use xdr_model::{EndpointFilter, EndpointList, EndpointPage, Filter, GetEndpoints};

/// The result of `xdr endpoints`: how the listing ended, and which names in the filters match no endpoint.
#[derive(Debug, Default)]
pub struct Found {
    /// How the listing ended.
    pub list: EndpointList,
    /// The host names that match no endpoint.
    pub unmatched_hostnames: Vec<String>,
    /// The ids that match no endpoint.
    pub unmatched_ids: Vec<String>,
    /// The host names and ids that were listed, in lower case.
    hostnames: HashSet<String>,
    ids: HashSet<String>,
}

impl Found {
    /// The start, before anything was listed for this request.
    pub(crate) fn new(request: &GetEndpoints) -> Self {
        let mut found = Self::default();
        for filter in &request.filters {
            match filter {
                EndpointFilter::Shared(Filter::Hostname(names)) => {
                    found.unmatched_hostnames.extend(names.iter().map(str::to_owned));
                }
                EndpointFilter::Shared(Filter::EndpointIds(ids)) => {
                    found.unmatched_ids.extend(ids.iter().map(str::to_owned));
                }
                _ => {}
            }
        }
        found
    }

    pub(crate) fn add(&mut self, page: &EndpointPage) {
        if !self.unmatched_hostnames.is_empty() {
            self.hostnames
                .extend(page.endpoints.iter().filter_map(|it| it.name.as_deref()).map(str::to_lowercase));
        }
        if !self.unmatched_ids.is_empty() {
            self.ids.extend(page.endpoints.iter().map(|it| it.id.as_str().to_lowercase()));
        }
    }

    pub(crate) fn end(self, list: EndpointList) -> Self {
        let Self { mut unmatched_hostnames, mut unmatched_ids, hostnames, ids, .. } = self;
        unmatched_hostnames.retain(|name| !hostnames.contains(&name.to_lowercase()));
        unmatched_ids.retain(|id| !ids.contains(&id.to_lowercase()));
        Self { list, unmatched_hostnames, unmatched_ids, ..Self::default() }
    }

    /// Whether every name matches an endpoint, and the list cannot lack an endpoint.
    pub(crate) fn is_complete(&self) -> bool {
        !self.list.may_have_missed && self.unmatched_hostnames.is_empty() && self.unmatched_ids.is_empty()
    }
}
