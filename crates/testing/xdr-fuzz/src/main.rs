//! Runs the targets on inputs made from the committed ones.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people")]

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use xdr_fuzz::{TARGETS, Target, corpus, target};

mod finding;
mod hunt;
mod mutation;
mod shrink;

/// Runs every target on inputs made from the committed ones, on all cores
///
/// Exits with 0 when every promise held, with 1 when one was broken or on an error.
#[derive(Parser)]
struct Arguments {
    /// How many inputs each target is run on
    #[arg(long, default_value_t = 1_000_000)]
    runs: u64,
    /// Only this target
    #[arg(long)]
    target: Option<String>,
    /// The same seed makes the same inputs
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Runs the target on this one file instead
    #[arg(long, requires = "target")]
    replay: Option<PathBuf>,
}

fn main() -> ExitCode {
    run(&Arguments::parse()).unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let chosen = chosen(arguments.target.as_deref())?;
    if let Some(file) = &arguments.replay {
        let input = std::fs::read(file)?;
        chosen.iter().for_each(|(_, run)| run(&input));
        return Ok(ExitCode::SUCCESS);
    }
    finding::listen();
    let (mut runs, mut findings) = (u64::MAX, 0);
    for target in chosen {
        let inputs = corpus::of(target.0)?.into_iter().map(|(_, input)| input).collect();
        let report = hunt::hunt(target, inputs, arguments.runs, arguments.seed);
        println!("{report}");
        runs = runs.min(report.runs);
        findings += report.findings.len();
    }
    println!("figure: fuzz-runs = {runs}");
    println!("figure: fuzz-findings = {findings}");
    Ok(if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn chosen(name: Option<&str>) -> Result<Vec<Target>, String> {
    match name {
        None => Ok(TARGETS.to_vec()),
        Some(name) => target(name).map(|target| vec![target]).ok_or_else(|| {
            let names: Vec<_> = TARGETS.iter().map(|(name, _)| *name).collect();
            format!("there is no target {name}; there are {}", names.join(", "))
        }),
    }
}
