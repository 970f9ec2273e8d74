//! The one table that everything ends in.

use std::fmt;

/// What one tool said.
pub(super) struct Row {
    /// What was tried.
    pub(super) check: &'static str,
    /// Its name in its registry.
    pub(super) tool: String,
    /// The installed version.
    pub(super) version: String,
    /// How many things it was asked.
    pub(super) cases: usize,
    /// What it said otherwise than it should.
    pub(super) disagreements: Vec<String>,
}

/// All rows, in the order in which they are shown.
#[derive(Default)]
pub(super) struct Table(pub(super) Vec<Row>);

impl Table {
    pub(super) fn is_clean(&self) -> bool {
        self.0.iter().all(|row| row.disagreements.is_empty())
    }
}

/// More of them say nothing new.
const SHOWN: usize = 20;

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<38} {:<31} {:>8} {:>7} {:>13}",
            "check", "tool", "version", "cases", "disagreements"
        )?;
        for Row { check, tool, version, cases, disagreements } in &self.0 {
            writeln!(f, "{check:<38} {tool:<31} {version:>8} {cases:>7} {:>13}", disagreements.len())?;
        }
        for row in self.0.iter().filter(|row| !row.disagreements.is_empty()) {
            writeln!(f, "\n{}, {}:", row.check, row.tool)?;
            row.disagreements.iter().take(SHOWN).try_for_each(|line| writeln!(f, "  {line}"))?;
        }
        Ok(())
    }
}
