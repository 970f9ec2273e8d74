//! A simulated Cortex XDR tenant for tests and demonstrations.
//!
//! [`Sim`] is the tenant: a request and the time go in, an [`HttpAnswer`] comes out; it has no socket, clock or thread.
//! [`Server`] puts it behind a port of 127.0.0.1. The binary of this crate does the same from the command line.
//!
//! The simulator reads requests, evaluates filters and checks signatures by code of its own and shares none with
//! the client libraries: a mistake in one of them does not hide itself here.
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
//! # What it answers
//! `scan`, `abort_scan`, `get_action_status`, `get_endpoint` and `validate` ([`PATHS`]), each only to `POST`. All twelve
//! filter fields work on `scan`, `abort_scan` and `get_endpoint`, `endpoint_status` and `public_ip_list` only on the
//! last. Host and user names compare without regard to ASCII case, IP addresses by value, everything else exactly. A
//! request it does not understand entirely is a 400.
//!
//! `get_endpoint` shows every endpoint if it gets no filter. A page has at most 100 of them, in the order of the fleet
//! or sorted by `endpoint_id`, `first_seen` or `last_seen`; a wider range is a 400. [`Spelling`] sets the spelling of
//! its words.
//!
//! # The fleet
//! It depends on the seed, and its times on the [start](Config::with_start). About a third of the endpoints are in the
//! group `Servers`. Connected endpoints were last seen in the five minutes before the start, the others hours to weeks
//! before. `xdr-sim --list` shows it.
//!
//! A test can change it between two requests, also between two pages: [`Sim::add_endpoint`], [`Sim::remove_endpoint`],
//! [`Sim::set_connection`]. [`Config::with_turnover`] changes it by itself after each page. Scans silently leave out
//! the endpoints of [`Sim::omit_from_scans`], as tenants do.
//!
//! # How actions progress
//! An endpoint's scan is `PENDING` for the first tenth of its duration, then `IN_PROGRESS`, then ends in one of four
//! ways ([`Outcomes`]). While an endpoint is offline, its scan is paused, mostly as `PENDING`. It continues when the
//! endpoint returns. `abort_scan` turns pending scans, online or offline, into `CANCELLED` at once, and running ones
//! into `PENDING_ABORT` and five seconds later `ABORTED`. An abort is an action as well: it is `COMPLETED_SUCCESSFULLY`
//! for an endpoint as soon as its scan has ended.
//!
//! # What it holds
//! Bodies, heads, deadlines, connections, the actions that have ended and the recorded requests are bounded, with
//! defaults that hardly any test reaches: [`Limits`]. A client without the key is answered once and then loses its
//! connection.
//!
//! # Deterministic tests
//! `Config::new().with_time_scale(0.0)` makes the actions stand still until [`Sim::advance`] moves them on. No
//! other clock moves: signatures stay valid however far a test advances.

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
