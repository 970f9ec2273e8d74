//! `cargo xtask` runs the tasks of this project.

#![expect(clippy::print_stderr, reason = "a program for people")]

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use rustdoc_types::FORMAT_VERSION;
use xdr_workspace::{cargo, root};
use xtask::{api, codegen};

/// The tasks of this project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Command {
    #[command(subcommand)]
    task: Task,
}

/// The arguments that are passed on to a program in crates/testing, including `--help`.
#[derive(Args)]
struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

#[derive(Subcommand)]
enum Task {
    /// Writes the generated files: schemas/ and the snapshots of tests. Removes files that nothing generates
    ///
    /// Exits with 0 on success, 1 on an error, 2 on a wrong argument, and 4 if --check finds a stale file.
    Codegen {
        /// Change nothing, and list the files that are missing, changed or left over. Only the tests check the contents
        /// of snapshots
        #[arg(long)]
        check: bool,
        /// The folder of another workspace, for tests
        #[arg(long, hide = true, default_value_os_t = root())]
        folder: PathBuf,
    },
    /// Writes crates/<library>/public-api.txt, the list of the public items of each published library
    ///
    /// The exit codes are those of codegen.
    Api {
        /// Change nothing, and show the differences. Skipped if the JSON format of the toolchain is not supported
        #[arg(long)]
        check: bool,
    },
    /// Checks schemas/ with real tools of other languages (crates/testing/xdr-consumers)
    #[command(disable_help_flag = true)]
    Consumers(Arguments),
    /// Runs the suites that test the promises, and checks their figures (crates/testing/xdr-bench)
    #[command(disable_help_flag = true)]
    Figures(Arguments),
    /// Measures the costs of reading replies, of clients and of scans in batches (crates/testing/xdr-bench)
    #[command(disable_help_flag = true)]
    Costs(Arguments),
}

/// The exit code for stale files. Errors use 1, and clap uses 2.
const STALE: u8 = 4;

fn main() -> ExitCode {
    let done = match Command::parse().task {
        Task::Codegen { check, folder } => generate(check, &folder),
        Task::Api { check } => offer(check),
        Task::Consumers(arguments) => run(&["--package", "xdr-consumers"], &arguments),
        Task::Figures(arguments) => run(&["--package", "xdr-bench"], &arguments),
        Task::Costs(arguments) => run(&["--release", "--package", "xdr-bench", "--bin", "costs"], &arguments),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

fn generate(check: bool, folder: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let report = if check { codegen::check(folder) } else { codegen::write(folder) }?;
    // A reader can close the pipe after the first lines. This does not change the exit code.
    let _closed = write!(io::stdout(), "{report}");
    Ok(if check && !report.is_fresh() { ExitCode::from(STALE) } else { ExitCode::SUCCESS })
}

fn offer(check: bool) -> Result<ExitCode, Box<dyn Error>> {
    let Some(differences) = api::run(&root(), check)? else {
        eprintln!(
            "SKIPPED: the lists of the public API need a toolchain whose rustdoc writes JSON of format {FORMAT_VERSION}"
        );
        return Ok(if check { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    };
    differences.iter().for_each(|difference| eprintln!("{difference}"));
    if check && !differences.is_empty() {
        eprintln!("the lists of the public API are stale; `cargo xtask api` writes them");
        return Ok(ExitCode::from(STALE));
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs a program of the workspace in the current folder, and returns its exit code.
fn run(program: &[&str], Arguments { arguments }: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let mut command = cargo(Path::new("."));
    command.args(["run", "--quiet", "--manifest-path"]).arg(root().join("Cargo.toml"));
    let status = command.args(program).arg("--").args(arguments).status()?;
    // A program that was killed has no exit code.
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
