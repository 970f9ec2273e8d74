//! The lines of `--json` before the last one: one object per line, each with its `event`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use xdr_model::{
    ActionReport, CancelProgress, Coverage, EndpointSummary, Filter, Filters, Progress, ScanPlan,
};

use crate::job::Job;
use crate::target::Target;

/// One line. The name of the event comes first, for people who read the output.
#[derive(Debug, Serialize)]
pub struct Line {
    event: &'static str,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

impl Line {
    /// Adds a field, if there is a value.
    pub(crate) fn with(mut self, key: &str, value: Option<&str>) -> Self {
        self.fields.extend(value.map(|value| (key.to_owned(), value.into())));
        self
    }
}

/// The first line: the job and the tenant.
pub(crate) fn begin(target: &Target, job: &Job) -> Line {
    let scan = |job: &str, plan: &ScanPlan| {
        let scan = plan.scan();
        json!({ "job": job, "filters": scan.filters, "incident_id": scan.incident_id })
    };
    let job = match job {
        Job::Scan(plan) => scan("scan", plan),
        // There can be very many ids, so they are left out.
        Job::ScanInBatches(plan, size) => {
            let scan = plan.scan();
            let filters = (!names_ids(&scan.filters)).then_some(&scan.filters);
            json!({ "job": "scan", "batch_size": size, "filters": filters, "incident_id": scan.incident_id })
        }
        Job::Resume(_) => json!({ "job": "resume" }),
        Job::DryRun(plan) => scan("dry_run", plan),
        // There can be very many ids, so they are left out.
        Job::Reconcile(_, at) | Job::ReconcileBatches(_, at) => {
            json!({ "job": "reconcile", "attempted_at": at })
        }
        Job::List(request) => json!({ "job": "endpoints", "filters": request.filters }),
        Job::Follow(report) => json!({ "job": "resume", "action_id": report.action_id() }),
        Job::Cancel(report) => json!({ "job": "cancel", "action_id": report.action_id() }),
    };
    let place = json!({ "tenant": target.tenant.to_string(), "simulated": target.is_simulated() });
    event("begin", &[place, job])
}

fn names_ids(filters: &Filters) -> bool {
    matches!(filters, Filters::Matching(all) if all.iter().any(|it| matches!(it, Filter::EndpointIds(_))))
}

/// One endpoint of a list.
pub(crate) fn endpoint(endpoint: &EndpointSummary) -> Line {
    event("endpoint", &[value(endpoint)])
}

pub(crate) fn progress(progress: &Progress) -> Line {
    match progress {
        Progress::Started { report } => {
            let some = |texts: &[String]| (!texts.is_empty()).then(|| texts.to_vec());
            let skipped = report.skipped().len();
            let started = json!({
                "action_id": report.action_id(),
                "endpoints_count": report.endpoints_count(),
                "skipped": (skipped > 0).then_some(skipped),
                "unmatched_hostnames": some(report.unmatched_hostnames()),
            });
            event("started", &[started, gap(report)])
        }
        Progress::Polled { report, elapsed } => {
            event("polled", &[json!({ "elapsed_seconds": elapsed.as_secs_f64() }), numbers([report])])
        }
        Progress::Trouble { message, in_a_row, next_in, .. } => {
            let next = next_in.as_secs_f64();
            event("trouble", &[json!({ "in_a_row": in_a_row, "next_in_seconds": next, "message": message })])
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

/// The numbers of several actions together.
pub(crate) fn numbers<'a>(reports: impl IntoIterator<Item = &'a ActionReport>) -> Value {
    let some = |number: u64| (number > 0).then_some(number);
    let (mut expected, mut settled, mut vanished, mut never_named) = (0, 0, 0, 0);
    let mut all = BTreeMap::new();
    for report in reports {
        let counts = report.counts();
        for (status, count) in counts.iter() {
            *all.entry(status.as_str().to_owned()).or_insert(0) += count;
        }
        expected += report.expected();
        settled += counts.settled();
        vanished += report.vanished().count() as u64;
        never_named += report.never_named();
    }
    json!({
        "expected": expected,
        "settled": settled,
        "counts": all,
        "vanished": some(vanished),
        "never_named": some(never_named),
    })
}

/// The part of the scan that the tenant certainly did not accept.
pub(crate) fn gap(report: &ActionReport) -> Value {
    let gap = report.coverage().filter(Coverage::proves_gap);
    json!({ "gap": gap.map(|coverage| coverage.to_string()) })
}

pub(crate) fn value(part: &impl Serialize) -> Value {
    serde_json::to_value(part).unwrap_or_default()
}

/// One object with the fields of all parts. Fields that are null are left out.
pub(crate) fn event(event: &'static str, parts: &[Value]) -> Line {
    let fields = parts.iter().filter_map(Value::as_object).flatten();
    let fields =
        fields.filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), value.clone()));
    Line { event, fields: fields.collect() }
}
