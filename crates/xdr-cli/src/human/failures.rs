//! The endpoints that did not complete, and why: what somebody who reads the report has to act on.

use console::{measure_text_width, truncate_str};

use crate::text::{NO_REASON, pad, wrap};

/// An endpoint, its outcome and the reason for it.
type Failure = [String; 3];

const TITLES: [&str; 3] = ["Not completed", "Outcome", "Reason"];
/// How far a reason under its endpoint is set in, and how many lines of it are shown.
const INDENT: usize = 4;
const LINES: usize = 3;

/// A table of at most `width` columns; nothing if there are no rows. Reasons that do not fit beside their endpoints
/// stand under them: the reason is the last to be cut.
pub(crate) fn failures(rows: impl IntoIterator<Item = Failure>, width: usize) -> String {
    let titles = TITLES.map(str::to_owned);
    let rows: Vec<_> = std::iter::once(titles).chain(rows).collect();
    if rows.len() == 1 {
        return String::new();
    }
    let columns = [0, 1].map(|column| {
        let widths = rows.iter().map(|row| measure_text_width(&row[column]));
        widths.max().unwrap_or(0)
    });
    let beside: Vec<_> = rows.iter().map(|row| line(row, columns)).collect();
    let lines = match beside.iter().all(|line| measure_text_width(line) <= width) {
        true => beside,
        false => rows.iter().flat_map(|row| under(row, columns, width)).collect(),
    };
    lines.iter().map(|line| truncate_str(line, width, "…").into_owned() + "\n").collect()
}

fn line([id, outcome, why]: &Failure, columns: [usize; 2]) -> String {
    format!("{}  {}  {why}", pad(id, columns[0]), pad(outcome, columns[1])).trim_end().to_owned()
}

/// An endpoint with its outcome, and under it the reason if there is one.
fn under([id, outcome, why]: &Failure, columns: [usize; 2], width: usize) -> Vec<String> {
    let mut lines = vec![line(&[id.clone(), outcome.clone(), String::new()], columns)];
    if why != NO_REASON {
        let wrapped = wrap(why, width.saturating_sub(INDENT));
        lines.extend(wrapped.lines().take(LINES).map(|line| format!("{:INDENT$}{}", "", line.trim_start())));
        if let (true, Some(last)) = (wrapped.lines().count() > LINES, lines.last_mut()) {
            last.push('…');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHY: &str = "The scan failed on the endpoint: not enough disk space";

    #[test]
    fn a_reason_stands_beside_its_endpoint_where_it_fits_and_else_under_it() {
        let rows = || [["e1", "failed", WHY], ["e2", "failed", NO_REASON]].map(|row| row.map(str::to_owned));
        insta::assert_snapshot!(failures(rows(), 79), @r"
        Not completed  Outcome  Reason
        e1             failed   The scan failed on the endpoint: not enough disk space
        e2             failed   –
        ");
        insta::assert_snapshot!(failures(rows(), 40), @r"
        Not completed  Outcome
            Reason
        e1             failed
            The scan failed on the endpoint: not
            enough disk space
        e2             failed
        ");
        assert_eq!(failures([], 40), "");
    }
}
