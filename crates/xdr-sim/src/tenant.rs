//! What requests act on: the fleet, its actions and their time.

use std::time::Duration;

use fastrand::Rng;
use serde_json::Value;

use crate::action::{Action, ActionKind, StatusReply, statuses};
use crate::clock::ActionClock;
use crate::config::Config;
use crate::fleet::{Endpoint, generate};
use crate::read::request_data;
use crate::selection::Selection;
use crate::task::{Status, Task, draw_outcome};
use crate::wire::{Refusal, started};

/// The second action's id does not fit in 32 bits: clients must not assume that ids do.
const FIRST_ACTION_ID: u64 = u32::MAX as u64;

pub(crate) struct Tenant {
    config: Config,
    fleet: Vec<Endpoint>,
    actions: Vec<Action>,
    /// Where each endpoint's latest scan is: index into `actions`, index into its tasks.
    latest_scan: Vec<Option<(usize, usize)>>,
    clock: ActionClock,
}

impl Tenant {
    pub(crate) fn new(config: Config) -> Self {
        let fleet = generate(&config);
        let latest_scan = vec![None; fleet.len()];
        let clock = ActionClock::new(config.time_scale);
        Self { config, fleet, actions: Vec::new(), latest_scan, clock }
    }

    pub(crate) fn fleet(&self) -> &[Endpoint] {
        &self.fleet
    }

    pub(crate) fn actions(&self) -> &[Action] {
        &self.actions
    }

    pub(crate) fn follow(&mut self, unix_ms: u64) {
        self.clock.follow(unix_ms);
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.clock.advance(by);
    }

    /// `scan`: starts an action on the endpoints meant that are not being scanned already.
    pub(crate) fn scan(&mut self, body: &Value) -> Result<String, Refusal> {
        let selection = Selection::read(body)?;
        let targets = self.targets(&selection, |scan| !scan.is_some_and(Status::is_scanning));
        let tasks: Vec<Task> = targets.into_iter().map(|endpoint| self.plan_scan(endpoint)).collect();
        for (position, task) in tasks.iter().enumerate() {
            self.latest_scan[task.endpoint] = Some((self.actions.len(), position));
        }
        self.start(ActionKind::Scan, selection.incident_id, tasks)
    }

    /// `abort_scan`: starts an action that stops the scans of the endpoints meant.
    pub(crate) fn abort_scan(&mut self, body: &Value) -> Result<String, Refusal> {
        let selection = Selection::read(body)?;
        let targets = self.targets(&selection, |scan| scan.is_some_and(Status::is_abortable));
        let tasks = targets.into_iter().filter_map(|endpoint| self.stop_scan(endpoint)).collect();
        self.start(ActionKind::Abort, selection.incident_id, tasks)
    }

    /// `get_action_status`: how far each endpoint of an action is; nothing for an action that does not exist.
    pub(crate) fn get_action_status(&self, body: &Value) -> Result<Vec<u8>, Refusal> {
        let statuses = match self.action(read_action_id(body)?) {
            Some(action) => statuses(action, &self.fleet, self.clock.now_ms()),
            None => Vec::new(),
        };
        let reply = serde_json::to_vec(&StatusReply::new(&statuses));
        Ok(reply.expect("a map with text keys is always JSON"))
    }

    pub(crate) fn action(&self, id: Option<u64>) -> Option<&Action> {
        let index = id?.checked_sub(FIRST_ACTION_ID)?;
        self.actions.get(usize::try_from(index).ok()?)
    }

    pub(crate) fn statuses(&self, id: u64) -> Option<Vec<(&str, Status)>> {
        Some(statuses(self.action(Some(id))?, &self.fleet, self.clock.now_ms()))
    }

    /// The state of an endpoint's latest scan, if it was ever scanned.
    pub(crate) fn scan_of(&self, endpoint: usize) -> Option<Status> {
        let (action, task) = self.latest_scan[endpoint]?;
        Some(self.actions[action].tasks[task].status(self.clock.now_ms()))
    }

    fn targets(&self, selection: &Selection, suits: impl Fn(Option<Status>) -> bool) -> Vec<usize> {
        let is_target = |index: &usize| {
            let scan = self.scan_of(*index);
            suits(scan) && selection.matches(&self.fleet[*index], scan_word(scan))
        };
        (0..self.fleet.len()).filter(is_target).collect()
    }

    fn plan_scan(&self, endpoint: usize) -> Task {
        if !self.fleet[endpoint].online {
            return Task::scan_offline(endpoint);
        }
        let mut rng = self.dice(endpoint);
        let range = &self.config.scan_duration;
        let (shortest, longest) = (range.start().as_millis() as u64, range.end().as_millis() as u64);
        let duration_ms = rng.u64(shortest..=longest.max(shortest));
        Task::scan(endpoint, self.clock.now_ms(), duration_ms, draw_outcome(self.config.outcomes, &mut rng))
    }

    fn stop_scan(&mut self, endpoint: usize) -> Option<Task> {
        let (action, task) = self.latest_scan[endpoint]?;
        Some(self.actions[action].tasks[task].abort(self.clock.now_ms()))
    }

    /// Random numbers that depend on nothing but the seed, the action and the endpoint.
    fn dice(&self, endpoint: usize) -> Rng {
        let place = (self.actions.len() as u64) << 32 | endpoint as u64;
        let mut rng = Rng::with_seed(place);
        Rng::with_seed(self.config.seed ^ rng.u64(..))
    }

    fn start(
        &mut self,
        kind: ActionKind,
        incident_id: Option<String>,
        tasks: Vec<Task>,
    ) -> Result<String, Refusal> {
        if tasks.is_empty() {
            return Err(Refusal::no_endpoint());
        }
        let id = FIRST_ACTION_ID + self.actions.len() as u64;
        let reply = started(id, tasks.len(), self.config.ids);
        self.actions.push(Action { id, kind, incident_id, tasks });
        Ok(reply)
    }
}

/// The word that the filter field `scan_status` compares with.
pub(crate) fn scan_word(scan: Option<Status>) -> &'static str {
    scan.map_or("none", Status::scan_word)
}

/// The id asked for: an integer or text. Text that is no number names no action of this tenant.
fn read_action_id(body: &Value) -> Result<Option<u64>, Refusal> {
    let data = request_data(body, &["group_action_id"])?;
    match data.get("group_action_id") {
        Some(Value::Number(id)) if !id.is_f64() => Ok(id.as_u64()),
        Some(Value::String(id)) if !id.is_empty() => Ok(id.parse().ok()),
        _ => Err(Refusal::invalid("/request_data/group_action_id", "must be an integer or text")),
    }
}
