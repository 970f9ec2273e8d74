//! Removes each guard in turn, in a copy of the workspace. Its test must fail each time.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::{fmt, fs};

use xdr_workspace::{output, said};

use super::figure::Figures;
use super::patch;
use super::scratch::Scratch;
use super::suite::locked;

pub use super::patch::Edit;

/// The folder of the patches that remove the guards. Its README lists them.
pub const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/guards");

/// A piece of code that keeps a promise, and a test that fails without this code.
#[derive(Debug, Clone)]
pub struct Guard {
    /// The description of the guard.
    pub name: String,
    /// The arguments with which cargo runs the test program, such as `-p xdr-model --test it`.
    pub suite: String,
    /// The name of the test.
    pub test: String,
    /// The edits that remove the guard.
    pub without: Vec<Edit>,
}

/// Returns every guard, in the order of the file names.
///
/// # Errors
/// If a file cannot be read, or if it is not a valid patch.
pub fn all() -> Result<Vec<Guard>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(FOLDER)? {
        files.push(entry?.path());
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "patch"));
    files.sort_unstable();
    let read = |file: PathBuf| {
        let guard = Guard::read(&fs::read_to_string(&file)?);
        guard.map_err(|error| format!("{}: {error}", file.display()).into())
    };
    files.into_iter().map(read).collect()
}

impl Guard {
    fn read(text: &str) -> Result<Self, String> {
        let head = |key| text.lines().find_map(|line| line.strip_prefix(key)).ok_or(format!("no line {key}"));
        let (name, command) = (head("Guard: ")?, head("Fails: cargo test ")?);
        let (suite, test) = command.rsplit_once(' ').ok_or("no test is named")?;
        let [name, suite, test] = [name, suite, test].map(str::to_owned);
        Ok(Self { name, suite, test, without: patch::read(text)? })
    }
}

/// Counts all guards, and the guards whose test passes without them.
///
/// # Errors
/// If a patch does not fit, if a test fails although no guard was removed, or if the sources do not build without a
/// guard.
pub(super) fn run(scratch: &Path) -> Result<Figures, Box<dyn Error>> {
    let (copy, guards) = (Scratch::new(scratch)?, all()?);
    let mut unprotected = 0;
    with_everything(&copy, scratch, &guards)?;
    for guard in &guards {
        let output = copy.with(&guard.without, || test(&copy, scratch, &guard.suite, &[&guard.test]))??;
        let verdict = verdict(guard, &output)?;
        println!("    {:<45} {verdict}", guard.name);
        unprotected += u32::from(verdict != Verdict::Noticed);
    }
    let figures = [("guards", guards.len() as f64), ("guards-unprotected", f64::from(unprotected))];
    Ok(figures.map(|(name, value)| (name.to_owned(), value)).into())
}

/// Runs all tests of the guards on the unchanged sources. A test that fails there proves nothing about its guard.
fn with_everything(copy: &Scratch, scratch: &Path, guards: &[Guard]) -> Result<(), Box<dyn Error>> {
    let mut tests: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for guard in guards {
        tests.entry(&guard.suite).or_default().push(&guard.test);
    }
    for (suite, mut names) in tests {
        names.sort_unstable();
        names.dedup();
        let output = test(copy, scratch, suite, &names)?;
        let said = said(&output);
        let missing = names.iter().find(|name| !said.contains(&format!("test {name} ... ")));
        match missing {
            None if output.status.success() => {}
            None => return Err(format!("a test fails although nothing was removed:\n{said}").into()),
            Some(name) => return Err(format!("there is no test {name} in {suite}:\n{said}").into()),
        }
    }
    Ok(())
}

fn test(copy: &Scratch, scratch: &Path, suite: &str, names: &[&str]) -> Result<Output, Box<dyn Error>> {
    let mut command = locked(copy.folder(), &["test"]);
    command.args(suite.split(' ')).args(["--", "--exact"]).args(names);
    output(command.env("CARGO_TARGET_DIR", scratch.join("guards-target")))
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Noticed,
    Unprotected,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Noticed => "a test fails without it",
            Self::Unprotected => "NO TEST FAILS WITHOUT IT",
        })
    }
}

/// Judges the output of the test of a guard. Returns an error if the test did not run, for example because the sources
/// do not build.
fn verdict(guard: &Guard, output: &Output) -> Result<Verdict, Box<dyn Error>> {
    let said = said(output);
    if said.contains(&format!("test {} ... FAILED", guard.test)) {
        Ok(Verdict::Noticed)
    } else if output.status.success() {
        Ok(Verdict::Unprotected)
    } else {
        Err(format!("without \"{}\" no test could be run:\n{said}", guard.name).into())
    }
}
