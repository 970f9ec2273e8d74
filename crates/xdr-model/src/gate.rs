//! Whether a request can have been carried out. The gate gives the evidence that works with both HTTP libraries.
//!
//! The errors of the libraries do not distinguish "not sent" from "maybe executed". But a request whose body was
//! never taken cannot have been executed. Therefore each attempt has a gate. The library takes the body through the
//! gate once, and the code that gives up on the attempt tries to revoke the gate. Exactly one of the two succeeds.

use crate::sync::{Arc, AtomicU8, Ordering};
use crate::transport_error::Sent;

const ARMED: u8 = 0;
const TAKEN: u8 = 1;
const REVOKED: u8 = 2;

/// The gate of one attempt. Clones share it. For transports.
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
    /// A gate whose body has not been taken.
    pub fn new() -> Self {
        Self(Arc::new(AtomicU8::new(ARMED)))
    }

    /// Whether the library may take the body. Call this before the first byte. If it returns `false`, fail the body.
    pub fn take(&self) -> bool {
        match self.0.compare_exchange(ARMED, TAKEN, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(state) => state == TAKEN,
        }
    }

    /// Like [`take`](Self::take). If `stopped` is `true`, a body that has not been taken can never be taken.
    pub fn take_unless(&self, stopped: bool) -> bool {
        if stopped {
            self.revoke();
        }
        self.take()
    }

    /// Gives up on the attempt, and returns whether it can have been carried out. After this, a body that was not
    /// taken cannot be taken.
    pub fn revoke(&self) -> Sent {
        match self.0.compare_exchange(ARMED, REVOKED, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) | Err(REVOKED) => Sent::No,
            Err(_) => Sent::Maybe,
        }
    }
}
