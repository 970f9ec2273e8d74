//! A connection that was good for a request and is not for the next.

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

/// A fault that waits for the next request on a connection meets the one read that is sent there, and no action; else
/// it says nothing about reuse. What strikes between two requests does so whether or not the next would have come.
pub(crate) fn check_reuse(fault: &WireFault, outcome: &CallResult, struck: usize) -> Option<String> {
    let waits = fault.spared > 0 && fault.stage > Stage::Accept;
    let expected = usize::from(outcome.replay == Replay::Safe);
    (waits && struck != expected).then(|| format!("{struck} connections used again, not {expected}"))
}
