//! Rules for the workspace as a whole: its dependencies, their licences, its layout.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The published crates.
const PUBLISHED: [&str; 6] =
    ["xdr-model", "xdr-transport", "xdr-blocking", "xdr-async", "xdr-sim", "xdr-cli"];

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.."))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// The dependencies of the published crates on this machine, including the crates.
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

/// The name and version of every crate in a user's program that depends on this crate, including this crate.
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
    // "Bare" is the HTTP library and the crates that a hand-written client needs: JSON, TLS and roots.
    let beyond = |client: &str, library: &str| {
        let bare: BTreeSet<_> = [library, "serde", "serde_json", "rustls", "rustls-native-certs"]
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
    // A source archive has no git, so there is nothing to check.
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
fn what_is_only_proof_is_in_one_folder_and_users_get_none_of_it() {
    let metadata = cargo(&["metadata", "--format-version", "1", "--locked", "--no-deps"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let is_proof = |p: &&Value| text(p, "manifest_path").replace('\\', "/").contains("/crates/testing/");
    let proof: BTreeSet<_> = packages.iter().filter(is_proof).map(|p| text(p, "name")).collect();
    assert!(proof.contains("xdr-conformance"), "{proof:?}");
    for package in packages {
        let name = text(package, "name");
        if proof.contains(name) {
            assert_eq!(package["publish"].as_array().map(Vec::len), Some(0), "{name} is published");
        } else if name != "xtask" {
            let needed = package["dependencies"].as_array().into_iter().flatten();
            let needed: Vec<_> =
                needed.map(|d| text(d, "name")).filter(|name| proof.contains(name)).collect();
            assert_eq!(needed, [""; 0], "{name}");
        }
    }
}

#[test]
fn what_is_published_has_all_that_a_reader_of_the_registry_needs() {
    let metadata = cargo(&["metadata", "--format-version", "1", "--locked", "--no-deps"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let published: Vec<_> = packages.iter().filter(|p| p["publish"].is_null()).collect();
    let names: BTreeSet<_> = published.iter().map(|p| text(p, "name")).collect();
    assert_eq!(names, PUBLISHED.into(), "what can be published");
    for package in published {
        let name = text(package, "name");
        let folder = Path::new(text(package, "manifest_path")).parent().expect("it is in a folder");
        for file in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"] {
            assert!(folder.join(file).is_file(), "{name} has no {file}");
        }
        for key in ["description", "license", "rust_version", "readme"] {
            assert_ne!(text(package, key), "", "{name} has no {key}");
        }
        for key in ["categories", "keywords"] {
            let count = package[key].as_array().map_or(0, Vec::len);
            assert!((1..=5).contains(&count), "{name} has {count} {key}");
        }
        assert_eq!(package["metadata"]["docs"]["rs"]["all-features"], true, "{name}");
        let readme = std::fs::read_to_string(folder.join("README.md")).expect("it is text");
        let rust = format!("Rust {} or later", text(package, "rust_version"));
        for said in ["**Unofficial.**", "RFC 4506", "\"Completed\" does not mean \"clean\"", &rust] {
            assert!(readme.contains(said), "the README of {name} does not say {said}");
        }
        // A dependency without a version cannot be published.
        for needed in package["dependencies"].as_array().into_iter().flatten() {
            assert_ne!(text(needed, "req"), "*", "{name} needs {} of any version", text(needed, "name"));
        }
    }
}

/// Words that occur only in code of the protocol: paths and bodies, headers and signatures, the meaning of an answer,
/// and the decision to send a request again.
const PROTOCOL: [&str; 19] = [
    "public_api",
    "request_data",
    "group_action_id",
    "err_code",
    "serde",
    "header",
    "x-xdr",
    "authorization",
    "nonce",
    "sha2",
    "unix_ms",
    "status",
    "notsent",
    "outcomeunknown",
    "unreadable",
    "serverfailure",
    "attempt",
    "backoff",
    "retry",
];

/// Names and texts of the libraries with such a word: settings that turn off what a library does by itself on a status
/// or a failure, and two errors.
const OF_LIBRARIES: [&str; 4] = [
    ".http_status_as_error(false)",
    ".retry(reqwest::retry::never())",
    "ureq::largeresponseheader(..)",
    "tunnel error: proxy authorization required",
];

/// The code of a crate, in lower case and without its comments.
fn code(name: &str) -> String {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name).join("src")];
    let mut code = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a crate has sources") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("sources are text");
            for line in text.lines().filter(|line| !line.trim().starts_with("//")) {
                code += &format!("{}\n", line.to_lowercase());
            }
        }
    }
    code
}

fn of_the_protocol(code: &str) -> Vec<&'static str> {
    let code = OF_LIBRARIES.iter().fold(code.to_owned(), |code, allowed| code.replace(allowed, ""));
    PROTOCOL.into_iter().filter(|word| code.contains(word)).collect()
}

#[test]
fn no_client_contains_logic_of_the_protocol() {
    assert_eq!(of_the_protocol(&code("xdr-model")), PROTOCOL, "all of it is in the model");
    for client in ["xdr-blocking", "xdr-async"] {
        let code = code(client);
        assert!(code.contains("flow.step("), "{client} drives the flows of the model");
        assert_eq!(of_the_protocol(&code), [""; 0], "{client}");
    }
}

#[test]
fn logic_of_the_protocol_is_known_by_its_words() {
    for (code, expected) in [
        ("if answer.status().is_server_error() { continue }", &["status"][..]),
        ("request.headers_mut().insert(\"x-xdr-nonce\", nonce)", &["header", "x-xdr", "nonce"]),
        ("for _ in 0..3 {} // .retry(reqwest::retry::always())", &["retry"]),
        ("builder.http_status_as_error(false).retry(reqwest::retry::never())", &[]),
    ] {
        assert_eq!(of_the_protocol(code), expected, "{code}");
    }
}
