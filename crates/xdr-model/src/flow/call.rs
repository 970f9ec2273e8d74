//! One operation, with the retries that do no harm.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use super::{Context, Event, Flow, Prepared, Step};
use crate::error::{Answer, Error};
use crate::operation::Operation;
use crate::replay::Replay;
use crate::retry::{RetryState, next_attempt};
use crate::session::Session;
use crate::transport_error::{Sent, TransportError, TransportKind};

/// Sends one operation, and sends it again as long as that does no harm and can help. Made by
/// [`Session::call`](crate::Session::call). It is `Send` for every operation.
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
    /// No attempt begins after this moment.
    deadline: Option<Instant>,
    /// The failure of the last attempt, during the pause that follows it.
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

    /// Sets whether the tenant has answered before. If it has, its address is right.
    pub(super) fn after_an_answer(mut self, has_answered: bool) -> Self {
        self.has_answered = has_answered;
        self
    }

    /// Sets a deadline after which no attempt begins.
    pub(super) fn end_by(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    /// The error of a call that the caller stops. Between two attempts, no action can have been carried out: an
    /// action is sent again only after attempts that carried out nothing.
    pub(super) fn stopped(mut self) -> Error {
        if self.in_flight {
            let source = TransportError::new(Sent::Maybe, TransportKind::Stopped);
            return self.prepared.unanswered(source, self.attempts);
        }
        self.ending(TransportKind::Stopped)
    }

    fn send(&mut self, context: &Context<'_>) -> Step<Infallible, Result<R, Error>> {
        // A pause can last longer than it should, for example while the machine is suspended.
        if self.deadline.is_some_and(|deadline| context.now >= deadline) {
            return Step::Done(Err(self.ending(TransportKind::Deadline)));
        }
        match self.prepared.session().rate_limit().admit(context.now) {
            Ok(()) => {
                self.attempts += 1;
                self.unsent_since.get_or_insert(context.now);
                self.in_flight = true;
                let mut exchange = self.prepared.exchange(context);
                // The deadline does not cut off an action: its answer says whether it was carried out.
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

    /// The error of a call that ends between two attempts: the failure of the last attempt, or an error of `kind` if
    /// there was no attempt.
    fn ending(&mut self, kind: TransportKind) -> Error {
        self.failure
            .take()
            .unwrap_or_else(|| self.prepared.unanswered(TransportError::new(Sent::No, kind), self.attempts))
    }
}

/// The error of a flow that is stopped before it sends an operation for the first time.
pub(super) fn never_begun<O: Operation>(session: &Session, operation: &O) -> Error {
    match Prepared::unchecked(session, operation) {
        Ok(prepared) => Call::new(prepared).stopped(),
        Err(error) => error,
    }
}

impl<R> Flow for Call<R> {
    /// A call reports no progress.
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
