//! Hostile input for everything of `xdr-model` that reads what people, documents and servers write, and for its
//! conversations. Each target is a function of bytes that panics when a promise is broken: not crashing is the
//! least of them.
//!
//! ```sh
//! cargo test -p xdr-fuzz      # the committed inputs, and for every target a few made from them, on every test run
//! PROPTEST_CASES=1000000 cargo test --profile fuzz -p xdr-fuzz hunt::              # many for every target
//! PROPTEST_CASES=50000 PROPTEST_RNG_SEED=7 cargo test --profile fuzz -p xdr-fuzz hunt::tenant
//! ```
//!
//! proptest makes the inputs in `tests/it/hunt.rs`, from the committed ones and from a seed, so the same command makes
//! the same inputs on every machine. The package in `guided/` looks further: it puts libFuzzer, which follows what each
//! input reaches, around the same targets, also with a stable compiler. Its `Cargo.toml` tells how to run it. What it
//! reaches that nothing before did belongs into the corpus.
//!
//! # A finding
//!
//! The test tells the message, and the input as a Rust byte string, with the fewest changes to a committed one that still
//! break the promise. Write that input to a file of `corpus/<target>/`, named by what it shows: `cargo test -p xdr-fuzz`
//! then fails with the same message until the cause is mended, and the file stays. Inputs are text wherever they can be;
//! with libFuzzer, `-minimize_crash` cuts them down further.
//!
//! # A new target
//!
//! One file in `src/targets/` with a function of bytes, one line in `src/targets.rs`, one in `tests/it/hunt.rs`, and a
//! folder `corpus/<target>/` with a few inputs; the tests fail without these. The documents of an operation are a target
//! as soon as it is registered, and need only the line in `tests/it/hunt.rs`: without a folder the inputs are its
//! committed examples.

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
