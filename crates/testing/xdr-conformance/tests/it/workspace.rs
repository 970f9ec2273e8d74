//! What must hold of the workspace as a whole: its dependencies, their licences, its layout.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The crates that users get.
const PUBLISHED: [&str; 4] = ["xdr-model", "xdr-transport", "xdr-blocking", "xdr-async"];

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.."))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// The packages that the published crates are built from, on this machine.
fn packages() -> Vec<Value> {
    let used: BTreeSet<String> = PUBLISHED.iter().flat_map(|name| tree(name)).collect();
    let metadata = cargo(&["metadata", "--format-version", "1", "--locked", "--all-features"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages").clone();
    let named = |p: &Value| format!("{} v{}", text(p, "name"), text(p, "version"));
    packages.into_iter().filter(|p| used.contains(&named(p))).collect()
}

fn text<'v>(package: &'v Value, key: &str) -> &'v str {
    package[key].as_str().unwrap_or_default()
}

/// The name and version of every crate that this one is built from in a user's program, itself included.
fn tree(name: &str) -> BTreeSet<String> {
    let tree = cargo(&["tree", "-p", name, "-e", "normal", "--prefix", "none", "--no-dedupe", "--locked"]);
    tree.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn the_rust_version_is_what_the_dependencies_need_and_no_more() {
    let version = |p: &Value| {
        let mut parts = text(p, "rust_version").split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    };
    let (ours, theirs): (Vec<_>, Vec<_>) =
        packages().into_iter().partition(|p| PUBLISHED.contains(&text(p, "name")));
    let needed = theirs.iter().map(version).max();
    for package in &ours {
        assert_eq!(Some(version(package)), needed, "{}", text(package, "name"));
    }
}

#[test]
fn no_second_cryptography_and_no_unknown_licence_gets_in() {
    const KNOWN: [&str; 10] = [
        "MIT",
        "Apache-2.0",
        "ISC",
        "BSD-3-Clause",
        "Unicode-3.0",
        "CDLA-Permissive-2.0",
        "Zlib",
        "Unlicense",
        "LLVM-exception",
        "BSD-1-Clause",
    ];
    for package in packages() {
        let name = text(&package, "name");
        let banned = ["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys"];
        assert!(!banned.contains(&name), "{name} is another cryptography");
        let licence = text(&package, "license").replace(['(', ')'], "").replace('/', " OR ");
        let mut words = licence.split_whitespace().filter(|word| !matches!(*word, "AND" | "OR" | "WITH"));
        assert!(!licence.is_empty() && words.all(|word| KNOWN.contains(&word)), "{name}: {licence}");
    }
}

#[test]
fn the_clients_bring_few_crates_beyond_the_bare_library() {
    // "Bare" is the library with the same work done by hand: JSON, roots, a runtime.
    let beyond = |client: &str, library: &str| {
        let bare: BTreeSet<_> = [library, "serde", "serde_json", "rustls-native-certs"]
            .iter()
            .flat_map(|name| tree(name))
            .collect();
        tree(client).difference(&bare).filter(|name| !name.starts_with("xdr-")).cloned().collect::<Vec<_>>()
    };
    let (blocking, other) = (beyond("xdr-blocking", "ureq"), beyond("xdr-async", "reqwest"));
    assert!(blocking.len() <= 20, "{blocking:?}");
    assert!(other.len() <= 16, "{other:?}");
}

#[test]
fn the_top_level_holds_what_it_should_and_nothing_else() {
    let listed = Command::new("git")
        .args(["ls-files"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.."))
        .output();
    // A source archive has no git; there the question is moot.
    let Some(output) = listed.ok().filter(|output| output.status.success()) else { return };
    let names: BTreeSet<_> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|path| path.split('/').next().map(str::to_owned))
        .filter(|name| !name.starts_with('.'))
        .collect();
    let expected = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "crates",
        "schemas",
        "xtask",
    ];
    assert!(names.iter().all(|name| expected.contains(&name.as_str())), "{names:?}");
}

#[test]
fn every_operation_has_a_route_of_the_simulated_tenant() {
    for operation in xdr_model::OPERATIONS {
        assert!(xdr_sim::PATHS.contains(&operation.path), "{}", operation.name);
    }
}

#[test]
fn the_clients_share_all_but_a_loop_and_settings() {
    for client in ["xdr-blocking", "xdr-async"] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(client).join("src");
        let mut lines = BTreeMap::new();
        for file in std::fs::read_dir(source).expect("a client has sources") {
            let path = file.expect("it can be listed").path();
            let text = std::fs::read_to_string(&path).expect("sources are text");
            let code = text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with("//"));
            lines.insert(path, code.count());
        }
        let all: usize = lines.values().sum();
        assert!(all <= 250, "{client} has {all} lines of code: {lines:?}");
    }
}
