//! `cargo xtask consumers`.

#![expect(clippy::print_stderr, reason = "a program for people")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use xdr_consumers::CheckOutcome;

/// Holds schemas/ against the real tools of other languages, in a scratch folder
///
/// Needs Node.js, Python and their package registries. Exits with 0 when all tools agree, and when Node.js or Python is
/// missing, which it says loudly; with 1 when a tool disagrees or cannot be run.
#[derive(Parser)]
#[command(name = "cargo xtask consumers", bin_name = "cargo xtask consumers")]
struct Arguments {
    /// Where the tools are installed and run; what is there is used again
    #[arg(long, default_value_os_t = xdr_workspace::scratch("consumers"))]
    scratch: PathBuf,
    /// Another folder of schemas, to see what the tools find in it
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
