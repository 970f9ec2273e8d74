//! Hostile input for every reader and every flow of `xdr-model`. Each target is a function of bytes that panics if a promise
//! is broken. Not to crash is the least of these promises.
//!
//! ```sh
//! cargo test -p xdr-fuzz      # the committed inputs, and a few made from them for every target
//! PROPTEST_CASES=1000000 cargo test --profile fuzz -p xdr-fuzz hunt::              # a million for every target
//! XDR_FUZZ_TARGET=tenant PROPTEST_CASES=50000 PROPTEST_RNG_SEED=7 cargo test --profile fuzz -p xdr-fuzz hunt::
//! ```
//!
//! proptest makes the inputs in `tests/it/hunt.rs` from the committed ones and from a seed, so the same command makes the
//! same inputs on every machine. The package in `guided/` searches further: it runs the same targets with libFuzzer, which
//! measures what each input reaches. It needs no nightly compiler. Its `Cargo.toml` says how to run it. Add the inputs that
//! reach new code to the corpus.
//!
//! # A finding
//!
//! The test prints the message, and the input as a Rust byte string, with the fewest changes to a committed input that
//! still break the promise. Write that input to a file in `corpus/<target>/`, and name the file after what it shows. Then
//! `cargo test -p xdr-fuzz` fails with the same message until the cause is fixed. Keep the file. Inputs are text wherever
//! possible. libFuzzer's `-minimize_crash` makes them shorter.
//!
//! # A new target
//!
//! Add a file in `src/targets/` with a function of bytes, a line in `src/targets.rs`, and a folder `corpus/<target>/` with
//! a few inputs. The tests fail without these. The documents of an operation are a target as soon as the operation is
//! registered. Without a folder, its inputs are its committed examples.

pub mod corpus;
mod drive;
mod heard;
mod plain;
mod promises;
mod raw;
mod said;
mod script;
mod targets;

pub use targets::{Run, TARGETS, Target, target};

/// No input is longer: what takes long for so little is a finding.
pub const LONGEST: usize = 4096;
