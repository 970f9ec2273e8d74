//! Quotes around a value. A shell removes them; other readers of settings keep them.

/// The rule for values in which quotes at both ends cannot be right.
///
/// Source: `docker run --env-file` keeps quotes as a part of the value (issue 46773 of moby).
pub(crate) const RULE: &str =
    "must not be in quotes: remove them, because an env file (such as docker's) keeps them in the value";

/// Straight quotes, typographic quotes, and quotes of other scripts. Editors replace straight quotes with typographic
/// ones.
const QUOTES: &str = "\"'`´‘’‚‛“”„‟«»‹›「」『』＂＇";

/// Whether the text, without blanks around it, begins and ends with a quote.
pub(crate) fn surround(text: &str) -> bool {
    let mut chars = text.trim().chars();
    let is_quote = |c: Option<char>| c.is_some_and(|c| QUOTES.contains(c));
    is_quote(chars.next()) && is_quote(chars.next_back())
}
