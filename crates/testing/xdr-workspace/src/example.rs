//! Runs the examples of the clients.

use std::process::Command;

/// Runs a built example without arguments, for the tests of its package: what it prints.
///
/// # Panics
/// When it is not built, fails, or complains.
pub fn run_example(name: &str) -> String {
    let test = std::env::current_exe().expect("a test is a program");
    let built = test.ancestors().nth(2).expect("it is in a folder of the build");
    let example = built.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(example.exists(), "{} is missing: run all tests of its package", example.display());
    let output = Command::new(example).output().expect("an example can be run");
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{name}: {out}{err}");
    assert_eq!(err, "", "{name}: {out}");
    out
}
