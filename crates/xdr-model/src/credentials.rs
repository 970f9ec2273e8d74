//! An API key, and how it signs a request. Use this module to read or keep the parts of a key yourself.

use std::fmt;
use std::str::FromStr;

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::context::Context;
pub use crate::ids::ApiKeyId;
use crate::quotes;
pub use crate::redact::Secrets;
use crate::validate::{Invalid, Violation};

const AUTH_ID: HeaderName = HeaderName::from_static("x-xdr-auth-id");
const NONCE: HeaderName = HeaderName::from_static("x-xdr-nonce");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-xdr-timestamp");

/// The secret of an API key. It is never shown, and it is wiped from memory when it is dropped.
///
/// ```
/// use xdr_model::credentials::ApiKey;
///
/// let key: ApiKey = "s3cret".parse()?;
/// assert_eq!(format!("{key:?}"), "ApiKey([REDACTED])");
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Checks a key. It must have 1 to 4,096 visible ASCII characters.
    ///
    /// # Errors
    /// When the key is empty or too long, or holds another character, such as the line break at the end of a file.
    /// When it ends with a line break that is written out as `\n` or `\r`. When it is in quotes, which
    /// `docker run --env-file` keeps (issue 46773 of moby). The tenant would answer 401 without the reason. The
    /// message does not repeat the key.
    pub fn new(key: SecretString) -> Result<Self, Invalid> {
        let text = key.expose_secret();
        if !(1..=4096).contains(&text.len()) {
            return Err(Invalid::one(Violation::new("/key", "must be 1 to 4096 characters long")));
        }
        match broken_rule(text) {
            Some(rule) => Err(Invalid::one(Violation::new("/key", rule))),
            None => Ok(Self(key)),
        }
    }
}

/// The rule that the characters of a key break.
fn broken_rule(key: &str) -> Option<&'static str> {
    let has_written_out_break =
        [r"\n", r"\r"].iter().any(|mark| key.strip_suffix(mark).is_some_and(|rest| !rest.is_empty()));
    if quotes::surround(key) {
        Some(quotes::RULE)
    } else if !key.bytes().all(|b| b.is_ascii_graphic()) {
        Some("must hold visible ASCII characters only: no space, line break or quote of another script")
    } else if has_written_out_break {
        Some("must not end with a line break that is written out as \\n or \\r: remove it")
    } else {
        None
    }
}

impl FromStr for ApiKey {
    type Err = Invalid;

    fn from_str(key: &str) -> Result<Self, Invalid> {
        Self::new(SecretString::from(key))
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([REDACTED])")
    }
}

/// The kind of a key, chosen when the key was created. The tenant refuses a key that is used as the other kind.
///
/// As text, it is `standard` or `advanced`, in upper or lower case: the vendor's pages write "Advanced".
///
/// ```
/// use xdr_model::KeyKind;
///
/// assert_eq!("Advanced".parse(), Ok(KeyKind::Advanced));
/// assert!("hmac".parse::<KeyKind>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// The key itself is sent with every request.
    Standard,
    /// Only a signature is sent, never the key. Prefer this kind.
    Advanced,
}

impl FromStr for KeyKind {
    type Err = Invalid;

    fn from_str(word: &str) -> Result<Self, Invalid> {
        let rule = match &*word.to_ascii_lowercase() {
            "standard" => return Ok(Self::Standard),
            "advanced" => return Ok(Self::Advanced),
            quoted if quotes::surround(quoted) => quotes::RULE,
            _ => "must be standard or advanced",
        };
        // The value is not shown: if somebody mixed up the fields, it is the key.
        Err(Invalid::one(Violation::new("/key_kind", rule)))
    }
}

/// An API key with its id and kind.
///
/// ```
/// use xdr_model::Credentials;
///
/// let credentials = Credentials::advanced("7", "s3cret")?;
/// assert!(!format!("{credentials:?}").contains("s3cret"));
/// assert!(Credentials::standard("seven", "s3cret").is_err());
/// # Ok::<(), xdr_model::Invalid>(())
/// ```
#[derive(Debug, Clone)]
pub struct Credentials {
    kind: KeyKind,
    id: ApiKeyId,
    key: ApiKey,
}

impl Credentials {
    /// A key of the given kind.
    pub fn new(kind: KeyKind, id: ApiKeyId, key: ApiKey) -> Self {
        Self { kind, id, key }
    }

    /// A standard key. `id` is in the console's list of keys. The console shows `key` only once, when the key is
    /// created.
    ///
    /// # Errors
    /// When the id or the key breaks its rules. The message repeats neither of them.
    pub fn standard(id: &str, key: &str) -> Result<Self, Invalid> {
        Ok(Self::new(KeyKind::Standard, id.parse()?, key.parse()?))
    }

    /// An advanced key.
    ///
    /// # Errors
    /// As with [`standard`](Self::standard).
    pub fn advanced(id: &str, key: &str) -> Result<Self, Invalid> {
        Ok(Self::new(KeyKind::Advanced, id.parse()?, key.parse()?))
    }

    /// The kind of the key.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The secrets that must not be shown if an answer holds them.
    pub fn secrets(&self) -> Secrets {
        Secrets::of(self)
    }

    pub(crate) fn key(&self) -> &SecretString {
        &self.key.0
    }

    /// Adds the headers of one attempt. Signed headers expire, and a nonce is valid once, so never sign in advance.
    pub(crate) fn sign(&self, headers: &mut HeaderMap, context: &Context<'_>) {
        headers.insert(AUTH_ID, secret(self.id.as_str()));
        match self.kind {
            KeyKind::Standard => {
                headers.insert(AUTHORIZATION, secret(self.key.0.expose_secret()));
            }
            KeyKind::Advanced => {
                let nonce = hex(&(context.entropy)());
                let timestamp = context.unix_ms.to_string();
                let signature = signature(self.key.0.expose_secret(), &nonce, &timestamp);
                headers.insert(AUTHORIZATION, secret(&signature));
                headers.insert(NONCE, secret(&nonce));
                headers.insert(TIMESTAMP, secret(&timestamp));
            }
        }
    }
}

/// A header value that is not shown in logs. The text is visible ASCII: ids and keys were checked when they were
/// made.
fn secret(text: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// Lower-case hex SHA-256 of key, nonce and timestamp, without separators.
fn signature(key: &str, nonce: &str, timestamp: &str) -> String {
    let mut text = Zeroizing::new(String::with_capacity(key.len() + nonce.len() + timestamp.len()));
    text.extend([key, nonce, timestamp]);
    hex(&Sha256::digest(text.as_bytes()).into())
}

/// 32 bytes as 64 lower-case hex digits.
fn hex(bytes: &[u8; 32]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [b >> 4, b & 15])
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::signature;

    /// `printf '%s' "$key$nonce$timestamp" | sha256sum`
    #[test]
    fn a_signature_is_the_hash_of_key_nonce_and_timestamp() {
        let nonce = "0123456789abcdef".repeat(4);
        assert_eq!(
            signature("demo", &nonce, "1760000000000"),
            "453c1f1416c02397a4f29a560c4cc8e99313875be416f0985a9ae64ac0c5702e"
        );
    }
}
