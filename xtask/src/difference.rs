//! What stands between the files that should be there and those that are.

use std::collections::BTreeMap;
use std::fmt;

/// File names, relative and with `/`, and their contents.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A file that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It is not there.
    Missing(String),
    /// It holds something else.
    Changed {
        /// The file.
        name: String,
        /// The first line that differs, as it is and as it should be.
        at: String,
    },
    /// Nothing generates it.
    Orphan(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "missing  {name}"),
            Self::Changed { name, at } => write!(f, "changed  {name}\n{at}"),
            Self::Orphan(name) => write!(f, "orphan   {name}"),
        }
    }
}

/// What must be done to `actual` to make it `expected`, by file name. The names in `hand_written` may stay, and so may
/// what stands in its folders, which end with `/`.
pub fn differences(expected: &Files, actual: &Files, hand_written: &[&str]) -> Vec<Difference> {
    let written = expected.iter().filter_map(|(name, expected)| match actual.get(name) {
        None => Some(Difference::Missing(name.clone())),
        Some(actual) if actual != expected => {
            Some(Difference::Changed { name: name.clone(), at: first_difference(expected, actual) })
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

fn first_difference(expected: &[u8], actual: &[u8]) -> String {
    let (expected, actual) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(actual));
    // Not `lines()`: a missing or a different line break at the end is a difference too.
    let lines = |text: &str| text.split('\n').map(shorten).collect::<Vec<_>>();
    let (expected, actual) = (lines(&expected), lines(&actual));
    let end = expected.len().max(actual.len());
    let line = |lines: &[String], i| lines.get(i).cloned().unwrap_or_else(|| "(the end of the file)".into());
    (0..end)
        .find(|i| expected.get(*i) != actual.get(*i))
        .map(|i| format!("  line {}\n  - {}\n  + {}", i + 1, line(&actual, i), line(&expected, i)))
        .unwrap_or_else(|| "  beyond the part of a line that is shown".into())
}

/// Patterns are long; a carriage return must be seen.
fn shorten(line: &str) -> String {
    let shown: String = line.chars().take(100).collect();
    shown.escape_debug().to_string().replace("\\\"", "\"")
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
        assert_eq!(found, ["missing  a", "changed  b\n  line 2\n  - 3\n  + 2", "orphan   c/d"]);
    }

    #[test]
    fn a_file_written_by_hand_is_not_left_over() {
        assert_eq!(found(&[], &[("README.md", ""), ("sub/README.md", "")]), ["orphan   sub/README.md"]);
    }

    #[test]
    fn line_breaks_count() {
        assert_eq!(found(&[("a", "1\n")], &[("a", "1\r\n")]), ["changed  a\n  line 1\n  - 1\\r\n  + 1"]);
        assert_eq!(
            found(&[("a", "1\n")], &[("a", "1")]),
            ["changed  a\n  line 2\n  - (the end of the file)\n  + "]
        );
    }
}
