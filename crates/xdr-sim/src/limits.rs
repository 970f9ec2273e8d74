//! What clients can make the simulator hold.

/// These are the bounds of what clients can make the simulator hold.
///
/// ```
/// use xdr_sim::{Config, Limits};
///
/// let limits = Limits { ended_actions: 10, ..Limits::default() };
/// let config = Config::new().with_limits(limits);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory that the JSON of one body may need when it is read, by a generous estimate from its commas and
    /// brackets (default 64 MiB: a million values). More is answered with 413.
    pub json_bytes: usize,
    /// Filters in one request (default 100). More are answered with 400.
    pub filters: usize,
    /// Actions that are kept after they have ended (default 1,000).
    ///
    /// Those that ended first are forgotten first, one that still runs never. The state of a forgotten one is empty,
    /// as that of an action that never was.
    pub ended_actions: usize,
    /// Endpoints in all actions that are kept after they have ended, 8 bytes each (default 1,000,000). The action that
    /// ended last is kept however many it has.
    pub ended_results: usize,
    /// Requests that are kept for [`Sim::requests`](crate::Sim::requests), the latest ones (default 10,000).
    pub recorded_requests: usize,
    /// Bytes of these requests, headers and bodies (default 32 MiB).
    pub recorded_bytes: usize,
    /// Nonces that are remembered, the latest ones, 64 bytes each (default 100,000).
    ///
    /// A real tenant remembers each for as long as its signature is good. This limit matters only above 160 signed
    /// requests a second.
    pub nonces: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes: 64 * 1024 * 1024,
            filters: 100,
            ended_actions: 1_000,
            ended_results: 1_000_000,
            recorded_requests: 10_000,
            recorded_bytes: 32 * 1024 * 1024,
            nonces: 100_000,
        }
    }
}
