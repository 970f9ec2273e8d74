//! Each guard of a promise removed in turn, in a copy of the workspace: at least one test must fail.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::path::Path;
use std::process::Output;

use super::figure::Figures;
use super::scratch::Scratch;
use super::suite::locked;
use xdr_workspace::{output, said};

pub use super::scratch::Edit;

mod list;

pub use list::GUARDS;

/// Something that keeps a promise, and a test that fails without it.
#[derive(Debug, Clone, Copy)]
pub struct Guard {
    /// What it is.
    pub name: &'static str,
    /// How it is removed.
    pub without: &'static [Edit],
    /// Where the test is.
    pub suite: Suite,
    /// The test.
    pub test: &'static str,
}

/// A test program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suite {
    /// The values and flows of the model.
    Model,
    /// Both clients against the simulated tenant.
    Conformance,
    /// Both clients against the fault server.
    Faults,
    /// The gate under loom.
    Loom,
    /// Both clients in a build with every feature of their libraries.
    Hostile,
}

impl fmt::Display for Suite {
    /// The package.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Model => "xdr-model",
            Self::Conformance => "xdr-conformance",
            Self::Faults => "xdr-conformance",
            Self::Loom => "xdr-model",
            Self::Hostile => "xdr-hostile-features",
        })
    }
}

impl Suite {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Model => &["test", "-p", "xdr-model", "--test", "it"],
            Self::Conformance => &["test", "-p", "xdr-conformance", "--test", "it"],
            Self::Faults => &["test", "-p", "xdr-conformance", "--test", "faults"],
            Self::Loom => &["test", "-p", "xdr-model", "--test", "gate_loom"],
            Self::Hostile => &[
                "test",
                "--manifest-path",
                "crates/testing/xdr-hostile-features/Cargo.toml",
                "--test",
                "neighbour",
            ],
        }
    }
}

/// How many guards there are, and how many of them could go without a test that says so.
///
/// # Errors
/// When a guard is not where the list says, when a test fails although nothing was removed, or when what is left
/// without a guard does not even build.
pub(super) fn run(scratch: &Path) -> Result<Figures, Box<dyn Error>> {
    let copy = Scratch::new(scratch)?;
    let mut unprotected = 0;
    with_everything(&copy, scratch)?;
    for guard in GUARDS {
        let output = copy.with(guard.without, || test(&copy, scratch, guard.suite, &[guard.test]))??;
        let verdict = verdict(guard, &output)?;
        println!("    {:<45} {verdict}", guard.name);
        unprotected += u32::from(verdict != Verdict::Noticed);
    }
    let figures = [("guards", GUARDS.len() as f64), ("guards-unprotected", f64::from(unprotected))];
    Ok(figures.map(|(name, value)| (name.to_owned(), value)).into())
}

/// Runs every test of the list with nothing removed: one that fails anyway would prove nothing.
fn with_everything(copy: &Scratch, scratch: &Path) -> Result<(), Box<dyn Error>> {
    let mut tests: BTreeMap<Suite, Vec<&str>> = BTreeMap::new();
    for guard in GUARDS {
        tests.entry(guard.suite).or_default().push(guard.test);
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
            Some(name) => return Err(format!("there is no test {name} in {suite:?}:\n{said}").into()),
        }
    }
    Ok(())
}

fn test(copy: &Scratch, scratch: &Path, suite: Suite, names: &[&str]) -> Result<Output, Box<dyn Error>> {
    let mut command = locked(copy.folder(), suite.arguments());
    command.args(["--", "--exact"]).args(names);
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

/// A test must fail, not the compiler.
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
