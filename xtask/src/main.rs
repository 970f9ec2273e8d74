//! `cargo xtask …`: the tasks of this project.

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

/// What a check of crates/testing reads itself, --help too.
#[derive(Args)]
struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

#[derive(Subcommand)]
enum Task {
    /// Writes what is generated from the model, schemas/ and the snapshots of tests, and removes what is left over
    ///
    /// Exits with 0 when everything is fresh, 4 when --check finds something stale, 1 on an error and 2 on a
    /// wrong argument.
    Codegen {
        /// Change nothing; list the files that are missing, changed or left over. Whether the contents of a snapshot are
        /// right, its test tells
        #[arg(long)]
        check: bool,
        /// Another workspace, for tests
        #[arg(long, hide = true, default_value_os_t = root())]
        folder: PathBuf,
    },
    /// Writes crates/<library>/public-api.txt, which lists all that a published library offers
    ///
    /// Exits as codegen does.
    Api {
        /// Change nothing; show where the lists differ. With a toolchain whose JSON cannot be read, nothing is compared
        #[arg(long)]
        check: bool,
    },
    /// Holds schemas/ against the real tools of other languages: crates/testing/xdr-consumers
    #[command(disable_help_flag = true)]
    Consumers(Arguments),
    /// Runs the suites that prove what is promised, and measures them: crates/testing/xdr-bench
    #[command(disable_help_flag = true)]
    Figures(Arguments),
    /// Measures the costs of reading replies and of clients: crates/testing/xdr-bench
    #[command(disable_help_flag = true)]
    Costs(Arguments),
}

/// Something is stale; 1 and 2 are taken by errors and by clap.
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
    // Who reads only the first lines closes the pipe; the verdict stays.
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

/// Runs a program of the workspace, where this one was started, and ends as it does.
fn run(program: &[&str], Arguments { arguments }: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let mut command = cargo(Path::new("."));
    command.args(["run", "--quiet", "--manifest-path"]).arg(root().join("Cargo.toml"));
    let status = command.args(program).arg("--").args(arguments).status()?;
    // Without a code it was killed.
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
