//! A connection that was good for a request and is not for the next.

use xdr_faults::{Fault, Stage, Then};

use crate::expected::Row;

pub(crate) fn faults() -> Vec<(Fault, Row)> {
    let second = |name, stage, then| (Fault::new(name).sparing(1).at(stage).then(then), Row::Done);
    vec![
        second("reused: closed before the next request", Stage::Accept, Then::Close),
        second("reused: reset before the next request", Stage::Accept, Then::Reset),
        second("reused: closed while the next request comes", Stage::PartOfHead, Then::Close),
        second("reused: reset while the next request comes", Stage::PartOfHead, Then::Reset),
        second("reused: closed after the next request", Stage::Request, Then::Close),
        second("reused: reset after the next request", Stage::Request, Then::Reset),
    ]
}
