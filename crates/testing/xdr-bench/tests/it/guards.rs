//! Tests the list of guards. Does not remove the guards, because that takes minutes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use xdr_bench::guards::{self, FOLDER};
use xdr_workspace::root;

/// A patch must fit the sources at all times, not only in a run of the long suites.
#[test]
fn every_guard_stands_where_its_patch_says() {
    for guard in guards::all().unwrap() {
        let mut texts: BTreeMap<&str, String> = BTreeMap::new();
        for edit in &guard.without {
            let text = texts
                .remove(&*edit.file)
                .unwrap_or_else(|| fs::read_to_string(root().join(&edit.file)).unwrap());
            let edited = edit.apply(&text).unwrap_or_else(|error| panic!("{}: {error}", guard.name));
            assert_ne!(edited, text, "{}", guard.name);
            texts.insert(&edit.file, edited);
        }
    }
}

#[test]
fn the_readme_shows_every_guard_and_its_test() {
    let readme = fs::read_to_string(Path::new(FOLDER).join("README.md")).unwrap();
    let shown: Vec<_> = readme.lines().filter_map(|line| line.strip_prefix("| ")).skip(1).collect();
    let row = |guard: guards::Guard| format!("{} | `{}` | `{}` |", guard.name, guard.suite, guard.test);
    let expected: Vec<_> = guards::all().unwrap().into_iter().map(row).collect();
    assert_eq!(shown, expected);
}
