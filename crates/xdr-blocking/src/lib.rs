//! Start, follow and cancel malware scans of a Cortex XDR tenant from synchronous programs.
//!
//! ```
//! use std::time::Duration;
//! use xdr_blocking::{Client, model::{Credentials, Filter, Scan, Tenant}};
//!
//! # let sim = xdr_sim::Server::start(xdr_sim::Config::new().with_time_scale(100_000.0))?;
//! # let tenant = Tenant::loopback(&sim.url())?;
//! # let hostname = sim.sim().endpoints()[0].hostname.clone();
//! # #[cfg(any())]
//! let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
//! let client = Client::new(tenant, Credentials::standard("1", "demo")?)?;
//! let scan = Scan::matching([Filter::hostname([hostname])]);
//! let report = client.scan_and_wait(&scan, Duration::from_secs(7200))?;
//! println!("{} of {} endpoints were scanned", report.counts().successful(), report.expected());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The [model] knows the protocol and gives the guarantees; this crate moves the bytes, over [ureq].
//! It starts no runtime and works inside one, on a thread that may block.
//!
//! # Logs
//! At level `trace` ureq's protocol layer logs requests byte by byte, before TLS encrypts them: a standard key itself,
//! and of an advanced key, which never crosses the wire, the nonce and the signature, with which somebody else could
//! send a request in your name for as long as the tenant accepts them, which is minutes. So whichever key you have, do
//! not enable `ureq_proto` there.
//!
//! # Examples
//! Whole programs of at most 30 lines. They run as they are, against a simulated tenant:
//! `cargo run --example scan`.
//!
//! * [`scan`]: start a scan and wait for it
//! * [`progress`]: show the progress of a scan
//! * [`preview`]: list the endpoints that a scan would reach, and scan them with a cap
//! * [`large_list`]: scan a long list of endpoints in batches, resumable at any crash
//! * [`after_unknown`]: read what is being scanned after an unknown outcome
//! * [`follow`]: wait for a scan that another program started
//! * [`cancel`]: cancel a scan
//! * [`cancel_where`]: cancel what is being scanned, whoever started it
//! * [`custom_operation`]: send a call that the library does not know
//!
//! [`scan`]: https://docs.rs/crate/xdr-blocking/latest/source/examples/scan.rs
//! [`progress`]: https://docs.rs/crate/xdr-blocking/latest/source/examples/progress.rs
//! [`preview`]: https://docs.rs/crate/xdr-blocking/latest/source/examples/preview.rs
//! [`large_list`]: https://docs.rs/crate/xdr-blocking/latest/source/examples/large_list.rs
//! [`after_unknown`]: https://docs.rs/crate/xdr-blocking/latest/source/examples/after_unknown.rs
//! [`follow`]: https://docs.rs/crate/xdr-blocking/latest/source/examples/follow.rs
//! [`cancel`]: https://docs.rs/crate/xdr-blocking/latest/source/examples/cancel.rs
//! [`cancel_where`]: https://docs.rs/crate/xdr-blocking/latest/source/examples/cancel_where.rs
//! [`custom_operation`]: https://docs.rs/crate/xdr-blocking/latest/source/examples/custom_operation.rs

mod body;
mod client;
mod connector;
mod failure;
mod limit;
mod names;
mod run;
mod tls;
mod transport;

#[doc = include_str!("../RECIPES.md")]
pub mod recipes {}

pub use client::Client;
pub use run::Run;
pub use xdr_model::{self as model, Stop};

/// The programs of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
