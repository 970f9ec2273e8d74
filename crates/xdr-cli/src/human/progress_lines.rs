//! Progress as text: one line in a pipe, two lines under the bar of a terminal.

use console::truncate_str;

use crate::human::throughput::Throughput;
use crate::poll_summary::PollSummary;
use crate::text::{clock, number};

/// Progress on one line, for a pipe or a log.
pub fn plain_line(summary: &PollSummary, throughput: &Throughput) -> String {
    let head = format!(
        "{:>5}  {} of {} settled ({} %)",
        clock(summary.elapsed),
        number(summary.settled),
        number(summary.expected),
        summary.percent()
    );
    let parts =
        [groups(summary), not_begun(summary, throughput), vanished(summary), speed(summary, throughput)];
    joined([head, joined(parts, "; ")], ": ")
}

/// The two lines under the bar. The first shows the groups. The second shows the speed, the endpoints that have not
/// begun and the vanished ones. There are always two lines, so that the display does not jump. Each is cut to `width`
/// columns, because a terminal breaks a longer line anywhere.
pub fn bar_lines(summary: &PollSummary, throughput: &Throughput, width: usize) -> String {
    let below = joined([speed(summary, throughput), not_begun(summary, throughput), vanished(summary)], "; ");
    let lines = match groups(summary) {
        none if none.is_empty() => [below, String::new()],
        groups => [groups, below],
    };
    lines.map(|line| truncate_str(&format!("  {line}"), width, "…").trim_end().to_owned()).join("\n")
}

fn joined(parts: impl IntoIterator<Item = String>, between: &str) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

fn groups(summary: &PollSummary) -> String {
    let group = |(label, count): &(String, u64)| format!("{} {label}", number(*count));
    summary.groups.iter().map(group).collect::<Vec<_>>().join(", ")
}

fn not_begun(summary: &PollSummary, throughput: &Throughput) -> String {
    match summary.not_begun {
        0 => String::new(),
        count if throughput.are_offline(summary) => format!("{} not begun, perhaps offline", number(count)),
        count => format!("{} not begun", number(count)),
    }
}

fn vanished(summary: &PollSummary) -> String {
    match summary.vanished {
        0 => String::new(),
        count => format!("{} vanished", number(count)),
    }
}

fn speed(summary: &PollSummary, throughput: &Throughput) -> String {
    match (throughput.per_minute(), throughput.time_left(summary)) {
        (Some(rate), Some(time_left)) => {
            let others = if throughput.are_offline(summary) { " for the others" } else { "" };
            format!("{} a minute, about {} left{others}", rounded(rate), clock(time_left))
        }
        _ => String::new(),
    }
}

/// The rate, without meaningless digits.
fn rounded(rate: f64) -> String {
    if rate < 10.0 { format!("{rate:.1}") } else { number(rate.round() as u64) }
}
