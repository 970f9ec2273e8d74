//! What a suite prints.

use std::collections::BTreeMap;

/// The figures by their names.
pub(super) type Figures = BTreeMap<String, f64>;

/// The figures in what a program has printed; of two of one name the smaller counts, for each must be enough.
pub(super) fn read(printed: &str) -> Figures {
    let mut figures = Figures::new();
    // A test's own name can stand before it on the line.
    for line in printed.lines().filter_map(|line| line.split_once("figure: ")).map(|(_, line)| line) {
        let Some((name, value)) = line.split_once(" = ") else { continue };
        let Ok(value) = value.trim().parse::<f64>() else { continue };
        figures.entry(name.to_owned()).and_modify(|old| *old = old.min(value)).or_insert(value);
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
        assert_eq!(read.into_iter().collect::<Vec<_>>(), [("a-b".to_owned(), 7.0), ("c".to_owned(), 97.5)]);
    }
}
