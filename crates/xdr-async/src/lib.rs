#![doc = include_str!("../README.md")]
//!
//! # More about this crate
//! The [model] implements the protocol and gives the guarantees. This crate sends the requests with
//! [reqwest](https://docs.rs/reqwest). It needs a tokio runtime with I/O and time enabled. Every future is `Send`. For
//! [`Client::drive`], the flow and the observer must be `Send`. The module [`recipes`] has programs for common tasks.
//!
//! Dropping a future only ends the waiting. If you drop a future while it sends a scan, the scan can start, and nobody
//! knows its id. Use [`Stop`] instead.
//!
//! # Examples
//! Complete programs of at most 30 lines. They run without changes, against a simulated tenant:
//! `cargo run --example async_scan`.
//!
//! * [`scan`]: start a scan and wait for it
//! * [`progress`]: show the progress of a scan
//! * [`preview`]: list the endpoints that a scan would reach, and scan them with a cap
//! * [`large_list`]: scan a long list of endpoints in batches, and resume after a crash
//! * [`after_unknown`]: read which endpoints are being scanned after an unknown outcome
//! * [`follow`]: wait for a scan that another program started
//! * [`cancel`]: cancel a scan
//! * [`cancel_where`]: cancel running scans, whoever started them
//! * [`custom_operation`]: call an operation that the library does not implement
//!
//! [`scan`]: https://docs.rs/crate/xdr-async/latest/source/examples/scan.rs
//! [`progress`]: https://docs.rs/crate/xdr-async/latest/source/examples/progress.rs
//! [`preview`]: https://docs.rs/crate/xdr-async/latest/source/examples/preview.rs
//! [`large_list`]: https://docs.rs/crate/xdr-async/latest/source/examples/large_list.rs
//! [`after_unknown`]: https://docs.rs/crate/xdr-async/latest/source/examples/after_unknown.rs
//! [`follow`]: https://docs.rs/crate/xdr-async/latest/source/examples/follow.rs
//! [`cancel`]: https://docs.rs/crate/xdr-async/latest/source/examples/cancel.rs
//! [`cancel_where`]: https://docs.rs/crate/xdr-async/latest/source/examples/cancel_where.rs
//! [`custom_operation`]: https://docs.rs/crate/xdr-async/latest/source/examples/custom_operation.rs

mod body;
mod client;
mod failure;
mod head;
mod run;
mod transport;

#[doc = include_str!("../RECIPES.md")]
pub mod recipes {}

pub use client::Client;
pub use run::Run;
pub use xdr_model::{self as model, Stop};
