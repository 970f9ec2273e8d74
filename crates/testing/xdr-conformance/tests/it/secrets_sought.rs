//! Searches for secrets in all forms.

use std::cell::RefCell;
use std::fmt::Write;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use xdr_model::transport::{Context, Event, Flow, Step};

/// A key that occurs nowhere else. It is as long as the keys of real tenants.
pub(crate) const KEY: &str = concat!(
    "Cn7rYx9QKq3fZt5uWv8LmPs2HdGbJe4TyR6wXk1MnVcB0zLpQoIuJhGf",
    "DsAqWzXe7CrVtBy8NuMiKo9LpP3gHjFkRdSw2EaQ5TyUb1VnCxZm6ZlKjHhGgT4rEe0wQqSf"
);
/// Another secret: the password of a proxy.
pub(crate) const PASSWORD: &str = "pW6kXz4NvR8sTq2yBm9hJc5e";
/// Any sequence of this many bytes of a secret is a hit, because a dump shows a secret in pieces.
const PIECE: usize = 8;
/// The same for a secret of hex digits. TLS logs have many random hex digits, so short sequences match by chance.
const PIECE_OF_HEX: usize = 16;

/// All forms of the pieces of secrets.
#[derive(Default)]
pub(crate) struct Sought(Vec<String>);

impl Sought {
    /// The key and the password.
    pub(crate) fn new() -> Self {
        let mut sought = Self::default();
        sought.add(KEY);
        sought.add(PASSWORD);
        sought
    }

    /// Adds another secret.
    pub(crate) fn add(&mut self, secret: &str) {
        let is_hex = secret.bytes().all(|b| b.is_ascii_hexdigit());
        for piece in secret.as_bytes().windows(if is_hex { PIECE_OF_HEX } else { PIECE }) {
            let text = String::from_utf8_lossy(piece).into_owned();
            let each = |separator: &str, format: fn(&mut String, u8)| {
                let mut shown = String::new();
                for (n, byte) in piece.iter().enumerate() {
                    shown.push_str(if n == 0 { "" } else { separator });
                    format(&mut shown, *byte);
                }
                shown
            };
            let hex = |separator| each(separator, |shown, byte| _ = write!(shown, "{byte:02x}"));
            self.0.extend([text, hex(""), hex(" "), hex(":"), hex(", "), hex(", 0x"), hex("\\x"), hex("%")]);
            self.0.extend([each(", ", |shown, byte| _ = write!(shown, "{byte}"))]);
        }
        for shift in 0..3 {
            let padded = [&b"---"[..shift], secret.as_bytes()].concat();
            // Characters that depend on bytes next to the secret are left out.
            let encoded = STANDARD.encode(padded);
            self.0.push(encoded[4..encoded.len() - 4].to_owned());
        }
    }

    /// Returns a searcher for these forms.
    pub(crate) fn seeker(&self) -> Seeker {
        Seeker(
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(&self.0)
                .expect("they are not too many"),
        )
    }
}

/// Searches for secrets.
pub(crate) struct Seeker(AhoCorasick);

impl Seeker {
    /// Whether the text shows a secret or a large enough piece of one.
    pub(crate) fn is_in(&self, shown: &str) -> bool {
        self.0.is_match(shown)
    }
}

/// Collects the nonces and signatures of a flow.
pub(crate) struct Signed<'s, F> {
    pub(crate) flow: F,
    pub(crate) secrets: &'s RefCell<Vec<String>>,
}

impl<F: Flow> Flow for Signed<'_, F> {
    type Progress = F::Progress;
    type Output = F::Output;

    fn step(&mut self, context: &Context<'_>, event: Event) -> Step<F::Progress, F::Output> {
        let step = self.flow.step(context, event);
        if let Step::Send(exchange) = &step {
            let headers = exchange.request.headers();
            let values = ["authorization", "x-xdr-nonce"].into_iter().filter_map(|name| headers.get(name));
            let texts = values.filter_map(|value| value.to_str().ok().map(str::to_owned));
            self.secrets.borrow_mut().extend(texts);
        }
        step
    }

    fn stop(self) -> F::Output {
        self.flow.stop()
    }
}

#[test]
fn a_secret_is_found_in_every_form() {
    let sought = Sought::new().seeker();
    let bytes = KEY.as_bytes();
    let rows: Vec<_> = bytes.chunks(16).map(|row| format!("{row:02x?}\n")).collect();
    for shown in [
        KEY.to_owned(),
        KEY.to_ascii_uppercase(),
        format!("x{}x", &KEY[3..3 + PIECE]),
        format!("{bytes:?}"),
        format!("{bytes:02x?}"),
        rows.concat(),
        format!("basic {}", STANDARD.encode(format!("user:{KEY}"))),
        bytes.iter().map(|byte| format!("%{byte:02X}")).collect(),
    ] {
        assert!(sought.is_in(&shown), "{shown}");
    }
    assert!(!sought.is_in(&KEY[..PIECE - 1]) && !sought.is_in("[REDACTED]"));
}
