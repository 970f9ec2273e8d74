//! The last line of `--json`.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};
use xdr_model::{
    ActionId, ActionReport, EndpointActivity, Error, PreviewedEndpoint, Reconciled, ReconciledEndpoint,
    ReportedEndpoint, ScanBatches,
    error::{WaitEnd, WaitEnded},
    transport::TransportKind,
};

use crate::abandoned::abandoned_message;
use crate::batches::{BatchesOutcome, may_go_on};
use crate::exit_code::{DryRun, NOTHING_DONE, Outcome, STOPPED};
use crate::found::Found;
use crate::machine::batches::whole;
use crate::machine::events::{Line, event, gap, numbers, value};
use crate::names::Names;
use crate::next_step::Commands;
use crate::next_step::{NextStep, both_steps, next_steps};
use crate::tracker::TrackedAction;

/// The last line, which says how the run ended.
pub fn last_line(
    end: &Result<Outcome, Error>,
    names: &Names,
    exit_code: u8,
    action: &TrackedAction,
    commands: &Commands,
) -> Line {
    let code = json!({ "exit_code": exit_code });
    let go_on = to_go_on(commands, next_steps(end, action), action.action_id.as_ref());
    match end {
        Ok(Outcome::Followed(report)) => event(
            "report",
            &[code, gap(report), value(report), numbers([report]), lists(report), of_names(names)],
        ),
        Ok(Outcome::InBatches(outcome)) => {
            let batches = outcome.batches();
            let name = if outcome.ended.is_ok() { "batches_report" } else { "error" };
            let parts = [
                code,
                of_early_end(outcome, exit_code),
                whole(batches),
                numbers(batches.reports()),
                of_names(names),
                to_resume(commands, batches),
            ];
            event(name, &parts)
        }
        Ok(Outcome::Previewed(dry_run)) => event("dry_run", &[code, of_dry_run(dry_run)]),
        Ok(Outcome::Reconciled(now)) => event("reconciled", &[code, of_reconciled(now)]),
        Ok(Outcome::Listed(found)) => event("listed", &[code, value(&found.list), of_found(found)]),
        Ok(Outcome::Cancelled(cancelled)) => {
            let why = (cancelled.left > 0).then_some("stopped");
            event("cancelled", &[code, json!({ "why": why }), value(cancelled), go_on])
        }
        Err(error) => {
            let id = json!({ "action_id": action.action_id });
            event("error", &[code, id, of_error(error), of_names(names), go_on])
        }
    }
}

/// The endpoints of a dry run or of `xdr reconcile`, one per line, before the last line.
pub(crate) fn endpoints(end: &Result<Outcome, Error>) -> Vec<Line> {
    match end {
        Ok(Outcome::Previewed(dry_run)) => of_preview(dry_run),
        Ok(Outcome::Reconciled(now)) => now.endpoints.iter().map(reconciled).collect(),
        _ => Vec::new(),
    }
}

fn reconciled(endpoint: &ReconciledEndpoint) -> Line {
    let of_endpoint = json!({
        "endpoint_id": endpoint.id,
        "activity": activity(endpoint.activity),
        "began_later": endpoint.began_later.then_some(true),
    });
    event("endpoint", &[value(&endpoint.summary), of_endpoint])
}

fn of_reconciled(now: &Reconciled) -> Value {
    let names = &now.unmatched_hostnames;
    let mut fields = json!({
        "endpoints": now.endpoints.len(),
        "began_later": now.endpoints.iter().filter(|endpoint| endpoint.began_later).count(),
        "unmatched_hostnames": (!names.is_empty()).then(|| names.clone()),
        "may_have_missed": now.may_have_missed,
    });
    for state in ACTIVITIES {
        fields[activity(state)] = now.count(state).into();
    }
    fields
}

const ACTIVITIES: [EndpointActivity; 4] = [
    EndpointActivity::BeingScanned,
    EndpointActivity::NotBeingScanned,
    EndpointActivity::Gone,
    EndpointActivity::Unknown,
];

fn activity(activity: EndpointActivity) -> &'static str {
    match activity {
        EndpointActivity::BeingScanned => "being_scanned",
        EndpointActivity::NotBeingScanned => "not_being_scanned",
        EndpointActivity::Gone => "gone",
        _ => "unknown",
    }
}

fn of_preview(dry_run: &DryRun) -> Vec<Line> {
    let skipped = dry_run.planned.as_ref().map_or(&[][..], |planned| &planned.skipped);
    let skipped: HashMap<_, _> = skipped.iter().map(|skipped| (&skipped.id, skipped.why)).collect();
    let line = |endpoint: &PreviewedEndpoint| {
        let of_endpoint = json!({
            "endpoint_id": endpoint.id,
            "endpoint_name": endpoint.name,
            "endpoint_status": endpoint.connection,
            "scan_status": endpoint.scan_status,
            "skipped": skipped.get(&endpoint.id),
        });
        event("endpoint", &[of_endpoint])
    };
    dry_run.preview.endpoints().iter().map(line).collect()
}

fn of_found(found: &Found) -> Value {
    let some = |names: &Vec<String>| (!names.is_empty()).then(|| names.clone());
    json!({
        "unmatched_hostnames": some(&found.unmatched_hostnames),
        "unmatched_ids": some(&found.unmatched_ids),
    })
}

fn of_dry_run(dry_run: &DryRun) -> Value {
    let DryRun { preview, planned } = dry_run;
    let would_scan = planned.as_ref().map_or(0, |planned| preview.len() - planned.skipped.len());
    json!({
        "endpoints": preview.len(),
        "would_scan": would_scan,
        "refused": planned.as_ref().err().map(ToString::to_string),
        "by_platform": counts(preview.by_platform(), |word| word.as_str()),
        "by_connection": counts(&preview.by_connection(), |word| word.as_str()),
        "by_isolation": counts(preview.by_isolation(), |word| word.as_str()),
        "by_scan_status": counts(&preview.by_scan_status(), |word| word.as_str()),
        "unmatched_hostnames": preview.unmatched_hostnames(),
        "unmatched_ids": preview.unmatched_ids(),
        "may_have_missed": preview.list().may_have_missed,
    })
}

fn counts<K>(counts: &BTreeMap<K, u64>, word: impl Fn(&K) -> &str) -> Map<String, Value> {
    let mut fields = Map::new();
    for (key, count) in counts {
        // The tenant can also send the word "null".
        let word = match word(key) {
            "null" => "not_reported",
            word => word,
        };
        let known = fields.get(word).and_then(Value::as_u64).unwrap_or(0);
        fields.insert(word.to_owned(), (known + count).into());
    }
    fields
}

/// What the tenant reports about the endpoints that need attention.
fn of_names(names: &Names) -> Value {
    let summaries = Some(&names.summaries).filter(|summaries| !summaries.is_empty());
    json!({ "summaries": summaries, "names_problem": names.problem })
}

/// The last line of a program that ended without waiting for an answer.
pub fn abandoned_line(action: &TrackedAction, commands: &Commands) -> Line {
    let exit_code = action.exit_code();
    let kind = match exit_code {
        // The run had reached its end, but its report was not shown.
        _ if action.result.is_some() => "left",
        code => kind_of_code(code),
    };
    let what = json!({
        "exit_code": exit_code,
        "kind": kind,
        "why": "left",
        "message": abandoned_message(action),
        "may_have_taken_effect": exit_code != NOTHING_DONE,
        "is_safe_to_retry": exit_code == NOTHING_DONE,
        "action_id": action.action_id,
        "last": action.last,
    });
    let go_on = to_go_on(commands, both_steps(action), action.action_id.as_ref());
    let batches = action.batches.as_ref().map_or(Value::Null, |batches| {
        let mut fields = whole(batches);
        fields["resume_command"] = to_resume(commands, batches)["resume_command"].take();
        fields
    });
    event("error", &[what, value(&action.tally), go_on, batches])
}

fn kind_of_code(exit_code: u8) -> &'static str {
    match exit_code {
        NOTHING_DONE => "not_sent",
        STOPPED => "wait",
        _ => "outcome_unknown",
    }
}

/// The reason why a run of batches ended early. The `kind` describes all batches together, not only the last one.
fn of_early_end(outcome: &BatchesOutcome, exit_code: u8) -> Value {
    let Some(message) = outcome.message() else { return Value::Null };
    let (why, cause) = match outcome.why() {
        None => ("not_saved", None),
        Some(Error::Wait(ended)) => (why(&ended.why), ended.cause().map(kind)),
        Some(Error::NotSent(error)) if error.source.kind() == TransportKind::Stopped => ("stopped", None),
        Some(error) => ("failed", Some(kind(error))),
    };
    let is_safe = outcome.why().is_none_or(Error::is_safe_to_retry);
    json!({
        "kind": match exit_code {
            NOTHING_DONE => outcome.why().map_or("not_sent", kind),
            code => kind_of_code(code),
        },
        "why": why,
        "cause": cause,
        "message": message,
        "may_have_taken_effect": exit_code != NOTHING_DONE,
        "is_safe_to_retry": exit_code == NOTHING_DONE && is_safe,
    })
}

/// The command that resumes the batches, if another run has something to do.
fn to_resume(commands: &Commands, batches: &ScanBatches) -> Value {
    json!({ "resume_command": may_go_on(batches).then(|| commands.resume()).flatten() })
}

/// The last line of a run that did not begin.
pub(crate) fn usage(message: &str, exit_code: u8, action: Option<&ActionId>) -> Line {
    let what = json!({ "exit_code": exit_code, "kind": "usage", "message": message, "action_id": action });
    event("error", &[what])
}

fn to_go_on(commands: &Commands, next_steps: &[NextStep], id: Option<&ActionId>) -> Value {
    let line = |step| id.filter(|_| next_steps.contains(&step)).and_then(|id| commands.line(step, id));
    json!({ "resume_command": line(NextStep::Follow), "cancel_command": line(NextStep::Cancel) })
}

fn of_error(error: &Error) -> Value {
    let mut fields = json!({
        "kind": kind(error),
        "message": error.to_string(),
        "may_have_taken_effect": error.may_have_taken_effect(),
        "is_safe_to_retry": error.is_safe_to_retry(),
        "http_status": error.status().map(|status| status.as_u16()),
        "retry_after_seconds": error.retry_after().map(|after| after.as_secs()),
    });
    if let (Error::Wait(ended), Some(fields)) = (error, fields.as_object_mut()) {
        fields.extend(of_wait(ended).as_object().cloned().unwrap_or_default());
    }
    fields
}

/// The fields that a failed wait adds. A partial cancellation has the fields of a whole one.
fn of_wait(ended: &WaitEnded) -> Value {
    let mut fields = match &ended.why {
        WaitEnd::CancelledInPart { cancelled, .. } => value(cancelled),
        _ => json!({}),
    };
    fields["why"] = why(&ended.why).into();
    fields["cause"] = ended.cause().map(kind).into();
    fields["last"] = if ended.report.named() > 0 { value(&ended.report) } else { Value::Null };
    fields["gap"] = gap(&ended.report)["gap"].take();
    fields
}

/// The endpoints that need attention, by state. Endpoints that settled without success are known by their status.
fn lists(report: &ActionReport) -> Value {
    let ids = |endpoints: &mut dyn Iterator<Item = ReportedEndpoint>| {
        let ids: Vec<_> = endpoints.map(|endpoint| endpoint.id).collect();
        (!ids.is_empty()).then_some(ids)
    };
    json!({
        "vanished_ids": ids(&mut report.vanished()),
        "missing_ids": ids(&mut report.missing()),
        "unsettled_ids": ids(&mut report.unsettled()),
    })
}

/// The reason as one word for scripts. There is also a word for a reason that this version does not know.
fn why(end: &WaitEnd) -> &'static str {
    match end {
        WaitEnd::Deadline { .. } => "deadline",
        WaitEnd::Stopped => "stopped",
        WaitEnd::UnknownAction => "unknown_action",
        WaitEnd::NoEndpoint { .. } => "no_endpoint",
        WaitEnd::Vanished => "vanished",
        WaitEnd::TooManyEndpoints => "too_many_endpoints",
        WaitEnd::Failed(_) => "failed",
        WaitEnd::RetryTooLate(_) => "retry_too_late",
        WaitEnd::CancelledInPart { .. } => "cancelled_in_part",
        _ => "other",
    }
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
