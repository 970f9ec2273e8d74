//! The model's gate in every interleaving.
//!
//! The gate is the one piece of evidence for "this was not carried out", and its two sides run on different threads.
//! So the very file of the model is compiled here against loom, which runs each test once for every order in which
//! the threads can see each other's steps. It is a crate of its own because loom replaces the standard library's
//! atomics: as a feature of the model it would be switched on by `--all-features` for everybody.

#[path = "../../xdr-model/src/gate.rs"]
mod gate;

/// What the gate takes from the standard library, from loom.
mod sync {
    pub(crate) use loom::sync::Arc;
    pub(crate) use loom::sync::atomic::{AtomicU8, Ordering};
}

/// What the gate takes from the model.
mod error {
    /// Whether a request can have been carried out.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Sent {
        /// Certainly not.
        No,
        /// It may have been.
        Maybe,
    }
}

pub use error::Sent;
pub use gate::Gate;
