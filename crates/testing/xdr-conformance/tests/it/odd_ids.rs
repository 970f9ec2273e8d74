//! Ids of a tenant with characters that callers may not use. Both clients receive and send them without changes.

use serde_json::{Value, json};
use xdr_conformance::{Trial, both};
use xdr_model::{ActionReport, EndpointId, Scan, StartedAction};
use xdr_sim::Fault;

use crate::cancel::cancelled_ids;
use crate::support::quiet;

const ACTIONS: [&str; 6] = [" a", "a ", "a\n", "\0", "\u{202e}a", "\u{feff}"];
const ENDPOINTS: [&str; 7] = ["\0", " ", "e1", "e1\n", "e1 ", "\u{202e}e1", "\u{feff}"];

fn script(trial: &Trial, operation: &str, reply: &Value) {
    trial.server.sim().fault(Fault::on(operation).answer_json(200, json!({"reply": reply}).to_string()));
}

/// All odd endpoints with the same status, and one endpoint with an empty name.
fn statuses(word: &str) -> Value {
    let endpoints = ENDPOINTS.iter().chain(&[""]);
    json!({"data": endpoints.map(|id| ((*id).to_owned(), json!(word))).collect::<Value>()})
}

/// The ids in the status requests that the tenant received.
fn asked(trial: &Trial) -> Vec<Value> {
    let sim = trial.server.sim();
    let bodies = sim.requests().iter().filter(|request| request.operation() == "get_action_status");
    let body = |body: &[u8]| serde_json::from_slice::<Value>(body).expect("requests are JSON");
    bodies.map(|request| body(&request.body)["request_data"]["group_action_id"].clone()).collect()
}

#[test]
fn ids_of_a_tenant_are_read_followed_saved_and_cancelled_unchanged() {
    for action in ACTIONS {
        both(|trial| {
            script(trial, "scan", &json!({"action_id": action, "endpoints_count": ENDPOINTS.len() + 1}));
            let started = trial.send(&Scan::all()).expect("any id is one");
            let started: StartedAction =
                serde_json::from_value(json!(started)).expect("what was saved can be read");
            assert_eq!(started.action_id.as_str(), action);

            script(trial, "get_action_status", &statuses("PENDING"));
            script(trial, "get_action_status", &statuses("FAILED"));
            let report = trial.wait(started, quiet).expect("all of them settle");
            let mut named: Vec<EndpointId> = report.endpoints().map(|endpoint| endpoint.id).collect();
            named.sort_unstable();
            assert_eq!(named[1..], ENDPOINTS.map(EndpointId::from));
            let saved = json!(report).to_string();
            assert_eq!(ActionReport::from_json(&saved).as_ref(), Ok(&report));

            script(trial, "get_action_status", &statuses("PENDING"));
            script(trial, "abort_scan", &json!({"action_id": "b", "endpoints_count": ENDPOINTS.len()}));
            let cancelled = trial.cancel_action(report, quiet).expect("there is something to cancel");
            assert_eq!(cancelled_ids(trial), [ENDPOINTS]);
            assert_eq!((cancelled.endpoints, cancelled.refused), (ENDPOINTS.len(), 1), "one has no name");
            assert_eq!(asked(trial), [action; 3]);
        });
    }
}
