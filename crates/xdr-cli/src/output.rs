//! The one place that writes, and who may.

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

/// Where everything is written: as JSON, as lines, or around a live bar on a terminal. Clones share it.
///
/// A write that fails is let go: that nobody reads any more is no reason to lose an action.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) mode: Mode,
    lock: Arc<Mutex<()>>,
    /// What lines for people never show, even if the tenant sends it back. Lines for programs hold ids as they came,
    /// because programs send them back.
    secrets: Option<Arc<Secrets>>,
}

#[derive(Debug, Clone)]
pub(crate) enum Mode {
    Json,
    Lines,
    Terminal(ProgressBar),
}

/// The width of lines that go to no terminal.
const PLAIN_WIDTH: usize = 120;

impl Output {
    /// JSON if that was asked for; a bar only where both streams are the person's terminal.
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

    /// The lines as shown to a person.
    pub(crate) fn shown(&self, text: &str) -> String {
        match &self.secrets {
            Some(secrets) => text.split_inclusive('\n').map(|line| shown_line(secrets, line)).collect(),
            None => text.to_owned(),
        }
    }

    /// The right to write until it is dropped, so that nothing comes after the end or into the middle of it.
    pub(crate) fn lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the lock for good: the run and a second Ctrl-C can both want to say how it ended, and only one may.
    pub(crate) fn lock_for_good(&self) {
        std::mem::forget(self.lock());
    }

    /// Lets the bar move while nothing is told.
    pub(crate) fn begin_bar(&self) {
        if let Mode::Terminal(bar) = &self.mode {
            bar.enable_steady_tick(Duration::from_millis(125));
        }
    }

    /// Leaves the bar as it is. The `^C` that a terminal shows has moved the cursor: a bar that is drawn again would
    /// leave pieces of itself behind.
    pub(crate) fn freeze_bar(&self) {
        if let Mode::Terminal(bar) = &self.mode {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
    }

    /// Takes the bar away.
    pub(crate) fn end_bar(&self) {
        if let Mode::Terminal(bar) = &self.mode {
            bar.finish_and_clear();
        }
    }

    /// What stands under the bar where nothing is counted.
    pub(crate) fn status(&self, text: &str) {
        if let Mode::Terminal(bar) = &self.mode {
            bar.set_message(format!("  {text}"));
        }
    }

    /// A line; broken between words where that helps somebody, not in a log.
    pub(crate) fn say(&self, line: &str) {
        let line = &*self.shown(line);
        match &self.mode {
            Mode::Terminal(bar) => bar.suspend(|| write_text(&format!("{}\n", wrap(line, width())))),
            _ => write_text(&format!("{line}\n")),
        }
    }

    /// Lines that are in shape already, set apart.
    pub(crate) fn block(&self, text: &str) {
        let text = &*self.shown(text);
        match &self.mode {
            Mode::Terminal(bar) => bar.suspend(|| write_text(&format!("\n{text}"))),
            _ => write_text(&format!("\n{text}")),
        }
    }

    /// Tells what is wrong, apart from the results.
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

/// One column less than there are: some terminals break a line that fills the last one.
pub(crate) fn width() -> usize {
    Term::stdout()
        .size_checked()
        .map_or(PLAIN_WIDTH, |(_rows, columns)| usize::from(columns).saturating_sub(1))
}

fn write_text(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// One object on a line of its own.
pub(crate) fn write_json(event: &impl Serialize) {
    let line = json_line(event);
    let mut out = io::stdout().lock();
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}

/// To standard error; lines are broken between words for a person, but not commands, which are indented.
pub(crate) fn tell_problem(message: &str) {
    let lines = message.lines().map(|line| match io::stderr().is_terminal() && !line.starts_with(' ') {
        true => wrap(line, width()),
        false => line.to_owned(),
    });
    let text: String = lines.map(|line| line + "\n").collect();
    let _ = io::stderr().write_all(text.as_bytes());
}
