//! `cargo xtask codegen`: keeps what is generated from the model as the model is.

use std::error::Error;
use std::path::Path;
use std::{fmt, fs};

use xdr_workspace::cargo;

use crate::difference::{Difference, Files, differences};
use crate::{folder, snapshots};

/// Where the schemas and the OpenAPI document are.
const SCHEMAS: &str = "schemas/";

/// What people write there.
const HAND_WRITTEN: &[&str] = &["schemas/README.md", "schemas/examples/"];

/// What was found: names are relative to the workspace.
#[derive(Debug)]
pub struct Report {
    differences: Vec<Difference>,
    advice: &'static str,
}

impl Report {
    /// Whether every file was as it should be.
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

/// Compares the workspace `root` with what the model generates, and its snapshots with what its tests name.
///
/// # Errors
/// When a folder cannot be read.
pub fn check(root: &Path) -> Result<Report, Box<dyn Error>> {
    let mut differences =
        differences(&generate(), &with_prefix(folder::read(&root.join(SCHEMAS))?), HAND_WRITTEN);
    differences.extend(snapshots::all(root)?.into_iter().flat_map(|snapshots| snapshots.differences));
    Ok(Report { differences, advice: "are stale; `cargo xtask codegen` puts them right:" })
}

/// Makes the workspace `root` what the model generates; files that nothing generates are removed. Then the tests
/// write their snapshots.
///
/// # Errors
/// When a file cannot be read or written, or a test fails for another reason than its snapshot.
pub fn write(root: &Path) -> Result<Report, Box<dyn Error>> {
    let report = check(root)?;
    let files = generate();
    for difference in &report.differences {
        match difference {
            Difference::Missing(name) | Difference::Changed { name, .. } => {
                // A missing snapshot is written by its test.
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
    // The tests of this program work on folders that hold nothing to build.
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
