//! `cargo xtask codegen`: keeps what is generated from the model as the model is.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use crate::difference::{Difference, Files, differences};

/// The files of `schemas/` that people write.
const HAND_WRITTEN: &[&str] = &["README.md"];

/// The crates whose tests hold snapshots.
const WITH_SNAPSHOTS: &[&str] = &["xdr-model"];

/// Set while the tests run below this program, so that they cannot start it over again.
const NESTED: &str = "XDR_CODEGEN_NESTED";

/// What was found, and where.
#[derive(Debug)]
pub struct Report {
    folder: PathBuf,
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
        let folder = self.folder.file_name().unwrap_or_default().to_string_lossy();
        if self.is_fresh() {
            return writeln!(f, "{folder}/ is fresh");
        }
        writeln!(f, "{folder}/ {}", self.advice)?;
        self.differences.iter().try_for_each(|difference| writeln!(f, "{difference}"))
    }
}

/// The folder of the schema files, wherever the program is started.
pub fn schemas() -> PathBuf {
    root().join("schemas")
}

fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// Compares `folder` with what the model generates.
///
/// # Errors
/// When the folder cannot be read.
pub fn check(folder: &Path) -> Result<Report, Box<dyn Error>> {
    let differences = differences(&generate(), &read(folder)?, HAND_WRITTEN);
    let advice = "is stale; `cargo xtask codegen` puts it right:";
    Ok(Report { folder: folder.to_owned(), differences, advice })
}

/// Makes `folder` what the model generates; files that nothing generates are removed.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn write(folder: &Path) -> Result<Report, Box<dyn Error>> {
    let report = check(folder)?;
    let files = generate();
    for difference in &report.differences {
        match difference {
            Difference::Missing(name) | Difference::Changed { name, .. } => {
                let path = folder.join(name);
                fs::create_dir_all(path.parent().unwrap_or(folder))?;
                fs::write(path, &files[name])?;
            }
            Difference::Orphan(name) => fs::remove_file(folder.join(name))?,
        }
    }
    Ok(Report { advice: "was stale and has been put right:", ..report })
}

/// Writes the schemas to `folder`, then the snapshots of the tests.
///
/// # Errors
/// When a file cannot be written, or a test fails for another reason than its snapshot.
pub fn write_all(folder: &Path) -> Result<Report, Box<dyn Error>> {
    let report = write(folder)?;
    write_snapshots()?;
    Ok(report)
}

fn write_snapshots() -> Result<(), Box<dyn Error>> {
    if env::var_os(NESTED).is_some() {
        return Ok(());
    }
    for package in WITH_SNAPSHOTS {
        let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["test", "--quiet", "--all-features", "--tests", "--package", package])
            .current_dir(root())
            .envs([(NESTED, "1"), ("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")])
            .status()?;
        if !status.success() {
            return Err(format!("the tests of {package} fail, so their snapshots may be incomplete").into());
        }
    }
    Ok(())
}

fn generate() -> Files {
    let documents = xdr_model::schema::documents();
    documents.into_iter().map(|document| (document.file_name, document.text.into_bytes())).collect()
}

/// Every file below `folder`; none if there is no such folder.
fn read(folder: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    let mut folders = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = folders.pop() {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                folders.push((format!("{name}/"), entry.path()));
            } else {
                files.insert(name, fs::read(entry.path())?);
            }
        }
    }
    Ok(files)
}
