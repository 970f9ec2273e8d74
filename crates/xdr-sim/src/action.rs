//! A started action, and the reply that reports its progress.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::fleet::Fleet;
use crate::task::{Status, Task};

/// An action that the tenant has started.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Action {
    /// The `action_id` of the reply.
    pub id: u64,
    /// The operation that started the action.
    pub kind: ActionKind,
    /// The `incident_id` of the request.
    pub incident_id: Option<String>,
    pub(crate) parts: Parts,
}

/// What an action does to its endpoints, in the order of the fleet.
#[derive(Clone, Debug)]
pub(crate) enum Parts {
    Running(Vec<Task>),
    /// The number of each endpoint and its final state. Nothing else is needed, because an ended action no longer
    /// changes.
    Ended(Box<[(u32, Status)]>),
}

impl Action {
    /// Returns the number of endpoints of the action, `endpoints_count` in the reply.
    #[must_use]
    pub fn endpoints_count(&self) -> usize {
        match &self.parts {
            Parts::Running(tasks) => tasks.len(),
            Parts::Ended(results) => results.len(),
        }
    }

    /// When the action ended. `None` if it still runs, or if its parts are already `Ended`.
    pub(crate) fn ended_ms(&self, now_ms: u64) -> Option<u64> {
        let Parts::Running(tasks) = &self.parts else { return None };
        let mut ends = tasks.iter().map(Task::ends_ms);
        ends.try_fold(0, |latest, end_ms| (end_ms <= now_ms).then(|| latest.max(end_ms)))
    }

    /// The number and the state of each endpoint.
    pub(crate) fn results(&self, now_ms: u64) -> Box<[(u32, Status)]> {
        match &self.parts {
            Parts::Running(tasks) => tasks.iter().map(|task| (task.endpoint, task.status(now_ms))).collect(),
            Parts::Ended(results) => results.clone(),
        }
    }
}

/// The operation that started an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActionKind {
    /// `scan`
    Scan,
    /// `abort_scan`
    Abort,
}

/// The reply of `get_action_status`. It borrows the ids, because there can be 100,000 of them.
#[derive(Serialize)]
pub(crate) struct StatusReply<'a> {
    reply: Progress<'a>,
}

#[derive(Serialize)]
struct Progress<'a> {
    data: StatusMap<'a>,
    #[serde(rename = "errorReasons", skip_serializing_if = "Reasons::is_empty")]
    reasons: Reasons<'a>,
}

struct StatusMap<'a>(&'a [(&'a str, Status)]);

struct Reasons<'a>(Vec<&'a str>);

/// A free-form object, as tenants send it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reason {
    error_description: &'static str,
    error_data: Option<&'static str>,
    terminated_by: Option<&'static str>,
}

impl<'a> StatusReply<'a> {
    pub(crate) fn new(statuses: &'a [(&'a str, Status)]) -> Self {
        let failed = statuses.iter().filter(|(id, status)| *status == Status::Failed && is_explained(id));
        let reasons = Reasons(failed.map(|(id, _)| *id).collect());
        Self { reply: Progress { data: StatusMap(statuses), reasons } }
    }
}

/// Real tenants give no reason for some failures. Here, endpoints with an id that ends in 0 to 3 get no reason.
fn is_explained(endpoint_id: &str) -> bool {
    !endpoint_id.ends_with(['0', '1', '2', '3'])
}

impl Reasons<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for StatusMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(id, status)| (id, status.word())))
    }
}

impl Serialize for Reasons<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for id in &self.0 {
            let description = "The scan failed on the endpoint: not enough disk space";
            let reason = Reason { error_description: description, error_data: None, terminated_by: None };
            map.serialize_entry(id, &reason)?;
        }
        map.end()
    }
}

/// The endpoints of an action in the order of the fleet, each with its state.
pub(crate) fn statuses<'a>(action: &Action, fleet: &'a Fleet, now_ms: u64) -> Vec<(&'a str, Status)> {
    let results = action.results(now_ms);
    results.into_iter().map(|(endpoint, status)| (fleet.known(endpoint).id.as_str(), status)).collect()
}
