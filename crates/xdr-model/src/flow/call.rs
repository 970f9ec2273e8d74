//! One operation, with the retries that can do no harm.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use super::{Context, Event, Flow, Prepared, Step};
use crate::error::{Answer, Error};
use crate::operation::Operation;
use crate::replay::Replay;
use crate::retry::{RetryState, next_attempt};
use crate::session::Session;
use crate::transport_error::{Sent, TransportError, TransportKind};

/// Sends one operation until there is an answer or no more to be done; made by
/// [`Session::call`](crate::Session::call). `Send` whatever the operation is.
#[derive(Debug)]
pub struct Call<R> {
    prepared: Prepared<R>,
    attempts: u32,
    /// Whether the answer to the last attempt has not come yet.
    in_flight: bool,
    /// How many attempts in a row could not send it, and when the first of them began.
    unsent: u32,
    unsent_since: Option<Instant>,
    /// How many attempts may have sent it.
    sent: u32,
    /// Whether the tenant has answered before.
    has_answered: bool,
    /// No attempt is begun after this moment.
    deadline: Option<Instant>,
    /// The failure after which it pauses.
    failure: Option<Error>,
}

impl<R> Call<R> {
    pub(crate) fn new(prepared: Prepared<R>) -> Self {
        Self {
            prepared,
            attempts: 0,
            in_flight: false,
            unsent: 0,
            unsent_since: None,
            sent: 0,
            has_answered: false,
            deadline: None,
            failure: None,
        }
    }

    /// The same for a tenant that may have answered before, which shows that its address is right.
    pub(super) fn after_an_answer(mut self, has_answered: bool) -> Self {
        self.has_answered = has_answered;
        self
    }

    /// The same, without beginning an attempt after `deadline`.
    pub(super) fn end_by(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    /// The error of an end from outside. Between two attempts nothing can have been carried out: an acting
    /// operation pauses only after attempts that were not.
    pub(super) fn stopped(mut self) -> Error {
        if self.in_flight {
            let source = TransportError::new(Sent::Maybe, TransportKind::Stopped);
            return self.prepared.unanswered(source, self.attempts);
        }
        self.ending(TransportKind::Stopped)
    }

    fn send(&mut self, context: &Context<'_>) -> Step<Infallible, Result<R, Error>> {
        // A pause can take longer than it was asked to: a machine sleeps.
        if self.deadline.is_some_and(|deadline| context.now >= deadline) {
            return Step::Done(Err(self.ending(TransportKind::Deadline)));
        }
        match self.prepared.session().rate_limit().admit(context.now) {
            Ok(()) => {
                self.attempts += 1;
                self.unsent_since.get_or_insert(context.now);
                self.in_flight = true;
                let mut exchange = self.prepared.exchange(context);
                // The answer to an action is waited for: it says what became of it.
                if self.prepared.replay() == Replay::Safe {
                    exchange.within = self.deadline.map(|at| at.saturating_duration_since(context.now));
                }
                Step::Send(Box::new(exchange))
            }
            Err(pause) => self.pause(pause, context),
        }
    }

    fn pause(&mut self, pause: Duration, context: &Context<'_>) -> Step<Infallible, Result<R, Error>> {
        match self.deadline {
            Some(deadline) if context.now + pause >= deadline => {
                Step::Done(Err(self.ending(TransportKind::Deadline)))
            }
            _ => Step::Wait(pause),
        }
    }

    fn received(&mut self, error: Error, context: &Context<'_>) -> Step<Infallible, Result<R, Error>> {
        self.has_answered |= error.answer().is_some_and(Answer::is_the_tenants);
        if let Error::NotSent(_) = error {
            self.unsent += 1;
        } else {
            self.sent += 1;
            (self.unsent, self.unsent_since) = (0, None);
        }
        let unsent_for = self.unsent_since.map(|since| context.now.saturating_duration_since(since));
        let state = RetryState {
            replay: self.prepared.replay(),
            sent: self.sent,
            unsent: self.unsent,
            unsent_for: unsent_for.unwrap_or_default(),
            unsent_limit: self.prepared.session().unsent_retry(),
            has_answered: self.has_answered,
            fraction: context.fraction(),
        };
        match next_attempt(&error, state) {
            Some(pause) => {
                self.failure = Some(error);
                self.pause(pause, context)
            }
            None => Step::Done(Err(error)),
        }
    }

    /// The error of an end between two attempts: the failure of the one before, or that none was made.
    fn ending(&mut self, kind: TransportKind) -> Error {
        self.failure
            .take()
            .unwrap_or_else(|| self.prepared.unanswered(TransportError::new(Sent::No, kind), self.attempts))
    }
}

/// The error of a stop before an operation was sent for the first time.
pub(super) fn never_begun<O: Operation>(session: &Session, operation: &O) -> Error {
    match Prepared::unchecked(session, operation) {
        Ok(prepared) => Call::new(prepared).stopped(),
        Err(error) => error,
    }
}

impl<R> Flow for Call<R> {
    /// There is nothing to tell before the end.
    type Progress = Infallible;
    type Output = Result<R, Error>;

    fn step(&mut self, context: &Context<'_>, event: Event) -> Step<Infallible, Self::Output> {
        match event {
            Event::Resume => self.send(context),
            Event::Received(received) => {
                self.in_flight = false;
                match self.prepared.read(received, self.attempts, context) {
                    Ok(reply) => Step::Done(Ok(reply)),
                    Err(error) => self.received(error, context),
                }
            }
        }
    }

    fn stop(self) -> Self::Output {
        Err(self.stopped())
    }
}
