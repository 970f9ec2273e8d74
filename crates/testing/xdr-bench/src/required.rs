//! The required values of the figures.

use std::fmt;

use super::figure::Figures;

/// The required value of a figure.
#[derive(Debug, Clone, Copy)]
enum Required {
    AtLeast(f64),
    Nothing,
}

use Required::{AtLeast, Nothing};

/// The figures of the short suites.
const SHORT: [(&str, Required); 12] = [
    ("fault-cases", AtLeast(372.0)),
    ("fault-duplicates", Nothing),
    ("gate-deadlines", AtLeast(22_000.0)),
    ("gate-overlaps", Nothing),
    ("races", AtLeast(20_000.0)),
    ("race-duplicates", Nothing),
    ("race-action-errors", Nothing),
    ("redirects", AtLeast(40.0)),
    ("redirect-leaks", Nothing),
    ("driver-scripts", AtLeast(2_000.0)),
    ("secret-surfaces", AtLeast(30.0)),
    ("secret-hits", Nothing),
];

/// The figures of the long suites, which run only with `--full`.
const LONG: [(&str, Required); 6] = [
    ("guards", AtLeast(10.0)),
    ("guards-unprotected", Nothing),
    ("fuzz-runs", AtLeast(1_000_000.0)),
    ("fuzz-findings", Nothing),
    ("coverage-model", AtLeast(95.0)),
    ("coverage-clients", AtLeast(90.0)),
];

impl Required {
    /// Returns whether the value is sufficient. A figure that no suite printed is not.
    fn is_met(self, value: Option<f64>) -> bool {
        value.is_some_and(|value| match self {
            AtLeast(least) => value >= least,
            Nothing => value == 0.0,
        })
    }
}

impl fmt::Display for Required {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AtLeast(least) => write!(f, ">= {least}"),
            Nothing => f.write_str("0"),
        }
    }
}

/// The names, values and required values of the figures.
pub(super) struct Table(Vec<(&'static str, Option<f64>, Required)>);

pub(super) fn table(figures: &Figures, full: bool) -> Table {
    let long = LONG.iter().filter(|_| full);
    Table(
        SHORT
            .iter()
            .chain(long)
            .map(|(name, required)| (*name, figures.get(*name).copied(), *required))
            .collect(),
    )
}

impl Table {
    pub(super) fn is_met(&self) -> bool {
        self.0.iter().all(|(_, value, required)| required.is_met(*value))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<20} {:>10} {:>12}", "name", "value", "required")?;
        for (name, value, required) in &self.0 {
            let value_text = value.map_or_else(|| "none".to_owned(), |value| value.to_string());
            let verdict = if required.is_met(*value) { "" } else { "  FALLS SHORT" };
            writeln!(f, "{name:<20} {value_text:>10} {:>12}{verdict}", required.to_string())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_is_missing_small_or_not_zero_falls_short() {
        assert!(AtLeast(10.0).is_met(Some(10.0)) && Nothing.is_met(Some(0.0)));
        for (required, value) in [
            (AtLeast(10.0), Some(9.0)),
            (AtLeast(10.0), None),
            (Nothing, None),
            (Nothing, Some(1.0)),
            (Nothing, Some(f64::NAN)),
            (AtLeast(0.0), Some(f64::NAN)),
        ] {
            assert!(!required.is_met(value), "{required} {value:?}");
        }
        let all: Figures = SHORT
            .iter()
            .map(|(name, required)| match required {
                AtLeast(least) => ((*name).to_owned(), *least),
                Nothing => ((*name).to_owned(), 0.0),
            })
            .collect();
        assert!(table(&all, false).is_met());
        let full = table(&all, true);
        assert!(
            !full.is_met()
                && full.to_string().contains("coverage-model             none        >= 95  FALLS SHORT"),
            "{full}"
        );
    }
}
