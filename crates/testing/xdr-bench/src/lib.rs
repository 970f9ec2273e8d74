//! `cargo xtask figures` runs the suites that test the promises, and compares their figures with the required values.
//!
//! A suite is a program that prints lines `figure: <name> = <number>`. One table in this crate contains all required
//! values. A suite that tests less than before therefore fails.

#![expect(clippy::print_stdout, reason = "the check tells people how far it is")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

mod coverage;
mod figure;
pub mod guards;
mod patch;
mod required;
mod scratch;
mod suite;

use figure::Figures;

/// Runs the suites and prints the table. With `full`, runs the long suites too. Returns whether all suites succeed and
/// all figures have their required values. A suite that fails does not prevent the others from running.
pub fn run(full: bool, scratch: &Path) -> bool {
    let (mut figures, mut all_ran) = (Figures::new(), true);
    let mut take = |name: &str, run: &dyn Fn() -> Result<Ran, Box<dyn Error>>| {
        println!("running: {name}");
        let began = Instant::now();
        let ran =
            run().unwrap_or_else(|error| Ran { figures: Figures::new(), failure: Some(error.to_string()) });
        println!("    {} s", began.elapsed().as_secs());
        if let Some(failure) = ran.failure {
            println!("FAILED: {name}\n{failure}");
            all_ran = false;
        }
        figures.extend(ran.figures);
    };
    for suite in suite::SUITES.iter().filter(|suite| full || !suite.is_long) {
        take(suite.name, &|| suite.run());
    }
    if full {
        take("each guard removed in turn", &|| guards::run(scratch).map(Ran::well));
        take("coverage", &|| coverage::run(scratch).map(Ran::well));
    }
    let table = required::table(&figures, full);
    println!("\n{table}");
    all_ran && table.is_met()
}

/// The result of a suite.
struct Ran {
    figures: Figures,
    /// The output of the suite or the error, if the suite failed.
    failure: Option<String>,
}

impl Ran {
    fn well(figures: Figures) -> Self {
        Self { figures, failure: None }
    }
}
