//! Hostile input for everything of `xdr-model` that reads what people, documents and servers write, and for its
//! conversations. Each target is a function of bytes that panics when a promise is broken: not crashing is the
//! least of them.
//!
//! ```sh
//! cargo test -p xdr-fuzz                                   # the committed inputs, on every test run
//! cargo run --profile fuzz -p xdr-fuzz                     # 1,000,000 inputs for every target, on all cores
//! cargo run --profile fuzz -p xdr-fuzz -- --target tenant --runs 50000 --seed 7
//! ```
//!
//! The runner needs the Rust toolchain and nothing else. It makes its inputs from the committed ones and from a
//! seed, so the same command makes the same inputs on every machine. The package in `guided/` looks further: it
//! puts libFuzzer, which follows what each input reaches, around the same targets, also with a stable compiler.
//! Its `Cargo.toml` tells how to run it. What it reaches that nothing before did belongs into the corpus.
//!
//! # A finding
//!
//! The runner prints the target, the message, and the input as a Rust byte string, cut down to what still breaks
//! the promise. Write that input to a file of `corpus/<target>/`, named by what it shows: `cargo test -p xdr-fuzz`
//! then fails with the same message until the cause is mended, and the file stays. Inputs are text wherever they
//! can be; `xdr-fuzz --replay <file> --target <target>` runs one alone.
//!
//! # A new target
//!
//! One file in `src/targets/` with a function of bytes, one line in `src/targets.rs`, and a folder `corpus/<target>/`
//! with a few inputs, without which the tests fail. The documents of an operation are a target as soon as it is
//! registered: without a folder its inputs are its committed examples.

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
