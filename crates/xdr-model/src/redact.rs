//! Removes the secrets of a request from its answer, in case the server sends them back. Answers are shown to people
//! and logged.

use std::fmt;

use memchr::{memchr2, memmem};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::credentials::{Credentials, KeyKind};
use crate::text::sanitise;

/// The text that replaces a secret.
const REDACTED: &str = "[REDACTED]";
/// How much of a server's text is kept, in bytes.
pub(crate) const TEXT_KEPT: usize = 64 * 1024;
/// A shorter key is removed only where it is a whole word, because it can be part of ordinary words.
const LEAST_ANYWHERE: usize = 8;
/// A nonce and a signature have this many hex digits.
const SIGNED: usize = 64;

/// The secrets of requests with some credentials: the key, and the nonces and signatures. They must not be shown if
/// an answer holds them.
///
/// Clients remove them from everything that they keep of an answer. For your own replies, see
/// [`Operation::redact`](crate::Operation::redact). Ids are kept as they arrived, because they are sent back.
///
/// ```
/// use xdr_model::Credentials;
///
/// let secrets = Credentials::standard("7", "s3cret-key")?.secrets();
/// assert_eq!(secrets.redact("the key s3cret-key is wrong"), "the key [REDACTED] is wrong");
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
pub struct Secrets {
    /// The key as it is and as JSON writes it.
    key: Vec<Zeroizing<String>>,
    /// Whether requests have a nonce and a signature. Any run of at least 64 hex digits may be one.
    signed: bool,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets([REDACTED])")
    }
}

impl Secrets {
    pub(crate) fn of(credentials: &Credentials) -> Self {
        let key = Zeroizing::new(credentials.key().expose_secret().to_owned());
        let backslashes = Zeroizing::new(key.replace('\\', "\\\\"));
        let escaped = Zeroizing::new(backslashes.replace('"', "\\\""));
        let slashes = Zeroizing::new(escaped.replace('/', "\\/"));
        let mut forms = vec![slashes, escaped, key];
        forms.dedup();
        Self { key: forms, signed: credentials.kind() == KeyKind::Advanced }
    }

    /// The text without the secrets. A secret is also found if characters that are never shown are inside it.
    pub fn redact(&self, text: &str) -> String {
        self.redacted(text).unwrap_or_else(|| text.to_owned())
    }

    /// The beginning of a text, without the secrets.
    pub(crate) fn redact_kept(&self, text: &str) -> String {
        let head = self.redact_head(text.as_bytes(), TEXT_KEPT);
        self.redact(&String::from_utf8_lossy(&head))
    }

    /// The text without the secrets, or `None` if it holds none. For most texts without a secret, the check is fast.
    pub(crate) fn redacted(&self, text: &str) -> Option<String> {
        let is_hidden =
            || !text.bytes().all(|b| (b' '..=b'~').contains(&b)) && self.is_in(&sanitise(text, usize::MAX));
        if !self.is_in(text) && !is_hidden() {
            return None;
        }
        let replaced =
            |text: &str| String::from_utf8_lossy(&self.redact_head(text.as_bytes(), text.len())).into_owned();
        let redacted = replaced(text);
        let shown = sanitise(&redacted, usize::MAX);
        let shown_redacted = replaced(&shown);
        let redacted = if shown_redacted == shown { redacted } else { shown_redacted };
        Some(redacted).filter(|redacted| redacted != text)
    }

    /// The JSON document without the secrets, including those that escapes hide. `None` if it holds no secret. If the
    /// secrets cannot be removed from its values, the document becomes a text.
    pub(crate) fn redact_json(&self, raw: &str) -> Option<String> {
        if !self.is_in(raw) && !self.is_hidden_in(raw) {
            return None;
        }
        let as_text = |text: &str| Some(Value::from(self.redacted(text)?).to_string());
        let Ok(mut value) = serde_json::from_str(raw) else {
            return as_text(raw).or_else(|| Some(Value::from(REDACTED).to_string()));
        };
        let is_changed = self.redact_value(&mut value);
        let redacted = if is_changed { value.to_string() } else { raw.to_owned() };
        as_text(&redacted).or(is_changed.then_some(redacted))
    }

    /// Whether a text of the document holds a secret that is hidden by escapes or by characters that are never shown.
    /// Only texts with these are decoded.
    fn is_hidden_in(&self, raw: &str) -> bool {
        let is_plain = |text: &str| text.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'\\');
        let mut rest = raw;
        while let Some((_, text)) = rest.split_once('"') {
            let end = end_of_text(text);
            let (content, after) = text.split_at(end);
            let read =
                || serde_json::from_str(&format!("\"{content}\"")).unwrap_or_else(|_| content.to_owned());
            if !is_plain(content) && self.redacted(&read()).is_some() {
                return true;
            }
            rest = after.get(1..).unwrap_or_default();
        }
        false
    }

    /// Removes the secrets from a value. Returns whether there were any.
    fn redact_value(&self, value: &mut Value) -> bool {
        let redacted = match value {
            Value::Array(items) => {
                return items.iter_mut().fold(false, |changed, item| self.redact_value(item) | changed);
            }
            Value::Object(fields) => return self.redact_fields(fields),
            Value::String(text) => self.redacted(text),
            Value::Null | Value::Bool(_) | Value::Number(_) => self.redacted(&value.to_string()),
        };
        let is_changed = redacted.is_some();
        redacted.into_iter().for_each(|text| *value = Value::String(text));
        is_changed
    }

    fn redact_fields(&self, fields: &mut Map<String, Value>) -> bool {
        let is_changed = fields.values_mut().fold(false, |changed, field| self.redact_value(field) | changed);
        let has_secret_keys = fields.keys().any(|key| self.redacted(key).is_some());
        if has_secret_keys {
            *fields =
                std::mem::take(fields).into_iter().map(|(key, field)| (self.redact(&key), field)).collect();
        }
        is_changed || has_secret_keys
    }

    /// Whether the text may hold a secret. A short key counts even as a part of a word.
    fn is_in(&self, text: &str) -> bool {
        let text = text.as_bytes();
        self.key.iter().any(|form| memmem::find(text, form.as_bytes()).is_some()) || self.has_signed(text)
    }

    /// Whether there is a run of hex digits that is long enough to be a nonce or a signature. Such a run crosses at
    /// least one of the sampled places.
    fn has_signed(&self, text: &[u8]) -> bool {
        let is_hex = |b: &&u8| b.is_ascii_hexdigit();
        let run_at = |at: usize| {
            text[at..].iter().take_while(is_hex).count() + text[..at].iter().rev().take_while(is_hex).count()
        };
        self.signed
            && (SIGNED - 1..text.len())
                .step_by(SIGNED)
                .any(|at| text[at].is_ascii_hexdigit() && run_at(at) >= SIGNED)
    }

    /// The first `most` bytes without the secrets. A secret that begins there is removed completely.
    pub(crate) fn redact_head(&self, text: &[u8], most: usize) -> Vec<u8> {
        let (mut redacted, mut at) = (Vec::new(), 0);
        while at < text.len().min(most) {
            match self.length_at(text, at) {
                Some(length) => {
                    redacted.extend_from_slice(REDACTED.as_bytes());
                    at += length;
                }
                None => {
                    redacted.push(text[at]);
                    at += 1;
                }
            }
        }
        redacted
    }

    /// The length of the secret that begins here.
    fn length_at(&self, text: &[u8], at: usize) -> Option<usize> {
        let is_here = |form: &&Zeroizing<String>| {
            text[at..].starts_with(form.as_bytes())
                && (form.len() >= LEAST_ANYWHERE || is_word(text, at, at + form.len()))
        };
        self.key.iter().find(is_here).map(|form| form.len()).or_else(|| self.signed_at(text, at))
    }

    /// The length of the run of hex digits that begins here, if it is long enough to be a nonce or a signature.
    fn signed_at(&self, text: &[u8], at: usize) -> Option<usize> {
        let begins = self.signed && (at == 0 || !text[at - 1].is_ascii_hexdigit());
        let run = || text[at..].iter().take_while(|b| b.is_ascii_hexdigit()).count();
        begins.then(run).filter(|run| *run >= SIGNED)
    }
}

/// Where a JSON string ends. Escaped quotes do not end it.
fn end_of_text(text: &str) -> usize {
    let mut at = 0;
    while let Some(found) = memchr2(b'"', b'\\', text.as_bytes().get(at..).unwrap_or_default()) {
        at += found;
        if text.as_bytes()[at] == b'"' {
            return at;
        }
        at += 2;
    }
    text.len()
}

fn is_word(text: &[u8], begin: usize, end: usize) -> bool {
    let is_outside =
        |at: Option<usize>| at.and_then(|at| text.get(at)).is_none_or(|b| !b.is_ascii_alphanumeric());
    is_outside(begin.checked_sub(1)) && is_outside(Some(end))
}

#[cfg(test)]
mod tests {
    use super::{Secrets, TEXT_KEPT};
    use crate::credentials::Credentials;

    fn standard(key: &str) -> Secrets {
        Secrets::of(&Credentials::standard("7", key).expect("a good key"))
    }

    #[test]
    fn a_key_is_taken_out_wherever_it_stands() {
        let secrets = standard("s3cret-key");
        assert_eq!(secrets.redact("xs3cret-keyx, s3cret-ke"), "x[REDACTED]x, s3cret-ke");
        assert_eq!(secrets.redact("s3cret-keys3cret-key"), "[REDACTED][REDACTED]");
    }

    #[test]
    fn a_short_key_is_taken_out_where_it_is_a_word() {
        assert_eq!(
            standard("demo").redact("demolish the demo: \"demo\""),
            "demolish the [REDACTED]: \"[REDACTED]\""
        );
        assert_eq!(standard("k").redact("k"), "[REDACTED]");
    }

    #[test]
    fn a_key_is_found_as_json_writes_it() {
        let secrets = standard(r#"a"b\c/d-and-more"#);
        for form in [r#"a"b\c/d-and-more"#, r#"a\"b\\c/d-and-more"#, r#"a\"b\\c\/d-and-more"#] {
            assert_eq!(secrets.redact(form), "[REDACTED]", "{form}");
        }
    }

    #[test]
    fn a_nonce_and_a_signature_are_taken_out() {
        let secrets = Secrets::of(&Credentials::advanced("7", "s3cret-key").expect("a good key"));
        let (run, short) = ("0123456789abCDEF".repeat(4), "f".repeat(63));
        assert_eq!(secrets.redact(&format!("nonce {run}, {short}")), format!("nonce [REDACTED], {short}"));
        assert_eq!(standard("s3cret-key").redact(&run), run, "a standard key signs nothing");
    }

    #[test]
    fn what_is_not_shown_does_not_hide_a_key() {
        assert_eq!(standard("s3cret-key").redact("a s3cret\u{200b}-key b"), "a [REDACTED] b");
        assert_eq!(standard("s3cret-key").redact("a\u{200b} b"), "a\u{200b} b", "the rest is left as it is");
    }

    #[test]
    fn a_key_is_found_behind_the_escapes_of_a_document() {
        let secrets = standard("s3cret-key");
        let hidden = r#"{"a":[1,"x\"y"],"why":"a s3cret\u002dkey"}"#;
        assert_eq!(secrets.redact_json(hidden).as_deref(), Some(r#"{"a":[1,"x\"y"],"why":"a [REDACTED]"}"#));
        let deep = format!("{}{hidden}{}", "[".repeat(500), "]".repeat(500));
        assert_eq!(secrets.redact_json(&deep).as_deref(), Some(r#""[REDACTED]""#), "too deep to be read");
        for other in [r#""s3cret\u002ekey""#, r#"["\n","é\\","s3cret","-key"]"#, r#"{"\"":"s3cret"}"#] {
            assert_eq!(secrets.redact_json(other), None, "{other}");
        }
    }

    #[test]
    fn a_cut_leaves_no_half_of_a_key() {
        let secrets = standard("s3cret-key");
        assert_eq!(secrets.redact_head(b"ab s3cret-key c", 5), b"ab [REDACTED]");
        let long = format!("{}s3cret-key and more", "x".repeat(TEXT_KEPT - 1));
        assert!(secrets.redact_kept(&long).ends_with("xx[REDACTED]"));
    }
}
