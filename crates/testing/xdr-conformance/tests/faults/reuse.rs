//! Faults on a connection that has already served a request.

use xdr_conformance::fault_server::{Stage, Then, WireFault};
use xdr_model::Replay;

use crate::case::CallResult;
use crate::expected::Row;

pub(crate) fn faults() -> Vec<(WireFault, Row)> {
    let second = |name, stage, then| (WireFault::new(name).sparing(1).at(stage).then(then), Row::Done);
    vec![
        second("reused: closed before the next request", Stage::Accept, Then::Close),
        second("reused: reset before the next request", Stage::Accept, Then::Reset),
        second("reused: closed while the next request comes", Stage::PartOfHead, Then::Close),
        second("reused: reset while the next request comes", Stage::PartOfHead, Then::Reset),
        second("reused: closed after the next request", Stage::Request, Then::Close),
        second("reused: reset after the next request", Stage::Request, Then::Reset),
    ]
}

/// Checks the number of reused connections. A fault that waits for the next request on a connection must affect the one
/// read that is sent there, and no action. A fault between two requests occurs without a next request, and proves
/// nothing about reuse.
pub(crate) fn check_reuse(fault: &WireFault, outcome: &CallResult, struck: usize) -> Option<String> {
    let waits = fault.spared > 0 && fault.stage > Stage::Accept;
    let expected = usize::from(outcome.replay == Replay::Safe);
    (waits && struck != expected).then(|| format!("{struck} connections used again, not {expected}"))
}
