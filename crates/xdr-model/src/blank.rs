//! Names blanks, line breaks and invisible characters for a message that does not repeat the value.

use crate::supplied::name;
use crate::text::is_unfit;

/// The first such character and its place, such as `a line break at the end`.
pub(crate) fn first(text: &str) -> Option<String> {
    let is_blank = |c: char| c.is_whitespace() || is_unfit(c);
    let (at, _) = text.char_indices().find(|(_, c)| is_blank(*c))?;
    Some(match text[..at].chars().count() {
        0 => format!("{} at the beginning", name(&text[at..])),
        _ if text[at..].chars().all(is_blank) => format!("{} at the end", name(&text[at..])),
        before => format!("{} after {before} characters", name(&text[at..])),
    })
}
