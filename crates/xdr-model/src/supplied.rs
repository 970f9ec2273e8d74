//! The rule for names and ids that callers and documents supply.
//!
//! A tenant compares values as they are. A name with an extra character matches nothing. If there are other names,
//! the tenant ignores it silently. Such characters come from copying and pasting: the space after a comma, the
//! carriage return of a Windows file, a byte-order mark, or a list of names in one value.
//!
//! The rule does not apply to ids that the tenant names. They are kept and sent back as they arrived.
//!
//! Source: public connectors trim names and ids before they send them, such as
//! fortinet-fortisoar/connector-paloalto-cortex-xdr, the Cortex XDR plugin of netskopeoss/ta_cloud_exchange_plugins,
//! [TheHive](https://github.com/TheHive-Project/Cortex-Analyzers/pull/1446) and
//! [Falcon-Toolkit](https://github.com/CrowdStrike/Falcon-Toolkit/issues/20).

use std::borrow::Cow;

use crate::text::sanitise;

/// The rule for an empty text, and for a value that is not text.
pub(crate) const RULE: &str = "must be non-empty text";
/// How many characters of the text next to a refused character are shown.
const SHOWN: usize = 32;

/// The rule that `text` breaks. `None` if it may be supplied.
pub(crate) fn broken_rule(text: &str) -> Option<Cow<'static, str>> {
    if text.is_empty() {
        return Some(RULE.into());
    }
    let (at, c) = refused_character(text)?;
    Some(format!("must not hold {} {}", name(&text[at..]), place(text, at, c)).into())
}

/// The first character that is refused, and where it begins.
fn refused_character(text: &str) -> Option<(usize, char)> {
    if is_plain(text) {
        return None;
    }
    let end = text.char_indices().next_back()?.0;
    text.char_indices().find(|(at, c)| is_refused(*c) || (c.is_whitespace() && (*at == 0 || *at == end)))
}

/// Whether the text is visible ASCII, as nearly every text is. The loop has no early exit, so the compiler can check
/// many bytes at once.
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |plain, b| plain & (b' '..=b'~').contains(&b))
        && !text.starts_with(' ')
        && !text.ends_with(' ')
}

/// Whether the character is invisible, breaks a line or reorders its neighbours. U+200C, U+200D and the variation
/// selectors are allowed: names in some scripts need them.
fn is_refused(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The name of the invisible character that `text` begins with.
pub(crate) fn name(text: &str) -> Cow<'static, str> {
    match text.chars().next().unwrap_or_default() {
        '\n' => "a line break".into(),
        '\r' if text.starts_with("\r\n") => "a line break".into(),
        '\r' => "a carriage return".into(),
        '\t' => "a tab".into(),
        ' ' => "a space".into(),
        '\u{a0}' | '\u{202f}' => "a no-break space".into(),
        '\u{ad}' => "a soft hyphen".into(),
        '\u{200b}' => "a zero-width space".into(),
        '\u{2028}' => "a line separator".into(),
        '\u{2029}' => "a paragraph separator".into(),
        '\u{2060}' => "a word joiner".into(),
        '\u{feff}' => "a byte-order mark".into(),
        c => format!("{} (U+{:04X})", kind(c), u32::from(c)).into(),
    }
}

fn kind(c: char) -> &'static str {
    match c {
        c if c.is_control() => "a control character",
        c if c.is_whitespace() => "a space character",
        '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "a bidirectional control character"
        }
        _ => "an invisible character",
    }
}

/// The place of `c`, which begins at `at`: the nearest text on both sides.
fn place(text: &str, at: usize, c: char) -> String {
    let before = end_of(&text[..at]);
    let mut pieces = text[at + c.len_utf8()..].split(is_refused).map(|piece| sanitise(piece, SHOWN));
    match (before, pieces.find(|piece| !piece.is_empty())) {
        (Some(before), Some(after)) => format!("between \"{before}\" and \"{after}\""),
        (Some(before), None) => format!("after \"{before}\""),
        (None, Some(after)) => format!("before \"{after}\""),
        (None, None) => "with no visible text".to_owned(),
    }
}

/// The visible end of `text`. `None` if nothing in it is visible.
fn end_of(text: &str) -> Option<String> {
    let shown = sanitise(text, text.len());
    match shown.char_indices().rev().nth(SHOWN - 1) {
        Some((at, _)) if at > 0 => Some(format!("…{}", &shown[at..])),
        _ => Some(shown).filter(|shown| !shown.is_empty()),
    }
}
