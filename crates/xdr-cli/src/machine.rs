//! The output of `--json`: one object per line.

use serde::Serialize;

use crate::text::is_shown_as_it_is;

pub(crate) mod batches;
pub(crate) mod events;
pub(crate) mod last_line;

pub use events::Line;
pub use last_line::{abandoned_line, last_line};

/// The value as one line of JSON, including the line break. Characters that would disturb a terminal or a log are
/// escaped. A parser reads the same value.
pub fn json_line(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut line = String::with_capacity(json.len() + 1);
    // Outside strings, JSON is printable ASCII. So every other character is in a string and can be escaped.
    for c in json.chars() {
        match is_shown_as_it_is(c) {
            true => line.push(c),
            false => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| line += &format!("\\u{unit:04x}")),
        }
    }
    line.push('\n');
    line
}
