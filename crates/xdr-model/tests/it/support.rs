//! Helpers of the tests: a session, answers of a tenant, and a driver of flows with its own clock.

use std::cell::Cell;
use std::collections::VecDeque;
use std::error::Error as StdError;
use std::time::{Duration, Instant};

use xdr_model::bytes::Bytes;
use xdr_model::http::{HeaderMap, Response};
use xdr_model::{
    Credentials, Replay, Session, Tenant,
    transport::{Context, Event, Exchange, Flow, Sent, Step, TransportError, TransportKind},
};

/// The secret, which no text may show.
pub(crate) const KEY: &str = "s3cret-K3y.that-nobody/may+see";
pub(crate) const FQDN: &str = "acme.xdr.us.paloaltonetworks.com";
/// 2025-06-15 15:06:40 UTC, when every drive begins.
pub(crate) const UNIX_MS: u64 = 1_750_000_000_000;

pub(crate) const SCAN: &str = "scan";
pub(crate) const ABORT: &str = "abort_scan";
pub(crate) const STATUS: &str = "get_action_status";

pub(crate) fn tenant() -> Tenant {
    Tenant::new(FQDN).unwrap()
}

pub(crate) fn session() -> Session {
    Session::new(tenant(), Credentials::standard("7", KEY).unwrap())
}

pub(crate) fn advanced_session() -> Session {
    Session::new(tenant(), Credentials::advanced("7", KEY).unwrap())
}

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The result that a transport returns for an exchange.
pub(crate) type Received = Result<Response<Bytes>, TransportError>;

pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Response<Bytes> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(Bytes::copy_from_slice(body.as_ref())).unwrap()
}

pub(crate) fn answer(status: u16, body: impl AsRef<[u8]>) -> Received {
    Ok(response(status, &[], body))
}

pub(crate) fn ok(body: impl AsRef<[u8]>) -> Received {
    answer(200, body)
}

pub(crate) fn accepted(action: u64, endpoints: u64) -> Received {
    ok(format!(r#"{{"reply":{{"action_id":"{action}","endpoints_count":"{endpoints}","status":1}}}}"#))
}

/// An action status with the given number of endpoints for each word.
pub(crate) fn statuses(counts: &[(usize, &str)]) -> Received {
    let words = counts.iter().flat_map(|(count, word)| std::iter::repeat_n(word, *count));
    let entries: Vec<String> = words.enumerate().map(|(i, word)| format!("\"e{i}\":\"{word}\"")).collect();
    ok(format!(r#"{{"reply":{{"data":{{{}}}}}}}"#, entries.join(",")))
}

pub(crate) const DONE: &str = "COMPLETED_SUCCESSFULLY";

pub(crate) fn empty_status() -> Received {
    ok(r#"{"reply":{"data":{}}}"#)
}

pub(crate) fn no_endpoint() -> Received {
    answer(
        500,
        r#"{"reply":{"err_code":500,"err_msg":"No endpoint was found for creating the requested action","err_extra":null}}"#,
    )
}

pub(crate) fn unsent(kind: TransportKind) -> Received {
    Err(TransportError::new(Sent::No, kind).with_source("the library's own words"))
}

pub(crate) fn lost(kind: TransportKind) -> Received {
    Err(TransportError::new(Sent::Maybe, kind).with_source("the library's own words"))
}

/// An answer with a complete head and a missing body.
pub(crate) fn cut(status: u16, kind: TransportKind) -> Received {
    let (head, _) = response(status, &[], "").into_parts();
    Err(TransportError::new(Sent::No, kind)
        .with_source("the library's own words")
        .after_head(head, Bytes::new()))
}

/// A script that answers each request with the next of `answers`, and fails the test if there is none.
pub(crate) fn script(answers: impl IntoIterator<Item = Received>) -> impl FnMut(&Sending) -> Received {
    let mut answers: VecDeque<_> = answers.into_iter().collect();
    move |sending| {
        answers.pop_front().unwrap_or_else(|| panic!("nothing was to be sent any more: {sending:?}"))
    }
}

/// The same, but the last answer is repeated, at most a thousand times.
pub(crate) fn script_to_the_end(
    answers: impl IntoIterator<Item = fn() -> Received>,
) -> impl FnMut(&Sending) -> Received {
    let mut answers: VecDeque<_> = answers.into_iter().collect();
    let mut left = 1000;
    move |_| {
        left -= 1;
        assert!(left > 0, "it is asked again and again");
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().copied() };
        answer.expect("at least one answer")()
    }
}

/// A request as the tenant would receive it, and its time.
#[derive(Debug)]
pub(crate) struct Sending {
    /// Since the flow began.
    pub(crate) at: Duration,
    /// The last segment of the path: the operation's name.
    pub(crate) operation: String,
    pub(crate) uri: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    pub(crate) replay: Replay,
    pub(crate) within: Option<Duration>,
}

impl Sending {
    /// A request that is sent now.
    pub(crate) fn of(exchange: Exchange, clock: &Clock) -> Self {
        Self::new(exchange, clock.elapsed())
    }

    fn new(exchange: Exchange, at: Duration) -> Self {
        let (head, body) = exchange.request.into_parts();
        assert_eq!(head.method, "POST");
        Self {
            at,
            operation: head.uri.path().rsplit('/').next().unwrap().to_owned(),
            uri: head.uri.to_string(),
            headers: head.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
            replay: exchange.replay,
            within: exchange.within,
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The time and the randomness of the tests. The jitter is average, and every draw differs.
pub(crate) struct Clock {
    start: Instant,
    now: Instant,
    drawn: Cell<u64>,
    fraction: f64,
}

impl Clock {
    pub(crate) fn new() -> Self {
        let start = Instant::now();
        Self { start, now: start, drawn: Cell::new(0), fraction: 0.5 }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.now - self.start
    }

    pub(crate) fn advance(&mut self, time: Duration) {
        self.now += time;
    }

    pub(crate) fn step<F: Flow>(&self, flow: &mut F, event: Event) -> Step<F::Progress, F::Output> {
        let entropy = || {
            self.drawn.set(self.drawn.get() + 1);
            let mut bytes = [0; 32];
            bytes[..4].copy_from_slice(&((self.fraction * f64::from(u32::MAX)).round() as u32).to_le_bytes());
            bytes[24..].copy_from_slice(&self.drawn.get().to_be_bytes());
            bytes
        };
        let unix_ms = UNIX_MS + u64::try_from(self.elapsed().as_millis()).unwrap();
        flow.step(&Context { now: self.now, unix_ms, entropy: &entropy }, event)
    }
}

/// The result of a flow.
#[derive(Debug)]
pub(crate) struct Ended<P, T> {
    pub(crate) output: T,
    pub(crate) sends: Vec<Sending>,
    pub(crate) waits: Vec<Duration>,
    pub(crate) progress: Vec<P>,
    /// On the virtual clock.
    pub(crate) elapsed: Duration,
}

impl<P, T> Ended<P, T> {
    pub(crate) fn operations(&self) -> Vec<&str> {
        self.sends.iter().map(|sending| &*sending.operation).collect()
    }

    /// When each request was sent, in seconds since the flow began.
    pub(crate) fn sent_at(&self) -> Vec<f64> {
        self.sends.iter().map(|sending| (sending.at.as_secs_f64() * 1000.0).round() / 1000.0).collect()
    }
}

/// The driver of a flow, like the loop of a transport.
pub(crate) struct Drive<F: Flow> {
    flow: F,
    clock: Clock,
    /// How long an exchange takes, unless its limit is shorter.
    latency: Duration,
    sends: Vec<Sending>,
    waits: Vec<Duration>,
    progress: Vec<F::Progress>,
}

/// The place at which a drive checks whether to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Before the first step.
    Beginning,
    /// After a request, before its answer.
    Sending,
    /// After an answer, at the pause that follows it.
    Waiting,
    /// After progress.
    Told,
}

impl<F: Flow> Drive<F> {
    pub(crate) fn new(flow: F) -> Self {
        Self {
            flow,
            clock: Clock::new(),
            latency: Duration::ZERO,
            sends: Vec::new(),
            waits: Vec::new(),
            progress: Vec::new(),
        }
    }

    pub(crate) fn with_latency(self, latency: Duration) -> Self {
        Self { latency, ..self }
    }

    /// Jitter from 0 to 1, without 1.
    pub(crate) fn with_fraction(mut self, fraction: f64) -> Self {
        self.clock.fraction = fraction;
        self
    }

    pub(crate) fn run(self, script: impl FnMut(&Sending) -> Received) -> Ended<F::Progress, F::Output> {
        self.run_until(script, |_, _| false)
    }

    /// The same, stopped at the first place for which `stop` returns true. `stop` also gets the number of requests so
    /// far.
    pub(crate) fn run_until(
        mut self,
        mut script: impl FnMut(&Sending) -> Received,
        mut stop: impl FnMut(Moment, usize) -> bool,
    ) -> Ended<F::Progress, F::Output> {
        if stop(Moment::Beginning, 0) {
            return self.stopped();
        }
        let mut event = Event::Resume;
        for _ in 0..1_000_000 {
            let moment;
            (event, moment) = match self.clock.step(&mut self.flow, event) {
                Step::Send(exchange) => {
                    self.sends.push(Sending::new(*exchange, self.clock.elapsed()));
                    if stop(Moment::Sending, self.sends.len()) {
                        return self.stopped();
                    }
                    let sending = self.sends.last().unwrap();
                    let answer = script(sending);
                    self.clock.advance(sending.within.unwrap_or(Duration::MAX).min(self.latency));
                    (Event::Received(answer), None)
                }
                Step::Wait(pause) => {
                    self.waits.push(pause);
                    self.clock.advance(pause);
                    (Event::Resume, Some(Moment::Waiting))
                }
                Step::Progress(progress) => {
                    self.progress.push(progress);
                    (Event::Resume, Some(Moment::Told))
                }
                Step::Done(output) => return self.ended(output),
            };
            if moment.is_some_and(|moment| stop(moment, self.sends.len())) {
                return self.stopped();
            }
        }
        panic!("it does not end");
    }

    fn ended(self, output: F::Output) -> Ended<F::Progress, F::Output> {
        let Self { clock, sends, waits, progress, .. } = self;
        Ended { output, sends, waits, progress, elapsed: clock.elapsed() }
    }

    fn stopped(self) -> Ended<F::Progress, F::Output> {
        let Self { flow, clock, sends, waits, progress, .. } = self;
        Ended { output: flow.stop(), sends, waits, progress, elapsed: clock.elapsed() }
    }
}

/// Drives a flow to its end. Exchanges take no time.
pub(crate) fn drive<F: Flow>(
    flow: F,
    script: impl FnMut(&Sending) -> Received,
) -> Ended<F::Progress, F::Output> {
    Drive::new(flow).run(script)
}

/// An error and all of its causes, as a log would show them.
pub(crate) fn chain(error: &dyn StdError) -> Vec<String> {
    std::iter::successors(Some(error), |error: &&dyn StdError| (*error).source())
        .map(ToString::to_string)
        .collect()
}
