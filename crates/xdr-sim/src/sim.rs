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

/// This is a simulated tenant without a socket, a clock or a thread.
///
/// The caller gives the time with every request. That is the time of signatures, of the `Date` header and of the
/// rate limit. Actions live in a time of their own, which starts with the first request, runs
/// [`with_time_scale`](Config::with_time_scale) times as fast, and can be moved on by [`advance`](Sim::advance).
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
    /// This makes a tenant in which nothing has happened yet.
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

    /// This answers one request that arrives at the given time (epoch milliseconds).
    ///
    /// Checked in this order: a scripted fault, path (404), method (405), authentication (401), rate limit (429),
    /// licence (402), permission (403), the size of the JSON (413), JSON and arguments (400); then the operation is
    /// carried out.
    ///
    /// # Panics
    /// If the time is after the year 9999, which a `Date` header cannot say.
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

    /// This queues a fault, behind those that wait already.
    pub fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// This forgets the faults that still wait: the trouble is over.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// This is the number of requests that queued faults still wait for; 0 when the whole script was played.
    #[must_use]
    pub fn outstanding_faults(&self) -> usize {
        fault::outstanding(&self.faults)
    }

    /// This moves the actions' time on, and no other clock.
    pub fn advance(&mut self, by: Duration) {
        self.tenant.advance(by);
    }

    /// These are the actions started, scans and aborts, in the order in which they were started.
    ///
    /// Their number shows how many requests were really carried out, until ended actions are
    /// [forgotten](Sim::forgotten_actions).
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        self.tenant.history().actions()
    }

    /// This is the number of actions that have ended and are no longer kept:
    /// [`ended_actions`](crate::Limits::ended_actions).
    #[must_use]
    pub fn forgotten_actions(&self) -> u64 {
        self.tenant.history().forgotten()
    }

    /// This is one action, by the id that its reply gave.
    #[must_use]
    pub fn action(&self, id: u64) -> Option<&Action> {
        self.tenant.action(Some(id))
    }

    /// These are the endpoint ids of an action with their states (`PENDING`, …), in the order of the fleet; empty
    /// if there is no such action.
    #[must_use]
    pub fn statuses(&self, action_id: u64) -> Vec<(&str, &'static str)> {
        let statuses = self.tenant.statuses(action_id).unwrap_or_default();
        statuses.into_iter().map(|(id, status)| (id, status.word())).collect()
    }

    /// These are the requests seen, whatever the answer was. All are kept until the oldest are
    /// [forgotten](Sim::forgotten_requests).
    #[must_use]
    pub fn requests(&self) -> &[Recorded] {
        self.recordings.kept()
    }

    /// This is the number of requests that [`requests`](Sim::requests) leaves out, because they were more than
    /// [`recorded_requests`](crate::Limits::recorded_requests) or
    /// [`recorded_bytes`](crate::Limits::recorded_bytes); 0 if none are recorded at all.
    #[must_use]
    pub fn forgotten_requests(&self) -> u64 {
        self.recordings.forgotten()
    }

    /// This forgets the requests seen so far, and the number of those that were left out.
    pub fn clear_requests(&mut self) {
        self.recordings.clear();
    }

    /// This is the number of `scan` and `abort_scan` requests that named no endpoints at all.
    ///
    /// That is `filters` absent, null or empty, or a filter whose `value` is. A real tenant may take it for "every
    /// endpoint"; the simulator answers 400, and counts it even if a fault or a wrong key kept it from being carried
    /// out. It does not see it in a body that is beyond the [`Limits`](crate::Limits).
    #[must_use]
    pub fn dangerous_requests(&self) -> usize {
        self.dangerous
    }

    /// Whether a head shows the tenant's key, so that its body is worth being kept.
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

    /// Everything that can be refused without looking at the body.
    fn admit(&mut self, request: &Request<Bytes>, now_unix_ms: u64) -> Result<Route, Refusal> {
        let route = route(request.uri().path()).ok_or_else(Refusal::unknown_path)?;
        if request.method() != Method::POST {
            return Err(Refusal::only_post());
        }
        if !is_authentic(request.headers(), &self.config, &mut self.nonces, now_unix_ms) {
            return Err(Refusal::unauthorized());
        }
        // Checked after the key, so that others cannot use up the rate of its owner.
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

/// The content of a body, if it can be read.
type Json = Result<Value, Refusal>;

fn starts_action(request: &Request<Bytes>) -> bool {
    route(request.uri().path()).is_some_and(|route| route.effect == Effect::StartsAction)
}

/// Whether the body of an action leaves open which endpoints are meant; an empty body does, one that is not JSON
/// will be refused by any tenant.
fn names_nothing(body: &Bytes, read: &Json) -> bool {
    body.is_empty() || read.as_ref().is_ok_and(is_dangerous)
}

fn date(unix_ms: u64) -> HeaderValue {
    let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(unix_ms));
    HeaderValue::from_str(&text).expect("a date is visible ASCII")
}
