//! The simulated tenant as seen from outside: a request goes in, an answer comes out.

use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use serde_json::Value;

use crate::action::Action;
use crate::answer::{Delivery, HttpAnswer};
use crate::auth::{Nonces, has_key, is_authentic};
use crate::config::Config;
use crate::fault::{self, Fault};
use crate::rate::RateLimit;
use crate::read::json;
use crate::recorded::{Recorded, Recordings};
use crate::route::{Effect, Route, operation, route};
use crate::selection::is_dangerous;
use crate::tenant::Tenant;
use crate::wire::{Refusal, json_response};

mod machines;

/// A simulated tenant without a socket, a clock or a thread.
///
/// The caller passes the current time with every request. Signatures, the `Date` header and the rate limit use this
/// time. Actions have a separate time, the action time. The action time starts with the first request and runs
/// [`with_time_scale`](Config::with_time_scale) times as fast. [`advance`](Sim::advance) moves it forward.
///
/// ```
/// use std::time::Duration;
/// use bytes::Bytes;
/// use http::Request;
/// use xdr_sim::{Config, Sim};
///
/// let mut sim = Sim::new(Config::new().with_endpoints(5).with_time_scale(0.0));
/// let scan = Request::post("/public_api/v1/endpoints/scan")
///     .header("authorization", "demo")
///     .header("x-xdr-auth-id", "1")
///     .body(Bytes::from(r#"{"request_data":{"filters":"all"}}"#))?;
/// let answer = sim.handle(&scan, 1_750_000_000_000);
/// assert_eq!(answer.response().map(|response| response.status().as_u16()), Some(200));
///
/// let action = sim.actions()[0].id;
/// assert!(sim.statuses(action).iter().all(|(_, status)| *status == "PENDING"));
/// sim.advance(Duration::from_secs(600));
/// assert!(sim.statuses(action).iter().all(|(_, status)| *status != "PENDING"));
/// # Ok::<(), http::Error>(())
/// ```
pub struct Sim {
    config: Config,
    tenant: Tenant,
    faults: Vec<Fault>,
    nonces: Nonces,
    rate: RateLimit,
    recordings: Recordings,
    dangerous: usize,
}

impl Sim {
    /// Creates a tenant that has not received a request yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            tenant: Tenant::new(config.clone()),
            faults: Vec::new(),
            nonces: Nonces::new(config.limits.nonces),
            rate: RateLimit::new(config.rate_limit),
            recordings: Recordings::new(&config.limits),
            dangerous: 0,
            config,
        }
    }

    /// Answers one request that arrives at the given time (epoch milliseconds).
    ///
    /// The checks run in this order: scripted fault, path (404), method (405), authentication (401), rate limit (429),
    /// licence (402), permission (403), size of the JSON (413), JSON and arguments (400). Then the tenant carries out
    /// the operation.
    ///
    /// # Panics
    /// If the time is after the year 9999, because a `Date` header cannot express it.
    pub fn handle(&mut self, request: &Request<Bytes>, now_unix_ms: u64) -> HttpAnswer {
        self.tenant.follow(now_unix_ms);
        self.recordings.push(request, now_unix_ms);
        let body = json(request.body(), self.config.limits.json_bytes);
        if starts_action(request) && names_nothing(request.body(), &body) {
            self.dangerous += 1;
        }
        let fault = fault::take(&mut self.faults, operation(request.uri().path()));
        let mut answer = match fault {
            None => HttpAnswer { delay: Duration::ZERO, delivery: self.execute(request, body, now_unix_ms) },
            Some(fault) => self.misbehave(request, body, now_unix_ms, fault),
        };
        answer.delivery.stamp(date(now_unix_ms));
        answer
    }

    /// Queues a fault behind the faults that are already queued.
    pub fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Removes all queued faults.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// Returns the number of requests that the queued faults still wait for. It is 0 when all faults have been used up.
    #[must_use]
    pub fn outstanding_faults(&self) -> usize {
        fault::outstanding(&self.faults)
    }

    /// Moves the action time forward, and no other clock.
    pub fn advance(&mut self, by: Duration) {
        self.tenant.advance(by);
    }

    /// Returns the started actions, both scans and aborts, in the order in which they were started.
    ///
    /// Their number shows how many requests the tenant has really carried out, until ended actions are
    /// [forgotten](Sim::forgotten_actions).
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        self.tenant.history().actions()
    }

    /// Returns the number of ended actions that are no longer kept, because of
    /// [`ended_actions`](crate::Limits::ended_actions) or [`ended_results`](crate::Limits::ended_results).
    #[must_use]
    pub fn forgotten_actions(&self) -> u64 {
        self.tenant.history().forgotten()
    }

    /// Returns the action with the given `action_id`.
    #[must_use]
    pub fn action(&self, id: u64) -> Option<&Action> {
        self.tenant.action(Some(id))
    }

    /// Returns the endpoint ids of an action with their states (`PENDING`, …), in the order of the fleet. The list is
    /// empty if there is no such action.
    #[must_use]
    pub fn statuses(&self, action_id: u64) -> Vec<(&str, &'static str)> {
        let statuses = self.tenant.statuses(action_id).unwrap_or_default();
        statuses.into_iter().map(|(id, status)| (id, status.word())).collect()
    }

    /// Returns the recorded requests, whatever the answers were. When there are too many, the oldest are
    /// [forgotten](Sim::forgotten_requests).
    #[must_use]
    pub fn requests(&self) -> &[Recorded] {
        self.recordings.kept()
    }

    /// Returns the number of requests that [`requests`](Sim::requests) no longer contains, because of
    /// [`recorded_requests`](crate::Limits::recorded_requests) or
    /// [`recorded_bytes`](crate::Limits::recorded_bytes). It is 0 if no requests are recorded at all.
    #[must_use]
    pub fn forgotten_requests(&self) -> u64 {
        self.recordings.forgotten()
    }

    /// Removes all recorded requests, and sets [`forgotten_requests`](Sim::forgotten_requests) to 0.
    pub fn clear_requests(&mut self) {
        self.recordings.clear();
    }

    /// Returns the number of `scan` and `abort_scan` requests that named no endpoints at all.
    ///
    /// In such a request, `filters` is absent, null or empty, or the `value` of a filter is absent, null or empty. A
    /// real tenant may take this for "every endpoint". The simulator answers with 400. It counts the request even if a
    /// fault or a wrong key kept it from being carried out. It does not look into a body that exceeds the
    /// [`Limits`](crate::Limits).
    #[must_use]
    pub fn dangerous_requests(&self) -> usize {
        self.dangerous
    }

    /// Whether a head carries the tenant's key. Only then is the whole body kept.
    pub(crate) fn recognises(&self, headers: &HeaderMap, now_unix_ms: u64) -> bool {
        has_key(headers, &self.config, now_unix_ms)
    }

    fn misbehave(&mut self, request: &Request<Bytes>, body: Json, now_ms: u64, fault: Fault) -> HttpAnswer {
        let executed = fault.lets_through().then(|| self.execute(request, body, now_ms));
        let delivery = fault.instead.or(executed).unwrap_or(Delivery::HangUp);
        HttpAnswer { delay: fault.delay, delivery }
    }

    fn execute(&mut self, request: &Request<Bytes>, body: Json, now_ms: u64) -> Delivery {
        let reply = self.admit(request, now_ms).and_then(|route| self.carry_out(route, &body?));
        Delivery::Whole(reply.unwrap_or_else(Refusal::into_response))
    }

    /// Runs all checks that do not need the body.
    fn admit(&mut self, request: &Request<Bytes>, now_unix_ms: u64) -> Result<Route, Refusal> {
        let route = route(request.uri().path()).ok_or_else(Refusal::unknown_path)?;
        if request.method() != Method::POST {
            return Err(Refusal::only_post());
        }
        if !is_authentic(request.headers(), &self.config, &mut self.nonces, now_unix_ms) {
            return Err(Refusal::unauthorized());
        }
        // This check follows the key's, so that clients without the key cannot use up the rate limit.
        if !self.rate.admit(now_unix_ms) {
            return Err(Refusal::too_many_requests(self.config.retry_after));
        }
        if route.effect != Effect::ChecksKey && !self.config.license {
            return Err(Refusal::unlicensed());
        }
        if route.effect != Effect::ChecksKey && !self.config.permits(route.name()) {
            return Err(Refusal::forbidden());
        }
        Ok(route)
    }

    fn carry_out(&mut self, route: Route, body: &Value) -> Result<Response<Bytes>, Refusal> {
        let reply = (route.carry_out)(&mut self.tenant, body)?;
        let is_start = route.effect == Effect::StartsAction;
        let status = if is_start && self.config.created { StatusCode::CREATED } else { StatusCode::OK };
        Ok(json_response(status, reply))
    }
}

/// The parsed body, or the refusal of a body that cannot be parsed.
type Json = Result<Value, Refusal>;

fn starts_action(request: &Request<Bytes>) -> bool {
    route(request.uri().path()).is_some_and(|route| route.effect == Effect::StartsAction)
}

/// Whether the body of an action names no endpoints. An empty body names none. A body that is not JSON does not count,
/// because every tenant refuses it.
fn names_nothing(body: &Bytes, read: &Json) -> bool {
    body.is_empty() || read.as_ref().is_ok_and(is_dangerous)
}

fn date(unix_ms: u64) -> HeaderValue {
    let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(unix_ms));
    HeaderValue::from_str(&text).expect("a date is visible ASCII")
}
