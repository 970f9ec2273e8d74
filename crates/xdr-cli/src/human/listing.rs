//! Lists of endpoints, and the output of a dry run.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{Display, Write};
use std::time::SystemTime;

use xdr_model::{EndpointId, EndpointSummary, SkipReason, SkippedEndpoint};

use crate::exit_code::DryRun;
use crate::human::report::{LISTED, host_and_id, why_skipped};
use crate::human::table::Table;
use crate::names::{connection, host, shown_name};
use crate::text::{endpoints, number};

/// The endpoints as a table, in lines of at most `width` columns.
pub(crate) fn list(endpoints: &[EndpointSummary], now: SystemTime, width: usize) -> String {
    let rows = endpoints.iter().map(|endpoint| {
        let (host, id) = host_and_id(host(endpoint), &endpoint.id);
        let connection = connection(endpoint, now);
        [host, told(&endpoint.platform), connection, told(&endpoint.scan_status), id]
    });
    let titles = ["Host", "Platform", "Connection", "Last scan", "Endpoint id"];
    Table { titles, beside: 4, rows: rows.collect() }.lines(width)
}

/// The endpoints that a scan would reach, in lines of at most `width` columns. If `is_cut`, a long list is cut.
pub fn dry_run(dry_run: &DryRun, width: usize, is_cut: bool) -> String {
    let preview = &dry_run.preview;
    let mut text = format!("{} selected\n", endpoints(preview.len() as u64));
    counts(&mut text, "Platform", preview.by_platform());
    counts(&mut text, "Connection", &preview.by_connection());
    counts(&mut text, "Isolation", preview.by_isolation());
    counts(&mut text, "Last scan", &preview.by_scan_status());
    let unmatched = [
        unmatched(UNMATCHED_HOSTS, &preview.unmatched_hostnames()),
        unmatched("Endpoint ids that match no endpoint", &preview.unmatched_ids()),
    ];
    unmatched.iter().flatten().for_each(|line| text.extend([line, "\n"]));
    let skipped = dry_run.planned.as_ref().map_or(&[][..], |planned| &planned.skipped);
    let table = table(dry_run, skipped, width, if is_cut { LISTED } else { usize::MAX });
    if !table.is_empty() {
        text.push('\n');
        text.push_str(&table);
    }
    text
}

fn counts<K: Display>(text: &mut String, title: &str, counts: &BTreeMap<K, u64>) {
    let words = counts.iter().map(|(word, count)| {
        let word = Some(told(word)).filter(|word| !word.is_empty());
        format!("{} {}", number(*count), word.as_deref().unwrap_or("not reported"))
    });
    let counts: Vec<_> = words.collect();
    if !counts.is_empty() {
        let _ = writeln!(text, "  {title:<10}  {}", counts.join(", "));
    }
}

/// A word of the tenant. Empty if the tenant does not report it.
pub(crate) fn told(word: &impl Display) -> String {
    match word.to_string() {
        none if none == "null" => String::new(),
        word => word,
    }
}

/// The title of the host names that match no endpoint.
pub(crate) const UNMATCHED_HOSTS: &str = "Host names that match no endpoint";

/// The names on one line, if there are any.
pub(crate) fn unmatched(title: &str, names: &[impl AsRef<str>]) -> Option<String> {
    let shown: Vec<_> = names.iter().map(|name| shown_name(name.as_ref())).collect();
    (!shown.is_empty()).then(|| format!("{title}: {}", shown.join(", ")))
}

fn table(dry_run: &DryRun, skipped: &[SkippedEndpoint], width: usize, most: usize) -> String {
    let skipped: HashMap<&EndpointId, SkipReason> = skipped.iter().map(|it| (&it.id, it.why)).collect();
    let rows = dry_run.preview.endpoints().iter().take(most).map(|endpoint| {
        let (host, id) = host_and_id(endpoint.name.as_deref().map(shown_name), &endpoint.id);
        let why = skipped.get(&endpoint.id).map_or(String::new(), |why| why_skipped(*why).to_owned());
        [host, told(&endpoint.connection), told(&endpoint.scan_status), why, id]
    });
    let titles = ["Host", "Connection", "Last scan", "Skipped", "Endpoint id"];
    let mut text = Table { titles, beside: 4, rows: rows.collect() }.lines(width);
    if let more @ 1.. = dry_run.preview.len().saturating_sub(most) {
        text.push_str(&not_shown(more));
    }
    text
}

/// The line under a list that was cut.
pub(crate) fn not_shown(more: usize) -> String {
    format!("… {} not shown. To list them all, append `| cat` to the command\n", endpoints(more as u64))
}

/// How many endpoints a run skips, by reason.
pub(crate) fn skipped_in_numbers(skipped: &[SkippedEndpoint]) -> String {
    let mut counts = BTreeMap::new();
    for endpoint in skipped {
        *counts.entry(why_skipped(endpoint.why)).or_insert(0_u64) += 1;
    }
    let counts: Vec<_> = counts.iter().map(|(why, count)| format!("{} {why}", number(*count))).collect();
    format!("{} skipped: {}", endpoints(skipped.len() as u64), counts.join(", "))
}
