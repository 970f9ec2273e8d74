//! `cargo xtask …`: the tasks of this project.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::codegen;

/// The tasks of this project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Writes what is generated from the model: schemas/ and the snapshots of tests
    ///
    /// Exits with 0 when everything is fresh, 4 when --check finds something stale, 1 on an error and 2 on a
    /// wrong argument.
    Codegen {
        /// Change nothing; list the files of schemas/ that are missing, changed or left over
        #[arg(long)]
        check: bool,
        /// Another folder for the schemas, for tests
        #[arg(long, hide = true, default_value_os_t = codegen::schemas())]
        folder: PathBuf,
    },
}

/// Something is stale; 1 and 2 are taken by errors and by clap.
const STALE: u8 = 4;

fn main() -> ExitCode {
    let Task::Codegen { check, folder } = Arguments::parse().task;
    let done = if check { codegen::check(&folder) } else { codegen::write_all(&folder) };
    match done {
        Ok(report) => {
            print!("{report}");
            if check && !report.is_fresh() { ExitCode::from(STALE) } else { ExitCode::SUCCESS }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
