//! Access to the tenant of a server.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::connection::lock;
use crate::sim::Sim;

/// Exclusive access to the tenant of a [`Server`](crate::Server), see [`Server::sim`](crate::Server::sim).
pub struct Access<'a> {
    sim: MutexGuard<'a, Sim>,
    holder: &'a Mutex<Option<ThreadId>>,
}

impl<'a> Access<'a> {
    pub(crate) fn new(sim: &'a Mutex<Sim>, holder: &'a Mutex<Option<ThreadId>>) -> Self {
        let this_thread = Some(thread::current().id());
        let held_by = *known(holder);
        assert!(
            held_by != this_thread,
            "this thread already holds the simulated tenant: `Server::sim` was called twice in one statement, or a \
             variable still holds the result of an earlier call"
        );
        let sim = lock(sim);
        *known(holder) = this_thread;
        Self { sim, holder }
    }
}

impl Drop for Access<'_> {
    fn drop(&mut self) {
        *known(self.holder) = None;
    }
}

/// Locks the holder, also after a panic.
fn known(holder: &Mutex<Option<ThreadId>>) -> MutexGuard<'_, Option<ThreadId>> {
    holder.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Deref for Access<'_> {
    type Target = Sim;

    fn deref(&self) -> &Sim {
        &self.sim
    }
}

impl DerefMut for Access<'_> {
    fn deref_mut(&mut self) -> &mut Sim {
        &mut self.sim
    }
}
