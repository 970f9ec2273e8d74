//! Finds the folders of the workspace and runs other programs.
//!
//! `xtask` and the other packages in `crates/testing` use this crate.

use std::path::{Path, PathBuf};

mod command;

pub use command::{cargo, output, said, succeed};

/// Returns the folder of this workspace. It does not depend on the current folder.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    // `package` is crates/testing/xdr-workspace.
    package.ancestors().nth(3).unwrap_or(package).to_owned()
}

/// Returns the folder of the schema files of this workspace.
pub fn schemas() -> PathBuf {
    root().join("schemas")
}

/// Returns the committed valid examples of a schema such as `scan-request`, in the order of their names.
///
/// # Errors
/// If the schema has no folder of examples, or if an example cannot be read.
pub fn valid_examples(schema: &str) -> std::io::Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(schemas().join("examples").join(schema))? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("valid-") {
            files.push(entry.path());
        }
    }
    files.sort();
    files.iter().map(std::fs::read_to_string).collect()
}

/// Returns the default scratch folder of a check. It is in the target folder, so git ignores it.
pub fn scratch(check: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    // The program is target/<profile>/<name>.
    let target = program.ancestors().nth(2).map_or_else(std::env::temp_dir, Path::to_owned);
    target.join(check)
}
