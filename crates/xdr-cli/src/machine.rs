//! What `--json` writes: one object a line.

use serde::Serialize;

use crate::text::is_shown_as_it_is;

pub(crate) mod batches;
pub(crate) mod events;
pub(crate) mod last_line;

pub use events::Line;
pub use last_line::{abandoned_line, last_line};

/// The value as one line of JSON, the line break included. What would reorder a terminal or a log line is escaped; a
/// parser reads the same value.
pub fn json_line(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut line = String::with_capacity(json.len() + 1);
    // Outside of texts JSON is printable ASCII, so whatever else there is stands in a text and can be escaped.
    for c in json.chars() {
        match is_shown_as_it_is(c) {
            true => line.push(c),
            false => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| line += &format!("\\u{unit:04x}")),
        }
    }
    line.push('\n');
    line
}
