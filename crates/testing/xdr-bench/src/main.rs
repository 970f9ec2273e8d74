//! `cargo xtask figures`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Runs the suites that prove what is promised, and holds their figures against what is required
///
/// Exits with 0 when every figure is as required, with 1 when one falls short or a suite fails.
#[derive(Parser)]
#[command(name = "cargo xtask figures", bin_name = "cargo xtask figures")]
struct Arguments {
    /// The long ones too: each guard removed in turn, a million runs of every fuzz target, and coverage
    #[arg(long)]
    full: bool,
    /// Where the long ones work; what is there is used again
    #[arg(long, default_value_os_t = xdr_workspace::scratch("figures"))]
    scratch: PathBuf,
}

fn main() -> ExitCode {
    let Arguments { full, scratch } = Arguments::parse();
    if xdr_bench::run(full, &scratch) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
