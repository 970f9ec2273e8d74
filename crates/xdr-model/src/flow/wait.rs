//! Follows an action until all of its endpoints have settled.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Response;

use super::{Ambient, Event, Flow, Prepared, Step};
use crate::cadence::Cadence;
use crate::error::{Error, TransportError, WaitEnd, WaitEnded};
use crate::ids::ActionId;
use crate::operation::{GetActionStatus, StatusCounts};
use crate::patience;
use crate::session::Session;

mod report;

pub use report::{ActionReport, Progress};

/// Follows an action; made by [`Session::wait`]. Ends well when every endpoint has settled, whatever the outcomes.
///
/// Dropping or stopping it ends the asking and nothing else: the action goes on.
#[derive(Debug)]
pub struct WaitForAction {
    action: ActionId,
    /// How many endpoints the tenant took in, where that is known: with fewer in a reply the action is not over.
    endpoints_count: Option<u64>,
    /// Whether its start was heard, so that the id is right.
    is_accepted: bool,
    prepared: Prepared<StatusCounts>,
    cadence: Cadence,
    /// When the deadline began to run.
    began: Option<Instant>,
    /// When the following began: after the scan was accepted, which can take a while.
    followed: Option<Instant>,
    next: Next,
    polls: u32,
    empty_replies: u32,
    failures: Failures,
    last: Option<(StatusCounts, Bytes)>,
}

/// What the next [`Event::Resume`] means.
#[derive(Debug)]
enum Next {
    /// Choose the pause before the next poll.
    Pause,
    /// Wait this long, then poll.
    Wait(Duration),
    Poll,
    /// Every endpoint has settled.
    Settled,
}

/// The transient failures in a row.
#[derive(Debug, Default)]
struct Failures {
    count: u32,
    since: Option<Instant>,
    last: Option<Arc<Error>>,
}

impl Failures {
    fn add(&mut self, error: Arc<Error>, now: Instant) {
        self.count += 1;
        self.since.get_or_insert(now);
        self.last = Some(error);
    }

    fn lasting(&self, now: Instant) -> Duration {
        self.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }
}

type WaitStep = Step<Progress, Result<ActionReport, Error>>;

impl WaitForAction {
    pub(crate) fn new(
        session: &Session,
        action: ActionId,
        endpoints_count: Option<u64>,
        cadence: Cadence,
    ) -> Self {
        let request = GetActionStatus::new(action.clone());
        let prepared = Prepared::read_by(session, &request, StatusCounts::decode)
            .expect("the path is a constant and every action id is valid");
        Self {
            action,
            endpoints_count,
            is_accepted: false,
            prepared,
            cadence,
            began: None,
            followed: None,
            next: Next::Pause,
            polls: 0,
            empty_replies: 0,
            failures: Failures::default(),
            last: None,
        }
    }

    /// The same for a scan that was just accepted, with a deadline that has run since `began`.
    pub(super) fn of_accepted(mut self, began: Instant) -> Self {
        (self.is_accepted, self.began) = (true, Some(began));
        self
    }

    fn elapsed(&mut self, now: Instant) -> Duration {
        now.saturating_duration_since(*self.began.get_or_insert(now))
    }

    /// What is left of the deadline; `None` when it has come.
    fn left(&mut self, now: Instant) -> Option<Duration> {
        self.cadence.deadline().checked_sub(self.elapsed(now)).filter(|left| !left.is_zero())
    }

    fn resume(&mut self, ambient: &Ambient<'_>) -> WaitStep {
        if matches!(self.next, Next::Settled) {
            return Step::Done(Ok(self.report()));
        }
        self.followed.get_or_insert(ambient.now);
        let Some(left) = self.left(ambient.now) else {
            let trouble = self.failures.last.take();
            return self.end(WaitEnd::Deadline { trouble });
        };
        match self.next {
            Next::Pause => self.wait(self.cadence.pause(self.polls, ambient.fraction()), left),
            Next::Wait(pause) => self.wait(pause, left),
            Next::Poll | Next::Settled => self.poll(left, ambient),
        }
    }

    fn wait(&mut self, pause: Duration, left: Duration) -> WaitStep {
        self.next = Next::Poll;
        Step::Wait(pause.min(left))
    }

    fn poll(&mut self, left: Duration, ambient: &Ambient<'_>) -> WaitStep {
        if let Err(pause) = self.prepared.session().pacing().admit(ambient.now) {
            return Step::Wait(pause.min(left));
        }
        let mut exchange = self.prepared.exchange(ambient);
        exchange.within = Some(left);
        Step::Send(Box::new(exchange))
    }

    fn received(
        &mut self,
        received: Result<Response<Bytes>, TransportError>,
        ambient: &Ambient<'_>,
    ) -> WaitStep {
        let body = received.as_ref().map(|response| response.body().clone()).unwrap_or_default();
        match self.prepared.read(received, 1, ambient) {
            Ok(counts) => self.polled(counts, body, ambient.now),
            Err(error) => self.failed(error, ambient),
        }
    }

    fn polled(&mut self, counts: StatusCounts, body: Bytes, now: Instant) -> WaitStep {
        self.failures = Failures::default();
        self.polls += 1;
        self.next = Next::Pause;
        let elapsed = self.elapsed(now);
        if counts.total() == 0 {
            self.empty_replies += 1;
            let followed = self.followed.map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
            if patience::is_unknown(self.empty_replies, followed) {
                return self.end(self.nothing_named());
            }
        } else {
            self.empty_replies = 0;
            self.last = Some((counts.clone(), body));
            if counts.is_settled() && counts.total() >= self.endpoints_count.unwrap_or(0) {
                self.next = Next::Settled;
            }
        }
        let expected = counts.total().max(self.endpoints_count.unwrap_or(0));
        Step::Progress(Progress::Polled { counts, expected, elapsed })
    }

    fn nothing_named(&self) -> WaitEnd {
        match (&self.last, self.is_accepted) {
            (Some(_), _) => WaitEnd::Vanished,
            (None, true) => WaitEnd::NoEndpoint { accepted: self.endpoints_count },
            (None, false) => WaitEnd::UnknownAction,
        }
    }

    fn failed(&mut self, error: Error, ambient: &Ambient<'_>) -> WaitStep {
        if error.is_stop() {
            return self.end(WaitEnd::Stopped);
        }
        let error = Arc::new(error);
        self.failures.add(Arc::clone(&error), ambient.now);
        let (in_a_row, lasting) = (self.failures.count, self.failures.lasting(ambient.now));
        match patience::next_poll(&error, in_a_row, lasting, ambient.fraction()) {
            Some(pause) => {
                self.next = Next::Wait(pause);
                Step::Progress(Progress::Trouble { error, in_a_row })
            }
            None => self.end(WaitEnd::Failed(error)),
        }
    }

    fn end(&mut self, why: WaitEnd) -> WaitStep {
        Step::Done(Err(self.ended(why)))
    }

    fn ended(&mut self, why: WaitEnd) -> Error {
        let last = self.last.is_some().then(|| self.report());
        Error::Wait(Box::new(WaitEnded { action_id: self.action.clone(), last, why }))
    }

    /// The whole of the last reply, read only now.
    fn report(&mut self) -> ActionReport {
        let (counts, body) = self.last.take().unwrap_or_default();
        ActionReport::new(self.action.clone(), self.endpoints_count, counts, &body)
    }
}

impl Flow for WaitForAction {
    type Progress = Progress;
    type Output = Result<ActionReport, Error>;

    fn step(&mut self, ambient: &Ambient<'_>, event: Event) -> WaitStep {
        match event {
            Event::Resume => self.resume(ambient),
            Event::Received(received) => self.received(received, ambient),
        }
    }

    /// What is known so far: the report if all had settled, otherwise [`Error::Wait`] with the last one.
    fn stop(mut self) -> Self::Output {
        match self.next {
            Next::Settled => Ok(self.report()),
            _ => Err(self.ended(WaitEnd::Stopped)),
        }
    }
}
