//! The table of all faults, each with the row that it belongs to.

use xdr_conformance::fault_server::WireFault;

use crate::expected::Row;
use crate::{body, connect, head, proxy, reuse, status};

pub(crate) fn table() -> Vec<(WireFault, Row)> {
    [connect::faults(), head::faults(), body::faults(), status::faults(), reuse::faults(), proxy::faults()]
        .concat()
}

#[test]
fn no_two_faults_have_one_name() {
    let mut names: Vec<_> = table().into_iter().map(|(fault, _)| fault.name).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}
