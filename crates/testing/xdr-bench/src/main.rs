//! `cargo xtask figures`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Runs the suites that test the promises, and compares their figures with the required values
///
/// Exits with 0 if all suites succeed and all figures have their required values. Exits with 1 otherwise.
#[derive(Parser)]
#[command(name = "cargo xtask figures", bin_name = "cargo xtask figures")]
struct Arguments {
    /// Run the long suites too: remove each guard in turn, run every fuzz target a million times, and measure coverage
    #[arg(long)]
    full: bool,
    /// The folder for the files of the long suites. Later runs reuse it
    #[arg(long, default_value_os_t = xdr_workspace::scratch("figures"))]
    scratch: PathBuf,
}

fn main() -> ExitCode {
    let Arguments { full, scratch } = Arguments::parse();
    if xdr_bench::run(full, &scratch) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
