//! Cuts an input down to what still breaks the same promise.

use xdr_fuzz::Target;

use crate::finding::{Finding, run};

/// Takes out ever smaller pieces, as long as the panic stays at its place in the source.
pub(crate) fn shrink(target: Target, finding: Finding) -> Finding {
    let place = place(&finding.message).to_owned();
    let mut best = finding;
    let mut piece = best.input.len().div_ceil(2);
    while piece > 0 {
        let mut at = 0;
        while at < best.input.len() {
            let mut input = best.input.clone();
            input.drain(at..(at + piece).min(best.input.len()));
            match run(target, &input) {
                Err(message) if self::place(&message) == place => best = Finding { input, message },
                _ => at += piece,
            }
        }
        piece /= 2;
    }
    best
}

/// File, line and column.
fn place(message: &str) -> &str {
    message.split(": ").next().unwrap_or_default()
}
