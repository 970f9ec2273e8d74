//! Runs the suites that prove what is promised, and holds their figures against what is required: `cargo xtask figures`.
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
mod patch;
mod required;
mod scratch;
mod suite;

use figure::Figures;

/// Runs the suites, with `full` also the long ones, and prints the table. Whether every suite ran through and every
/// figure is as required; one that fails does not keep the others from being told.
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

/// What a suite has come to.
struct Ran {
    figures: Figures,
    /// What it printed, if it failed.
    failure: Option<String>,
}

impl Ran {
    fn well(figures: Figures) -> Self {
        Self { figures, failure: None }
    }
}
