//! Reads the names of the endpoints of a report.

use std::collections::HashMap;
use std::time::Duration;

use super::call::never_begun;
use super::time_limit::TimeLimit;
use super::{Call, Context, Event, Flow, Prepared, Step};
use crate::error::Error;
use crate::filter::Filter;
use crate::operation::{EndpointPage, EndpointSummary, GetEndpoints};
use crate::report::{ActionReport, ReportedEndpoint};
use crate::session::Session;

/// Reads the tenant's summaries of the endpoints of a report that need attention. Made by
/// [`Session::name_endpoints`](crate::Session::name_endpoints).
///
/// The flow sends one request for every 100 endpoints, and none if no endpoint needs attention. Each progress is the
/// number of endpoints that have been looked up so far. Host names that [match no
/// endpoint](ActionReport::unmatched_hostnames) are not looked up.
#[derive(Debug)]
pub struct NameEndpoints {
    session: Session,
    /// The endpoints that are still to be looked up, the next one last.
    left: Vec<ReportedEndpoint>,
    /// The endpoints that the call asks for, and the summaries of them that the tenant has sent.
    asked: Vec<ReportedEndpoint>,
    told: HashMap<String, EndpointSummary>,
    call: Option<Call<EndpointPage>>,
    named: Vec<NamedEndpoint>,
    limit: TimeLimit,
}

/// An endpoint of a report, with the tenant's summary of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NamedEndpoint {
    /// The state of the action on this endpoint.
    pub reported: ReportedEndpoint,
    /// Its name, platform, connection and more. `None` if the tenant no longer lists it.
    pub summary: Option<EndpointSummary>,
}

type NameStep = Step<usize, Result<Vec<NamedEndpoint>, Error>>;

impl NameEndpoints {
    pub(crate) fn new(session: &Session, report: &ActionReport) -> Self {
        let mut left: Vec<_> = report.needs_attention().collect();
        left.reverse();
        Self {
            session: session.clone(),
            left,
            asked: Vec::new(),
            told: HashMap::new(),
            call: None,
            named: Vec::new(),
            limit: TimeLimit::default(),
        }
    }

    /// Limits the time of the flow, counted from its first step. After that, the flow sends no request and does not
    /// wait for an answer.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit: TimeLimit::within(limit), ..self }
    }

    /// Begins the next request, or ends.
    fn next(&mut self, context: &Context<'_>) -> NameStep {
        let most = usize::try_from(GetEndpoints::PAGE).unwrap_or(usize::MAX);
        self.asked = self.left.split_off(self.left.len().saturating_sub(most));
        self.asked.reverse();
        match self.asked.is_empty() {
            true => Step::Done(Ok(std::mem::take(&mut self.named))),
            false => self.ask(0, context),
        }
    }

    /// Requests the summaries from this position on.
    fn ask(&mut self, from: u64, context: &Context<'_>) -> NameStep {
        let ids = self.asked.iter().map(|endpoint| endpoint.id.clone());
        let request =
            GetEndpoints::matching([Filter::endpoint_ids(ids)]).with_range(from..from + GetEndpoints::PAGE);
        // The tenant named these ids, so they are sent as they are.
        match Prepared::unchecked(&self.session, &request) {
            Ok(prepared) => {
                self.call = Some(Call::new(prepared).after_an_answer(true));
                self.step(context, Event::Resume)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    fn received(&mut self, page: EndpointPage, context: &Context<'_>) -> NameStep {
        let known = self.told.len();
        let is_last = page.total_count.is_none_or(|total| (known + page.endpoints.len()) as u64 >= total);
        self.told.extend(page.endpoints.into_iter().map(|summary| (key(&summary.id), summary)));
        self.call = None;
        // A tenant can return fewer endpoints in a page than requested.
        if !is_last && self.told.len() > known && self.told.len() < self.asked.len() {
            return self.ask(self.told.len() as u64, context);
        }
        let mut told = std::mem::take(&mut self.told);
        self.named.extend(self.asked.drain(..).map(|reported| {
            let summary = told.remove(&key(&reported.id));
            NamedEndpoint { reported, summary }
        }));
        Step::Progress(self.named.len())
    }
}

/// A tenant may write an id in another letter case than before.
fn key(id: &crate::EndpointId) -> String {
    id.as_str().to_ascii_lowercase()
}

impl Flow for NameEndpoints {
    type Progress = usize;
    type Output = Result<Vec<NamedEndpoint>, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> NameStep {
        let deadline = self.limit.deadline(context.now);
        let Some(call) = &mut self.call else { return self.next(context) };
        call.end_by(deadline);
        call.step(context, event).and_then(|ended| match ended {
            Ok(page) => self.received(page, context),
            Err(error) => Step::Done(Err(error)),
        })
    }

    /// Returns an error unless all endpoints have been looked up.
    fn stop(self) -> Self::Output {
        match self.call {
            Some(call) => Err(call.stopped()),
            None if self.left.is_empty() => Ok(self.named),
            None => Err(never_begun(&self.session, &GetEndpoints::all())),
        }
    }
}
