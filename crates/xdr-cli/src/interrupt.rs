//! Handles Ctrl-C.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::abandoned::abandoned_message;
use crate::batches::may_go_on;
use crate::machine::last_line;
use crate::next_step::Commands;
use crate::next_step::both_steps;
use crate::output::{Mode, Output, tell_problem, write_json};
use crate::tracker::Tracker;

mod signals;

use signals::{Signal, Signals};

/// How long writing the last message may take. A reader that no longer reads must not keep the program from ending.
const TIME_TO_WRITE: Duration = Duration::from_secs(2);

/// Handles Ctrl-C: the first one ends the waiting, and the second one ends the program. Neither cancels anything.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt {
    tracker: Tracker,
    output: Output,
    commands: Commands,
    signals: Signals,
}

impl Interrupt {
    pub(crate) fn new(tracker: Tracker, output: Output, commands: Commands) -> Self {
        Self { tracker, output, commands, signals: Signals::default() }
    }

    /// Handles a Ctrl-C. `stop` ends the waiting. The program still waits for the answer to a request that was sent,
    /// because only the answer says what became of a scan. A second Ctrl-C ends the program without that answer.
    pub(crate) fn handle(&self, at: Instant, stop: impl FnOnce()) {
        match self.signals.receive(at) {
            Signal::First => self.stop(stop),
            Signal::Repeated => {}
            Signal::Second => self.leave(),
        }
    }

    fn stop(&self, stop: impl FnOnce()) {
        self.output.freeze_bar();
        self.output.tell_problem(
            "\nStopping. If a request was sent, xdr waits for its answer. Press Ctrl-C again to end xdr at once",
        );
        stop();
    }

    fn leave(&self) -> ! {
        let (tell, told) = mpsc::channel();
        let interrupt = self.clone();
        thread::spawn(move || tell.send(interrupt.say_what_is_known()));
        let code = told.recv_timeout(TIME_TO_WRITE).unwrap_or_else(|_| self.tracker.snapshot().exit_code());
        std::process::exit(code.into())
    }

    /// If the run is saying how it ended at this moment, this waits forever, and the run ends the program.
    fn say_what_is_known(&self) -> u8 {
        self.output.lock_for_good();
        let action = self.tracker.snapshot();
        if let Mode::Json = self.output.mode {
            write_json(&last_line::abandoned_line(&action, &self.commands));
        }
        let hint = match (&action.batches, &action.action_id) {
            (Some(batches), _) if may_go_on(batches) => self.commands.hint_to_resume(),
            (None, Some(id)) => self.commands.hint(both_steps(&action), id),
            _ => String::new(),
        };
        let message = format!("\n{}\n\n{hint}", abandoned_message(&action));
        tell_problem(&self.output.shown(&message));
        action.exit_code()
    }
}
