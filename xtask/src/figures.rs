//! `cargo xtask figures`: runs the suites that prove what is promised, and holds their figures against what is required.
//!
//! A suite is a program that prints lines `figure: <name> = <number>`. What each must come to stands here, in one
//! table, so that a suite that proves less than before cannot go unseen.

#![expect(clippy::print_stdout, reason = "the check tells people how far it is")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

mod coverage;
mod figure;
pub mod guards;
mod required;
mod scratch;
mod suite;

use figure::Figures;

/// Runs the suites, with `full` also the long ones, and prints the table. Whether every figure is as required.
///
/// # Errors
/// When a suite cannot be run, or fails for another reason than its figures.
pub fn run(full: bool, scratch: &Path) -> Result<bool, Box<dyn Error>> {
    let mut figures = Figures::default();
    for suite in suite::SUITES.iter().filter(|suite| full || !suite.is_long) {
        figures.extend(timed(suite.name, || suite.run())?);
    }
    if full {
        figures.extend(timed("each guard removed in turn", || guards::run(scratch))?);
        figures.extend(timed("coverage", || coverage::run(scratch))?);
    }
    let table = required::table(&figures, full);
    println!("\n{table}");
    Ok(table.is_met())
}

fn timed<T>(name: &str, run: impl FnOnce() -> Result<T, Box<dyn Error>>) -> Result<T, Box<dyn Error>> {
    println!("running: {name}");
    let began = Instant::now();
    let done = run()?;
    println!("    {} s", began.elapsed().as_secs());
    Ok(done)
}
