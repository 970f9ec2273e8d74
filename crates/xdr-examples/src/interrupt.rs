//! What Ctrl-C does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use xdr_model::ActionId;

use crate::exit::{STOPPED, UNKNOWN};
use crate::screen::complain;

/// The action, as soon as it is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known(Arc<OnceLock<ActionId>>);

impl Known {
    pub(crate) fn note(&self, action: &ActionId) {
        let _ = self.0.set(action.clone());
    }
}

/// What Ctrl-C does: the first one ends the waiting, the second one the program. Neither cancels anything.
#[derive(Debug, Clone)]
pub struct Interrupt {
    known: Known,
    pressed: Arc<AtomicBool>,
}

impl Interrupt {
    pub(crate) fn new(known: Known) -> Self {
        Self { known, pressed: Arc::default() }
    }

    /// To be called with every Ctrl-C. `stop` ends the waiting; what the client is told at this very moment is waited
    /// for, since only that says what became of a scan. Who presses again does not want to wait for it.
    pub fn pressed(&self, stop: impl FnOnce()) {
        if !self.pressed.swap(true, Ordering::Relaxed) {
            complain(
                "\nStopping. If a request is on its way its answer is waited for; press again to leave at once",
            );
            return stop();
        }
        match self.known.0.get() {
            Some(id) => {
                complain(&format!("\nLeft at once. Action {id} goes on; follow it with --resume {id}"));
                std::process::exit(STOPPED.into());
            }
            None => {
                complain("\nLeft at once. It may have been carried out: look in the Action Center");
                std::process::exit(UNKNOWN.into());
            }
        }
    }
}
