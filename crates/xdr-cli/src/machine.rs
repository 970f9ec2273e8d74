//! What `--json` writes: one object a line.

pub(crate) mod events;
mod json_line;
pub(crate) mod last_line;

pub use events::Line;
pub use json_line::json_line;
pub use last_line::{abandoned_line, last_line};
