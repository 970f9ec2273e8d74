//! Runs every target on every committed input, and on inputs made from them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::BTreeSet;
use std::fs;
use std::panic::{self, AssertUnwindSafe};

use xdr_fuzz::{LONGEST, TARGETS, corpus};
use xdr_model::registry::OPERATIONS;

mod hunt;
mod mutation;

#[test]
fn every_target_has_inputs_and_every_corpus_a_target() {
    let folders: BTreeSet<String> = fs::read_dir(corpus::folder())
        .unwrap()
        .map(|folder| folder.unwrap().file_name().into_string().unwrap())
        .collect();
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    // The target for the documents of an operation may have no folder: it uses the examples.
    let examples: BTreeSet<_> =
        OPERATIONS.iter().map(|operation| format!("{}_document", operation.name)).collect();
    assert!(folders.is_subset(&targets), "{folders:?}");
    assert!(targets.iter().all(|name| folders.contains(name) || examples.contains(name)), "{folders:?}");
    for name in targets {
        assert!(!corpus::of(&name).unwrap().is_empty(), "{name} has no inputs");
    }
}

#[test]
fn every_committed_input_keeps_every_promise() {
    for (name, target) in TARGETS.iter() {
        for (file, input) in corpus::of(name).unwrap() {
            assert!(input.len() <= LONGEST, "{name}/{file} is too long");
            let ended = panic::catch_unwind(AssertUnwindSafe(|| target(&input)));
            assert!(ended.is_ok(), "corpus/{name}/{file} breaks a promise of {name}: see above");
        }
    }
}
