//! Runs one target on many inputs, on all cores.

use std::fmt;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use xdr_fuzz::Target;

use crate::finding::{Finding, run};
use crate::mutation::Mutator;
use crate::shrink::shrink;

/// How many inputs are made from one seed: cores share the seeds, so their number does not change the inputs.
const BATCH: u64 = 5000;
/// A run that takes longer hangs.
const HANGS: Duration = Duration::from_secs(10);
/// How often it is looked whether one does.
const LOOK: Duration = Duration::from_millis(20);

/// What became of a target.
pub(crate) struct Report {
    name: &'static str,
    pub(crate) runs: u64,
    pub(crate) findings: Vec<Finding>,
    slowest: (Duration, Vec<u8>),
    took: Duration,
}

/// What the cores share.
struct Hunt {
    target: Target,
    corpus: Vec<Vec<u8>>,
    runs: u64,
    seed: u64,
    next: AtomicU64,
    done: AtomicU64,
    stop: AtomicBool,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    findings: Vec<Finding>,
    slowest: (Duration, Vec<u8>),
}

/// The input that a core is at, and since when.
type Current = Arc<Mutex<Option<(Instant, Vec<u8>)>>>;

/// Runs a target on `runs` inputs, until it breaks a promise: what comes after that would mostly be the same.
pub(crate) fn hunt(target: Target, corpus: Vec<Vec<u8>>, runs: u64, seed: u64) -> Report {
    let (next, done, stop, found) = Default::default();
    let hunt = Arc::new(Hunt { target, corpus, runs, seed, next, done, stop, found });
    let began = Instant::now();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut working: Vec<_> = (0..cores).map(|_| start(&hunt)).collect();
    while !working.is_empty() {
        thread::sleep(LOOK);
        working.retain(|(thread, current)| !thread.is_finished() && !hunt.hangs(current));
    }
    let Found { findings, slowest } = std::mem::take(&mut *lock(&hunt.found));
    let runs = hunt.done.load(Ordering::Relaxed);
    Report { name: target.0, runs, findings, slowest, took: began.elapsed() }
}

fn start(hunt: &Arc<Hunt>) -> (JoinHandle<()>, Current) {
    let (hunt, current) = (Arc::clone(hunt), Current::default());
    let at = Arc::clone(&current);
    (thread::spawn(move || hunt.work(&at)), current)
}

impl Hunt {
    fn work(&self, current: &Current) {
        while !self.stop.load(Ordering::Relaxed) {
            let first = self.next.fetch_add(BATCH, Ordering::Relaxed);
            if first >= self.runs {
                break;
            }
            self.batch(first, BATCH.min(self.runs - first), current);
        }
    }

    fn batch(&self, first: u64, runs: u64, current: &Current) {
        let seed = BuildHasherDefault::<DefaultHasher>::default().hash_one((self.seed, self.target.0, first));
        let mut mutator = Mutator::new(&self.corpus, seed);
        let mut slowest = (Duration::ZERO, Vec::new());
        for _ in 0..runs {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            let (took, input) = self.once(mutator.next(), current);
            if took > slowest.0 {
                slowest = (took, input);
            }
        }
        let found = &mut lock(&self.found).slowest;
        if slowest.0 > found.0 {
            *found = slowest;
        }
    }

    fn once(&self, input: Vec<u8>, current: &Current) -> (Duration, Vec<u8>) {
        let began = Instant::now();
        *lock(current) = Some((began, input));
        let input = lock(current).as_ref().map(|(_, input)| input.clone()).unwrap_or_default();
        let ended = run(self.target, &input);
        *lock(current) = None;
        self.done.fetch_add(1, Ordering::Relaxed);
        if let Err(message) = ended {
            self.stop.store(true, Ordering::Relaxed);
            let finding = shrink(self.target, Finding { input: input.clone(), message });
            lock(&self.found).findings.push(finding);
        }
        (began.elapsed(), input)
    }

    /// Whether a core hangs: then that is a finding, and the core is left to itself.
    fn hangs(&self, current: &Current) -> bool {
        let current = lock(current);
        let Some((_, input)) = current.as_ref().filter(|(since, _)| since.elapsed() > HANGS) else {
            return false;
        };
        self.stop.store(true, Ordering::Relaxed);
        let message = format!("it has not ended after {HANGS:?}");
        lock(&self.found).findings.push(Finding { input: input.clone(), message });
        true
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, runs, findings, slowest, took } = self;
        let (time, input) = slowest;
        write!(f, "{name}: {runs} runs in {:.1} s, {} findings", took.as_secs_f64(), findings.len())?;
        write!(f, "; the slowest took {:.1} ms, {} bytes", time.as_secs_f64() * 1000.0, input.len())?;
        for finding in findings {
            write!(f, "\n  {name} breaks a promise at {finding}")?;
        }
        Ok(())
    }
}
