//! The exit codes.

use serde_json::json;
use xdr_cli::{Outcome, exit_code};
use xdr_model::{Error, transport::Sent};

use crate::played_runs::{
    accepted, cancelled, followed, lost, many, nothing_matched, scanned, settled, stopped_at_once,
};
use crate::support::{answer, statuses};

#[test]
fn each_ending_has_its_code() {
    let unavailable = || answer(503, "");
    let table: [(&str, u8, Result<Outcome, Error>); 18] = [
        ("completed", 0, followed([settled("COMPLETED_SUCCESSFULLY")])),
        ("completed with exceptions", 0, followed([settled("COMPLETED_SUCCESSFULLY_WITH_EXCEPTIONS")])),
        ("failed", 2, followed([settled("FAILED")])),
        ("partly completed", 2, followed([settled("COMPLETED_PARTIAL")])),
        ("cancelled", 2, followed([settled("CANCELED")])),
        ("stopped", 3, followed([settled("PENDING")])),
        ("stopped before the first answer", 3, followed([])),
        ("deadline", 3, followed(std::iter::repeat_with(|| settled("IN_PROGRESS")).take(1000))),
        ("unknown action", 3, followed(std::iter::repeat_with(|| statuses(&json!({}))).take(1000))),
        ("permission lost", 3, followed([answer(403, "")])),
        ("stopped before it was sent", 1, stopped_at_once()),
        ("not sent", 1, scanned([lost(Sent::No)])),
        ("refused", 1, scanned([answer(401, "")])),
        ("lost on the way", 4, scanned([lost(Sent::Maybe)])),
        ("server failure", 4, scanned([unavailable()])),
        ("unreadable", 4, scanned([answer(200, "{}")])),
        (
            "status not readable before a cancellation",
            1,
            cancelled(std::iter::repeat_with(unavailable).take(9)),
        ),
        ("nothing to cancel", 0, cancelled([settled("FAILED")])),
    ];
    for (name, code, end) in table {
        assert_eq!(exit_code(&end), code, "{name}: {end:?}");
    }
}

#[test]
fn a_cancellation_in_part_is_not_a_success() {
    let refused = || answer(401, "");
    assert_eq!(exit_code(&cancelled([many(), accepted(), refused()])), 3);
    assert_eq!(exit_code(&cancelled([many(), accepted(), nothing_matched()])), 2);
    assert_eq!(exit_code(&cancelled([many(), accepted(), accepted()])), 0);
}

#[test]
fn a_cancellation_of_which_a_part_has_an_unknown_outcome_is_in_doubt() {
    let ends = [
        cancelled([many()]),
        cancelled([many(), lost(Sent::Maybe)]),
        cancelled([many(), accepted()]),
        cancelled([many(), accepted(), lost(Sent::Maybe)]),
        cancelled([many(), accepted(), answer(503, "")]),
    ];
    for end in ends {
        assert_eq!(exit_code(&end), 4, "{end:?}");
    }
}
