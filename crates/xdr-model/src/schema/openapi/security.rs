//! The two kinds of keys.

use serde_json::{Value, json};

/// One of the two kinds of keys, each with all of its headers.
pub(super) fn requirements() -> Value {
    json!([
        {"standardKey": [], "keyId": []},
        {"advancedKey": [], "keyId": [], "nonce": [], "timestamp": []},
    ])
}

pub(super) fn schemes() -> Value {
    json!({
        "standardKey": header("Authorization", "A standard key: the key itself, without a scheme word."),
        "advancedKey": header(
            "Authorization",
            "An advanced key: the SHA-256 of the key, the nonce and the timestamp, concatenated in UTF-8, as \
             lower-case hex digits.",
        ),
        "keyId": header("x-xdr-auth-id", "The id of the key: digits."),
        "nonce": header(
            "x-xdr-nonce",
            "With an advanced key: 64 letters and digits, new for every attempt.",
        ),
        "timestamp": header(
            "x-xdr-timestamp",
            "With an advanced key: milliseconds since the Unix epoch, as the same text that was hashed. It expires \
             within minutes.",
        ),
    })
}

fn header(name: &str, description: &str) -> Value {
    json!({"type": "apiKey", "in": "header", "name": name, "description": description})
}
