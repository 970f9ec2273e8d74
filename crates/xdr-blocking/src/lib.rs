#![doc = include_str!("../README.md")]
//!
//! # More about this crate
//! The [model] implements the protocol and gives the guarantees. This crate sends the requests with
//! [ureq](https://docs.rs/ureq). It starts no async runtime. Within a runtime, use it on a thread that may block. The
//! module [`recipes`] has programs for common tasks.
//!
//! # Logs
//! At level `trace`, the protocol layer of ureq logs every byte of a request before TLS encrypts it. With a standard
//! key, the log contains the key itself. An advanced key is never sent, but the log contains the nonce and the
//! signature. With these, somebody else can send a request in your name as long as the tenant accepts them, which is
//! minutes. Do not enable this level for `ureq_proto`, whichever kind of key you have.
//!
//! # Examples
//! Complete programs of at most 30 lines. They run without changes, against a simulated tenant:
//! `cargo run --example scan`.
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
