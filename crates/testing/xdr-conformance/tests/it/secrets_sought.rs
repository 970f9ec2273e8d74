//! Looking for secrets in whatever form they are shown.

use std::cell::RefCell;
use std::fmt::Write;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use xdr_model::transport::{Context, Event, Flow, Step};

/// A key that occurs nowhere else, as long as those that tenants make.
pub(crate) const KEY: &str = concat!(
    "Cn7rYx9QKq3fZt5uWv8LmPs2HdGbJe4TyR6wXk1MnVcB0zLpQoIuJhGf",
    "DsAqWzXe7CrVtBy8NuMiKo9LpP3gHjFkRdSw2EaQ5TyUb1VnCxZm6ZlKjHhGgT4rEe0wQqSf"
);
/// Another secret: the password of a proxy.
pub(crate) const PASSWORD: &str = "pW6kXz4NvR8sTq2yBm9hJc5e";
/// Any so many bytes of a secret in a row are a hit: a dump shows it in pieces.
const PIECE: usize = 8;
/// Of one that is written in hex digits it takes more: logs of TLS are full of random ones, and so few meet by chance.
const PIECE_OF_HEX: usize = 16;

/// The forms in which pieces of secrets are looked for.
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

    /// Looks for this one too.
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
            // What neighbours of the secret decide is left out.
            let encoded = STANDARD.encode(padded);
            self.0.push(encoded[4..encoded.len() - 4].to_owned());
        }
    }

    /// What finds them.
    pub(crate) fn seeker(&self) -> Seeker {
        Seeker(
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(&self.0)
                .expect("they are not too many"),
        )
    }
}

/// Finds secrets.
pub(crate) struct Seeker(AhoCorasick);

impl Seeker {
    /// Whether a secret is shown, or enough of one.
    pub(crate) fn is_in(&self, shown: &str) -> bool {
        self.0.is_match(shown)
    }
}

/// Keeps what a flow signs its requests with.
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
