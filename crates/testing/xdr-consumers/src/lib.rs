//! `cargo xtask consumers` checks `schemas/` with real tools of other languages. They must agree with the Rust rules.
//!
//! The programs and the pinned versions of all packages are in `programs/`. All packages are installed into a scratch
//! folder, which later runs reuse.

#![expect(clippy::print_stdout, reason = "the check tells people how far it is")]

use std::error::Error;
use std::fs;
use std::path::Path;

mod broken;
mod case;
mod corpus;
mod grammar;
mod lint;
mod python;
mod service;
mod snippets;
mod spelling;
mod table;
mod tools;
mod typed;
mod typescript;
mod validators;

use table::Table;
use tools::Tools;

/// The result of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckOutcome {
    /// All tools agree.
    Agreed,
    /// At least one tool disagrees.
    Disagreed,
    /// Nothing was checked, because Node.js or Python is missing.
    Skipped,
}

/// Runs all checks on the folder `schemas` and prints the table.
///
/// # Errors
/// If a tool cannot be installed or run. A tool that disagrees is not an error.
pub fn run(scratch: &Path, schemas: &Path) -> Result<CheckOutcome, Box<dyn Error>> {
    if let Some(missing) = tools::missing() {
        println!("{}", loud(&missing));
        return Ok(CheckOutcome::Skipped);
    }
    // The tools run in another folder, so the path must be absolute.
    let schemas = &fs::canonicalize(schemas)?;
    let (examples, generated) = (corpus::examples(schemas)?, corpus::generated()?);
    println!("{} examples; {}", examples.len(), corpus::census(&generated)?);

    let tools = Tools::install(scratch)?;
    let mut table = Table::default();
    table.0.extend(validators::compare(&tools, schemas, &examples, &generated)?);
    table.0.extend(typescript::check(&tools, schemas)?);
    table.0.extend(python::check(&tools, schemas)?);
    table.0.extend(snippets::check(&tools, schemas)?);
    table.0.push(lint::check(&tools, schemas)?);
    table.0.extend(service::check(&tools, schemas)?);
    println!("\n{table}\n{}", python::NOTE);
    Ok(if table.is_clean() { CheckOutcome::Agreed } else { CheckOutcome::Disagreed })
}

/// Returns a message that is easy to find in a long log.
fn loud(missing: &str) -> String {
    let stars = "*".repeat(100);
    format!(
        "{stars}\n*** SKIPPED: schemas/ was NOT checked with the tools of other languages.\n*** Not found here: \
         {missing}.\n{stars}"
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_skipped_check_says_what_is_missing_in_more_than_a_line() {
        let text = super::loud("npm");
        assert!(
            text.lines().count() > 3 && text.contains("SKIPPED") && text.contains("Not found here: npm.")
        );
    }
}
