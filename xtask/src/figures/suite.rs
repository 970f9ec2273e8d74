//! The suites: commands that print figures.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output};

use super::{Ran, figure};
use crate::codegen;

/// A command of cargo that prints figures.
pub(super) struct Suite {
    pub(super) name: &'static str,
    /// Whether it runs only with `--full`.
    pub(super) is_long: bool,
    arguments: &'static [&'static str],
}

const fn short(name: &'static str, arguments: &'static [&'static str]) -> Suite {
    Suite { name, is_long: false, arguments }
}

pub(super) const SUITES: [Suite; 3] = [
    short(
        "faults, deadlines, races and redirects",
        &["test", "-p", "xdr-faults", "--test", "it", "--", "--nocapture"],
    ),
    short(
        "scripts for both drivers, and secrets",
        &["test", "-p", "xdr-conformance", "--tests", "--", "--nocapture"],
    ),
    Suite {
        name: "fuzzing",
        is_long: true,
        arguments: &["run", "--profile", "fuzz", "-p", "xdr-fuzz", "--", "--runs", "1000000"],
    },
];

impl Suite {
    /// # Errors
    /// When it cannot be run.
    pub(super) fn run(&self) -> Result<Ran, Box<dyn Error>> {
        let output = cargo(&codegen::root(), self.arguments).output()?;
        let printed = printed(&output);
        let figures = figure::read(&printed);
        Ok(Ran { figures, failure: (!output.status.success()).then_some(printed) })
    }
}

/// Cargo, with the packages that are locked.
pub(super) fn cargo(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    let (first, rest) = arguments.split_first().unwrap_or((&"help", &[]));
    command.arg(first).arg("--locked").args(rest).current_dir(folder);
    command
}

/// Both outputs: cargo and panics use the one, tests the other.
pub(super) fn printed(output: &Output) -> String {
    [&output.stderr, &output.stdout].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}
