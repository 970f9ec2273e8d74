//! What Ctrl-C does.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::machine::last_line;
use crate::next_step::Commands;
use crate::tracker::Known;

use crate::output::{Mode, Output, complain, write_json};

use crate::next_step::both_ways;

pub(crate) mod message;
mod signals;

use signals::{Press, Presses};

/// How long the end may take to be written: a reader that has stopped reading must not keep the program.
const PATIENCE: Duration = Duration::from_secs(2);

/// What Ctrl-C does: the first one ends the waiting, the second one the program. Neither cancels anything.
#[derive(Debug, Clone)]
pub struct Interrupt {
    known: Known,
    output: Output,
    commands: Commands,
    presses: Presses,
}

impl Interrupt {
    pub(crate) fn new(known: Known, output: Output, commands: Commands) -> Self {
        Self { known, output, commands, presses: Presses::default() }
    }

    /// To be called with every Ctrl-C and the moment of it. `stop` ends the waiting; what the client is told at this very moment is waited
    /// for, since only that says what became of a scan. Who presses again does not want to wait for it.
    pub fn pressed(&self, at: Instant, stop: impl FnOnce()) {
        match self.presses.press(at) {
            Press::First => self.stop(stop),
            Press::Repeated => {}
            Press::Again => self.leave(),
        }
    }

    fn stop(&self, stop: impl FnOnce()) {
        self.output.freeze_bar();
        self.output.complain(
            "\nStopping. If a request is on its way its answer is waited for; press again to leave at once",
        );
        stop();
    }

    fn leave(&self) -> ! {
        let (tell, told) = mpsc::channel();
        let interrupt = self.clone();
        thread::spawn(move || tell.send(interrupt.say_what_is_known()));
        let code = told.recv_timeout(PATIENCE).unwrap_or_else(|_| self.known.now().exit_code());
        std::process::exit(code.into())
    }

    /// If the run says at this moment how it ended, this waits for ever, and the run ends the program.
    fn say_what_is_known(&self) -> u8 {
        self.output.keep_floor();
        let facts = self.known.now();
        if let Mode::Json = self.output.mode {
            write_json(&last_line::left_line(&facts, &self.commands));
        }
        let hint = facts.action_id.as_ref().map(|id| self.commands.hint(both_ways(&facts), id));
        complain(&format!("\n{}\n\n{}", message::message(&facts), hint.unwrap_or_default()));
        facts.exit_code()
    }
}
