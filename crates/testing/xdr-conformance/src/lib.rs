//! The cases that both clients must pass over TCP: against the simulated tenant (`tests/it`), and against a server that
//! fails on purpose ([`fault_server`], `tests/faults`).
//!
//! A case of the simulated tenant is written once, as a function of a [`Trial`]: a fresh tenant and a client of it.
//! [`both`] runs it with the blocking and with the async client and compares what they returned and what the tenant
//! recorded.
//!
//! Time is virtual: [`Virtual`] turns every wait of a flow into a jump of the tenant's clock, so that an hour of
//! polling takes no time and no case depends on the speed of the machine.

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
