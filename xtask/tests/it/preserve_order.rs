//! Tests that the generated files are the same if another crate enables `preserve_order` of serde_json.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use xdr_workspace::root;

const MANIFEST: &str = r#"
[package]
name = "preserve-order"
edition = "2024"

[dependencies]
xdr-model = { path = "MODEL", features = ["schema"] }
schemars = { version = "1", features = ["preserve_order"] }
serde_json = { version = "1", features = ["preserve_order"] }

[workspace]
"#;

const MAIN: &str = r#"
fn main() {
    let kept: serde_json::Value = serde_json::from_str("{\"b\":1,\"a\":2}").unwrap();
    assert_eq!(kept.to_string(), "{\"b\":1,\"a\":2}", "the feature is not switched on");
    for file in xdr_model::schema::files() {
        print!("{}\n{}", file.file_name, file.text);
    }
}
"#;

#[test]
fn the_files_are_the_same_with_serde_json_preserve_order() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("preserve-order");
    fs::create_dir_all(folder.join("src")).unwrap();
    let model = root().join("crates/xdr-model");
    fs::write(
        folder.join("Cargo.toml"),
        MANIFEST.replace("MODEL", &model.to_string_lossy().replace('\\', "/")),
    )
    .unwrap();
    fs::write(folder.join("src/main.rs"), MAIN).unwrap();
    // The same versions as in this workspace, so that cargo fetches nothing else.
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(folder.join("target"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let here: String = xdr_model::schema::files()
        .into_iter()
        .map(|file| format!("{}\n{}", file.file_name, file.text))
        .collect();
    assert!(String::from_utf8(output.stdout).unwrap() == here, "the order of maps shows in the files");
}
