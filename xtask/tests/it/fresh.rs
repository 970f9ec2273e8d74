//! Runs `cargo xtask codegen --check` as a test.

use xdr_workspace::root;
use xtask::codegen;

#[test]
fn the_generated_files_are_fresh() {
    let report = codegen::check(&root()).unwrap();
    assert!(report.is_fresh(), "run `cargo xtask codegen` and commit the result\n{report}");
}
