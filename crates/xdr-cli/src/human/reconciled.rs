//! The output for people about the endpoints of a scan whose outcome is unknown.

use xdr_model::{EndpointActivity, Reconciled, ReconciledEndpoint};

use crate::human::Human;
use crate::human::listing::{UNMATCHED_HOSTS, not_shown, told, unmatched};
use crate::human::report::{LISTED, host_and_id};
use crate::human::table::Table;
use crate::names::host;
use crate::output::{Mode, width};
use crate::text::{endpoints, number};

impl Human {
    /// Shows which endpoints are being scanned, and explains the limits of this result.
    pub(crate) fn reconciled(&self, now: &Reconciled) {
        let most = if matches!(self.output.mode, Mode::Terminal(_)) { LISTED } else { usize::MAX };
        let table = table(&now.endpoints, width(), most);
        if !table.is_empty() {
            self.output.block(&table);
        }
        self.output.say(&in_numbers(now));
        if let Some(line) = unmatched(UNMATCHED_HOSTS, &now.unmatched_hostnames) {
            self.output.say(&line);
        }
        if now.endpoints.is_empty() {
            self.output.say(
                "This shows nothing about the scan, so the exit code is 2. Use the same selection as the scan, or the endpoint ids",
            );
        }
        if now.may_have_missed {
            self.output.say(
                "Endpoints may be missing from this list, so the exit code is 2. Run the command again later",
            );
        }
        if now.count(EndpointActivity::BeingScanned) > 0 {
            self.output.say(
                "This does not show whether your scan is running: another action may be scanning these endpoints",
            );
        }
        self.output.say("Look in the Action Center before you scan again");
    }
}

/// The table, with the endpoints that are being scanned first.
fn table(all: &[ReconciledEndpoint], width: usize, most: usize) -> String {
    let mut endpoints_in_order: Vec<_> = all.iter().collect();
    endpoints_in_order.sort_by_key(|endpoint| endpoint.activity);
    let rows = endpoints_in_order.iter().take(most).map(|endpoint| {
        let name = endpoint.summary.as_ref().and_then(host);
        let (host, id) = host_and_id(name, &endpoint.id);
        let status = endpoint.summary.as_ref().map_or(String::new(), |summary| told(&summary.scan_status));
        [host, word(endpoint).to_owned(), status, id]
    });
    let titles = ["Host", "State", "Last scan", "Endpoint id"];
    let mut text = Table { titles, beside: 3, rows: rows.collect() }.lines(width);
    if let more @ 1.. = all.len().saturating_sub(most) {
        text.push_str(&not_shown(more));
    }
    text
}

fn word(endpoint: &ReconciledEndpoint) -> &'static str {
    match endpoint.activity {
        EndpointActivity::BeingScanned if endpoint.began_later => "being scanned by a later scan",
        EndpointActivity::BeingScanned => "being scanned",
        EndpointActivity::NotBeingScanned => "not being scanned",
        EndpointActivity::Gone => "gone",
        _ => "not known",
    }
}

fn in_numbers(now: &Reconciled) -> String {
    let parts = [
        (EndpointActivity::BeingScanned, "being scanned"),
        (EndpointActivity::NotBeingScanned, "not being scanned"),
        (EndpointActivity::Gone, "gone (not listed by the tenant)"),
        (EndpointActivity::Unknown, "not known"),
    ];
    let parts = parts.map(|(activity, what)| (now.count(activity), what));
    let parts: Vec<_> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", number(*count as u64)))
        .collect();
    match parts.is_empty() {
        true => "No endpoint matches".to_owned(),
        false => format!("{}: {}", endpoints(now.endpoints.len() as u64), parts.join(", ")),
    }
}
