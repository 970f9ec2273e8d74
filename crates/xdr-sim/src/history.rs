//! The actions that a tenant remembers: all running ones, and the ones that ended last.

use std::collections::VecDeque;

use crate::action::{Action, ActionKind, Parts};
use crate::limits::Limits;
use crate::task::{Status, Task};

/// The id of the second action does not fit in 32 bits, because clients must not assume that ids do.
const FIRST_ACTION_ID: u64 = u32::MAX as u64;

pub(crate) struct History {
    limits: Limits,
    /// In the order in which they were started, which is the order of their ids.
    actions: Vec<Action>,
    /// The ids of the ended actions, in the order in which they ended.
    ended: VecDeque<u64>,
    /// The number of endpoints in all ended actions.
    results: usize,
    started: u64,
}

impl History {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, actions: Vec::new(), ended: VecDeque::new(), results: 0, started: 0 }
    }

    pub(crate) fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The number of actions started so far, including forgotten ones.
    pub(crate) fn started(&self) -> u64 {
        self.started
    }

    pub(crate) fn forgotten(&self) -> u64 {
        self.started - self.actions.len() as u64
    }

    /// The id of the next action to be started.
    pub(crate) fn next_id(&self) -> u64 {
        FIRST_ACTION_ID + self.started
    }

    pub(crate) fn action(&self, id: u64) -> Option<&Action> {
        Some(&self.actions[self.position(id)?])
    }

    /// One task of an action, unless the action is already `Parts::Ended`.
    pub(crate) fn task(&self, id: u64, task: usize) -> Option<&Task> {
        match &self.action(id)?.parts {
            Parts::Running(tasks) => tasks.get(task),
            Parts::Ended(_) => None,
        }
    }

    /// The same as [`task`](Self::task), to stop the task.
    pub(crate) fn task_mut(&mut self, id: u64, task: usize) -> Option<&mut Task> {
        let position = self.position(id)?;
        match &mut self.actions[position].parts {
            Parts::Running(tasks) => tasks.get_mut(task),
            Parts::Ended(_) => None,
        }
    }

    /// All tasks of an endpoint in actions that are not yet `Parts::Ended`.
    pub(crate) fn tasks_of(&mut self, endpoint: u32) -> impl Iterator<Item = &mut Task> {
        let tasks = self.actions.iter_mut().flat_map(|action| match &mut action.parts {
            Parts::Running(tasks) => &mut tasks[..],
            Parts::Ended(_) => &mut [],
        });
        tasks.filter(move |task| task.endpoint == endpoint)
    }

    pub(crate) fn start(&mut self, kind: ActionKind, incident_id: Option<String>, tasks: Vec<Task>) {
        self.actions.push(Action { id: self.next_id(), kind, incident_id, parts: Parts::Running(tasks) });
        self.started += 1;
    }

    /// Reduces the actions that have ended to their results, and passes the results to `tell` in the order in which the
    /// actions ended.
    pub(crate) fn settle(&mut self, now_ms: u64, mut tell: impl FnMut(u64, u32, Status)) {
        let mut settled: Vec<(u64, usize)> = Vec::new();
        for (position, action) in self.actions.iter().enumerate() {
            settled.extend(action.ended_ms(now_ms).map(|ended_ms| (ended_ms, position)));
        }
        settled.sort_unstable();
        for (_, position) in settled {
            let action = &mut self.actions[position];
            let results = action.results(now_ms);
            results.iter().for_each(|(endpoint, status)| tell(action.id, *endpoint, *status));
            self.results += results.len();
            self.ended.push_back(action.id);
            action.parts = Parts::Ended(results);
        }
    }

    /// Forgets the ended actions beyond the limits.
    pub(crate) fn trim(&mut self) {
        while self.is_too_long()
            && let Some(id) = self.ended.pop_front()
            && let Some(position) = self.position(id)
        {
            self.results -= self.actions.remove(position).endpoints_count();
        }
    }

    fn is_too_long(&self) -> bool {
        let (actions, limits) = (self.ended.len(), &self.limits);
        actions > limits.ended_actions || (actions > 1 && self.results > limits.ended_results)
    }

    fn position(&self, id: u64) -> Option<usize> {
        self.actions.binary_search_by_key(&id, |action| action.id).ok()
    }
}
