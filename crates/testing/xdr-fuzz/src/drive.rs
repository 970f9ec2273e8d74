//! Drives a flow through a script, with its own clock, and checks the promises of every conversation.

use std::cell::Cell;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use xdr_model::bytes::Bytes;
use xdr_model::http::Method;
use xdr_model::{
    Replay,
    registry::OPERATIONS,
    transport::{Context, Event, Exchange, Flow, Sent, Step, TransportKind},
};

use crate::promises::KEY;
use crate::script::{Happening, Script};

mod acting;

pub(crate) use acting::{check_acting, check_attempts};

/// A request, the times of the request and the answer, and its event. `happened` is `None` if the flow was stopped
/// before the answer.
#[derive(Debug)]
pub(crate) struct Sending {
    pub(crate) at: Duration,
    pub(crate) answered: Duration,
    pub(crate) acts: bool,
    pub(crate) body: Bytes,
    pub(crate) happened: Option<Happening>,
}

/// The result of a flow.
#[derive(Debug)]
pub(crate) struct Ended<P, T> {
    pub(crate) output: T,
    pub(crate) sends: Vec<Sending>,
    pub(crate) progress: Vec<P>,
}

/// After the end of a script, the deadline passes. The flow must end within this many steps.
const STEPS_AFTER: usize = 20;
/// The maximum number of steps of a flow, whatever the answers are.
const MOST_STEPS: usize = 5000;
/// The longest sleep of the driver.
const LONGEST_SLEEP: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
/// The longest pause of a flow without a deadline, which is the longest `Retry-After` that a flow obeys.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The start of the clock: 2025-06-15 15:06:40 UTC.
const UNIX_MS: u64 = 1_750_000_000_000;

/// Drives a flow to its end. `deadline` is the deadline of the flow, if it has one.
pub(crate) fn drive<F: Flow>(
    flow: F,
    script: &Script,
    deadline: Option<Duration>,
) -> Ended<F::Progress, F::Output> {
    let drive = Drive {
        script,
        deadline,
        start: Instant::now(),
        elapsed: Duration::ZERO,
        drawn: Cell::new(0),
        left: script.happenings.iter().cloned().collect(),
        steps_after: 0,
        sends: Vec::new(),
    };
    drive.run(flow)
}

struct Drive<'s> {
    script: &'s Script,
    deadline: Option<Duration>,
    start: Instant,
    elapsed: Duration,
    drawn: Cell<u64>,
    left: VecDeque<Happening>,
    steps_after: usize,
    sends: Vec<Sending>,
}

impl Drive<'_> {
    fn run<F: Flow>(mut self, mut flow: F) -> Ended<F::Progress, F::Output> {
        let (mut progress, mut event) = (Vec::new(), Event::Resume);
        for _ in 0..MOST_STEPS {
            if self.is_stopped(&event) {
                return self.ended(flow.stop(), progress);
            }
            event = match self.step(&mut flow, event) {
                Step::Send(exchange) => match self.exchange(&exchange) {
                    Some(event) => event,
                    None => return self.ended(flow.stop(), progress),
                },
                Step::Wait(pause) => self.pause(pause),
                Step::Progress(told) => {
                    progress.push(told);
                    Event::Resume
                }
                Step::Done(output) => return self.ended(output, progress),
            };
        }
        panic!("the flow does not end");
    }

    fn step<F: Flow>(&mut self, flow: &mut F, event: Event) -> Step<F::Progress, F::Output> {
        if self.left.is_empty() {
            self.steps_after += 1;
            assert!(self.steps_after <= STEPS_AFTER, "the flow continues after the end of the script");
        }
        let entropy = || {
            self.drawn.set(self.drawn.get() + 1);
            let mut bytes = [self.script.chance; 32];
            bytes[24..].copy_from_slice(&self.drawn.get().to_be_bytes());
            bytes
        };
        let unix_ms = UNIX_MS + u64::try_from(self.elapsed.as_millis()).expect("a few millennia");
        flow.step(&Context { now: self.start + self.elapsed, unix_ms, entropy: &entropy }, event)
    }

    /// Returns whether the caller stops the flow before this event.
    fn is_stopped(&mut self, event: &Event) -> bool {
        let is_answer = matches!(event, Event::Received(_));
        match self.left.front_mut() {
            // The flow first receives an answer that has arrived. Then the caller stops the flow and saves its state.
            Some(Happening::Resume) => !is_answer,
            Some(Happening::Stop(0)) => {
                // The flow never receives an answer that has just arrived.
                if let Some(last) = self.sends.last_mut().filter(|_| is_answer) {
                    last.happened = None;
                }
                true
            }
            Some(Happening::Stop(moments)) => {
                *moments -= 1;
                false
            }
            _ => false,
        }
    }

    /// Returns the answer to a request. Returns `None` if the flow is stopped before the answer.
    fn exchange(&mut self, exchange: &Exchange) -> Option<Event> {
        self.check(exchange);
        let mut sending = Sending {
            at: self.elapsed,
            answered: self.elapsed,
            acts: exchange.replay == Replay::Unsafe,
            body: exchange.request.body().clone(),
            happened: None,
        };
        let happening = self.next_answer(exchange.within);
        sending.happened.clone_from(&happening);
        sending.answered = self.elapsed;
        self.sends.push(sending);
        Some(Event::Received(happening?.received()?))
    }

    fn next_answer(&mut self, within: Option<Duration>) -> Option<Happening> {
        let late = self.take_late();
        let spent = late.min(within.unwrap_or(Duration::MAX));
        self.elapsed += spent;
        if late > spent {
            return Some(Happening::Failed { sent: Sent::Maybe, kind: TransportKind::Timeout });
        }
        match self.left.pop_front() {
            Some(Happening::Stop(_) | Happening::Resume) => None,
            Some(happening) => Some(happening),
            None => Some(self.answer_after_all()),
        }
    }

    /// Returns the answer after the end of the script: a failure after the deadline, or a refusal if the flow has no
    /// reachable deadline.
    fn answer_after_all(&mut self) -> Happening {
        let reachable = self.deadline.filter(|deadline| *deadline < LONGEST_SLEEP);
        if let Some(deadline) = reachable {
            self.elapsed = self.elapsed.max(deadline + Duration::from_secs(1));
        }
        let status = if reachable.is_some() { 503 } else { 401 };
        Happening::Answer { status, after: None, body: Bytes::new() }
    }

    fn pause(&mut self, pause: Duration) -> Event {
        match self.deadline {
            Some(deadline) => {
                assert!(self.elapsed + pause <= deadline, "a pause of {pause:?} after the deadline");
            }
            None => assert!(pause <= LONGEST_PAUSE, "a pause of {pause:?}"),
        }
        let late = self.take_late();
        self.elapsed += pause.min(LONGEST_SLEEP) + late;
        Event::Resume
    }

    fn take_late(&mut self) -> Duration {
        let mut late = Duration::ZERO;
        while let Some(Happening::Late(more)) = self.left.front() {
            late += *more;
            self.left.pop_front();
        }
        late
    }

    fn check(&self, exchange: &Exchange) {
        let uri = exchange.request.uri();
        assert_eq!(exchange.request.method(), Method::POST);
        assert_eq!((uri.scheme_str(), uri.port()), (Some("https"), None), "{uri}");
        assert_eq!(uri.host(), Some("api-acme.xdr.us.paloaltonetworks.com"), "{uri}");
        let operation = OPERATIONS.iter().find(|operation| operation.path == uri.path());
        let replay = operation.expect("it is the path of an operation").replay;
        assert_eq!(exchange.replay, replay, "{uri}");
        let reads = replay == Replay::Safe;
        if let Some(deadline) = self.deadline {
            assert!(self.elapsed < deadline, "sent at {:?}, after the deadline", self.elapsed);
            assert!(exchange.within.is_none_or(|within| within == deadline - self.elapsed));
            assert!(exchange.within.is_some() || !reads, "a poll without an end");
        }
        if self.sends.is_empty() {
            // A tenant can use the key as an action id, so the body is not checked.
            let body = format!("{:?}", exchange.request.body());
            let shown = format!("{:?} {exchange:?}", exchange.request.headers()).replace(&body, "");
            assert!(!shown.contains(KEY), "the key is shown");
        }
    }

    fn ended<P, T>(self, output: T, progress: Vec<P>) -> Ended<P, T> {
        let most = usize::try_from(self.script.pace.max(1)).unwrap_or(usize::MAX);
        for window in self.sends.windows(most + 1) {
            assert!(
                window[most].at - window[0].at >= Duration::from_secs(1),
                "more than {most} requests in a second"
            );
        }
        Ended { output, sends: self.sends, progress }
    }
}
