//! Writes the output, and decides who may write.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde::Serialize;
use xdr_model::credentials::Secrets;

use crate::bar;
use crate::machine::json_line;
use crate::text::wrap;

/// Writes the output: as JSON, as lines, or around a live bar on a terminal. Clones share the lock and the bar.
///
/// An error of a write is ignored: an action must not be lost because nobody reads the output any more.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) mode: Mode,
    lock: Arc<Mutex<()>>,
    /// The secrets. Lines for people never show them, even if the tenant sends one back. Lines for programs hold ids
    /// unchanged, because programs send them back.
    secrets: Option<Arc<Secrets>>,
}

#[derive(Debug, Clone)]
pub(crate) enum Mode {
    Json,
    Lines,
    Terminal(ProgressBar),
}

/// The width of lines that do not go to a terminal.
const PLAIN_WIDTH: usize = 120;

impl Output {
    /// JSON if `json` is set. A bar only if both output streams are terminals.
    pub(crate) fn new(json: bool, secrets: Option<Secrets>) -> Self {
        let mode = match json {
            true => Mode::Json,
            false if io::stdout().is_terminal() && io::stderr().is_terminal() => {
                Mode::Terminal(bar::new(ProgressDrawTarget::stderr()))
            }
            false => Mode::Lines,
        };
        Self { mode, lock: Arc::default(), secrets: secrets.map(Arc::new) }
    }

    /// The text without secrets, for people.
    pub(crate) fn shown(&self, text: &str) -> String {
        match &self.secrets {
            Some(secrets) => text.split_inclusive('\n').map(|line| shown_line(secrets, line)).collect(),
            None => text.to_owned(),
        }
    }

    /// The right to write, until it is dropped. It keeps other output out of the final message, and from following it.
    pub(crate) fn lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the lock forever. The run and a second Ctrl-C can both try to say how the run ended, and only one may.
    pub(crate) fn lock_for_good(&self) {
        std::mem::forget(self.lock());
    }

    /// Lets the bar move between two messages.
    pub(crate) fn begin_bar(&self) {
        if let Mode::Terminal(bar) = &self.mode {
            bar.enable_steady_tick(Duration::from_millis(125));
        }
    }

    /// Stops drawing the bar. The `^C` that a terminal shows has moved the cursor, so drawing the bar again would leave
    /// parts of the old one behind.
    pub(crate) fn freeze_bar(&self) {
        if let Mode::Terminal(bar) = &self.mode {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
    }

    /// Removes the bar.
    pub(crate) fn end_bar(&self) {
        if let Mode::Terminal(bar) = &self.mode {
            bar.finish_and_clear();
        }
    }

    /// Sets the text under the bar while nothing is counted.
    pub(crate) fn status(&self, text: &str) {
        if let Mode::Terminal(bar) = &self.mode {
            bar.set_message(format!("  {text}"));
        }
    }

    /// Writes a line. On a terminal it is wrapped between words.
    pub(crate) fn say(&self, line: &str) {
        let line = &*self.shown(line);
        match &self.mode {
            Mode::Terminal(bar) => bar.suspend(|| write_text(&format!("{}\n", wrap(line, width())))),
            _ => write_text(&format!("{line}\n")),
        }
    }

    /// Writes formatted lines, after an empty line.
    pub(crate) fn block(&self, text: &str) {
        let text = &*self.shown(text);
        match &self.mode {
            Mode::Terminal(bar) => bar.suspend(|| write_text(&format!("\n{text}"))),
            _ => write_text(&format!("\n{text}")),
        }
    }

    /// Writes a problem to standard error.
    pub(crate) fn tell_problem(&self, message: &str) {
        let message = &*self.shown(message);
        match &self.mode {
            Mode::Terminal(bar) => bar.suspend(|| tell_problem(message)),
            _ => tell_problem(message),
        }
    }
}

fn shown_line(secrets: &Secrets, line: &str) -> String {
    let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
    secrets.redact(text) + end
}

/// One column less than the terminal has: some terminals break a line that fills the last column.
pub(crate) fn width() -> usize {
    Term::stdout()
        .size_checked()
        .map_or(PLAIN_WIDTH, |(_rows, columns)| usize::from(columns).saturating_sub(1))
}

fn write_text(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Writes one object on its own line.
pub(crate) fn write_json(event: &impl Serialize) {
    let line = json_line(event);
    let mut out = io::stdout().lock();
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}

/// Writes to standard error. On a terminal, lines are wrapped between words. Commands are indented and not wrapped.
pub(crate) fn tell_problem(message: &str) {
    let lines = message.lines().map(|line| match io::stderr().is_terminal() && !line.starts_with(' ') {
        true => wrap(line, width()),
        false => line.to_owned(),
    });
    let text: String = lines.map(|line| line + "\n").collect();
    let _ = io::stderr().write_all(text.as_bytes());
}
