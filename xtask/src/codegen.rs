//! `cargo xtask codegen` writes the files that are generated from the model.

use std::error::Error;
use std::path::Path;
use std::{fmt, fs};

use xdr_workspace::cargo;

use crate::difference::{Difference, Files, differences};
use crate::{folder, snapshots};

/// The folder of the schemas and the OpenAPI document.
const SCHEMAS: &str = "schemas/";

/// The files and folders in `SCHEMAS` that are written by hand.
const HAND_WRITTEN: &[&str] = &["schemas/README.md", "schemas/examples/"];

/// The differences that were found. File names are relative to the workspace.
#[derive(Debug)]
pub struct Report {
    differences: Vec<Difference>,
    advice: &'static str,
}

impl Report {
    /// Returns whether there were no differences.
    pub fn is_fresh(&self) -> bool {
        self.differences.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_fresh() {
            return writeln!(f, "the generated files are fresh");
        }
        writeln!(f, "the generated files {}", self.advice)?;
        self.differences.iter().try_for_each(|difference| writeln!(f, "{difference}"))
    }
}

/// Compares the files of the workspace `root` with the files that the model generates, and the snapshots with the names
/// in the tests.
///
/// # Errors
/// If a folder cannot be read.
pub fn check(root: &Path) -> Result<Report, Box<dyn Error>> {
    let mut differences =
        differences(&generate(), &with_prefix(folder::read(&root.join(SCHEMAS))?), HAND_WRITTEN);
    differences.extend(snapshots::all(root)?.into_iter().flat_map(|snapshots| snapshots.differences));
    Ok(Report { differences, advice: "are stale; `cargo xtask codegen` puts them right:" })
}

/// Writes the files that the model generates into the workspace `root`. Removes files that are neither generated nor
/// written by hand, and snapshots that no test names. Then runs the tests, which write their snapshots.
///
/// # Errors
/// If a file cannot be read or written, or if a test fails for a reason other than its snapshot.
pub fn write(root: &Path) -> Result<Report, Box<dyn Error>> {
    let report = check(root)?;
    let files = generate();
    for difference in &report.differences {
        match difference {
            Difference::Missing(name) | Difference::Changed { name, .. } => {
                // The test of a missing snapshot writes it.
                let Some(content) = files.get(name) else { continue };
                let path = root.join(name);
                fs::create_dir_all(path.parent().unwrap_or(root))?;
                fs::write(path, content)?;
            }
            Difference::Orphan(name) => fs::remove_file(root.join(name))?,
        }
    }
    write_snapshots(root)?;
    Ok(Report { advice: "were stale and have been put right:", ..report })
}

fn write_snapshots(root: &Path) -> Result<(), Box<dyn Error>> {
    // The tests of xtask use folders without packages.
    if !root.join("Cargo.toml").exists() {
        return Ok(());
    }
    for package in snapshots::all(root)?.into_iter().map(|snapshots| snapshots.package) {
        let status = cargo(root)
            .args(["test", "--quiet", "--all-features", "--tests", "--package", &package])
            .envs([("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")])
            .status()?;
        if !status.success() {
            return Err(format!("the tests of {package} fail, so their snapshots may be incomplete").into());
        }
    }
    Ok(())
}

fn generate() -> Files {
    let files = xdr_model::schema::files();
    with_prefix(files.into_iter().map(|file| (file.file_name, file.text.into_bytes())).collect())
}

fn with_prefix(files: Files) -> Files {
    files.into_iter().map(|(name, content)| (format!("{SCHEMAS}{name}"), content)).collect()
}
