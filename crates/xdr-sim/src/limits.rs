//! Limits on the resources that clients can use.

use std::time::Duration;

/// Limits on the memory, the connections and the time that clients can use.
///
/// A client without the key uses a connection until it gets an answer or a time limit ends. Meanwhile it uses at most
/// `head_bytes` and `keyless_body_bytes` of memory. Afterwards only a recorded request remains. A client with the key
/// uses at most `body_bytes` instead of `keyless_body_bytes`, and `json_bytes` while a body is parsed.
///
/// The first seven limits, up to `reply_time`, apply only to a [`Server`](crate::Server). Their times follow the clock
/// of the computer. A request that exceeds one of them is not recorded, and no fault affects it. The other limits also
/// apply to a [`Sim`](crate::Sim).
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
    /// Connections served at a time (default 256; 0 counts as 1). Other connections wait until one of them ends.
    pub connections: usize,
    /// Bytes of the request line and the headers (default 32 KiB; at least 8 KiB). A longer head is answered with 431.
    pub head_bytes: usize,
    /// Bytes of a request body, with or without the key (default 8 MiB: twice the size of a scan of 100,000 ids).
    ///
    /// A larger body is answered with 413. The connection is closed, and the rest of the body is not read. A client
    /// that does not wait for `100 Continue` may see the connection break before it sees the answer.
    pub body_bytes: usize,
    /// Bytes of the body that are kept if the request does not have the tenant's key (default 16 KiB). The rest is read
    /// and dropped, up to `body_bytes`. The answer is 401, as for a short body.
    pub keyless_body_bytes: usize,
    /// Time for the head of the first request of a connection, and after each reply for the head of the next request
    /// (default 30 s). Then the connection is closed.
    pub head_time: Duration,
    /// Time for a body after its head (default 30 s). Then the request is answered with 408, and the connection is
    /// closed.
    pub body_time: Duration,
    /// Time that a client may read nothing while the server has bytes to send (default 30 s). Then the connection is
    /// closed. A scripted delay does not count.
    pub reply_time: Duration,
    /// Bytes of memory that the parsed JSON of one body may need (default 64 MiB: a million values). The need is
    /// estimated generously from the commas and brackets of the body. A body that needs more is answered with 413.
    pub json_bytes: usize,
    /// Filters in one request (default 100). A request with more is answered with 400.
    pub filters: usize,
    /// Ended actions that are kept (default 1,000).
    ///
    /// The first to end are forgotten first. A running action is never forgotten. The status of a forgotten action is
    /// empty, like that of an unknown one.
    pub ended_actions: usize,
    /// Endpoints in all ended actions that are kept, 8 bytes each (default 1,000,000). The action that ended last is
    /// kept, however many endpoints it has.
    pub ended_results: usize,
    /// Requests kept for [`Sim::requests`](crate::Sim::requests), the latest ones (default 10,000).
    pub recorded_requests: usize,
    /// Bytes of the kept requests, with headers and bodies (default 32 MiB).
    pub recorded_bytes: usize,
    /// Nonces remembered, the latest ones, 64 bytes each (default 100,000).
    ///
    /// A real tenant remembers each nonce as long as its signature is valid. This limit has an effect only above 160
    /// signed requests per second.
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
