//! Whether a request can have been carried out: the one piece of evidence both HTTP libraries give.
//!
//! Their errors cannot tell "not sent" from "maybe executed". But a request whose body was never taken cannot
//! have been executed. So each attempt has a gate: the library takes the body through it once, and whoever gives
//! up on the attempt tries to revoke it. Exactly one of the two succeeds.

use crate::sync::{Arc, AtomicU8, Ordering};
use crate::transport_error::Sent;

const ARMED: u8 = 0;
const TAKEN: u8 = 1;
const REVOKED: u8 = 2;

/// The gate of one attempt; clones share it. For transports.
///
/// ```
/// use xdr_model::transport::{Gate, Sent};
///
/// let gate = Gate::new();
/// let in_the_body = gate.clone();
/// assert!(in_the_body.take());
/// assert_eq!(gate.revoke(), Sent::Maybe);
///
/// let gate = Gate::new();
/// assert_eq!(gate.revoke(), Sent::No);
/// assert!(!gate.take());
/// ```
#[derive(Debug, Clone)]
pub struct Gate(Arc<AtomicU8>);

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl Gate {
    /// A gate whose body was not taken yet.
    pub fn new() -> Self {
        Self(Arc::new(AtomicU8::new(ARMED)))
    }

    /// Whether the body may be handed to the library. Call it before the first byte; on `false` fail the body.
    pub fn take(&self) -> bool {
        match self.0.compare_exchange(ARMED, TAKEN, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(state) => state == TAKEN,
        }
    }

    /// [`take`](Self::take), unless it is to be stopped: then what was not taken never will be.
    pub fn take_unless(&self, stopped: bool) -> bool {
        if stopped {
            self.revoke();
        }
        self.take()
    }

    /// Gives up on the attempt: whether it can have been carried out. From then on the body cannot be taken.
    pub fn revoke(&self) -> Sent {
        match self.0.compare_exchange(ARMED, REVOKED, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) | Err(REVOKED) => Sent::No,
            Err(_) => Sent::Maybe,
        }
    }
}
