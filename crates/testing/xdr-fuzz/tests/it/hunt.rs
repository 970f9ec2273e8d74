//! Every target on inputs made from the committed ones: a few on every test run, and as many as `PROPTEST_CASES` says.

#![expect(clippy::print_stdout, reason = "xdr-bench reads the figures")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};
use std::{env, process, thread};

use proptest::test_runner::{Config, RngSeed, TestRunner};
use xdr_fuzz::{TARGETS, corpus, target};

use crate::mutation::{Input, inputs};

/// What takes longer hangs. An input takes milliseconds, also on a busy machine.
const HANGS: Duration = Duration::from_secs(60);

/// The input that a target is at, and since when.
type Current = Mutex<Option<(Instant, Input)>>;

fn hunt(name: &'static str) {
    let config = Config::default();
    // The same inputs on every machine, unless others are asked for.
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

/// Ends the whole program if the target hangs: nothing else ends what does. proptest can, but only after as long again
/// for each input that it tries in the place of the first.
fn watch(name: &str, current: &Weak<Current>) {
    while let Some(current) = current.upgrade() {
        let current = current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, input)) = current.as_ref().filter(|(since, _)| since.elapsed() > HANGS) {
            // Not `eprintln!`, which a test keeps until it ends.
            let _closed = writeln!(io::stderr(), "{name} has not ended after {HANGS:?} at {input:?}");
            process::exit(1);
        }
        drop(current);
        thread::sleep(HANGS / 100);
    }
}

/// The targets run side by side. With `XDR_FUZZ_TARGET`, only the one of that name runs.
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
