//! What requests and tests do to the endpoints.

use crate::outcomes::Outcomes;
use serde_json::Value;

use super::Tenant;
use crate::endpoint::Endpoint;
use crate::page::{Found, PageRequest};
use crate::summary::PageReply;
use crate::wire::Refusal;

impl Tenant {
    /// `get_endpoint`: one page of the selected endpoints. Afterwards, some endpoints can disappear and others return.
    pub(crate) fn get_endpoint(&mut self, body: &Value) -> Result<Vec<u8>, Refusal> {
        let request = PageRequest::read(body, self.config.limits.filters)?;
        let all = self.fleet.iter().map(|(number, endpoint)| (endpoint, self.scan_word(number)));
        let found: Vec<Found<'_>> = all.filter(|found| request.matches(found)).collect();
        let total = self.config.total_count.then_some(found.len());
        let page = request.cut(found);
        let reply = serde_json::to_vec(&PageReply::new(&page, total, self.config.spelling));
        let going: Vec<String> =
            page.iter().take(self.config.turnover).map(|(endpoint, _)| endpoint.id.clone()).collect();
        self.turn_over(&going);
        Ok(reply.expect("a page with text keys is always JSON"))
    }

    /// Removes some endpoints, and adds those again that the previous call removed.
    fn turn_over(&mut self, going: &[String]) {
        let coming = std::mem::take(&mut self.away);
        self.away = going.iter().filter_map(|id| self.remove(id)).collect();
        for endpoint in coming {
            self.add(endpoint);
        }
    }

    /// Adds an endpoint, or replaces and returns the one with its id.
    pub(crate) fn add(&mut self, endpoint: Endpoint) -> Option<Endpoint> {
        let (is_online, now_ms) = (endpoint.is_online(), self.clock.now_ms());
        let (number, replaced) = self.fleet.add(endpoint);
        for task in self.history.tasks_of(number) {
            if is_online { task.go_on(now_ms) } else { task.stand_still(now_ms) }
        }
        replaced
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Endpoint> {
        self.fleet.remove(id)
    }

    /// Sets how all later scans of an endpoint end.
    pub(crate) fn set_outcomes(&mut self, number: u32, outcomes: Outcomes) {
        self.fleet.known_mut(number).outcomes = Some(outcomes);
    }

    /// Leaves an endpoint out of all later scans.
    pub(crate) fn omit(&mut self, number: u32) {
        self.fleet.known_mut(number).omitted = true;
    }
}
