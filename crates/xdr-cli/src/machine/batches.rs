//! The output of `--json` for a scan in batches: numbers during the run, and each batch in the last line.

use serde_json::{Map, Value, json};
use xdr_model::{
    ActionReport, Batch, BatchProgress, BatchState, EndpointId, EndpointState, ReportedEndpoint, ScanBatches,
};

use crate::batches::{size, sizes};
use crate::machine::events::{Line, event, gap, numbers, value};

/// The number of batches, before the first one is sent.
pub(crate) fn announced(batches: &ScanBatches) -> Line {
    let some = |count: usize| (count > 0).then_some(count);
    let counts = json!({
        "batches": batches.len(),
        "endpoints": sizes(batches.iter()),
        "states": states(batches),
        "skipped": some(batches.skipped().len()),
        "unmatched_ids": some(batches.unmatched_ids().len()),
        "unmatched_hostnames": some(batches.unmatched_hostnames().len()),
    });
    event("batches", &[counts])
}

/// One progress. `place` is the index of the batch that is being sent.
pub(crate) fn progress(progress: &BatchProgress, place: usize) -> Line {
    let batches = progress.batches();
    match progress {
        BatchProgress::Sending { .. } => event("sending", &[of_batch(batches, place, false)]),
        BatchProgress::Answered { .. } => {
            let gap = batches.iter().nth(place).and_then(Batch::report).map_or(Value::Null, gap);
            event(answer(batches, place), &[of_batch(batches, place, true), gap])
        }
        BatchProgress::Polled { elapsed, .. } => event(
            "polled",
            &[json!({ "elapsed_seconds": elapsed.as_secs_f64() }), numbers(batches.reports())],
        ),
        BatchProgress::Trouble { message, next_in, .. } => {
            event("trouble", &[json!({ "next_in_seconds": next_in.as_secs_f64(), "message": message })])
        }
        other => event("other", &[json!({ "message": format!("{other:?}") })]),
    }
}

fn answer(batches: &ScanBatches, place: usize) -> &'static str {
    match batches.iter().nth(place).map(Batch::state) {
        Some(BatchState::Sending { .. }) => "in_doubt",
        Some(state) => word(state),
        None => "other",
    }
}

fn of_batch(batches: &ScanBatches, place: usize, with_answer: bool) -> Value {
    let mut fields = json!({ "batch": place + 1, "batches": batches.len() });
    if let Some(batch) = batches.iter().nth(place) {
        fields["endpoints"] = size(batch).into();
        if with_answer {
            fields["action_id"] = value(&batch.report().map(ActionReport::action_id));
            fields["endpoints_count"] = value(&batch.report().and_then(ActionReport::endpoints_count));
            fields["message"] = value(&message(batch));
        }
    }
    fields
}

/// The part of the last line about all batches.
pub(crate) fn whole(batches: &ScanBatches) -> Value {
    let some = |ids: &[&str]| (!ids.is_empty()).then(|| Value::from(ids.to_vec()));
    let unmatched_ids: Vec<_> = batches.unmatched_ids().iter().map(EndpointId::as_str).collect();
    let unmatched_hostnames: Vec<_> = batches.unmatched_hostnames().iter().map(|name| &**name).collect();
    let skipped = batches.skipped().iter().map(
        |skipped| json!({ "endpoint_id": skipped.id, "endpoint_name": skipped.name, "why": skipped.why }),
    );
    let skipped: Vec<_> = skipped.collect();
    let attention: Vec<_> = batches.needs_attention().map(|endpoint| needs_attention(&endpoint)).collect();
    let list = batches.iter().enumerate().map(|(place, batch)| {
        let fields = json!({
            "number": place + 1,
            "state": word(batch.state()),
            "endpoints": size(batch),
            "action_id": batch.report().map(ActionReport::action_id),
            "message": message(batch),
        });
        without_null(fields)
    });
    json!({
        "is_success": batches.is_success(),
        "states": states(batches),
        "batches": list.collect::<Vec<_>>(),
        "endpoints": sizes(batches.iter()),
        "skipped": (!skipped.is_empty()).then_some(skipped),
        "unmatched_ids": some(&unmatched_ids),
        "unmatched_hostnames": some(&unmatched_hostnames),
        "needs_attention": (!attention.is_empty()).then_some(attention),
    })
}

fn needs_attention(endpoint: &ReportedEndpoint) -> Value {
    let (what, status) = match &endpoint.state {
        EndpointState::Settled(status) => ("settled", Some(status)),
        EndpointState::Unsettled(status) => ("unsettled", Some(status)),
        EndpointState::Vanished(status) => ("vanished", Some(status)),
        EndpointState::Missing => ("missing", None),
        _ => ("other", None),
    };
    without_null(json!({
        "endpoint_id": endpoint.id,
        "state": what,
        "status": status,
        "reason": endpoint.reason,
    }))
}

/// The number of batches in each state.
fn states(batches: &ScanBatches) -> Value {
    let mut states: Map<String, Value> = Map::new();
    for batch in batches.iter() {
        let count = states.entry(word(batch.state())).or_insert(Value::from(0));
        *count = (count.as_u64().unwrap_or(0) + 1).into();
    }
    states.into()
}

/// The word for the state, as in the state file.
fn word(state: &BatchState) -> &'static str {
    match state {
        BatchState::NotSent => "not_sent",
        BatchState::Sending { .. } => "sending",
        BatchState::Started(_) => "started",
        BatchState::Refused { .. } => "refused",
        _ => "other",
    }
}

fn message(batch: &Batch) -> Option<&str> {
    match batch.state() {
        BatchState::Sending { message } => message.as_deref(),
        BatchState::Refused { message } => Some(message),
        _ => None,
    }
}

fn without_null(mut fields: Value) -> Value {
    if let Some(fields) = fields.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    fields
}
