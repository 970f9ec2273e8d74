//! The report at the end: outcomes in numbers, then the endpoints that did not complete.

use std::fmt::Write;

use console::measure_text_width;
use xdr_model::{ActionReport, EndpointActionStatus as Status};

use crate::failures::failures;
use crate::standing::label;
use crate::text::{endpoints, number, pad, reason};

/// How many endpoints are listed before the rest is only counted.
const LISTED: usize = 20;

/// The report as lines of at most `width` columns.
pub fn report(report: &ActionReport, width: usize) -> String {
    let mut text = outcomes(report);
    let failed = unsuccessful(report, width);
    if !failed.is_empty() {
        text.push('\n');
        text.push_str(&failed);
    }
    text
}

fn outcomes(report: &ActionReport) -> String {
    let total = report.expected();
    let mut counts: Vec<_> = report.counts().iter().collect();
    counts.sort_by_key(|(status, _)| (!status.is_settled(), (*status).clone()));
    let mut rows: Vec<_> = counts.into_iter().map(|(status, count)| (label(status), count)).collect();
    let unnamed = total - report.counts().total();
    if unnamed > 0 {
        rows.push(("not named by the tenant".to_owned(), unnamed));
    }
    rows.push(("total".to_owned(), total));
    let labels = rows.iter().map(|(label, _)| measure_text_width(label)).max().unwrap_or(0);
    let mut text = format!("{}  Endpoints    Share\n", pad("Outcome", labels));
    for (label, count) in rows {
        let share = if total == 0 { 0.0 } else { count as f64 * 100.0 / total as f64 };
        let _ = writeln!(text, "{}  {:>9}  {share:>5.1} %", pad(&label, labels), number(count));
    }
    text
}

fn unsuccessful(report: &ActionReport, width: usize) -> String {
    let mut rows: Vec<_> = report.status().unsuccessful().collect();
    // What is worst comes first; the order of the tenant within.
    rows.sort_by_key(|(_, status, _)| (**status == Status::CompletedPartial, (*status).clone()));
    let left_out = rows.len().saturating_sub(LISTED);
    let rows = rows.into_iter().take(LISTED);
    let mut text =
        failures(rows.map(|(id, status, why)| [id.to_string(), label(status), reason(why)]), width);
    if left_out > 0 {
        let _ = writeln!(text, "… and {} more (use --json for all)", endpoints(left_out as u64));
    }
    text
}
