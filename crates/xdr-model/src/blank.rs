//! Blanks, line breaks and invisible characters, named for a message that does not repeat the value.

use crate::text::is_unfit;

/// The first one and its place, such as `a line break at the end`.
pub(crate) fn first(text: &str) -> Option<String> {
    let is_blank = |c: char| c.is_whitespace() || is_unfit(c);
    let (at, c) = text.char_indices().find(|(_, c)| is_blank(*c))?;
    Some(match text[..at].chars().count() {
        0 => format!("{} at the beginning", name(c)),
        _ if text[at..].chars().all(is_blank) => format!("{} at the end", name(c)),
        before => format!("{} after {before} characters", name(c)),
    })
}

fn name(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => "a line break".to_owned(),
        c if c.is_whitespace() => format!("a blank (U+{:04X})", u32::from(c)),
        c => format!("an invisible character (U+{:04X})", u32::from(c)),
    }
}
