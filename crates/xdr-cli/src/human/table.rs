//! Tables that fit a terminal.

use console::{measure_text_width, truncate_str};

use crate::text::{pad, wrap};

/// The indent of a cell under its row, and its maximum number of lines.
const INDENT: usize = 4;
const LINES: usize = 3;
/// Shown in place of an empty cell.
const NOTHING: &str = "–";

/// Rows with one text for each title. An empty text is a cell without a value. A column without any value is left out.
pub(crate) struct Table<const N: usize> {
    pub(crate) titles: [&'static str; N],
    /// The number of columns that stay side by side on a narrow terminal. The other cells are written under their row,
    /// where they have more space.
    pub(crate) beside: usize,
    pub(crate) rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// The table in lines of at most `width` columns. Empty if there are no rows.
    pub(crate) fn lines(&self, width: usize) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let columns: Vec<_> =
            (0..N).filter(|column| self.rows.iter().any(|row| !row[*column].is_empty())).collect();
        let cells = |row: &[String; N]| columns.iter().map(|column| row[*column].clone()).collect();
        let rows: Vec<Vec<_>> =
            [&self.titles.map(str::to_owned)].into_iter().chain(&self.rows).map(cells).collect();
        let beside = columns.iter().filter(|column| **column < self.beside).count();
        let whole = side_by_side(&rows, columns.len());
        let lines = match whole.iter().all(|line| measure_text_width(line) <= width) {
            true => whole,
            false => {
                let heads = side_by_side(&rows, beside);
                let under =
                    |row: &[String]| row.iter().flat_map(|cell| under(cell, width)).collect::<Vec<_>>();
                heads
                    .into_iter()
                    .zip(&rows)
                    .flat_map(|(head, row)| [vec![head], under(&row[beside..])].concat())
                    .collect()
            }
        };
        lines.iter().map(|line| truncate_str(line, width, "…").into_owned() + "\n").collect()
    }
}

/// The first cells of each row, padded to the width of their columns.
fn side_by_side(rows: &[Vec<String>], columns: usize) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| measure_text_width(&row[column])).max().unwrap_or(0);
    let widths: Vec<_> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| match cell.is_empty() {
            true => pad(NOTHING, *width),
            false => pad(cell, *width),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// A cell that is written under its row.
fn under(cell: &str, width: usize) -> Vec<String> {
    if cell.is_empty() {
        return Vec::new();
    }
    let wrapped = wrap(cell, width.saturating_sub(INDENT));
    let mut lines: Vec<_> =
        wrapped.lines().take(LINES).map(|line| format!("{:INDENT$}{}", "", line.trim_start())).collect();
    if let (true, Some(last)) = (wrapped.lines().count() > LINES, lines.last_mut()) {
        last.push('…');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHY: &str = "The scan failed on the endpoint: not enough disk space";

    fn table<const N: usize>(rows: &[[&str; 4]; N], width: usize) -> String {
        let rows = rows.iter().map(|row| row.map(str::to_owned)).collect();
        Table { titles: ["Host", "Outcome", "Connection", "Reason"], beside: 3, rows }.lines(width)
    }

    #[test]
    fn a_cell_stands_beside_the_others_where_it_fits_and_else_under_them() {
        let rows = [["e1", "failed", "", WHY], ["e2", "failed", "", ""]];
        insta::assert_snapshot!(table(&rows, 79), @r"
        Host  Outcome  Reason
        e1    failed   The scan failed on the endpoint: not enough disk space
        e2    failed   –
        ");
        insta::assert_snapshot!(table(&rows, 40), @r"
        Host  Outcome
            Reason
        e1    failed
            The scan failed on the endpoint: not
            enough disk space
        e2    failed
        ");
        assert_eq!(table(&[], 40), "");
    }

    #[test]
    fn a_column_without_a_value_is_left_out() {
        insta::assert_snapshot!(table(&[["e1", "failed", "", ""]], 79), @r"
        Host  Outcome
        e1    failed
        ");
    }
}
