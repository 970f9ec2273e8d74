//! Progress as text: one line for a pipe, two under the bar of a terminal.

use console::truncate_str;

use crate::human::poll_summary::Standing;
use crate::human::throughput::Pace;
use crate::text::{clock, number};

/// Progress on one line, for a pipe or a log.
pub fn plain_line(standing: &Standing, pace: &Pace) -> String {
    let head = format!(
        "{:>5}  {} of {} settled ({} %)",
        clock(standing.elapsed),
        number(standing.settled),
        number(standing.expected),
        standing.percent()
    );
    let parts = [groups(standing), not_begun(standing, pace), vanished(standing), speed(standing, pace)];
    joined([head, joined(parts, "; ")], ": ")
}

/// What stands under the bar: the groups; then the pace, and apart from all others those that have not begun. Always
/// two lines, so that nothing jumps, each cut to `width` columns: a terminal would break it anywhere.
pub fn bar_lines(standing: &Standing, pace: &Pace, width: usize) -> String {
    let below = joined([speed(standing, pace), not_begun(standing, pace), vanished(standing)], "; ");
    let lines = match groups(standing) {
        none if none.is_empty() => [below, String::new()],
        groups => [groups, below],
    };
    lines.map(|line| truncate_str(&format!("  {line}"), width, "…").trim_end().to_owned()).join("\n")
}

fn joined(parts: impl IntoIterator<Item = String>, between: &str) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

fn groups(standing: &Standing) -> String {
    let group = |(label, count): &(String, u64)| format!("{} {label}", number(*count));
    standing.groups.iter().map(group).collect::<Vec<_>>().join(", ")
}

fn not_begun(standing: &Standing, pace: &Pace) -> String {
    match standing.not_begun {
        0 => String::new(),
        count if pace.are_offline(standing) => format!("{} not begun, perhaps offline", number(count)),
        count => format!("{} not begun", number(count)),
    }
}

fn vanished(standing: &Standing) -> String {
    match standing.vanished {
        0 => String::new(),
        count => format!("{} vanished", number(count)),
    }
}

fn speed(standing: &Standing, pace: &Pace) -> String {
    match (pace.per_minute(), pace.left(standing)) {
        (Some(rate), Some(left)) => {
            let others = if pace.are_offline(standing) { " for the others" } else { "" };
            format!("{} a minute, about {} left{others}", rounded(rate), clock(left))
        }
        _ => String::new(),
    }
}

/// Without digits that mean nothing.
fn rounded(rate: f64) -> String {
    if rate < 10.0 { format!("{rate:.1}") } else { number(rate.round() as u64) }
}
