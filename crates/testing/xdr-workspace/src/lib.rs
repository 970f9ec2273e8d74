//! Where the workspace is, and how its checks run other programs.
//!
//! For the programs that check the workspace from outside: `xtask` and the packages beside this one.

use std::path::{Path, PathBuf};

mod command;

pub use command::{cargo, output, said, succeed};

/// The folder of this workspace, wherever the program is started.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    // It is crates/testing/xdr-workspace.
    package.ancestors().nth(3).unwrap_or(package).to_owned()
}

/// The folder of the schema files of this workspace.
pub fn schemas() -> PathBuf {
    root().join("schemas")
}

/// The committed examples that are valid by a schema, such as `scan-request`, in the order of their names.
///
/// # Errors
/// When there are none, or one cannot be read.
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

/// The scratch folder of a check, unless another one is named: beside the build's own files, and ignored like them.
pub fn scratch(check: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    // The program is target/<profile>/<name>.
    let target = program.ancestors().nth(2).map_or_else(std::env::temp_dir, Path::to_owned);
    target.join(check)
}
