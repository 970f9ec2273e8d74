//! `cargo xtask consumers`.

#![expect(clippy::print_stderr, reason = "a program for people")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use xdr_consumers::CheckOutcome;

/// Checks schemas/ with real tools of other languages
///
/// Needs Node.js, Python and their package registries. Exits with 0 if all tools agree, and with 1 if a tool disagrees
/// or cannot be run. If Node.js or Python is missing, prints a warning and exits with 0.
#[derive(Parser)]
#[command(name = "cargo xtask consumers", bin_name = "cargo xtask consumers")]
struct Arguments {
    /// The folder in which the tools are installed and run. Later runs reuse it
    #[arg(long, default_value_os_t = xdr_workspace::scratch("consumers"))]
    scratch: PathBuf,
    /// The folder of other schemas to check
    #[arg(long, hide = true, default_value_os_t = xdr_workspace::schemas())]
    schemas: PathBuf,
}

fn main() -> ExitCode {
    let Arguments { scratch, schemas } = Arguments::parse();
    match xdr_consumers::run(&scratch, &schemas) {
        Ok(CheckOutcome::Agreed | CheckOutcome::Skipped) => ExitCode::SUCCESS,
        Ok(CheckOutcome::Disagreed) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
