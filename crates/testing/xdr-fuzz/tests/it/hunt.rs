//! Runs every target on inputs that are made from the committed ones. `PROPTEST_CASES` sets their number. Without the
//! variable, there are a few.

#![expect(clippy::print_stdout, reason = "xdr-bench reads the figures")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};
use std::{env, process, thread};

use proptest::test_runner::{Config, RngSeed, TestRunner};
use xdr_fuzz::{TARGETS, corpus, target};

use crate::mutation::{Input, inputs};

/// The time after which a target hangs. An input takes milliseconds, even on a busy machine.
const HANGS: Duration = Duration::from_secs(60);

/// The current input of a target, and its start time.
type Current = Mutex<Option<(Instant, Input)>>;

fn hunt(name: &'static str) {
    let config = Config::default();
    // The inputs are the same on every machine, unless the user sets a seed.
    let rng_seed = if config.rng_seed == RngSeed::Random { RngSeed::Fixed(0) } else { config.rng_seed };
    let config = Config { rng_seed, failure_persistence: None, ..config };
    let (cases, (_, run)) = (config.cases, target(name).unwrap());
    let corpus = corpus::of(name).unwrap().into_iter().map(|(_, input)| input).collect();
    let current = Arc::new(Current::default());
    let watched = Arc::downgrade(&current);
    thread::spawn(move || watch(name, &watched));
    let ended = TestRunner::new(config).run(&inputs(corpus), |input| {
        *current.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), input.clone()));
        run(&input.0);
        Ok(())
    });
    println!("figure: fuzz-findings = {}", u8::from(ended.is_err()));
    if let Err(error) = ended {
        panic!("a promise of {name} is broken: {error}");
    }
    println!("figure: fuzz-runs = {cases}");
}

/// Ends the whole program if the target hangs. A thread that hangs cannot be ended alone. A timeout of proptest would
/// also wait for each input that it tries in place of the first one.
fn watch(name: &str, current: &Weak<Current>) {
    while let Some(current) = current.upgrade() {
        let current = current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, input)) = current.as_ref().filter(|(since, _)| since.elapsed() > HANGS) {
            // The test would capture the output of `eprintln!` until it ends.
            let _closed =
                writeln!(io::stderr(), "{name} has not ended after {HANGS:?} for the input {input:?}");
            process::exit(1);
        }
        drop(current);
        thread::sleep(HANGS / 100);
    }
}

/// Runs all targets in parallel. If `XDR_FUZZ_TARGET` is set, only this target runs.
#[test]
fn every_target_keeps_its_promises() {
    let only = env::var("XDR_FUZZ_TARGET").ok();
    let is_meant = |name: &str| only.as_deref().is_none_or(|only| only == name);
    let names: Vec<_> = TARGETS.iter().map(|(name, _)| *name).filter(|name| is_meant(name)).collect();
    assert!(!names.is_empty(), "there is no target {only:?}");
    thread::scope(|scope| {
        for name in names {
            scope.spawn(move || hunt(name));
        }
    });
}
