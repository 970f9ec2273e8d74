//! Takes what a request was signed with out of the answer, should the server send it back: what it says is shown to
//! people and logged.

use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use crate::credentials::{Credentials, KeyKind};
use crate::text::sanitise;

/// What stands for a secret that was sent back.
const REDACTED: &str = "[REDACTED]";
/// How much of a server's text is kept, in bytes.
pub(crate) const TEXT_KEPT: usize = 64 * 1024;
/// A shorter key is taken out only where it is a word: it is part of ordinary ones.
const LEAST_ANYWHERE: usize = 8;
/// A nonce and a signature are this many hex digits.
const SIGNED: usize = 64;

/// What must not be shown of an answer to a request with these credentials.
pub(crate) struct Secrets {
    /// The key as it is and as JSON writes it.
    key: Vec<Zeroizing<String>>,
    /// Whether requests carry a nonce and a signature: any run of so many hex digits may be one.
    signed: bool,
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

    /// The head of a text without them, also where a character that is never shown stands inside of one.
    pub(crate) fn redact(&self, text: &str) -> String {
        let redact =
            |text: &str, most| String::from_utf8_lossy(&self.redact_head(text.as_bytes(), most)).into_owned();
        let redacted = redact(text, TEXT_KEPT);
        let shown = sanitise(&redacted, usize::MAX);
        let shown_redacted = redact(&shown, shown.len());
        if shown_redacted == shown { redacted } else { shown_redacted }
    }

    /// The first `most` bytes without them; one that begins there is taken out whole.
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
    fn a_cut_leaves_no_half_of_a_key() {
        let secrets = standard("s3cret-key");
        assert_eq!(secrets.redact_head(b"ab s3cret-key c", 5), b"ab [REDACTED]");
        let long = format!("{}s3cret-key and more", "x".repeat(TEXT_KEPT - 1));
        assert!(secrets.redact(&long).ends_with("xx[REDACTED]"));
    }
}
