//! Access to the tenant of a server.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use crate::connection::lock;
use crate::sim::Sim;

/// This is the tenant of a [`Server`](crate::Server), as long as it is held: see
/// [`Server::sim`](crate::Server::sim).
pub struct Access<'a> {
    sim: MutexGuard<'a, Sim>,
    holder: &'a Mutex<Option<ThreadId>>,
}

impl<'a> Access<'a> {
    pub(crate) fn new(sim: &'a Mutex<Sim>, holder: &'a Mutex<Option<ThreadId>>) -> Self {
        let this_thread = Some(thread::current().id());
        let holds = *holder.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(
            holds != this_thread,
            "this thread holds the simulated tenant already: `Server::sim` was called twice in one statement, or a \
             variable still holds it"
        );
        let sim = lock(sim);
        *holder.lock().unwrap_or_else(PoisonError::into_inner) = this_thread;
        Self { sim, holder }
    }
}

impl Drop for Access<'_> {
    fn drop(&mut self) {
        *self.holder.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
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
