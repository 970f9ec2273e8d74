//! Tests how an action is followed, by its id or with a saved report. The input is a script.

use xdr_model::{
    ActionId, ActionReport, EndpointState, Error, Operation, Polling, Progress, RateLimit, Scan, Session,
    StartedAction, operation::EndpointActionStatus,
};

use crate::drive::{Ended, drive};
use crate::heard::{Asked, Heard};
use crate::promises::{check_error, session};
use crate::script::Script;

pub(super) fn run(input: &[u8]) {
    let script = Script::read(input);
    let (known, mut following) = Following::begin(&script);
    following.follow(known, &script.parts());
}

/// Makes a new session, as a restarted program does.
pub(super) fn session_of(script: &Script) -> Session {
    session(script.advanced).with_rate_limit(RateLimit::per_second(script.pace))
}

pub(super) fn polling(script: &Script) -> Polling {
    let polling = Polling::within(script.deadline);
    let polling = script.limit.map_or(polling, |limit| polling.with_pending_limit(limit));
    match script.pauses {
        // Short pauses are safe: the script limits the length of a run.
        Some([first, shortest, longest]) => polling.with_pauses(first, shortest, longest),
        None => polling,
    }
}

/// The end of following an action.
pub(super) type Followed = Ended<Progress, Result<ActionReport, Error>>;

/// The maximum number of endpoints in a progress that is checked. The last progress is always checked.
const FEW: u64 = 50;

/// A followed action, and the content of the replies about it.
pub(super) struct Following {
    action: ActionId,
    pub(super) heard: Heard,
}

impl Following {
    /// Returns the known report of an action that was started earlier.
    pub(super) fn begin(script: &Script) -> (ActionReport, Self) {
        if let Some((known, document)) = &script.known {
            let following = Self { action: known.action_id().clone(), heard: Heard::saved(document) };
            return (known.clone(), following);
        }
        let known = match (script.count, &script.scan) {
            (None, None) => ActionId::from(42).into(),
            (count, None) => started(count).into(),
            (count, Some(scan)) => ActionReport::of(scan, &started(count)),
        };
        (known, Self::of(ActionId::from(42), Asked::of(script.scan.as_ref(), script.count)))
    }

    pub(super) fn of(action: ActionId, asked: Asked) -> Self {
        Self { action, heard: Heard::of(asked) }
    }

    /// Follows the action through these parts of the script. Each part continues with the report that the previous one
    /// saved. Returns the last report if the wait has not ended.
    pub(super) fn follow(&mut self, mut known: ActionReport, parts: &[Script]) -> Option<ActionReport> {
        for part in parts {
            let wait = session_of(part).wait(known, polling(part));
            known = self.check(&drive(wait, part, Some(part.deadline)), part)?;
        }
        Some(known)
    }

    /// Checks the promises at the end of a part. Returns the report as it was saved and read again, if the wait can be
    /// resumed.
    pub(super) fn check(&mut self, ended: &Followed, part: &Script) -> Option<ActionReport> {
        let is_over = self.heard.hear(&ended.sends, part.limit);
        let report = match &ended.output {
            Ok(report) => {
                let pending = EndpointState::Unsettled(EndpointActionStatus::Pending);
                assert!(
                    report.unsettled().all(|endpoint| endpoint.state == pending),
                    "the wait ends although an unsettled endpoint is not pending"
                );
                report
            }
            Err(error) => {
                check_error(error);
                let Error::Wait(ended) = error else {
                    panic!("the error does not contain the followed action: {error}")
                };
                assert_eq!(error.action_id(), Some(&self.action));
                &ended.report
            }
        };
        assert_eq!(ended.output.is_ok(), is_over, "it ends too early or too late: {report:?}");
        assert_eq!(report.action_id(), &self.action);
        self.heard.check(report);
        let told = ended.progress.last();
        assert!(
            told.is_none_or(|told| told.report() == report),
            "{report:?} is not the last progress: {told:?}"
        );
        let (last, before) = ended.progress.split_last().unzip();
        let before = before.into_iter().flatten().filter(|told| told.report().named() <= FEW);
        before.chain(last).for_each(check_progress);
        let known = read_again(report);
        ended.output.is_err().then_some(known)
    }
}

fn started(count: Option<u64>) -> StartedAction {
    let count = count.map_or("null".into(), |count| count.to_string());
    let reply = format!(r#"{{"reply":{{"action_id":42,"endpoints_count":{count}}}}}"#);
    Scan::decode(reply.as_bytes()).expect("it can be read")
}

/// Checks that a saved report can be read and is unchanged. Returns the report that was read.
fn read_again(report: &ActionReport) -> ActionReport {
    let written = serde_json::to_string(report).expect("a report can be written");
    let read = ActionReport::from_json(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(&read, report, "{written}");
    assert_eq!(serde_json::to_string(&read).ok(), Some(written));
    read
}

fn check_progress(progress: &Progress) {
    let written = serde_json::to_string(progress).expect("progress can be written");
    let read = Progress::from_json(&written).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(read.report(), progress.report(), "{written}");
    assert_eq!(serde_json::to_string(&read).ok(), Some(written));
}
