//! The list of guards, without removing any of them: that takes minutes.

use std::collections::BTreeMap;
use std::fs;

use xdr_bench::guards::GUARDS;
use xdr_workspace::root;

/// A guard that has moved must be followed at once, and not when somebody runs the long figures.
#[test]
fn every_guard_stands_where_the_list_says() {
    for guard in GUARDS {
        let mut texts: BTreeMap<&str, String> = BTreeMap::new();
        for edit in guard.without {
            let text = texts
                .remove(edit.file)
                .unwrap_or_else(|| fs::read_to_string(root().join(edit.file)).unwrap());
            let edited = edit.apply(&text).unwrap_or_else(|error| panic!("{}: {error}", guard.name));
            assert_ne!(edited, text, "{}", guard.name);
            texts.insert(edit.file, edited);
        }
    }
}

#[test]
fn the_docs_of_the_fault_server_show_every_guard_and_its_test() {
    let docs = fs::read_to_string(root().join("crates/testing/xdr-conformance/src/fault_server.rs")).unwrap();
    let shown: Vec<_> = docs.lines().filter_map(|line| line.strip_prefix("//! | ")).skip(1).collect();
    let expected: Vec<_> =
        GUARDS.iter().map(|guard| format!("{} | {} | `{}` |", guard.name, guard.suite, guard.test)).collect();
    assert_eq!(shown, expected);
}
