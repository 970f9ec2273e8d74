//! What `--json` writes before the end: one object a line, each with its `event`.

use serde::Serialize;
use serde_json::{Map, Value, json};
use xdr_model::{CancelProgress, Progress};

use crate::arguments::Job;
use crate::target::Target;

/// One line; the name of the event comes first, for people who read along.
#[derive(Debug, Serialize)]
pub struct Line {
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

pub(crate) fn value(part: &impl Serialize) -> Value {
    serde_json::to_value(part).unwrap_or_default()
}

/// One object of all parts; what is null is left out.
pub(crate) fn event(event: &'static str, parts: &[Value]) -> Line {
    let fields = parts.iter().filter_map(Value::as_object).flatten();
    let fields =
        fields.filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), value.clone()));
    Line { event, fields: fields.collect() }
}
