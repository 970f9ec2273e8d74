//! A simulated Cortex XDR tenant for tests and demonstrations.
//!
//! [`Sim`] is the tenant. It takes a request and the current time, and returns an [`HttpAnswer`]. It has no socket,
//! clock or thread. [`Server`] serves a tenant on a port of 127.0.0.1. The binary of this crate does the same from the
//! command line.
//!
//! The simulator has its own code to read requests, evaluate filters and check signatures. It shares no code with the
//! client libraries, so it does not share their mistakes either.
//!
//! ```
//! use std::io::{Read, Write};
//! use xdr_sim::{Config, Server};
//!
//! let server = Server::start(Config::new().with_endpoints(3))?;
//! let mut stream = std::net::TcpStream::connect(server.addr())?;
//! stream.write_all(
//!     b"POST /public_api/v1/api_keys/validate/ HTTP/1.1\r\nhost: tenant\r\nconnection: close\r\n\
//!       authorization: demo\r\nx-xdr-auth-id: 1\r\ncontent-length: 2\r\n\r\n{}",
//! )?;
//! let mut reply = String::new();
//! stream.read_to_string(&mut reply)?;
//! assert!(reply.starts_with("HTTP/1.1 200 OK\r\n") && reply.ends_with("\r\n\r\ntrue"));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Operations
//! The simulator answers `scan`, `abort_scan`, `get_action_status`, `get_endpoint` and `validate` ([`PATHS`]), with the
//! method `POST` only. `scan`, `abort_scan` and `get_endpoint` support the same twelve filter fields. `get_endpoint`
//! also supports `endpoint_status` and `public_ip_list`. Filters compare host and user names without regard to ASCII
//! case, IP addresses by value, and everything else exactly. A request that the simulator does not understand
//! completely gets a 400.
//!
//! Without filters, `get_endpoint` lists every endpoint. A page has at most 100 endpoints, in the order of the fleet or
//! sorted by `endpoint_id`, `first_seen` or `last_seen`. A request for a wider range gets a 400. [`Spelling`] sets how
//! the words in a page are spelled.
//!
//! # The fleet
//! The fleet depends on the seed. Its times also depend on the [start](Config::with_start). About a third of the
//! endpoints are in the group `Servers`. Connected endpoints were last seen in the five minutes before the start, the
//! others hours to weeks before it. `xdr-sim --list` lists the fleet.
//!
//! A test can change the fleet between two requests, and also between two pages: see [`Sim::add_endpoint`],
//! [`Sim::remove_endpoint`] and [`Sim::set_connection`]. [`Config::with_turnover`] changes the fleet automatically
//! after each page. Scans silently leave out the endpoints of [`Sim::omit_from_scans`], as scans on real tenants do.
//!
//! # How actions progress
//! The scan of an endpoint is `PENDING` for the first tenth of its duration, and then `IN_PROGRESS`. It ends in one of
//! four ways ([`Outcomes`]). While an endpoint is offline, its scan is paused, in most cases as `PENDING`. The scan
//! continues when the endpoint returns.
//!
//! `abort_scan` sets pending scans to `CANCELLED` at once, whether the endpoint is online or offline. It sets running
//! scans to `PENDING_ABORT`, and five seconds later to `ABORTED`. An abort is an action too: it is
//! `COMPLETED_SUCCESSFULLY` for an endpoint as soon as the scan of the endpoint has ended.
//!
//! # Limits
//! The sizes of bodies and heads, the times, and the numbers of connections, ended actions and recorded requests are
//! limited. Hardly any test reaches the defaults: see [`Limits`]. After one answer to a client without the key, the
//! server closes the connection.
//!
//! # Deterministic tests
//! With `Config::new().with_time_scale(0.0)`, actions stand still until [`Sim::advance`] moves them forward. No other
//! clock moves: signatures stay valid however far a test advances.

mod access;
mod action;
mod answer;
mod auth;
mod body;
mod clock;
mod config;
mod connection;
mod endpoint;
mod fault;
mod filter;
mod filters;
mod fleet;
mod generate;
mod history;
mod limits;
mod outcomes;
mod page;
mod rate;
mod read;
mod recorded;
mod route;
mod selection;
mod server;
mod sim;
mod summary;
mod task;
mod tenant;
mod wire;

pub use access::Access;
pub use action::{Action, ActionKind};
pub use answer::{Delivery, HttpAnswer};
pub use config::{Config, Ids, KeyKind};
pub use endpoint::{Connection, Endpoint};
pub use fault::Fault;
pub use limits::Limits;
pub use outcomes::Outcomes;
pub use recorded::Recorded;
pub use route::PATHS;
pub use server::Server;
pub use sim::Sim;
pub use summary::Spelling;
