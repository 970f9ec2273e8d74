//! The names of the endpoints of a report.

use serde_json::{Value, json};
use xdr_model::{ActionReport, Error, NamedEndpoint, transport::Flow};

use crate::support::{Drive, Received, Sending, answer, drive, ok, session};

/// A report of this number of failed endpoints, and one that has not failed.
fn report(failed: usize) -> ActionReport {
    let mut endpoints: Vec<_> =
        (0..failed).map(|n| json!({"endpoint_id": format!("e{n}"), "status": "FAILED"})).collect();
    endpoints.push(json!({"endpoint_id": "good", "status": "COMPLETED_SUCCESSFULLY"}));
    ActionReport::from_json(&json!({"action_id": 42, "endpoints": endpoints}).to_string()).unwrap()
}

/// The ids that a request asks for.
fn ids(sending: &Sending) -> Vec<String> {
    let request: Value = serde_json::from_str(&sending.body).unwrap();
    assert_eq!(request["request_data"]["filters"][0]["field"], "endpoint_id_list");
    serde_json::from_value(request["request_data"]["filters"][0]["value"].clone()).unwrap()
}

/// A tenant that no longer lists endpoints with a number that ends in 7.
fn page(sending: &Sending) -> Received {
    let known = ids(sending).into_iter().filter(|id| !id.ends_with('7'));
    let endpoints: Vec<_> =
        known.rev().map(|id| json!({"endpoint_id": id, "endpoint_name": format!("host-{id}")})).collect();
    ok(json!({"reply": {"endpoints": endpoints}}).to_string())
}

#[test]
fn one_request_names_a_hundred_endpoints_also_if_some_are_gone() {
    for (failed, requests) in [(0, 0), (1, 1), (100, 1), (101, 2), (250, 3)] {
        let ended = drive(session().name_endpoints(&report(failed)), page);
        assert_eq!(ended.sends.len(), requests, "{failed}");
        let named = ended.output.unwrap();
        assert_eq!(named.len(), failed);
        for (n, NamedEndpoint { reported, summary, .. }) in named.iter().enumerate() {
            assert_eq!(reported.id.as_str(), format!("e{n}"), "in the order of the report");
            let name = summary.as_ref().and_then(|summary| summary.name.clone());
            assert_eq!(name, (n % 10 != 7).then(|| format!("host-e{n}")));
        }
    }
}

#[test]
fn a_page_that_shows_fewer_than_it_was_asked_for_is_read_on() {
    let ended = drive(session().name_endpoints(&report(60)), |sending| {
        let request: Value = serde_json::from_str(&sending.body).unwrap();
        let from = usize::try_from(request["request_data"]["search_from"].as_u64().unwrap()).unwrap();
        // The id has another case than in the report.
        let endpoints: Vec<_> = ids(sending)
            .into_iter()
            .skip(from)
            .take(25)
            .map(|id| json!({"endpoint_id": id.to_uppercase(), "endpoint_name": "h"}))
            .collect();
        ok(json!({"reply": {"total_count": 60, "endpoints": endpoints}}).to_string())
    });
    assert_eq!(ended.sends.len(), 3);
    assert!(ended.output.unwrap().iter().all(|named| named.summary.is_some()));
}

#[test]
fn names_that_cannot_be_read_are_an_error_and_not_an_empty_list() {
    let refused = drive(session().name_endpoints(&report(3)), |_| answer(403, ""));
    assert!(matches!(refused.output, Err(Error::Refused(_))), "{:?}", refused.output);
    for stops_at in 0..4 {
        let mut moments = 0;
        let stopped = Drive::new(session().name_endpoints(&report(150))).run_until(page, |_, _| {
            moments += 1;
            moments > stops_at
        });
        if let Ok(named) = stopped.output {
            assert_eq!(named.len(), 150);
        }
    }
    assert!(session().name_endpoints(&report(1)).stop().is_err());
}
