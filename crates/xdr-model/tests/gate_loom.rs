//! The promise of the gate, in every interleaving of two threads.
//!
//! The gate is the only evidence for "this was not carried out", and its two sides run on different threads. This test
//! therefore compiles the file of the crate against loom. loom runs each test once for every order in which the threads
//! can see each other's steps. loom replaces the atomics of the standard library. It is not a feature of the crate,
//! because `--all-features` would then enable it for everybody.

use loom::thread;

#[path = "../src/gate.rs"]
#[allow(dead_code, unreachable_pub, reason = "it is written for the crate, which shows more of it to others")]
mod gate;

/// The parts of the standard library that the gate uses, from loom.
mod sync {
    pub(crate) use loom::sync::Arc;
    pub(crate) use loom::sync::atomic::{AtomicU8, Ordering};
}

/// The parts of the crate that the gate uses.
mod transport_error {
    /// Whether a request may have been carried out.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Sent {
        /// It was certainly not carried out.
        No,
        /// It may have been carried out.
        Maybe,
    }
}

use gate::Gate;
use transport_error::Sent;

#[test]
fn a_body_is_taken_or_revoked_and_never_both() {
    loom::model(|| {
        let gate = Gate::new();
        let in_the_body = gate.clone();
        let library = thread::spawn(move || in_the_body.take());
        let verdict = gate.revoke();
        let taken = library.join().expect("taking does not panic");
        assert_eq!(verdict, if taken { Sent::Maybe } else { Sent::No });
        assert_eq!(gate.take(), taken, "what was decided stays so");
        assert_eq!(gate.revoke(), verdict);
    });
}

#[test]
fn what_was_written_before_the_body_was_taken_is_seen_by_whoever_finds_it_taken() {
    loom::model(|| {
        let gate = Gate::new();
        let written = loom::sync::Arc::new(loom::cell::UnsafeCell::new(0));
        let (in_the_body, cell) = (gate.clone(), loom::sync::Arc::clone(&written));
        let library = thread::spawn(move || {
            cell.with_mut(|_| ());
            in_the_body.take()
        });
        if gate.revoke() == Sent::Maybe {
            // loom fails the test if this access is not ordered after the other one.
            written.with(|_| ());
        }
        library.join().expect("taking does not panic");
    });
}

#[test]
fn two_that_give_up_agree() {
    loom::model(|| {
        let gate = Gate::new();
        let (in_the_body, of_the_deadline) = (gate.clone(), gate.clone());
        let library = thread::spawn(move || in_the_body.take());
        let deadline = thread::spawn(move || of_the_deadline.revoke());
        let verdicts = [gate.revoke(), deadline.join().expect("revoking does not panic")];
        let taken = library.join().expect("taking does not panic");
        assert_eq!(verdicts, [if taken { Sent::Maybe } else { Sent::No }; 2]);
    });
}

#[test]
fn a_body_may_be_asked_for_in_pieces() {
    loom::model(|| {
        let gate = Gate::new();
        let in_the_body = gate.clone();
        let library = thread::spawn(move || [in_the_body.take(), in_the_body.take()]);
        let verdict = gate.revoke();
        let pieces = library.join().expect("taking does not panic");
        assert_eq!(pieces[0], pieces[1], "all of it or nothing of it");
        assert_eq!(verdict == Sent::Maybe, pieces[0]);
    });
}
