//! Reads the names of the endpoints of a report.

use std::collections::HashMap;

use super::call::never_begun;
use super::{Call, Context, Event, Flow, Prepared, Step};
use crate::error::Error;
use crate::filter::Filter;
use crate::ids::EndpointId;
use crate::operation::{EndpointPage, EndpointSummary, GetEndpoints};
use crate::report::{ActionReport, ReportedEndpoint};
use crate::session::Session;

/// Reads what the tenant tells of the endpoints of a report that need attention; made by
/// [`Session::name_endpoints`](crate::Session::name_endpoints).
///
/// It sends one request for every 100 endpoints. Each progress is the number of endpoints that were looked up so far.
#[derive(Debug)]
pub struct NameEndpoints {
    session: Session,
    /// Those that are still to be looked up, the next one last.
    left: Vec<ReportedEndpoint>,
    /// Those that the call asks for.
    asked: Vec<ReportedEndpoint>,
    call: Option<Call<EndpointPage>>,
    named: Vec<NamedEndpoint>,
}

/// An endpoint of a report, with what the tenant tells of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NamedEndpoint {
    /// The state of the action on this endpoint.
    pub reported: ReportedEndpoint,
    /// Its name, platform, connection and more. `None` if the tenant does not list it any more.
    pub summary: Option<EndpointSummary>,
}

type NameStep = Step<usize, Result<Vec<NamedEndpoint>, Error>>;

impl NameEndpoints {
    pub(crate) fn new(session: &Session, report: &ActionReport) -> Self {
        let mut left: Vec<_> = report.needs_attention().collect();
        left.reverse();
        Self { session: session.clone(), left, asked: Vec::new(), call: None, named: Vec::new() }
    }

    /// Begins the next request, or ends.
    fn next(&mut self, context: &Context<'_>) -> NameStep {
        let most = usize::try_from(GetEndpoints::PAGE).unwrap_or(usize::MAX);
        self.asked = self.left.split_off(self.left.len().saturating_sub(most));
        self.asked.reverse();
        if self.asked.is_empty() {
            return Step::Done(Ok(std::mem::take(&mut self.named)));
        }
        let ids = self.asked.iter().map(|endpoint| endpoint.id.clone());
        let request = GetEndpoints::matching([Filter::endpoint_ids(ids)]);
        // The tenant named these ids, so they are sent as they are.
        match Prepared::unchecked(&self.session, &request) {
            Ok(prepared) => {
                self.call = Some(Call::new(prepared).after_an_answer(true));
                self.step(context, Event::Resume)
            }
            Err(error) => Step::Done(Err(error)),
        }
    }

    fn received(&mut self, page: EndpointPage) -> NameStep {
        let told = page.endpoints.into_iter().map(|summary| (summary.id.clone(), summary));
        let mut told: HashMap<EndpointId, EndpointSummary> = told.collect();
        let asked = std::mem::take(&mut self.asked).into_iter();
        self.named.extend(asked.map(|reported| {
            let summary = told.remove(&reported.id);
            NamedEndpoint { reported, summary }
        }));
        self.call = None;
        Step::Progress(self.named.len())
    }
}

impl Flow for NameEndpoints {
    type Progress = usize;
    type Output = Result<Vec<NamedEndpoint>, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> NameStep {
        let Some(call) = &mut self.call else { return self.next(context) };
        call.step(context, event).and_then(|ended| match ended {
            Ok(page) => self.received(page),
            Err(error) => Step::Done(Err(error)),
        })
    }

    /// An error, unless all were looked up.
    fn stop(self) -> Self::Output {
        match self.call {
            Some(call) => Err(call.stopped()),
            None if self.left.is_empty() => Ok(self.named),
            None => Err(never_begun(&self.session, &GetEndpoints::all())),
        }
    }
}
