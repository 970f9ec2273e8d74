//! The state that requests act on: the fleet, its actions and the action time.

use std::time::Duration;

use fastrand::Rng;
use serde_json::Value;

use crate::action::{Action, ActionKind, StatusReply, statuses};
use crate::clock::ActionClock;
use crate::config::Config;
use crate::endpoint::{Connection, Endpoint};
use crate::fleet::{Fleet, LatestScan};
use crate::generate::generate;
use crate::history::History;
use crate::read::request_data;
use crate::selection::Selection;
use crate::task::{Status, Task, draw_outcome};
use crate::wire::{Refusal, started};

mod machines;

pub(crate) struct Tenant {
    config: Config,
    fleet: Fleet,
    history: History,
    clock: ActionClock,
    /// The endpoints that disappeared after the latest page and will come back.
    away: Vec<Endpoint>,
}

impl Tenant {
    pub(crate) fn new(config: Config) -> Self {
        let fleet = Fleet::new(generate(&config));
        let (history, clock) = (History::new(config.limits), ActionClock::new(config.time_scale));
        Self { config, fleet, history, clock, away: Vec::new() }
    }

    pub(crate) fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    pub(crate) fn follow(&mut self, unix_ms: u64) {
        self.clock.follow(unix_ms);
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.clock.advance(by);
    }

    /// `scan`: starts an action on the selected endpoints that are not being scanned already.
    pub(crate) fn scan(&mut self, body: &Value) -> Result<String, Refusal> {
        let selection = Selection::read(body, self.config.limits.filters)?;
        let targets = self.targets(&selection, |scan| !scan.is_some_and(Status::is_scanning));
        let targets = targets.filter(|(number, endpoint)| self.can_be_scanned(*number, endpoint));
        let tasks: Vec<Task> = targets.map(|(number, endpoint)| self.plan_scan(number, endpoint)).collect();
        let action = self.history.next_id();
        for (position, task) in tasks.iter().enumerate() {
            self.fleet.known_mut(task.endpoint).scan = LatestScan::Running { action, task: position };
        }
        self.start(ActionKind::Scan, selection.incident_id, tasks)
    }

    /// `abort_scan`: starts an action that stops the scans of the selected endpoints.
    pub(crate) fn abort_scan(&mut self, body: &Value) -> Result<String, Refusal> {
        let selection = Selection::read(body, self.config.limits.filters)?;
        let targets = self.targets(&selection, |scan| scan.is_some_and(Status::is_abortable));
        let targets: Vec<u32> = targets.map(|(number, _)| number).collect();
        let tasks = targets.into_iter().filter_map(|endpoint| self.stop_scan(endpoint)).collect();
        self.start(ActionKind::Abort, selection.incident_id, tasks)
    }

    /// `get_action_status`: the state of each endpoint of an action. An unknown action has no endpoints.
    pub(crate) fn get_action_status(&self, body: &Value) -> Result<Vec<u8>, Refusal> {
        let statuses = match self.action(read_action_id(body)?) {
            Some(action) => statuses(action, &self.fleet, self.clock.now_ms()),
            None => Vec::new(),
        };
        let reply = serde_json::to_vec(&StatusReply::new(&statuses));
        Ok(reply.expect("a map with text keys is always JSON"))
    }

    pub(crate) fn action(&self, id: Option<u64>) -> Option<&Action> {
        self.history.action(id?)
    }

    pub(crate) fn statuses(&self, id: u64) -> Option<Vec<(&str, Status)>> {
        Some(statuses(self.action(Some(id))?, &self.fleet, self.clock.now_ms()))
    }

    /// The state of an endpoint's latest scan, if it was ever scanned.
    fn scan_of(&self, number: u32) -> Option<Status> {
        match self.fleet.known(number).scan {
            LatestScan::Never => None,
            LatestScan::Running { action, task } => {
                self.history.task(action, task).map(|task| task.status(self.clock.now_ms()))
            }
            LatestScan::Ended(status) => Some(status),
        }
    }

    /// The word that the filter field `scan_status` compares with.
    pub(crate) fn scan_word(&self, number: u32) -> &'static str {
        self.scan_of(number).map_or("none", Status::scan_word)
    }

    fn targets<'a>(
        &'a self,
        selection: &'a Selection,
        suits: impl Fn(Option<Status>) -> bool + 'a,
    ) -> impl Iterator<Item = (u32, &'a Endpoint)> {
        self.fleet.iter().filter(move |(number, endpoint)| {
            suits(self.scan_of(*number)) && selection.matches(endpoint, self.scan_word(*number))
        })
    }

    fn can_be_scanned(&self, number: u32, endpoint: &Endpoint) -> bool {
        endpoint.connection != Connection::Uninstalled && !self.fleet.known(number).omitted
    }

    fn plan_scan(&self, number: u32, endpoint: &Endpoint) -> Task {
        let mut rng = self.dice(number);
        let range = &self.config.scan_duration;
        let (shortest, longest) = (range.start().as_millis() as u64, range.end().as_millis() as u64);
        let duration_ms = rng.u64(shortest..=longest.max(shortest));
        let outcome =
            draw_outcome(self.fleet.known(number).outcomes.unwrap_or(self.config.outcomes), &mut rng);
        let plan = if endpoint.is_online() { Task::scan } else { Task::scan_offline };
        plan(number, self.clock.now_ms(), duration_ms, outcome)
    }

    fn stop_scan(&mut self, number: u32) -> Option<Task> {
        let LatestScan::Running { action, task } = self.fleet.known(number).scan else { return None };
        Some(self.history.task_mut(action, task)?.abort(self.clock.now_ms()))
    }

    /// Random numbers that depend only on the seed, the action and the endpoint.
    fn dice(&self, endpoint: u32) -> Rng {
        let place = self.history.started() << 32 | u64::from(endpoint);
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
        let reply = started(self.history.next_id(), tasks.len(), self.config.ids);
        self.history.start(kind, incident_id, tasks);
        self.tidy_up();
        Ok(reply)
    }

    /// Keeps as many ended actions as the limits allow. The endpoints remember how their scans ended.
    fn tidy_up(&mut self) {
        let fleet = &mut self.fleet;
        self.history.settle(self.clock.now_ms(), |id, endpoint, status| {
            let latest = &mut fleet.known_mut(endpoint).scan;
            if matches!(latest, LatestScan::Running { action, .. } if *action == id) {
                *latest = LatestScan::Ended(status);
            }
        });
        self.history.trim();
    }
}

/// The requested id, an integer or a string. A string that is not a number matches no action.
fn read_action_id(body: &Value) -> Result<Option<u64>, Refusal> {
    let data = request_data(body, &["group_action_id"])?;
    match data.get("group_action_id") {
        Some(Value::Number(id)) if !id.is_f64() => Ok(id.as_u64()),
        Some(Value::String(id)) if !id.is_empty() => Ok(id.parse().ok()),
        _ => Err(Refusal::invalid("/request_data/group_action_id", "must be an integer or text")),
    }
}
