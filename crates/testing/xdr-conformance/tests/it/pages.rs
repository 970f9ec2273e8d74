//! Checks of the pages that name tests, and of the docs that link to the vendor's pages.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use xdr_workspace::root;

/// The pages that name tests. Each test is a link to its file.
const PAGES: [&str; 2] = ["crates/README.md", "crates/xdr-model/API.md"];

/// The file behind `[label]: file`.
fn definition(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix('[')?.split_once("]: ")
}

/// The target of a link, from the text after a name in backquotes: `](file)` or `][label]`.
fn target<'p>(after: &'p str, labels: &BTreeMap<&str, &'p str>) -> Option<&'p str> {
    let link = after.strip_prefix(']')?;
    match link.strip_prefix('[') {
        Some(label) => labels.get(label.split_once(']')?.0).copied(),
        None => link.strip_prefix('(')?.split_once(')').map(|(file, _)| file),
    }
}

/// Names of tests are sentences. They are longer than every word of the API.
fn is_sentence(name: &str) -> bool {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.chars().all(is_name) && name.matches('_').count() >= 3
}

fn has_test(source: &str, name: &str) -> bool {
    let Some(at) = source.find(&format!("fn {name}(")) else { return false };
    source[..at].lines().rev().take(4).any(|line| line.trim() == "#[test]" || line.contains("::test]"))
}

/// The mistakes in the tests that a page names: a test is not in the file of its link, or it has no link.
fn stale(page: &str, folder: &Path) -> Vec<String> {
    let labels: BTreeMap<_, _> = page.lines().filter_map(definition).collect();
    let parts: Vec<_> = page.split('`').collect();
    // The text between two backquotes, with the text before and after it.
    let quoted = parts.windows(3).step_by(2).map(|three| (three[0], three[1], three[2]));
    let is_stale = |(before, name, after): (&str, &str, &str)| {
        let link = before.ends_with('[').then(|| target(after, &labels)).flatten();
        match link.filter(|file| file.ends_with(".rs")) {
            Some(file) => {
                let source = fs::read_to_string(folder.join(file)).unwrap_or_default();
                (!has_test(&source, name)).then(|| format!("{name} is no test of {file}"))
            }
            None => is_sentence(name).then(|| format!("{name} does not link to a file")),
        }
    };
    quoted.filter_map(is_stale).collect()
}

#[test]
fn every_test_that_a_page_names_is_in_the_file_to_which_it_links() {
    for page in PAGES {
        let path = root().join(page);
        let text = fs::read_to_string(&path).expect("the page is there");
        let folder = path.parent().expect("it is in a folder");
        assert!(text.matches("[`").count() > 10, "{page} names tests");
        assert_eq!(stale(&text, folder), [""; 0], "{page}");
    }
}

#[test]
fn a_page_that_has_gone_stale_is_noticed() {
    let folder = root().join("crates/testing/xdr-conformance/tests/it");
    let good = "[`a_page_that_has_gone_stale_is_noticed`](pages.rs)";
    let labelled = "`scan` [`a_page_that_has_gone_stale_is_noticed`][p]\n\n[p]: pages.rs";
    for page in [good, labelled] {
        assert_eq!(stale(page, &folder), [""; 0], "{page}");
    }
    for page in [
        "`a_page_that_has_gone_stale_is_noticed`",
        "[`a_page_that_has_gone_stale_is_noticed`][q]\n\n[p]: pages.rs",
        "[`a_page_that_has_gone_stale_is_noticed`](support.rs)",
        "[`a_page_that_has_gone_stale_is_noticed`](no_such_file.rs)",
        "[`a_test_that_nobody_wrote`](pages.rs)",
        "[`is_sentence`](pages.rs)",
    ] {
        assert_eq!(stale(page, &folder).len(), 1, "{page}");
    }
}

#[test]
fn every_operation_links_to_its_page_of_the_vendor() {
    let folder = root().join("crates/xdr-model/src/operation");
    let files = fs::read_dir(folder).expect("there are operations").map(|file| file.expect("listed").path());
    let texts = files.filter(|path| path.is_file()).map(|path| fs::read_to_string(path).expect("it is text"));
    let operations: Vec<_> = texts.filter(|text| text.starts_with("//! POST ")).collect();
    assert!(operations.len() >= 4, "{}", operations.len());
    for text in operations {
        assert!(
            text.contains("/// [") && text.contains("]: https://docs-cortex.paloaltonetworks.com/"),
            "{text}"
        );
    }
}
