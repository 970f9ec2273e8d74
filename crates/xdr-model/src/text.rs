//! Makes text from other sources safe to show.

/// How many characters of a server's text an error shows.
pub(crate) const SERVER_TEXT: usize = 512;
/// How many characters of a refused value an error shows.
pub(crate) const FOUND_TEXT: usize = 64;

/// Returns `text` as one line of at most `max` characters, without control, bidirectional and invisible characters
/// and without ANSI escapes. A hostile server must not be able to repaint a terminal or to reorder a log line.
///
/// The `Display` of errors, ids and status words of this crate is already sanitised. Use this function for the
/// free-form [reasons](crate::operation::ActionStatus::reasons) of failures.
///
/// ```
/// assert_eq!(xdr_model::sanitise("disk \u{1b}[31mfull\r\n", 64), "disk full");
/// ```
pub fn sanitise(text: &str, max: usize) -> String {
    let mut shown = String::new();
    let mut rest = text.chars().peekable();
    let mut length = 0;
    while let Some(c) = rest.next() {
        if c == '\u{1b}' && rest.next_if_eq(&'[').is_some() {
            while rest.next_if(|c| (' '..='?').contains(c)).is_some() {}
            let _last = rest.next_if(|c| ('@'..='~').contains(c));
            continue;
        }
        let c = match c {
            c if c.is_whitespace() => ' ',
            c if is_unfit(c) => continue,
            c => c,
        };
        if c == ' ' && (shown.is_empty() || shown.ends_with(' ')) {
            continue;
        }
        if length == max {
            if shown.pop().is_some() {
                shown.push('…');
            }
            break;
        }
        shown.push(c);
        length += 1;
    }
    shown.truncate(shown.trim_end().len());
    shown
}

/// Whether this is a control, bidirectional, zero-width or other character that changes how its neighbours look.
pub(crate) fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{fe00}'..='\u{fe0f}'
        )
        || matches!(c, '\u{17b4}' | '\u{17b5}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::sanitise;

    #[test]
    fn a_text_becomes_one_plain_line() {
        assert_eq!(sanitise("  two\r\n\tlines  ", 99), "two lines");
        assert_eq!(sanitise("\u{1b}[31;1mred\u{1b}[0m", 99), "red");
        assert_eq!(sanitise("\u{1b}]0;title\u{7}x", 99), "]0;titlex");
        assert_eq!(sanitise("\u{1b}[\u{e9}t\u{1b}[31\nand more", 99), "\u{e9}t and more");
        assert_eq!(sanitise("gnp.\u{202e}exe", 99), "gnp.exe");
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        assert_eq!(sanitise("ééééé", 5), "ééééé");
        assert_eq!(sanitise("éééééé", 5), "éééé…");
        assert_eq!(sanitise("é", 0), "");
    }
}
