//! What the libraries have to say, for those who ask with `RUST_LOG`.

use std::io::Write;

/// ureq's protocol layer logs requests byte by byte, and so what they are signed with.
const SHOWS_KEYS: &str = "ureq_proto";

/// Writes what `RUST_LOG` asks for to standard error, but for what shows keys.
pub(crate) fn begin() {
    let mut logger = env_logger::Builder::from_default_env();
    logger.format(|out, record| {
        if record.target().starts_with(SHOWS_KEYS) {
            return Ok(());
        }
        writeln!(out, "{} {}: {}", record.level(), record.target(), record.args())
    });
    // Who embeds this may have a logger already.
    let _taken = logger.try_init();
}
