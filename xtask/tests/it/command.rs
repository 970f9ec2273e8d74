//! `cargo xtask codegen` as scripts see it: exit codes, and what is left in the folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

/// Runs it on `folder`, from a place that is not the workspace.
fn codegen(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("codegen")
        .args(arguments)
        .arg("--folder")
        .arg(folder)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .env("XDR_CODEGEN_NESTED", "1")
        .output()
        .unwrap();
    let text = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    (status.code().unwrap(), text)
}

#[test]
fn writing_makes_the_check_pass() {
    let folder = folder("written");
    assert_eq!(codegen(&folder, &[]).0, 0);
    assert_eq!(codegen(&folder, &["--check"]).0, 0);
}

#[test]
fn a_check_lists_what_is_stale_and_changes_nothing() {
    let folder = folder("stale");
    codegen(&folder, &[]);
    fs::remove_file(folder.join("scan-request.schema.json")).unwrap();
    fs::write(folder.join("scan-response.schema.json"), "{}\n").unwrap();
    fs::write(folder.join("old.schema.json"), "{}").unwrap();
    fs::write(folder.join("README.md"), "by hand").unwrap();

    let (code, text) = codegen(&folder, &["--check"]);
    assert_eq!(code, 4, "{text}");
    for part in ["`cargo xtask codegen`", "missing  scan-request", "changed  scan-response", "orphan   old."]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(fs::read(folder.join("scan-response.schema.json")).unwrap(), b"{}\n");
    assert!(folder.join("old.schema.json").exists());

    assert_eq!(codegen(&folder, &[]).0, 0);
    assert_eq!(codegen(&folder, &["--check"]).0, 0);
    assert!(!folder.join("old.schema.json").exists());
    assert_eq!(fs::read(folder.join("README.md")).unwrap(), b"by hand");
}

#[test]
fn an_error_and_a_wrong_argument_have_codes_of_their_own() {
    let file = folder("no-folder");
    fs::write(&file, "").unwrap();
    let (code, text) = codegen(&file, &["--check"]);
    assert_eq!(code, 1);
    assert!(text.starts_with("error: "), "{text}");
    assert_eq!(codegen(&file, &["--chekc"]).0, 2);
}
