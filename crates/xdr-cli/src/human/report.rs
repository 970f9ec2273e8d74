//! The report at the end: outcomes in numbers, then the endpoints that need attention.

use std::fmt::Write;

use console::measure_text_width;
use xdr_model::{
    ActionReport, EndpointId, EndpointState, ReportedEndpoint, SkipReason, SkippedEndpoint,
    operation::EndpointActionStatus as Status,
};

use crate::human::table::Table;
use crate::names::{Names, shown_name};
use crate::poll_summary::{Tally, label};
use crate::text::{endpoints, number, pad};

/// The maximum number of endpoints that a terminal shows. The others are only counted.
pub(super) const LISTED: usize = 20;

/// The report, in lines of at most `width` columns. `list_command` is the command that lists all endpoints. If it is
/// given, a long list is cut.
pub fn report(report: &ActionReport, names: &Names, width: usize, list_command: Option<&str>) -> String {
    let the_rest = list_command.map(|command| format!("To list them all:\n  {command}"));
    tables(&[report], &[], report.skipped(), names, width, the_rest.as_deref())
}

/// The reports of several actions as one. `others` are endpoints without a known action. `the_rest` says where to find
/// the endpoints that a long list leaves out. If it is not given, no list is cut.
pub(super) fn tables(
    reports: &[&ActionReport],
    others: &[(&str, u64)],
    left_out: &[SkippedEndpoint],
    names: &Names,
    width: usize,
    the_rest: Option<&str>,
) -> String {
    let mut text = outcomes(reports, others);
    for listed in [needing_somebody(reports, names, width, the_rest), skipped(left_out, width, the_rest)] {
        if !listed.is_empty() {
            text.push('\n');
            text.push_str(&listed);
        }
    }
    if let Some(problem) = &names.problem {
        let _ = writeln!(text, "\nThe names of the endpoints were {problem}");
    }
    let words = reports.iter().map(|report| report.words_left_out()).sum();
    let reasons = reports.iter().map(|report| report.reasons_left_out()).sum();
    for (count, what) in [(words, "status"), (reasons, "reason")] {
        if count > 0 {
            let _ = writeln!(
                text,
                "The {what} of {} was left out, because it is too long or there are too many",
                endpoints(count)
            );
        }
    }
    text
}

fn outcomes(reports: &[&ActionReport], others: &[(&str, u64)]) -> String {
    let Tally { expected, never_named, named, vanished, .. } = Tally::of(reports.iter().copied());
    let mut statuses: Vec<_> = named.into_iter().collect();
    statuses.sort_by_key(|(status, _)| (!status.is_settled(), status.clone()));
    let mut rows: Vec<_> = statuses.iter().map(|(status, count)| (label(status), *count)).collect();
    rows.push(("vanished".to_owned(), vanished));
    rows.push(("never named by the tenant".to_owned(), never_named));
    rows.extend(others.iter().map(|(label, count)| ((*label).to_owned(), *count)));
    rows.retain(|(_, count)| *count > 0);
    let total = expected + others.iter().map(|(_, count)| count).sum::<u64>();
    rows.push(("total".to_owned(), total));
    let labels = rows.iter().map(|(label, _)| measure_text_width(label)).max().unwrap_or(0);
    let mut text = format!("{}  Endpoints    Share\n", pad("Outcome", labels));
    for (label, count) in rows {
        let share = if total == 0 { 0.0 } else { count as f64 * 100.0 / total as f64 };
        let _ = writeln!(text, "{}  {:>9}  {share:>5.1} %", pad(&label, labels), number(count));
    }
    text
}

/// Vanished and missing endpoints come first and are never cut: a run without the same state cannot list them.
fn needing_somebody(
    reports: &[&ActionReport],
    names: &Names,
    width: usize,
    the_rest: Option<&str>,
) -> String {
    let mut rows: Vec<_> = reports.iter().flat_map(|report| report.needs_attention()).collect();
    // The worst outcomes come first. Within a rank, the order is that of the tenant.
    rows.sort_by_key(|endpoint| rank(&endpoint.state));
    let kept = rows.iter().filter(|endpoint| rank(&endpoint.state).0 == 0).count().max(LISTED);
    let cut = match the_rest {
        Some(_) => rows.len().saturating_sub(kept),
        None => 0,
    };
    rows.truncate(rows.len() - cut);
    let rows = rows.iter().map(|endpoint| row(endpoint, names)).collect();
    let titles = ["Not completed", "Outcome", "Connection", "Endpoint id", "Reason"];
    let mut text = Table { titles, beside: 3, rows }.lines(width);
    if let (1.., Some(the_rest)) = (cut, the_rest) {
        let _ = writeln!(text, "… {} not shown. {the_rest}", endpoints(cut as u64));
    }
    text
}

/// The endpoints that the run skipped on purpose.
fn skipped(skipped: &[SkippedEndpoint], width: usize, the_rest: Option<&str>) -> String {
    let most = if the_rest.is_some() { LISTED } else { usize::MAX };
    let rows = skipped.iter().take(most).map(|skipped| {
        let (host, id) = host_and_id(skipped.name.as_deref().map(shown_name), &skipped.id);
        [host, why_skipped(skipped.why).to_owned(), id]
    });
    let mut text =
        Table { titles: ["Skipped", "Reason", "Endpoint id"], beside: 2, rows: rows.collect() }.lines(width);
    if let more @ 1.. = skipped.len().saturating_sub(most) {
        let _ = writeln!(text, "… {} not shown", endpoints(more as u64));
    }
    text
}

/// Why a run skipped an endpoint, in words.
pub(super) fn why_skipped(why: SkipReason) -> &'static str {
    match why {
        SkipReason::Disconnected => "not connected",
        SkipReason::BeingScanned => "being scanned",
        SkipReason::Uninstalled => "agent uninstalled",
        _ => why.as_str(),
    }
}

/// The host and the id. For an endpoint without a name, the id takes the place of the host.
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
        // Vanished, missing, or unknown to this version.
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
