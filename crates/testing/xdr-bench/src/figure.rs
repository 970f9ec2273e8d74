//! The figures that a suite prints.

use std::collections::BTreeMap;

/// The figures by name.
pub(super) type Figures = BTreeMap<String, f64>;

/// Reads the figures from the output of a program. A figure with two different values becomes NaN.
pub(super) fn read(printed: &str) -> Figures {
    let mut figures = Figures::new();
    // The name of a test can precede the figure on the same line.
    for line in printed.lines().filter_map(|line| line.split_once("figure: ")).map(|(_, line)| line) {
        let Some((name, value)) = line.split_once(" = ") else { continue };
        let Ok(value) = value.trim().parse::<f64>() else { continue };
        let differs = figures.insert(name.to_owned(), value).is_some_and(|old| old != value);
        if differs {
            figures.insert(name.to_owned(), f64::NAN);
        }
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn figures_are_found_among_other_lines() {
        let read =
            read("running 2 tests\nfigure: a-b = 7\ntest x ... figure: c = 97.5\nfigure: d = many\nok\n");
        let twice = super::read("figure: a = 5\nfigure: a = 0\nfigure: b = 1\nfigure: b = 1\n");
        assert!(twice["a"].is_nan() && twice["b"] == 1.0);
        assert_eq!(read.into_iter().collect::<Vec<_>>(), [("a-b".to_owned(), 7.0), ("c".to_owned(), 97.5)]);
    }
}
