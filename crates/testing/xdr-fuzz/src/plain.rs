//! Checks text that is displayed.

/// Returns whether a character is invisible or changes how other characters are displayed: control characters,
/// bidirectional characters, and those with the Unicode property `Default_Ignorable_Code_Point`.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}')
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}')
        || matches!(c, '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

/// Asserts that a displayed text is one line without such characters.
pub(crate) fn assert_plain(text: &str) {
    if let Some(c) = text.chars().find(|c| is_unfit(*c)) {
        panic!("{c:?} is shown: {text:?}");
    }
}
