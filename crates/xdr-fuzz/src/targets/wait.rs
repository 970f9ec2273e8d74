//! Following an action by its id. The input is a script.

use xdr_model::{ActionId, ActionReport, Cadence, Error, Pacing};

use crate::drive::drive;
use crate::promises::{check_error, session};
use crate::script::Script;

pub(super) fn run(input: &[u8]) {
    let script = Script::read(input);
    let session = session(script.advanced).with_pacing(Pacing::per_second(script.pace));
    let wait = session.wait(ActionId::from(42), cadence(&script));
    let ended = drive(wait, &script, Some(script.deadline));
    check_end(&ended.output, "42");
}

pub(super) fn cadence(script: &Script) -> Cadence {
    let cadence = Cadence::within(script.deadline);
    match script.pauses {
        // No run is longer than its script, however short the pauses are.
        Some([first, shortest, longest]) => cadence.with_pauses(first, shortest, longest),
        None => cadence,
    }
}

/// What holds of every end of following `action`.
pub(super) fn check_end(output: &Result<ActionReport, Error>, action: &str) {
    let report = match output {
        Ok(report) => {
            assert!(report.counts().is_settled(), "it has not ended: {report:?}");
            assert!(
                report.counts().total() >= report.endpoints_count.unwrap_or(0),
                "some are missing: {report:?}"
            );
            Some(report)
        }
        Err(error) => {
            check_error(error);
            let Error::Wait(ended) = error else { panic!("a followed action is lost: {error}") };
            assert_eq!(error.action_id().map(ActionId::as_str), Some(action));
            ended.last.as_ref()
        }
    };
    if let Some(report) = report {
        check_report(report, action);
    }
}

fn check_report(report: &ActionReport, action: &str) {
    assert_eq!(report.action_id.as_str(), action);
    assert_eq!(report.counts(), &report.status().counts(), "counted and read differ");
    assert!(report.is_success() <= report.counts().is_settled());
}
