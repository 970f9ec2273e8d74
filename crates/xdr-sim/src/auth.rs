//! Checks the key or the signature of a request.

use std::collections::{HashSet, VecDeque};
use std::fmt::Write as _;

use http::HeaderMap;
use sha2::{Digest, Sha256};

use crate::config::{Config, KeyKind};

/// How far a signature's timestamp may be from the tenant's clock.
const CLOCK_TOLERANCE_MS: u64 = 5 * 60 * 1000;
const NONCE_LENGTH: usize = 64;

/// Remembers the nonces that were used, for as long as their signatures could still be valid.
pub(crate) struct Nonces {
    /// How many nonces are kept, the latest ones.
    most: usize,
    used: HashSet<Fingerprint>,
    by_arrival: VecDeque<(u64, Fingerprint)>,
}

/// A hash that stands for a nonce and needs a quarter of its bytes.
type Fingerprint = [u8; 16];

impl Nonces {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, used: HashSet::new(), by_arrival: VecDeque::new() }
    }

    /// Records a nonce. Returns false if it was used before.
    fn take(&mut self, nonce: &str, now_ms: u64) -> bool {
        // A timestamp may be ahead of the clock by the tolerance, so a signature can be valid for twice the tolerance.
        self.forget_while(|_, arrival_ms| now_ms.saturating_sub(arrival_ms) > 2 * CLOCK_TOLERANCE_MS);
        let nonce = fingerprint(nonce);
        if !self.used.insert(nonce) {
            return false;
        }
        self.by_arrival.push_back((now_ms, nonce));
        let most = self.most;
        self.forget_while(|count, _| count > most);
        true
    }

    /// Forgets the oldest nonces while there are too many or they are too old.
    fn forget_while(&mut self, too: impl Fn(usize, u64) -> bool) {
        while let Some((arrival_ms, nonce)) = self.by_arrival.front()
            && too(self.by_arrival.len(), *arrival_ms)
        {
            self.used.remove(nonce);
            self.by_arrival.pop_front();
        }
    }
}

fn fingerprint(nonce: &str) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    fingerprint.copy_from_slice(&Sha256::digest(nonce)[..16]);
    fingerprint
}

/// Whether the request was made with the tenant's key. The client does not learn why a request was refused.
pub(crate) fn is_authentic(headers: &HeaderMap, config: &Config, nonces: &mut Nonces, now_ms: u64) -> bool {
    has_key(headers, config, now_ms)
        && match (config.key_kind, only(headers, "x-xdr-nonce")) {
            (KeyKind::Advanced, Some(nonce)) => nonces.take(nonce, now_ms),
            _ => true,
        }
}

/// The same check without recording the nonce, which happens only when the request is complete.
pub(crate) fn has_key(headers: &HeaderMap, config: &Config, now_ms: u64) -> bool {
    only(headers, "x-xdr-auth-id") == Some(config.key_id.as_str())
        && match config.key_kind {
            KeyKind::Standard => only(headers, "authorization") == Some(config.key.0.as_str()),
            KeyKind::Advanced => has_signature(headers, &config.key.0, now_ms),
        }
}

fn has_signature(headers: &HeaderMap, key: &str, now_ms: u64) -> bool {
    let signed =
        (only(headers, "authorization"), only(headers, "x-xdr-nonce"), only(headers, "x-xdr-timestamp"));
    let (Some(signature), Some(nonce), Some(timestamp)) = signed else { return false };
    is_nonce(nonce) && is_current(timestamp, now_ms) && signature == sign(key, nonce, timestamp)
}

/// The value of a header that occurs exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn is_nonce(nonce: &str) -> bool {
    nonce.len() == NONCE_LENGTH && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_current(timestamp: &str, now_ms: u64) -> bool {
    let digits = timestamp.bytes().all(|byte| byte.is_ascii_digit());
    digits && timestamp.parse().is_ok_and(|time: u64| time.abs_diff(now_ms) <= CLOCK_TOLERANCE_MS)
}

/// The SHA-256 of key, nonce and timestamp, concatenated, in lower-case hex.
fn sign(key: &str, nonce: &str, timestamp: &str) -> String {
    let digest = Sha256::new().chain_update(key).chain_update(nonce).chain_update(timestamp).finalize();
    digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
