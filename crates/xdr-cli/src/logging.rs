//! The logs of the libraries, selected with `RUST_LOG`.

use std::io::Write;

/// ureq's protocol layer logs whole requests, including the headers that sign them.
const SHOWS_KEYS: &str = "ureq_proto";

/// Writes the logs that `RUST_LOG` selects to standard error, except those that show keys.
pub(crate) fn begin() {
    let mut logger = env_logger::Builder::from_default_env();
    logger.format(|out, record| {
        if record.target().starts_with(SHOWS_KEYS) {
            return Ok(());
        }
        writeln!(out, "{} {}: {}", record.level(), record.target(), record.args())
    });
    // The process may have a logger already.
    let _taken = logger.try_init();
}
