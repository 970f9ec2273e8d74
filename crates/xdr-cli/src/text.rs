//! Formats words, numbers and lines for people.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use console::{Alignment, measure_text_width, pad_str};
use indicatif::{HumanCount, HumanDuration};
use xdr_model::{EpochMillis, Invalid, sanitise};

/// `0:07`, `12:30`, `2:00:00`.
pub(crate) fn clock(span: Duration) -> String {
    let seconds = span.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        hours => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// `1s`, `2m 5s`: whole seconds, rounded up.
pub(crate) fn seconds(span: Duration) -> String {
    let up = u64::from(span.subsec_nanos() > 0);
    humantime::format_duration(Duration::from_secs(span.as_secs().saturating_add(up))).to_string()
}

/// `3d ago`; `None` for a time in the future.
pub(crate) fn ago(time: EpochMillis, now: SystemTime) -> Option<String> {
    let since = now.duration_since(UNIX_EPOCH + Duration::from_millis(time.get())).ok()?;
    Some(format!("{:#} ago", HumanDuration(since)))
}

/// `1,234`
pub(crate) fn number(count: u64) -> String {
    HumanCount(count).to_string()
}

/// `1 endpoint`, `673 endpoints`
pub(crate) fn endpoints(count: u64) -> String {
    format!("{} {}", number(count), if count == 1 { "endpoint" } else { "endpoints" })
}

/// `all 673 endpoints completed`, also if there is only one.
pub(crate) fn all_completed(count: u64) -> String {
    match count {
        1 => "its only endpoint completed".to_owned(),
        count => format!("all {} completed", endpoints(count)),
    }
}

/// The rules that were broken, without the pointers into a document that the user does not see. A long list of values
/// can break very many rules, so only the first ones are shown.
pub(crate) fn rules(invalid: &Invalid) -> String {
    let rules = invalid.violations().iter().map(|violation| &*violation.rule);
    let shown = rules.take(MOST_RULES).collect::<Vec<_>>().join(", ");
    match invalid.violations().len().saturating_sub(MOST_RULES) {
        0 => shown,
        more => format!("{shown}, and {} more", number(more as u64)),
    }
}

const MOST_RULES: usize = 10;

/// Whether a character is safe to show. Other characters control a terminal, or change how their neighbours look.
pub(crate) fn is_shown_as_it_is(c: char) -> bool {
    let mut bytes = [0; 4];
    let text = &*c.encode_utf8(&mut bytes);
    c == ' ' || c.is_ascii_graphic() || !c.is_ascii() && sanitise(text, 1) == text
}

/// Fills the text up with spaces to this many columns.
pub(crate) fn pad(text: &str, width: usize) -> String {
    pad_str(text, width, Alignment::Left, None).into_owned()
}

/// Breaks a text between words, so that no line is wider than `width`; the lines after the first are indented.
pub(crate) fn wrap(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { continue };
        let fits = measure_text_width(line) + 1 + measure_text_width(word) <= width;
        match line.trim().is_empty() {
            true => line.push_str(word),
            false if fits => line.extend([" ", word]),
            false => lines.push(format!("  {word}")),
        }
    }
    lines.join("\n")
}
