//! What clients can make the simulator hold, and for how long.

use std::time::Duration;

/// These are the limits on what clients can make the simulator hold, and for how long.
///
/// A client without the key holds a connection until it is answered or a deadline has passed, with `head_bytes` and
/// `keyless_body_bytes` of memory at most. Afterwards only a recorded request remains. A client with the key holds at
/// most `body_bytes` instead of `keyless_body_bytes`, and `json_bytes` while a body is read.
///
/// The first seven, up to `reply_time`, are those of a [`Server`](crate::Server), and its times are the computer's. A
/// request that breaks one of them is neither recorded nor met by a fault. The others bind a [`Sim`](crate::Sim) too.
///
/// ```
/// use std::time::Duration;
/// use xdr_sim::{Config, Limits};
///
/// let limits = Limits { body_bytes: 64 * 1024 * 1024, head_time: Duration::from_secs(5), ..Limits::default() };
/// let config = Config::new().with_limits(limits);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections that are served at a time (default 256; 0 counts as 1). Others wait until one of them ends.
    pub connections: usize,
    /// Bytes of a request's line and headers (default 32 KiB; at least 8 KiB). More is answered with 431.
    pub head_bytes: usize,
    /// Bytes of a request's body, with or without the key (default 8 MiB: twice a scan by 100,000 ids).
    ///
    /// More is answered with 413 and the connection is closed, with the rest unread. A client that does not wait for
    /// `100 Continue` may see the connection break before it sees the answer.
    pub body_bytes: usize,
    /// Bytes that are kept of the body of a request without the tenant's key (default 16 KiB). The rest is read and
    /// dropped, up to `body_bytes`; the answer is 401 as for a short one.
    pub keyless_body_bytes: usize,
    /// How long a connection may take to send the head of its first request, and after each reply the head of the next
    /// one (default 30 s). Then it is closed.
    pub head_time: Duration,
    /// How long a body may take after its head (default 30 s). Then it is answered with 408, and the connection is
    /// closed.
    pub body_time: Duration,
    /// How long a client may read nothing while bytes wait to be sent to it (default 30 s). Then the connection is
    /// closed. The time of a scripted delay does not count.
    pub reply_time: Duration,
    /// Bytes of memory that the JSON of one body may need when it is read, by a generous estimate from its commas and
    /// brackets (default 64 MiB: a million values). More is answered with 413.
    pub json_bytes: usize,
    /// Filters in one request (default 100). More are answered with 400.
    pub filters: usize,
    /// Actions that are kept after they have ended (default 1,000).
    ///
    /// The first to end are forgotten first. A running action is never forgotten. The status of a forgotten action is
    /// empty, like that of an unknown one.
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
            connections: 256,
            head_bytes: 32 * 1024,
            body_bytes: 8 * 1024 * 1024,
            keyless_body_bytes: 16 * 1024,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(30),
            reply_time: Duration::from_secs(30),
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
