//! Every committed input, through its target.

use std::collections::BTreeSet;
use std::fs;

use xdr_fuzz::{LONGEST, TARGETS, corpus};

#[test]
fn every_target_has_a_corpus_and_every_corpus_a_target() {
    let folders: BTreeSet<String> = fs::read_dir(corpus::folder())
        .unwrap()
        .map(|folder| folder.unwrap().file_name().into_string().unwrap())
        .collect();
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(folders, targets);
    for name in targets {
        assert!(!corpus::of(&name).unwrap().is_empty(), "corpus/{name}/ is empty");
    }
}

#[test]
fn every_committed_input_keeps_every_promise() {
    for (name, target) in TARGETS {
        for (file, input) in corpus::of(name).unwrap() {
            assert!(input.len() <= LONGEST, "{name}/{file} is too long");
            let ended = std::panic::catch_unwind(|| target(&input));
            assert!(ended.is_ok(), "corpus/{name}/{file} breaks a promise of {name}: see above");
        }
    }
}
