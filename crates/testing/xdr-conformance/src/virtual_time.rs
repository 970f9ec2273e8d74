//! A flow with waits that take no time.

use std::cell::Cell;
use std::time::{Duration, Instant};

use xdr_model::transport::{Context, Event, Flow, Step};
use xdr_sim::Server;

/// The time and the randomness of a trial. Time passes only by waiting, and randomness is a counter, so that two runs
/// are equal.
#[derive(Debug)]
pub struct VirtualTime {
    began: Instant,
    now: Cell<Instant>,
    drawn: Cell<u64>,
}

impl VirtualTime {
    /// Starts now.
    pub fn new() -> Self {
        let began = Instant::now();
        Self { began, now: Cell::new(began), drawn: Cell::new(0) }
    }

    /// How much virtual time has passed.
    pub fn passed(&self) -> Duration {
        self.now.get() - self.began
    }

    fn pass(&self, pause: Duration) {
        self.now.set(self.now.get() + pause);
    }

    fn draw(&self) -> [u8; 32] {
        self.drawn.set(self.drawn.get() + 1);
        let mut bytes = [0x5a; 32];
        // Spread over the whole range, because small numbers would cause no jitter.
        let spread = self.drawn.get().wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17);
        bytes[..8].copy_from_slice(&spread.to_le_bytes());
        bytes
    }
}

impl Default for VirtualTime {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs a flow in virtual time. A wait moves the virtual time and the tenant's actions forward at once. The wall clock
/// is real, because the tenant checks it.
pub struct Virtual<'t, F> {
    flow: F,
    time: &'t VirtualTime,
    server: &'t Server,
    /// Milliseconds added to the wall clock that signs requests.
    wall_skew_ms: i64,
    /// Whether every draw returns the same bytes.
    stuck: bool,
}

impl<'t, F> Virtual<'t, F> {
    /// The flow, with waits that also move the actions of `server` forward.
    pub fn new(flow: F, time: &'t VirtualTime, server: &'t Server) -> Self {
        Self { flow, time, server, wall_skew_ms: 0, stuck: false }
    }

    /// The same on a machine with a wrong clock.
    #[must_use]
    pub fn with_wall_skew_ms(mut self, skew: i64) -> Self {
        self.wall_skew_ms = skew;
        self
    }

    /// The same on a machine without randomness.
    #[must_use]
    pub fn with_stuck_entropy(mut self) -> Self {
        self.stuck = true;
        self
    }
}

impl<F: Flow> Flow for Virtual<'_, F> {
    type Progress = F::Progress;
    type Output = F::Output;

    fn step(&mut self, context: &Context<'_>, mut event: Event) -> Step<F::Progress, F::Output> {
        let (time, stuck) = (self.time, self.stuck);
        let entropy = || if stuck { [7; 32] } else { time.draw() };
        let unix_ms = context.unix_ms.saturating_add_signed(self.wall_skew_ms);
        loop {
            let context = Context { now: time.now.get(), unix_ms, entropy: &entropy };
            match self.flow.step(&context, event) {
                Step::Wait(pause) => {
                    time.pass(pause);
                    self.server.advance(pause);
                    event = Event::Resume;
                }
                other => return other,
            }
        }
    }

    fn stop(self) -> F::Output {
        self.flow.stop()
    }
}
