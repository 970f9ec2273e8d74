//! Hostile input for every reader and every flow of `xdr-model`. Each target is a function that takes bytes and panics
//! if a promise is broken. "No panic" is only the first of these promises.
//!
//! ```sh
//! cargo test -p xdr-fuzz      # the committed inputs, and a few changed inputs for every target
//! PROPTEST_CASES=1000000 cargo test --profile fuzz -p xdr-fuzz hunt::     # a million changed inputs for every target
//! XDR_FUZZ_TARGET=tenant PROPTEST_CASES=50000 PROPTEST_RNG_SEED=7 cargo test --profile fuzz -p xdr-fuzz hunt::
//! ```
//!
//! In `tests/it/hunt.rs`, proptest makes the inputs from the committed ones and from a seed. The same command makes the
//! same inputs on every machine. The package in `guided/` searches further: it runs the same targets with libFuzzer,
//! which measures the code that each input reaches. It needs no nightly compiler. Its `Cargo.toml` says how to run it.
//! Add the inputs that reach new code to the corpus.
//!
//! # A finding
//!
//! If a promise is broken, the test prints the message and the input as a Rust byte string. The input is a committed
//! one with the fewest changes that still break the promise. Write this input to a file in `corpus/<target>/`, and name
//! the file after the mistake that it shows. Then `cargo test -p xdr-fuzz` fails with the same message until the
//! mistake is corrected. Keep the file. Inputs are text wherever possible. `-minimize_crash` of libFuzzer makes them
//! shorter.
//!
//! # A new target
//!
//! Add a file in `src/targets/` with a function that takes bytes, a line in `src/targets.rs`, and a folder
//! `corpus/<target>/` with a few inputs. The tests fail if the folder is missing. Each registered operation has a
//! target for its documents. If this target has no folder, its inputs are the committed examples of the operation.

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

/// The maximum length of an input, in bytes. A short input that takes a long time is a finding.
pub const LONGEST: usize = 4096;
