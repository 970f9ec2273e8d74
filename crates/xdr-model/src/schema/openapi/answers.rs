//! Every status that the API answers with, and what it means.

use serde_json::{Map, Value, json};

use super::reference;
use crate::replay::Replay;
use crate::schema::root::Root;

/// The status, its meaning, and examples of its bodies.
type DocumentedStatus = (&'static str, &'static str, Value);

/// The reply with status 200, and also with 201 if the call starts an action. Then the documented errors, and 429.
pub(super) fn all(reply: &Value, replay: Replay, roots: &[Root]) -> Map<String, Value> {
    let success = json!({
        "description": "Success. An error can also have this status. Its body is then an ErrorResponse.",
        "content": reply,
    });
    // A started action has either status. A client that ignores 201 loses track of a scan.
    let successes: &[&str] = match replay {
        Replay::Unsafe => &["200", "201"],
        Replay::Safe => &["200"],
    };
    let successes = successes.iter().map(|status| ((*status).to_owned(), success.clone()));
    let title = roots.iter().find(|root| root.name == "error-response").map(|root| root.title.as_str());
    let schema = reference(title.unwrap_or_default());
    let errors = errors(replay)
        .into_iter()
        .map(|(status, meaning, examples)| (status.to_owned(), error(status, meaning, &examples, &schema)));
    successes.chain(errors).collect()
}

fn error(status: &str, meaning: &str, examples: &Value, schema: &Value) -> Value {
    let mut answer = json!({
        "description": meaning,
        "content": {"application/json": {"schema": schema, "examples": examples}},
    });
    if status == "429" {
        answer["headers"] = json!({"Retry-After": {
            "description": "When to send the request again, in seconds or as a date. It is not documented, but may appear.",
            "schema": {"type": "string"},
        }});
    }
    if status == "500" {
        answer["content"]["text/plain"] = json!({
            "schema": {"type": "string"}, "examples": {"page": {"value": "Internal Server Error"}},
        });
    }
    answer
}

#[rustfmt::skip]
fn errors(replay: Replay) -> Vec<DocumentedStatus> {
    vec![
        ("400", "The JSON or an argument in it is invalid.", json!({
            "documented": {"value": {"err_code": "400", "err_msg": "Got an invalid JSON", "err_extra": ""}},
            "onTheWire": wrapped(400, "An error occurred while processing XDR public API"),
            "messageObject": {"value": {"reply": {
                "err_code": 400,
                "err_msg": {"line": 1, "column": 19, "message": "no viable alternative at input '|alter2'"},
            }}},
            "newerCalls": {"value": {"data": {
                "err_msg": "bad filter", "metadata": {"err_code": 400, "err_extra": "filters"},
            }}},
        })),
        ("401", "The authentication failed: a wrong key, key id, kind of key or clock. The API does not say which of \
            these is wrong.",
            json!({"onTheWire": wrapped(401, "Public API request unauthorized")})),
        ("402", "The licence does not cover this API. It needs Cortex XDR Prevent, Cortex XDR Pro per Endpoint or \
            Cortex XDR Pro per GB.",
            json!({"onTheWire": wrapped(402, "Public API request does not have the required license")})),
        ("403", "The role of the key lacks the permission. It needs Endpoint Administrations with Endpoint Scan. The \
            roles Privileged Responder and Instance Administrator have it.",
            json!({"onTheWire": wrapped(403, "Public API request does not have the required permissions")})),
        ("429", "More than 10 requests a second for the tenant, over all of its APIs.",
            json!({"onTheWire": wrapped(429, "Too many requests")})),
        match replay {
            Replay::Safe => ("500", "A unified status for API communication type errors. With the text of the example \
                missingParameter, it is a definite refusal instead.",
                json!({
                    "failure": wrapped(500, "An internal error occurred"),
                    "missingParameter": wrapped(500, "group_action_id param is missing"),
                })),
            Replay::Unsafe => ("500", "A unified status for API communication type errors: the action may or may \
                not have been started. With the message or the further information of the example noEndpoint, it is a \
                definite refusal instead: no endpoint matches, an id is wrong, the endpoints are being scanned already, \
                there is nothing to cancel, the platform is not supported, or the endpoints are offline. The text of the \
                example unsupportedOperator is a definite refusal, too.",
                json!({
                    "failure": wrapped(500, "An internal error occurred"),
                    "noEndpoint": {"value": {"reply": {
                        "err_code": 500,
                        "err_msg": "No endpoint was found for creating the requested action",
                        "err_extra": "can't create group action id for the endpoints",
                    }}},
                    "unsupportedOperator": wrapped(500, "Unsupported operator 'contains'"),
                })),
        },
    ]
}

/// An example in the common shape.
fn wrapped(code: u16, message: &str) -> Value {
    json!({"value": {"reply": {"err_code": code, "err_msg": message, "err_extra": null}}})
}
