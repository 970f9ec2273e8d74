//! Sends a scan in batches and follows them together.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::call::never_begun;
use super::{Call, Context, Event, Flow, Prepared, Progress, Step, WaitForAction};
use crate::error::{Error, Refusal};
use crate::operation::StartedAction;
use crate::polling::Polling;
use crate::redact::Secrets;
use crate::scan_batches::ScanBatches;
use crate::session::Session;

/// Sends the batches that were not sent, one after another, and then follows all batches that the tenant accepted. Made
/// by [`Session::run_batches`].
///
/// A batch is sent only after its [`BatchProgress::Sending`], and the next batch only after its
/// [`BatchProgress::Answered`]. Save the batches of each progress before you continue. Then at most the batch in flight
/// is in doubt when the program ends, and no endpoint is ever sent twice.
///
/// If the tenant finds nothing to scan in a batch, the batch is [refused](crate::BatchState::Refused), and the next one
/// is sent. If the tenant rejects the request of a batch, the batch is refused, too, and the run ends. Any other failure
/// ends the run, and nothing more is sent. Run the batches again to send the rest and to follow the started ones.
#[derive(Debug)]
pub struct BatchRun {
    session: Session,
    polling: Polling,
    batches: ScanBatches,
    began: Option<Instant>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The next batch is to be found.
    Between,
    /// The observer knows that the batch is sent next.
    Told(usize),
    Sending(usize, Box<Call<StartedAction>>),
    /// The observer knows the outcome of the last batch, and the run ends.
    Failed(Box<BatchesEnded>),
    Following(Following),
}

/// The waits for the actions of the batches.
#[derive(Debug)]
struct Following {
    waits: Vec<Waiting>,
    /// The wait whose request was sent last.
    asked: usize,
    /// Why waits ended early.
    failure: Option<Arc<Error>>,
}

/// The wait for the action of one batch.
#[derive(Debug)]
struct Waiting {
    batch: usize,
    wait: WaitForAction,
    /// When its pause ends.
    ready: Option<Instant>,
    /// When its last request was sent. If several waits can continue, the one that has waited longest does.
    sent: Option<Instant>,
}

/// An event that the observer of a [`BatchRun`] receives. Each one holds everything that is known at that time.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum BatchProgress {
    /// A batch is sent next. Save this first. Otherwise a run after a crash would send the batch twice.
    Sending {
        /// All batches. This one is marked as being sent.
        batches: ScanBatches,
    },
    /// The batch was accepted, refused or not sent, or it is in doubt. The run does not learn more about it. Save this,
    /// too.
    Answered {
        /// All batches.
        batches: ScanBatches,
    },
    /// The tenant answered a status request for one of the actions. You need not save this each time: without it, only
    /// the latest statuses are lost.
    Polled {
        /// All batches.
        batches: ScanBatches,
        /// The time since the first step of the run.
        elapsed: Duration,
    },
    /// A status request failed. It is sent again after a pause.
    Trouble {
        /// All batches.
        batches: ScanBatches,
        /// The failure as text.
        message: String,
        /// The time until the next status request for the same action.
        next_in: Duration,
    },
}

impl BatchProgress {
    /// Everything that is known of the batches.
    pub fn batches(&self) -> &ScanBatches {
        match self {
            Self::Sending { batches }
            | Self::Answered { batches }
            | Self::Polled { batches, .. }
            | Self::Trouble { batches, .. } => batches,
        }
    }
}

/// A run of batches ended early. The started batches keep running. Run the batches again to send the rest and to follow
/// the started ones.
#[derive(Debug)]
#[non_exhaustive]
pub struct BatchesEnded {
    /// What is known of the batches.
    pub batches: ScanBatches,
    /// Why it ended.
    pub why: Arc<Error>,
}

impl fmt::Display for BatchesEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { batches, why } = self;
        let counts = [
            (batches.reports().count(), "started"),
            (batches.refused().count(), "refused"),
            (batches.in_doubt().count(), "may have been started: look in the Action Center"),
            (batches.not_sent().count(), "not sent"),
        ];
        write!(f, "the run of {} batches ended early", batches.len())?;
        for (place, (count, what)) in counts.iter().filter(|(count, _)| *count > 0).enumerate() {
            write!(f, "{} {count} {what}", if place == 0 { ":" } else { "," })?;
        }
        write!(f, "; reason: {why}")
    }
}

impl std::error::Error for BatchesEnded {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.why)
    }
}

type Output = Result<ScanBatches, Box<BatchesEnded>>;
type BatchStep = Step<BatchProgress, Output>;

impl BatchRun {
    pub(crate) fn new(session: &Session, mut batches: ScanBatches, polling: Polling) -> Result<Self, Error> {
        batches.set_tenant(session.tenant())?;
        batches.hide(&Arc::new(Secrets::of(session.credentials())));
        Ok(Self { session: session.clone(), polling, batches, began: None, state: State::Between })
    }

    /// Reports which batch is sent next, or follows the started batches.
    fn next(&mut self, context: &Context<'_>) -> BatchStep {
        match self.batches.next_unsent() {
            Some(batch) => {
                self.batches.sending(batch, None);
                self.state = State::Told(batch);
                Step::Progress(BatchProgress::Sending { batches: self.batches.clone() })
            }
            None => {
                self.state = State::Following(self.follow());
                self.step(context, Event::Resume)
            }
        }
    }

    fn send(&mut self, batch: usize, context: &Context<'_>) -> BatchStep {
        // It was checked when the scan was split, or when the batches were read.
        match Prepared::unchecked(&self.session, &self.batches.scan(batch)) {
            Ok(prepared) => {
                self.state = State::Sending(batch, Box::new(Call::new(prepared)));
                self.step(context, Event::Resume)
            }
            Err(error) => self.failed(batch, error),
        }
    }

    fn answered(&mut self, batch: usize, answer: Result<StartedAction, Error>) -> BatchStep {
        match answer {
            Ok(started) => self.batches.started(batch, started),
            Err(Error::Refused(refused)) if refused.reason == Refusal::NoEndpointMatched => {
                self.batches.refused_by(batch, &Error::Refused(refused));
            }
            Err(error) => return self.failed(batch, error),
        }
        self.state = State::Between;
        Step::Progress(BatchProgress::Answered { batches: self.batches.clone() })
    }

    /// Reports the outcome of the batch before the run ends, so that the caller can save it.
    fn failed(&mut self, batch: usize, error: Error) -> BatchStep {
        self.state = State::Failed(self.ended(batch, error));
        Step::Progress(BatchProgress::Answered { batches: self.batches.clone() })
    }

    /// Ends the run while a batch is being sent, or is about to be sent.
    fn ended(&mut self, batch: usize, error: Error) -> Box<BatchesEnded> {
        match &error {
            error if error.may_have_taken_effect() => {
                self.batches.sending(batch, Some(error.to_string()));
            }
            Error::Refused(refused) if refused.reason == Refusal::BadRequest => {
                self.batches.refused_by(batch, &error);
            }
            _ => self.batches.unsent(batch),
        }
        Box::new(BatchesEnded { batches: self.batches.clone(), why: Arc::new(error) })
    }

    /// The waits for the actions that have not ended.
    fn follow(&self) -> Following {
        let reports = self.batches.iter().enumerate().filter_map(|(batch, it)| Some((batch, it.report()?)));
        let waits = reports.filter(|(_, report)| !report.has_ended()).map(|(batch, report)| {
            let wait = WaitForAction::new(&self.session, report.clone(), self.polling);
            let wait = match self.began {
                Some(began) => wait.since(began),
                None => wait,
            };
            Waiting { batch, wait, ready: None, sent: None }
        });
        Following { waits: waits.collect(), asked: 0, failure: None }
    }

    fn stop_following(&mut self, following: Following) -> Output {
        let mut failure = following.failure;
        for Waiting { batch, wait, .. } in following.waits {
            let stopped = self.batches.settle(batch, wait.stop());
            failure = failure.or(stopped);
        }
        end(&self.batches, failure)
    }

    fn following(&mut self, context: &Context<'_>, mut event: Event) -> BatchStep {
        let State::Following(following) = &mut self.state else { unreachable!("it is following") };
        loop {
            let place = match event {
                Event::Received(_) => following.asked,
                Event::Resume => match following.next(context.now) {
                    Some(Ok(place)) => place,
                    Some(Err(pause)) => return Step::Wait(pause),
                    None => return Step::Done(end(&self.batches, following.failure.take())),
                },
            };
            let Waiting { batch, wait, ready, sent } = &mut following.waits[place];
            match wait.step(context, std::mem::replace(&mut event, Event::Resume)) {
                Step::Send(exchange) => {
                    *sent = Some(context.now);
                    following.asked = place;
                    return Step::Send(exchange);
                }
                Step::Wait(pause) => *ready = context.now.checked_add(pause),
                Step::Progress(progress) => {
                    self.batches.update(*batch, progress.report().clone());
                    return Step::Progress(combined(&self.batches, progress));
                }
                Step::Done(ended) => {
                    let batch = *batch;
                    following.waits.swap_remove(place);
                    let failure = self.batches.settle(batch, ended);
                    following.failure = following.failure.take().or(failure);
                }
            }
        }
    }
}

impl Following {
    /// The wait that can continue now, or how long all of them pause. `None` if there is no wait.
    fn next(&self, now: Instant) -> Option<Result<usize, Duration>> {
        let pause =
            |waiting: &Waiting| waiting.ready.map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        let keys = self.waits.iter().map(|waiting| (pause(waiting), waiting.sent));
        let (place, (pause, _)) = keys.enumerate().min_by_key(|(_, key)| *key)?;
        Some(if pause.is_zero() { Ok(place) } else { Err(pause) })
    }
}

fn combined(batches: &ScanBatches, progress: Progress) -> BatchProgress {
    let batches = batches.clone();
    match progress {
        Progress::Polled { elapsed, .. } => BatchProgress::Polled { batches, elapsed },
        Progress::Trouble { message, next_in, .. } => BatchProgress::Trouble { batches, message, next_in },
        Progress::Started { .. } => BatchProgress::Answered { batches },
    }
}

fn end(batches: &ScanBatches, failure: Option<Arc<Error>>) -> Output {
    match failure {
        Some(why) => Err(Box::new(BatchesEnded { batches: batches.clone(), why })),
        None => Ok(batches.clone()),
    }
}

impl Flow for BatchRun {
    type Progress = BatchProgress;
    type Output = Output;

    fn step(&mut self, context: &Context<'_>, event: Event) -> BatchStep {
        let began = *self.began.get_or_insert(context.now);
        match &mut self.state {
            State::Between => self.next(context),
            State::Told(batch) => {
                let batch = *batch;
                self.send(batch, context)
            }
            State::Sending(batch, call) => {
                let batch = *batch;
                call.end_by(began.checked_add(self.polling.deadline()));
                call.step(context, event).and_then(|answer| self.answered(batch, answer))
            }
            State::Following(_) => self.following(context, event),
            State::Failed(_) => match std::mem::replace(&mut self.state, State::Between) {
                State::Failed(ended) => Step::Done(Err(ended)),
                _ => unreachable!("it has failed"),
            },
        }
    }

    /// The batches, if all waits reached their end. Otherwise an error with what is known.
    fn stop(mut self) -> Output {
        let next = match std::mem::replace(&mut self.state, State::Between) {
            State::Sending(batch, call) => return Err(self.ended(batch, call.stopped())),
            State::Failed(ended) => return Err(ended),
            State::Following(following) => return self.stop_following(following),
            State::Told(batch) => Some(batch),
            State::Between => self.batches.next_unsent(),
        };
        match next {
            Some(batch) => {
                let never_begun = never_begun(&self.session, &self.batches.scan(batch));
                Err(self.ended(batch, never_begun))
            }
            None => {
                let following = self.follow();
                self.stop_following(following)
            }
        }
    }
}
