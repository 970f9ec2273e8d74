//! The suites.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use xdr_workspace::{cargo, output, root, said};

use super::{Ran, figure};

/// A cargo command that prints figures.
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
        &["test", "-p", "xdr-conformance", "--test", "faults", "--", "--nocapture"],
    ),
    short(
        "scripts for both drivers, and secrets",
        &["test", "-p", "xdr-conformance", "--test", "it", "--", "--nocapture"],
    ),
    Suite {
        name: "fuzzing",
        is_long: true,
        arguments: &[
            "test",
            "--config",
            "env.PROPTEST_CASES='1000000'",
            "--profile",
            "fuzz",
            "-p",
            "xdr-fuzz",
            "hunt::",
            "--",
            "--nocapture",
        ],
    },
];

impl Suite {
    /// # Errors
    /// If the command cannot be run.
    pub(super) fn run(&self) -> Result<Ran, Box<dyn Error>> {
        let output = output(&mut locked(&root(), self.arguments))?;
        let said = said(&output);
        let figures = figure::read(&said);
        Ok(Ran { figures, failure: (!output.status.success()).then_some(said) })
    }
}

/// A cargo command with `--locked`.
pub(super) fn locked(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = cargo(folder);
    let (first, rest) = arguments.split_first().unwrap_or((&"help", &[]));
    command.arg(first).arg("--locked").args(rest);
    command
}
