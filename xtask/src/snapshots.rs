//! The snapshots of the tests. The sources of the tests contain the expected names.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::difference::{Difference, Files};
use crate::folder;

/// A package with snapshots, and its missing and orphaned snapshots. Only the tests check the contents.
pub(crate) struct Snapshots {
    /// The name of the package, which is also the name of its folder.
    pub(crate) package: String,
    pub(crate) differences: Vec<Difference>,
}

/// Returns every package below `root` that has snapshots or should have some. File names are relative to `root`.
///
/// # Errors
/// If a folder cannot be read.
pub(crate) fn all(root: &Path) -> io::Result<Vec<Snapshots>> {
    let mut all = Vec::new();
    let mut packages = vec![("", "xtask".to_owned())];
    for parent in ["crates/", "crates/testing/"] {
        packages.extend(folder::folders(&root.join(parent))?.into_iter().map(|package| (parent, package)));
    }
    for (parent, package) in packages {
        let tests = format!("{parent}{package}/tests/");
        let files = folder::read(&root.join(&tests))?;
        let (expected, actual) = (expected(&files), actual(&files));
        if expected.is_empty() && actual.is_empty() {
            continue;
        }
        let path = |name: &String| format!("{tests}{name}");
        let missing = expected.difference(&actual).map(|name| Difference::Missing(path(name)));
        let orphans = actual.difference(&expected).map(|name| Difference::Orphan(path(name)));
        all.push(Snapshots { package, differences: missing.chain(orphans).collect() });
    }
    Ok(all)
}

fn actual(files: &Files) -> BTreeSet<String> {
    let is_snapshot = |name: &&String| name.contains("snapshots/") && name.ends_with(".snap");
    files.keys().filter(is_snapshot).cloned().collect()
}

/// Returns the expected snapshots. For example, `assert_snapshot!("texts", …)` in `it/errors.rs` uses
/// `it/snapshots/it__errors__texts.snap`.
fn expected(files: &Files) -> BTreeSet<String> {
    let mut expected = BTreeSet::new();
    for (name, text) in files {
        let Some(module) = name.strip_suffix(".rs") else { continue };
        let (folder, _) = module.rsplit_once('/').unwrap_or_default();
        let module = module.strip_suffix("/main").unwrap_or(module).replace('/', "__");
        for snapshot in named(&String::from_utf8_lossy(text)) {
            expected.insert(format!("{folder}/snapshots/{module}__{snapshot}.snap"));
        }
    }
    expected
}

/// Returns the names of the snapshots in a test. Inline snapshots have no names.
fn named(text: &str) -> Vec<&str> {
    let arguments = text.split("snapshot!(").skip(1);
    arguments.filter_map(|text| text.trim_start().strip_prefix('"')?.split('"').next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_expected_where_a_test_names_one() {
        let main = br#"insta::assert_snapshot!("a", x);"#;
        let module =
            b"assert_json_snapshot!(\n    \"b\",\n x);\nassert_snapshot!(x, @\"inline\");\nassert!(\"no\");";
        let files = [("it/main.rs", &main[..]), ("it/sub/errors.rs", &module[..]), ("it/x.json", &main[..])];
        let files = files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let expected: Vec<_> = expected(&files).into_iter().collect();
        assert_eq!(expected, ["it/snapshots/it__a.snap", "it/sub/snapshots/it__sub__errors__b.snap"]);
    }
}
