//! The table of all results.

use std::fmt;

/// The result of one check with one tool.
pub(super) struct Row {
    /// The name of the check.
    pub(super) check: &'static str,
    /// The name of the tool in its registry.
    pub(super) tool: String,
    /// The installed version.
    pub(super) version: String,
    /// The number of cases.
    pub(super) cases: usize,
    /// The descriptions of the wrong results.
    pub(super) disagreements: Vec<String>,
}

/// All rows, in the displayed order.
#[derive(Default)]
pub(super) struct Table(pub(super) Vec<Row>);

impl Table {
    pub(super) fn is_clean(&self) -> bool {
        self.0.iter().all(|row| row.disagreements.is_empty())
    }
}

/// The maximum number of displayed disagreements per row.
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
