//! The dependencies of the model: few crates, and none that does I/O.

use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn the_model_depends_on_little_and_on_nothing_that_does_io() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", "xdr-model", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--locked", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let crates: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(crates.contains("xdr-model") && crates.contains("serde_json"), "{crates:?}");

    let banned = [
        "async-std",
        "aws-lc-rs",
        "aws-lc-sys",
        "cookie",
        "fastrand",
        "getrandom",
        "h2",
        "hyper",
        "hyper-util",
        "mio",
        "native-tls",
        "openssl",
        "openssl-sys",
        "rand",
        "rand_core",
        "reqwest",
        "ring",
        "rustls",
        "smol",
        "socket2",
        "tokio",
        "tower",
        "tracing",
        "ureq",
        "url",
    ];
    let found: Vec<_> = banned.iter().filter(|name| crates.contains(**name)).collect();
    assert!(found.is_empty(), "the model depends on {found:?}");
    assert!(crates.len() <= 32, "{} crates: {crates:?}", crates.len());
}
