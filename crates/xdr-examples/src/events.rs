//! What `--json` writes: one object a line, each with its `event`.

use serde::Serialize;
use serde_json::{Map, Value, json};
use xdr_model::{CancelProgress, EndpointId, Error, Progress};

use crate::arguments::Job;
use crate::exit::Outcome;
use crate::target::Target;

/// One line; the name of the event comes first, for people who read along.
#[derive(Serialize)]
pub(crate) struct Line {
    event: &'static str,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// The first line: what is about to happen, and where.
pub(crate) fn begin(target: &Target, job: &Job) -> Line {
    let job = match job {
        Job::Scan(scan) => json!({ "job": "scan", "filters": scan.filters, "incident_id": scan.incident_id }),
        Job::Resume(id) => json!({ "job": "resume", "action_id": id }),
        Job::Cancel(id) => json!({ "job": "cancel", "action_id": id }),
    };
    let place = json!({ "tenant": target.tenant.to_string(), "simulated": target.is_simulated() });
    event("begin", &[place, job])
}

pub(crate) fn progress(progress: &Progress) -> Line {
    match progress {
        Progress::Started(started) => event("started", &[value(started)]),
        Progress::Polled { counts, expected, elapsed } => event(
            "polled",
            &[json!({
                "elapsed_seconds": elapsed.as_secs_f64(), "expected": expected,
                "settled": counts.settled(), "counts": counts,
            })],
        ),
        Progress::Trouble { error, in_a_row } => {
            event("trouble", &[json!({ "in_a_row": in_a_row, "message": error.to_string() })])
        }
        other => event("other", &[json!({ "message": format!("{other:?}") })]),
    }
}

pub(crate) fn cancelling(progress: &CancelProgress) -> Line {
    match progress {
        CancelProgress::Found { unsettled, settled } => {
            event("found", &[json!({ "unsettled": unsettled, "settled": settled })])
        }
        CancelProgress::Accepted(abort) => event("accepted", &[value(abort)]),
        CancelProgress::Refused { endpoints } => event("refused", &[json!({ "endpoints": endpoints })]),
        other => event("other", &[json!({ "message": format!("{other:?}") })]),
    }
}

/// The last line.
pub(crate) fn end(end: &Result<Outcome, Error>, left_out: &[EndpointId], exit_code: u8) -> Line {
    let code = json!({ "exit_code": exit_code });
    let left_out = if left_out.is_empty() { Value::Null } else { json!({ "left_out": left_out }) };
    match end {
        Ok(Outcome::Followed(report)) => {
            event("report", &[code, json!({ "success": exit_code == 0 }), left_out, value(report)])
        }
        Ok(Outcome::Cancelled(cancelled)) => event("cancelled", &[code, value(cancelled)]),
        Err(error) => event("error", &[code, of_error(error)]),
    }
}

/// The last line of a run that did not begin.
pub(crate) fn usage(message: &str, exit_code: u8) -> Line {
    event("error", &[json!({ "exit_code": exit_code, "kind": "usage", "message": message })])
}

fn of_error(error: &Error) -> Value {
    let last = match error {
        Error::Wait(ended) => ended.last.as_ref(),
        _ => None,
    };
    json!({
        "kind": kind(error),
        "message": error.to_string(),
        "may_have_taken_effect": error.may_have_taken_effect(),
        "is_safe_to_retry": error.is_safe_to_retry(),
        "action_id": error.action_id(),
        "http_status": error.status().map(|status| status.as_u16()),
        "retry_after_seconds": error.retry_after().map(|after| after.as_secs()),
        "last": last,
    })
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::Invalid(_) => "invalid",
        Error::NotSent(_) => "not_sent",
        Error::OutcomeUnknown(_) => "outcome_unknown",
        Error::Refused(_) => "refused",
        Error::ServerFailure(_) => "server_failure",
        Error::Unreadable(_) => "unreadable",
        Error::Wait(_) => "wait",
        _ => "other",
    }
}

fn value(part: &impl Serialize) -> Value {
    serde_json::to_value(part).unwrap_or_default()
}

/// One object of all parts; what is null is left out.
fn event(event: &'static str, parts: &[Value]) -> Line {
    let fields = parts.iter().filter_map(Value::as_object).flatten();
    let fields =
        fields.filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), value.clone()));
    Line { event, fields: fields.collect() }
}
