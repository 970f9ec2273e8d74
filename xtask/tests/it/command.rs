//! Tests the exit codes of `cargo xtask codegen`, and the files that it leaves.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// Runs `codegen` on a workspace without packages, from another folder.
fn codegen(root: &Path, arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("codegen")
        .args(arguments)
        .arg("--folder")
        .arg(root)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    (status.code().unwrap(), text)
}

/// Makes a workspace with fresh files.
fn written() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let (code, text) = codegen(root.path(), &[]);
    assert_eq!(code, 0, "{text}");
    root
}

/// Asserts that a check finds exactly this difference, and that a run without `--check` corrects it.
fn is_found_and_put_right(root: &Path, line: &str) {
    let (code, text) = codegen(root, &["--check"]);
    assert_eq!(code, 4, "{text}");
    assert!(text.contains("`cargo xtask codegen`"), "{text}");
    let found: Vec<_> = text.lines().skip(1).filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(found, [line], "{text}");
    assert_eq!(codegen(root, &["--check"]).0, 4, "a check changes nothing");

    assert_eq!(codegen(root, &[]).0, 0);
    let (code, text) = codegen(root, &["--check"]);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn writing_makes_the_check_pass() {
    let folder = written();
    let root = folder.path();
    assert_eq!(codegen(root, &["--check"]).0, 0);
    assert!(root.join("schemas/openapi.json").exists());
    assert!(!root.join("schemas/examples").exists(), "they are written by hand");
}

#[test]
fn one_other_byte_is_found_in_every_kind_of_file() {
    let folder = written();
    let root = folder.path();
    for name in ["scan-request.schema.json", "openapi.json"] {
        let path = root.join("schemas").join(name);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
        is_found_and_put_right(root, &format!("changed  schemas/{name}"));
    }
}

#[test]
fn a_missing_file_is_found() {
    let folder = written();
    let root = folder.path();
    for name in ["filter.schema.json", "progress.schema.json"] {
        fs::remove_file(root.join("schemas").join(name)).unwrap();
        is_found_and_put_right(root, &format!("missing  schemas/{name}"));
    }
}

#[test]
fn a_stray_file_is_found_in_every_folder() {
    let folder = written();
    let root = folder.path();
    fs::create_dir(root.join("schemas/old")).unwrap();
    for name in ["old.schema.json", "old/x.json"] {
        fs::write(root.join("schemas").join(name), "{}\n").unwrap();
        is_found_and_put_right(root, &format!("orphan   schemas/{name}"));
        assert!(!root.join("schemas").join(name).exists());
    }
}

#[test]
fn what_is_written_by_hand_is_left_alone() {
    let folder = written();
    let root = folder.path();
    let files = ["README.md", "examples/README.md", "examples/filter/valid-x.json"]
        .map(|name| root.join("schemas").join(name));
    fs::create_dir_all(root.join("schemas/examples/filter")).unwrap();
    files.iter().for_each(|file| fs::write(file, "by hand").unwrap());
    assert_eq!(codegen(root, &["--check"]).0, 0);
    assert_eq!(codegen(root, &[]).0, 0);
    assert!(files.iter().all(|file| fs::read(file).unwrap() == b"by hand"));
}

#[test]
fn a_snapshot_that_no_test_names_is_removed_and_one_that_is_missing_is_told() {
    for package in ["crates/some", "crates/testing/other", "xtask"] {
        let folder = written();
        let root = folder.path();
        let tests = root.join(package).join("tests/it");
        fs::create_dir_all(tests.join("snapshots")).unwrap();
        fs::write(tests.join("a.rs"), "insta::assert_snapshot!(\"kept\", 1);").unwrap();
        fs::write(tests.join("snapshots/it__a__kept.snap"), "").unwrap();
        fs::create_dir_all(root.join("crates/testing")).unwrap();
        fs::write(root.join("crates/README.md"), "a file among the packages").unwrap();
        assert_eq!(codegen(root, &["--check"]).0, 0);

        fs::write(tests.join("snapshots/it__a__old.snap"), "").unwrap();
        is_found_and_put_right(root, &format!("orphan   {package}/tests/it/snapshots/it__a__old.snap"));

        fs::remove_file(tests.join("snapshots/it__a__kept.snap")).unwrap();
        let (code, text) = codegen(root, &["--check"]);
        assert_eq!(code, 4);
        assert!(text.contains(&format!("missing  {package}/tests/it/snapshots/it__a__kept.snap")), "{text}");
    }
}

#[test]
fn an_error_and_a_wrong_argument_have_codes_of_their_own() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (code, text) = codegen(file.path(), &["--check"]);
    assert_eq!(code, 1);
    assert!(text.starts_with("error: "), "{text}");
    assert_eq!(codegen(file.path(), &["--chekc"]).0, 2);
}
