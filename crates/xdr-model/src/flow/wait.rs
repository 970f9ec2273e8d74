//! Follows an action until all of its endpoints have settled.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Response;

use super::{Context, Event, Flow, Prepared, Progress, Step};
use crate::endpoints::{Change, TakenIn};
use crate::error::{Answer, Error, WaitEnd, WaitEnded};
use crate::operation::{ActionStatus, GetActionStatus};
use crate::polling::Polling;
use crate::polling::{self, NextPoll, Outlook, Standing, Trouble};
use crate::report::ActionReport;
use crate::session::Session;
use crate::transport_error::TransportError;

/// Follows an action. Made by [`Session::wait`]. It ends with a report, whatever the outcomes on the endpoints, in
/// one of these cases:
///
/// * Every endpoint that was ever named has settled, and there are at least as many as the tenant took. If that
///   number is not known, two replies in a row must be equal.
/// * Every endpoint that the last reply names has settled, and the action has not changed for ten minutes. The report
///   shows which endpoints have vanished, and how many were counted and never named. Ten minutes are ten polls at the
///   longest default pause: a tenant that is only late names the missing endpoints within this time.
/// * Every endpoint that the last reply names has settled or is pending, and the action has not changed for the
///   [pending limit](crate::Polling::with_pending_limit).
///
/// Dropping or stopping the flow only ends the polling. The action goes on.
#[derive(Debug)]
pub struct WaitForAction {
    report: ActionReport,
    /// Why the report cannot be followed with this session.
    refused: Option<Error>,
    prepared: Prepared<ActionStatus>,
    polling: Polling,
    /// When the deadline began to run.
    began: Option<Instant>,
    /// When the wait itself began: after the scan was accepted, which can take a while.
    followed: Option<Instant>,
    /// When the action last changed, or when the wait began if no change was seen. `unchanged_before` is how long the
    /// action had not changed at that time.
    changed: Option<Instant>,
    unchanged_before: Duration,
    next: Next,
    /// When the wait ends if nothing changes until then. The last poll must not come much later.
    ends: Option<Instant>,
    polls: u32,
    empty_replies: u32,
    failures: Failures,
    /// Whether the tenant has answered before. If it has, its address is right. The acceptance of the scan is an
    /// answer.
    has_answered: bool,
}

/// What the next [`Event::Resume`] means.
#[derive(Debug)]
enum Next {
    /// Choose the pause before the next poll.
    Pause,
    /// Choose the shortest pause.
    ShortestPause,
    /// Wait this long, then poll.
    Wait(Duration),
    Poll,
    /// The action has ended. Return the report.
    End,
}

/// The failures in a row.
#[derive(Debug, Default)]
struct Failures {
    all: Run,
    /// Those at the end that are the same refusal.
    equal: Run,
    last: Option<Arc<Error>>,
}

/// How many failures there are, and when the first of them came.
#[derive(Debug, Default)]
struct Run {
    count: u32,
    since: Option<Instant>,
}

impl Run {
    fn add(&mut self, now: Instant) {
        self.count += 1;
        self.since.get_or_insert(now);
    }

    fn lasting(&self, now: Instant) -> Duration {
        self.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }
}

impl Failures {
    fn add(&mut self, error: Arc<Error>, now: Instant) {
        if !self.last.as_ref().is_some_and(|last| polling::is_same_refusal(last, &error)) {
            self.equal = Run::default();
        }
        self.equal.add(now);
        self.all.add(now);
        self.last = Some(error);
    }
}

type WaitStep = Step<Progress, Result<ActionReport, Error>>;

impl WaitForAction {
    pub(crate) fn new(session: &Session, mut report: ActionReport, polling: Polling) -> Self {
        let request = GetActionStatus::new(report.action_id().clone());
        let prepared =
            Prepared::unchecked(session, &request).expect("the path is a constant and an id is JSON");
        let refused = report.set_tenant(session.tenant()).err();
        report.hide(&prepared.secrets());
        Self {
            unchanged_before: report.unchanged(),
            has_answered: report.shows_an_answer(),
            report,
            refused,
            prepared,
            polling,
            began: None,
            followed: None,
            changed: None,
            next: Next::Pause,
            ends: None,
            polls: 0,
            empty_replies: 0,
            failures: Failures::default(),
        }
    }

    pub(super) fn report(&self) -> &ActionReport {
        &self.report
    }

    /// Counts the deadline from `began`.
    pub(super) fn since(mut self, began: Instant) -> Self {
        self.began = Some(began);
        self
    }

    fn elapsed(&mut self, now: Instant) -> Duration {
        now.saturating_duration_since(*self.began.get_or_insert(now))
    }

    /// The time until the deadline, or `None` if it has passed.
    fn left(&mut self, now: Instant) -> Option<Duration> {
        self.polling.deadline().checked_sub(self.elapsed(now)).filter(|left| !left.is_zero())
    }

    fn resume(&mut self, context: &Context<'_>) -> WaitStep {
        if let Some(error) = self.refused.take() {
            return Step::Done(Err(error));
        }
        if matches!(self.next, Next::End) {
            return Step::Done(Ok(self.report.clone()));
        }
        self.followed.get_or_insert(context.now);
        self.changed.get_or_insert(context.now);
        let Some(left) = self.left(context.now) else {
            let trouble = self.failures.last.take();
            return self.end(WaitEnd::Deadline { trouble });
        };
        match self.next {
            Next::Pause => {
                let pause = self.polling.pause(self.polls, context.fraction());
                self.wait(self.until_the_end(pause, context.now), left)
            }
            Next::ShortestPause => self.wait(self.polling.shortest_pause(context.fraction()), left),
            Next::Wait(pause) => self.wait(pause, left),
            Next::Poll | Next::End => self.poll(left, context),
        }
    }

    fn wait(&mut self, pause: Duration, left: Duration) -> WaitStep {
        self.next = Next::Poll;
        Step::Wait(pause.min(left))
    }

    fn poll(&mut self, left: Duration, context: &Context<'_>) -> WaitStep {
        if let Err(pause) = self.prepared.session().rate_limit().admit(context.now) {
            return Step::Wait(pause.min(left));
        }
        let mut exchange = self.prepared.exchange(context);
        exchange.within = Some(left);
        Step::Send(Box::new(exchange))
    }

    fn received(
        &mut self,
        received: Result<Response<Bytes>, TransportError>,
        context: &Context<'_>,
    ) -> WaitStep {
        let Self { prepared, report, .. } = self;
        let secrets = prepared.secrets();
        match prepared.read_by(received, 1, context, |body| report.take_in(body, &secrets)) {
            Ok(taken) => self.polled(taken, context.now),
            Err(error) => self.failed(error, context),
        }
    }

    fn polled(&mut self, taken: TakenIn, now: Instant) -> WaitStep {
        self.failures = Failures::default();
        self.has_answered = true;
        self.polls += 1;
        match taken {
            TakenIn::Nothing => {
                self.next = Next::Pause;
                self.empty_replies += 1;
                let followed =
                    self.followed.map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
                if polling::is_unknown(self.empty_replies, followed) {
                    return self.end(nothing_named(&self.report));
                }
            }
            TakenIn::TooMany => return self.end(WaitEnd::TooManyEndpoints),
            TakenIn::Named(change) => {
                self.empty_replies = 0;
                let outlook = polling::outlook(self.standing(change, now), self.polling.pending_limit());
                self.ends = None;
                self.next = match outlook {
                    Outlook::Ended => Next::End,
                    Outlook::Unconfirmed => Next::ShortestPause,
                    Outlook::Open(left) => {
                        self.ends = left.and_then(|left| now.checked_add(left));
                        Next::Pause
                    }
                };
            }
        }
        let elapsed = self.elapsed(now);
        Step::Progress(Progress::Polled { report: self.report.clone(), elapsed })
    }

    /// The pause, shortened so that it does not go beyond the end of the wait.
    fn until_the_end(&self, pause: Duration, now: Instant) -> Duration {
        let left = self.ends.map(|ends| ends.saturating_duration_since(now)).filter(|left| !left.is_zero());
        left.map_or(pause, |left| pause.min(left))
    }

    fn standing(&mut self, change: Change, now: Instant) -> Standing {
        if change.of_unsettled {
            (self.changed, self.unchanged_before) = (Some(now), Duration::ZERO);
        }
        let since = self.changed.map_or(Duration::ZERO, |changed| now.saturating_duration_since(changed));
        let unchanged = self.unchanged_before.saturating_add(since);
        self.report.set_unchanged(unchanged);
        let (unsettled, pending) = self.report.open();
        Standing {
            unsettled,
            pending,
            has_vanished: self.report.has_vanished(),
            named: self.report.named(),
            count: self.report.known_count(),
            is_repeated: change.none,
            unchanged,
        }
    }

    fn failed(&mut self, error: Error, context: &Context<'_>) -> WaitStep {
        if error.is_stop() {
            return self.end(WaitEnd::Stopped);
        }
        let error = Arc::new(error);
        self.failures.add(Arc::clone(&error), context.now);
        self.has_answered |= error.answer().is_some_and(Answer::is_the_tenants);
        match polling::next_poll(&error, self.trouble(context)) {
            NextPoll::After(pause) => {
                self.next = Next::Wait(pause);
                let (report, message) = (self.report.clone(), error.to_string());
                let in_a_row = self.failures.all.count;
                Step::Progress(Progress::Trouble {
                    report,
                    message,
                    error: Some(error),
                    in_a_row,
                    next_in: pause,
                })
            }
            NextPoll::TooLate => self.end(WaitEnd::RetryTooLate(error)),
            NextPoll::Never => self.end(WaitEnd::Failed(error)),
        }
    }

    fn trouble(&mut self, context: &Context<'_>) -> Trouble {
        let left = self.left(context.now).unwrap_or_default();
        let Failures { all, equal, .. } = &self.failures;
        Trouble {
            failures: all.count,
            lasting: all.lasting(context.now),
            equal: equal.count,
            equal_for: equal.lasting(context.now),
            has_answered: self.has_answered,
            left,
            fraction: context.fraction(),
        }
    }

    fn end(&mut self, why: WaitEnd) -> WaitStep {
        Step::Done(Err(self.ended(why)))
    }

    fn ended(&self, why: WaitEnd) -> Error {
        Error::Wait(Box::new(WaitEnded { report: self.report.clone(), why }))
    }
}

/// How a wait ends if the tenant repeatedly names no endpoint for the action.
pub(super) fn nothing_named(report: &ActionReport) -> WaitEnd {
    match (report.named(), report.is_accepted()) {
        (1.., _) => WaitEnd::Vanished,
        (0, true) => WaitEnd::NoEndpoint { accepted: report.endpoints_count() },
        (0, false) => WaitEnd::UnknownAction,
    }
}

impl Flow for WaitForAction {
    type Progress = Progress;
    type Output = Result<ActionReport, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> WaitStep {
        match event {
            Event::Resume => self.resume(context),
            Event::Received(received) => self.received(received, context),
        }
    }

    /// The report if the action has ended, otherwise [`Error::Wait`] with what is known so far.
    fn stop(self) -> Self::Output {
        match self.next {
            Next::End => Ok(self.report),
            _ => Err(self.ended(WaitEnd::Stopped)),
        }
    }
}
