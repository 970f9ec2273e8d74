//! The shapes of replies on the wire.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::config::Ids;

/// The `err_msg` when no endpoint matched, or when the action was not possible on any matching endpoint.
const NO_ENDPOINT: &str = "An error occurred while processing XDR public API - No endpoint was found for creating \
                           the requested action";

/// The maximum length of the description of a mistake.
const PROBLEM_CHARS: usize = 500;

/// A refusal, as a complete reply. Only this type knows the shape of error replies.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Response<Bytes>>);

impl Refusal {
    fn new(status: StatusCode, message: impl Into<Value>, extra: Option<&str>) -> Self {
        let error = json!({ "err_code": status.as_u16(), "err_msg": message.into(), "err_extra": extra });
        Self(Box::new(json_response(status, json!({ "reply": error }).to_string())))
    }

    fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers_mut().insert(name, value);
        self
    }

    /// A request that is JSON but not valid for the operation. `pointer` is the JSON Pointer of the mistake.
    pub(crate) fn invalid(pointer: &str, problem: impl Into<String>) -> Self {
        // The description may quote a word of the request, and a word can be as long as a body.
        let problem: String = problem.into().chars().take(PROBLEM_CHARS).collect();
        Self::new(StatusCode::BAD_REQUEST, problem, Some(pointer))
    }

    /// A body that is not JSON. In the documentation, `err_msg` is an object in this case.
    pub(crate) fn not_json(error: &serde_json::Error) -> Self {
        let place = json!({ "line": error.line(), "column": error.column(), "message": error.to_string() });
        Self::new(StatusCode::BAD_REQUEST, place, None)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Public API request unauthorized", None)
    }

    pub(crate) fn unlicensed() -> Self {
        Self::new(StatusCode::PAYMENT_REQUIRED, "The required license is missing", None)
    }

    pub(crate) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "The API key does not have the required permissions", None)
    }

    pub(crate) fn unknown_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", None)
    }

    pub(crate) fn only_post() -> Self {
        let refusal = Self::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", None);
        refusal.with_header(header::ALLOW, HeaderValue::from_static("POST"))
    }

    pub(crate) fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time", None)
    }

    pub(crate) fn too_large(problem: String) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, problem, None)
    }

    pub(crate) fn too_many_requests(retry_after: Option<u64>) -> Self {
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests", None);
        match retry_after {
            Some(seconds) => refusal.with_header(header::RETRY_AFTER, seconds.into()),
            None => refusal,
        }
    }

    pub(crate) fn no_endpoint() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, NO_ENDPOINT, None)
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        *self.0
    }
}

/// The reply to `scan` and `abort_scan`.
pub(crate) fn started(action_id: u64, endpoints: usize, ids: Ids) -> String {
    let reply = match ids {
        Ids::Text => json!({
            "action_id": action_id.to_string(), "endpoints_count": endpoints.to_string(), "status": "1"
        }),
        Ids::Integer => json!({ "action_id": action_id, "endpoints_count": endpoints, "status": 1 }),
    };
    json!({ "reply": reply }).to_string()
}

pub(crate) fn json_response(status: StatusCode, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
