//! A flow whose waits take no time.

use std::cell::Cell;
use std::time::{Duration, Instant};

use xdr_model::transport::{Context, Event, Flow, Step};
use xdr_sim::Server;

/// The time and the chance of a trial: time passes only by waiting, chance is a counter, so that two runs are alike.
#[derive(Debug)]
pub struct VirtualTime {
    began: Instant,
    now: Cell<Instant>,
    drawn: Cell<u64>,
}

impl VirtualTime {
    /// It begins now.
    pub fn new() -> Self {
        let began = Instant::now();
        Self { began, now: Cell::new(began), drawn: Cell::new(0) }
    }

    /// How much of it has passed.
    pub fn passed(&self) -> Duration {
        self.now.get() - self.began
    }

    fn pass(&self, pause: Duration) {
        self.now.set(self.now.get() + pause);
    }

    fn draw(&self) -> [u8; 32] {
        self.drawn.set(self.drawn.get() + 1);
        let mut bytes = [0x5a; 32];
        // Spread over the whole range: a small number would be no jitter at all.
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

/// Runs a flow in virtual time: a wait moves it and the tenant's actions on, at once. The wall clock stays, because
/// the tenant checks it.
pub struct Virtual<'t, F> {
    flow: F,
    time: &'t VirtualTime,
    server: &'t Server,
    /// Added to the wall clock that requests are signed with.
    wall_skew_ms: i64,
    /// Draws the same bytes again and again.
    stuck: bool,
}

impl<'t, F> Virtual<'t, F> {
    /// The flow, waiting together with the actions of `server`.
    pub fn new(flow: F, time: &'t VirtualTime, server: &'t Server) -> Self {
        Self { flow, time, server, wall_skew_ms: 0, stuck: false }
    }

    /// The same on a machine whose clock is off.
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
