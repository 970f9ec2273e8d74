//! The test cases that both clients must pass over TCP: against the simulated tenant (`tests/it`), and against a server
//! that fails on purpose ([`fault_server`], `tests/faults`).
//!
//! A case for the simulated tenant is written once, as a function of a [`Trial`]: a fresh tenant and a client of it.
//! [`both`] runs the case with the blocking and with the async client. It compares the results of the clients and the
//! requests that the tenants recorded.
//!
//! Time is virtual: [`Virtual`] replaces every wait of a flow with a jump of the tenant's clock. An hour of polling
//! takes no time, and no case depends on the speed of the machine.

mod client;
pub mod fault_server;
mod recording;
mod trial;
mod virtual_time;

pub use client::{Client, Kind};
pub use recording::recording;
pub use trial::{DEADLINE, Trial, alike, both, both_with, standard, tenant};
pub use virtual_time::{Virtual, VirtualTime};

/// Its programs must compile.
#[cfg(doctest)]
#[doc = include_str!("../../../../README.md")]
pub struct Readme;

/// The simulator shares no code with the clients, so its README cannot use one in its own crate.
#[cfg(doctest)]
#[doc = include_str!("../../../xdr-sim/README.md")]
pub struct SimulatorReadme;
