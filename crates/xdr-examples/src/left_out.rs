//! The endpoints that were asked for by id and that the tenant left out.

use std::collections::HashSet;

use xdr_model::{EndpointId, Error, Filter, Filters};

use crate::arguments::Job;
use crate::exit::Outcome;

/// The ids asked for that the action does not name. A tenant leaves them out without a word, and a script that only
/// looks at the others would take them for clean.
///
/// With more filters than the ids an endpoint can be left out because it does not match; that is no surprise.
pub fn left_out(job: &Job, end: &Result<Outcome, Error>) -> Vec<EndpointId> {
    let (Job::Scan(scan), Ok(Outcome::Followed(report))) = (job, end) else { return Vec::new() };
    let Filters::Matching(filters) = &scan.filters else { return Vec::new() };
    let [Filter::EndpointIds(asked)] = filters.as_slice() else { return Vec::new() };
    let named: HashSet<_> = report.status().endpoints.iter().map(|(id, _)| id).collect();
    asked.iter().filter(|id| !named.contains(id)).cloned().collect()
}
