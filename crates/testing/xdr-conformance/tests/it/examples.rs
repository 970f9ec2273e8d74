//! The examples of both clients are short, equal except for async, and quoted without changes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The maximum number of lines of an example.
const LINES: usize = 30;

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().find(|folder| folder.join("schemas/examples").is_dir());
    root.expect("it is in the workspace").to_owned()
}

/// The text of a client's example.
fn example(client: &str, name: &str) -> String {
    let path = root().join("crates").join(client).join("examples").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names(client: &str) -> BTreeSet<String> {
    let folder = root().join("crates").join(client).join("examples");
    let files = fs::read_dir(folder).expect("a client has examples");
    files.map(|file| file.expect("it can be listed").file_name().into_string().expect("text")).collect()
}

#[test]
fn both_clients_have_the_same_examples() {
    let expected = [
        "after_unknown.rs",
        "cancel.rs",
        "cancel_where.rs",
        "custom_operation.rs",
        "follow.rs",
        "large_list.rs",
        "preview.rs",
        "progress.rs",
        "scan.rs",
    ]
    .map(str::to_owned);
    for client in ["xdr-blocking", "xdr-async"] {
        assert_eq!(names(client), expected.clone().into(), "{client}");
    }
}

#[test]
fn the_examples_differ_in_nothing_but_async() {
    for name in names("xdr-blocking") {
        let (blocking, other) = (example("xdr-blocking", &name), example("xdr-async", &name));
        let without = synchronous(&other);
        assert_eq!(without, blocking, "{name}");
        assert_ne!(without, other, "{name} is async");
    }
}

/// A program of the asynchronous client as one of the other.
fn synchronous(text: &str) -> String {
    // A stream is read with a loop of its own kind.
    let text = text.replace("while let Some(progress) = run.next().await {", "for progress in &mut run {");
    let text = text.replace("#[tokio::main]\n", "").replace("async fn", "fn").replace(".await", "");
    text.replace("xdr_async", "xdr_blocking")
}

#[test]
fn the_recipes_differ_in_nothing_but_async() {
    let recipes = |client: &str| {
        let path = root().join("crates").join(client).join("RECIPES.md");
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let other = recipes("xdr-async");
    assert_eq!(synchronous(&other).replace("Another task", "Another thread"), recipes("xdr-blocking"));
    assert!(other.contains("async fn"));
}

#[test]
fn an_example_is_short_and_shows_which_lines_a_real_tenant_needs() {
    for client in ["xdr-blocking", "xdr-async"] {
        for name in names(client) {
            let text = example(client, &name);
            let lines = text.lines().count();
            assert!(lines <= LINES, "{client} {name} has {lines} lines");
            for told in
                ["Server::start(", "// let tenant = Tenant::new(", "// let credentials = Credentials::"]
            {
                assert!(text.contains(told), "{client} {name}: {told}");
            }
        }
    }
}

/// The example from its first `use`. The lines before it are for readers of the file and for the linter.
#[test]
fn the_readmes_quote_the_examples() {
    let readme = |folder: PathBuf| fs::read_to_string(folder.join("README.md")).expect("there is a README");
    for client in ["xdr-blocking", "xdr-async"] {
        let text = example(client, "scan.rs");
        let program = &text[text.find("use ").expect("it uses the client")..];
        for folder in [root(), root().join("crates").join(client)] {
            let is_quoted = readme(folder.clone()).contains(&format!("```rust,no_run\n{program}```\n"));
            assert!(is_quoted, "{client}: quote scan.rs in {}", folder.display());
        }
    }
}
