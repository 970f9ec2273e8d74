//! Differences between the expected files and the actual files.

use std::collections::BTreeMap;
use std::fmt;

use similar::{ChangeTag, TextDiff};

/// Files by name. The names are relative and use `/`.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A file that differs from the expected one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The file does not exist.
    Missing(String),
    /// The file has other contents.
    Changed {
        /// The name of the file.
        name: String,
        /// The first lines that differ, both the actual and the expected ones.
        lines: String,
    },
    /// The file is not expected.
    Orphan(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "missing  {name}"),
            Self::Changed { name, lines } => write!(f, "changed  {name}{lines}"),
            Self::Orphan(name) => write!(f, "orphan   {name}"),
        }
    }
}

/// Returns the differences between `actual` and `expected`. Files in `hand_written` are not orphans. A name that ends
/// with `/` is a folder and includes all files in it.
pub fn differences(expected: &Files, actual: &Files, hand_written: &[&str]) -> Vec<Difference> {
    let written = expected.iter().filter_map(|(name, expected)| match actual.get(name) {
        None => Some(Difference::Missing(name.clone())),
        Some(actual) if actual != expected => {
            Some(Difference::Changed { name: name.clone(), lines: changes(expected, actual) })
        }
        Some(_) => None,
    });
    let is_written = |name: &str| {
        hand_written.iter().any(|own| name == *own || (own.ends_with('/') && name.starts_with(own)))
    };
    let is_orphan = |name: &&String| !expected.contains_key(*name) && !is_written(name);
    let orphans = actual.keys().filter(is_orphan).map(|name| Difference::Orphan(name.clone()));
    written.chain(orphans).collect()
}

/// The maximum number of changed lines in a report.
const SHOWN: usize = 20;

/// Returns the removed and the added lines. The output shows their line breaks.
fn changes(expected: &[u8], actual: &[u8]) -> String {
    let (expected, actual) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(actual));
    let diff = TextDiff::from_lines(&actual, &expected);
    let changes = diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal);
    changes.take(SHOWN).map(|change| format!("\n  {} {:?}", change.tag(), change.value())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> Files {
        entries.iter().map(|(name, text)| ((*name).into(), text.as_bytes().into())).collect()
    }

    fn found(expected: &[(&str, &str)], actual: &[(&str, &str)]) -> Vec<String> {
        let differences = differences(&files(expected), &files(actual), &["README.md"]);
        differences.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn equal_files_do_not_differ() {
        assert_eq!(found(&[("a", "1\n")], &[("a", "1\n")]), [""; 0]);
    }

    #[test]
    fn missing_changed_and_left_over_files_are_told_apart() {
        let found = found(&[("a", "1\n"), ("b", "1\n2\n")], &[("b", "1\n3\n"), ("c/d", "")]);
        assert_eq!(found, ["missing  a", "changed  b\n  - \"3\\n\"\n  + \"2\\n\"", "orphan   c/d"]);
    }

    #[test]
    fn a_file_written_by_hand_is_not_left_over() {
        assert_eq!(found(&[], &[("README.md", ""), ("sub/README.md", "")]), ["orphan   sub/README.md"]);
    }

    #[test]
    fn line_breaks_count() {
        let changed = |to| ["changed  a\n  - ".to_owned() + to + "\n  + \"1\\n\""];
        assert_eq!(found(&[("a", "1\n")], &[("a", "1\r\n")]), changed(r#""1\r\n""#));
        assert_eq!(found(&[("a", "1\n")], &[("a", "1")]), changed(r#""1""#));
    }
}
