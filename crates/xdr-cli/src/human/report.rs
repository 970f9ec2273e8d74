//! The report at the end: outcomes in numbers, then the endpoints that need somebody.

use std::fmt::Write;

use console::measure_text_width;
use xdr_model::{
    ActionReport, EndpointId, EndpointState, ReportedEndpoint, SkipReason,
    operation::EndpointActionStatus as Status,
};

use crate::human::table::Table;
use crate::names::{Names, shown_name};
use crate::poll_summary::{label, vanished};
use crate::text::{endpoints, number, pad};

/// How many endpoints are listed on a terminal before the rest is only counted.
pub(super) const LISTED: usize = 20;

/// The report as lines of at most `width` columns. `list_command` is the command that lists all endpoints in another
/// run. If it is given, a long list is cut.
pub fn report(report: &ActionReport, names: &Names, width: usize, list_command: Option<&str>) -> String {
    let mut text = outcomes(report);
    for listed in [needing_somebody(report, names, width, list_command), skipped(report, width, list_command)]
    {
        if !listed.is_empty() {
            text.push('\n');
            text.push_str(&listed);
        }
    }
    if let Some(problem) = &names.problem {
        let _ = writeln!(text, "\nThe names of the endpoints were {problem}");
    }
    for (count, what) in [(report.words_left_out(), "status"), (report.reasons_left_out(), "reason")] {
        if count > 0 {
            let _ = writeln!(
                text,
                "The {what} of {} was left out: it is too long, or there are too many",
                endpoints(count)
            );
        }
    }
    text
}

fn outcomes(report: &ActionReport) -> String {
    let total = report.expected();
    let (counts, vanished) = (report.counts(), vanished(report));
    let named = |status: &Status| counts.get(status) - vanished.get(status).copied().unwrap_or(0);
    let mut statuses: Vec<_> = counts.iter().map(|(status, _)| status).collect();
    statuses.sort_by_key(|status| (!status.is_settled(), (*status).clone()));
    let mut rows: Vec<_> = statuses.into_iter().map(|status| (label(status), named(status))).collect();
    rows.push(("vanished".to_owned(), vanished.values().sum()));
    rows.push(("never named by the tenant".to_owned(), report.never_named()));
    rows.retain(|(_, count)| *count > 0);
    rows.push(("total".to_owned(), total));
    let labels = rows.iter().map(|(label, _)| measure_text_width(label)).max().unwrap_or(0);
    let mut text = format!("{}  Endpoints    Share\n", pad("Outcome", labels));
    for (label, count) in rows {
        let share = if total == 0 { 0.0 } else { count as f64 * 100.0 / total as f64 };
        let _ = writeln!(text, "{}  {:>9}  {share:>5.1} %", pad(&label, labels), number(count));
    }
    text
}

/// What vanished and what is missing comes first and is never cut: a run without the same state cannot list them.
fn needing_somebody(
    report: &ActionReport,
    names: &Names,
    width: usize,
    list_command: Option<&str>,
) -> String {
    let mut rows: Vec<_> = report.needs_attention().collect();
    // The worst come first. Within a rank the tenant's order is kept.
    rows.sort_by_key(|endpoint| rank(&endpoint.state));
    let kept = rows.iter().filter(|endpoint| rank(&endpoint.state).0 == 0).count().max(LISTED);
    let cut = match list_command {
        Some(_) => rows.len().saturating_sub(kept),
        None => 0,
    };
    rows.truncate(rows.len() - cut);
    let rows = rows.iter().map(|endpoint| row(endpoint, names)).collect();
    let titles = ["Not completed", "Outcome", "Connection", "Endpoint id", "Reason"];
    let mut text = Table { titles, beside: 3, rows }.lines(width);
    if let (1.., Some(command)) = (cut, list_command) {
        let _ = writeln!(text, "… and {} more. To list them all:\n  {command}", endpoints(cut as u64));
    }
    text
}

/// What the run left out on purpose.
fn skipped(report: &ActionReport, width: usize, list_command: Option<&str>) -> String {
    let most = if list_command.is_some() { LISTED } else { usize::MAX };
    let rows = report.skipped().iter().take(most).map(|skipped| {
        let (host, id) = host_and_id(skipped.name.as_deref().map(shown_name), &skipped.id);
        [host, why_skipped(skipped.why).to_owned(), id]
    });
    let mut text =
        Table { titles: ["Skipped", "Why", "Endpoint id"], beside: 2, rows: rows.collect() }.lines(width);
    if let more @ 1.. = report.skipped().len().saturating_sub(most) {
        let _ = writeln!(text, "… and {} more", endpoints(more as u64));
    }
    text
}

/// Why a run left an endpoint out, in words.
pub(super) fn why_skipped(why: SkipReason) -> &'static str {
    match why {
        SkipReason::Disconnected => "not connected",
        SkipReason::BeingScanned => "being scanned",
        SkipReason::Uninstalled => "agent uninstalled",
        _ => why.as_str(),
    }
}

/// The host and the id; an endpoint without a name is named by its id.
pub(super) fn host_and_id(host: Option<String>, id: &EndpointId) -> (String, String) {
    match host {
        Some(host) => (host, id.to_string()),
        None => (id.to_string(), String::new()),
    }
}

fn rank(state: &EndpointState) -> (u8, Option<Status>) {
    match state {
        EndpointState::Settled(Status::CompletedPartial) => (2, None),
        EndpointState::Settled(status) => (1, Some(status.clone())),
        EndpointState::Unsettled(status) => (3, Some(status.clone())),
        // Vanished, missing, and what this version does not know.
        _ => (0, None),
    }
}

fn row(endpoint: &ReportedEndpoint, names: &Names) -> [String; 5] {
    let outcome = match &endpoint.state {
        EndpointState::Settled(status) | EndpointState::Unsettled(status) => label(status),
        EndpointState::Vanished(status) => format!("vanished, was {}", label(status)),
        EndpointState::Missing => "never named by the tenant".to_owned(),
        other => other.to_string(),
    };
    let (host, id) = host_and_id(names.host(&endpoint.id), &endpoint.id);
    [host, outcome, names.connection(&endpoint.id), id, endpoint.reason_text().unwrap_or_default()]
}
