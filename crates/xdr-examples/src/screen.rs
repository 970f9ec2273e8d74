//! All that is printed while an action is followed, and at its end: the one place that writes.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::time::Duration;

use console::Term;
use indicatif::{ProgressBar, ProgressStyle};
use xdr_model::{
    ActionId, ActionReport, CancelProgress, Cancelled, EndpointId, Error, Progress, StartedAction, WaitEnd,
};

use crate::arguments::Job;
use crate::events;
use crate::exit::Outcome;
use crate::interrupt::Known;
use crate::lines::{bar_lines, plain_line};
use crate::pace::Pace;
use crate::report::report;
use crate::standing::Standing;
use crate::target::Target;
use crate::text::{clock, endpoints, number, wrap};

/// Where progress and results are shown: as JSON, as lines, or as a live bar on a terminal.
///
/// A write that fails is let go: that nobody reads any more is no reason to lose an action.
pub struct Screen {
    mode: Mode,
    pace: Pace,
    shown: Option<Standing>,
    known: Known,
    /// The command that follows the action again, up to its id; `None` if its tenant ends with this program.
    again: Option<String>,
}

enum Mode {
    Json,
    Plain,
    Live(ProgressBar),
}

/// The width of lines that go to no terminal.
const PLAIN_WIDTH: usize = 120;
const TEMPLATE: &str =
    "{spinner} {wide_bar:.cyan/dim} {pos:>5} of {len} settled {percent:>3} %  {elapsed_precise}\n{msg}";

impl Screen {
    /// JSON if that was asked for; a bar only where both streams are the person's terminal.
    pub(crate) fn new(json: bool, target: &Target, known: Known) -> Self {
        let mode = match json {
            true => Mode::Json,
            false if io::stdout().is_terminal() && io::stderr().is_terminal() => Mode::Live(bar()),
            false => Mode::Plain,
        };
        let program = std::env::args().next().unwrap_or_default();
        let again = target.options().map(|options| format!("{program} {options} --resume"));
        Self { mode, pace: Pace::default(), shown: None, known, again }
    }

    /// Says what is about to happen.
    pub(crate) fn begin(&mut self, target: &Target, job: &Job) {
        match (&self.mode, job) {
            (Mode::Json, job) => write_json(&events::begin(target, job)),
            (_, Job::Scan(_)) => self.say(&format!("Scanning {target}")),
            (_, Job::Resume(id)) => self.say(&format!("Following action {id} of {target}")),
            (_, Job::Cancel(id)) => self.say(&format!("Cancelling what is left of action {id} of {target}")),
        }
        if let Mode::Live(bar) = &self.mode {
            bar.enable_steady_tick(Duration::from_millis(125));
        }
    }

    /// The observer of a scan and of a wait.
    pub fn progress(&mut self, progress: Progress) -> ControlFlow<()> {
        if let Progress::Started(started) = &progress {
            self.known.note(&started.action_id);
        }
        match (&self.mode, progress) {
            (Mode::Json, progress) => write_json(&events::progress(&progress)),
            (_, Progress::Started(started)) => self.started(&started),
            (_, Progress::Polled { counts, expected, elapsed }) => {
                self.polled(Standing::new(&counts, expected, elapsed));
            }
            (_, Progress::Trouble { error, in_a_row }) => {
                let times =
                    if in_a_row == 1 { String::new() } else { format!(" ({in_a_row} times in a row)") };
                self.say(&format!("The tenant could not be asked{times} and will be again: {error}"));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// The observer of a cancellation.
    pub fn cancelling(&mut self, progress: CancelProgress) -> ControlFlow<()> {
        match (&self.mode, progress) {
            (Mode::Json, progress) => write_json(&events::cancelling(&progress)),
            (_, CancelProgress::Found { unsettled, settled }) => {
                let (unsettled, settled) = (endpoints(unsettled as u64), number(settled as u64));
                self.say(&format!("{unsettled} to cancel, {settled} settled already"));
            }
            (_, CancelProgress::Accepted(abort)) => {
                let count = abort.endpoints_count.map_or(String::new(), |n| format!(" for {}", endpoints(n)));
                self.say(&format!("Cancellation accepted{count}: action {}", abort.action_id));
            }
            (_, CancelProgress::Refused { endpoints: count }) => {
                self.say(&format!("Nothing left to cancel for {}", endpoints(count as u64)));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    /// Says how it ended.
    pub(crate) fn end(&mut self, end: &Result<Outcome, Error>, left_out: &[EndpointId], exit_code: u8) {
        if let Mode::Live(bar) = &self.mode {
            bar.finish_and_clear();
        }
        match (&self.mode, end) {
            (Mode::Json, end) => write_json(&events::end(end, left_out, exit_code)),
            (_, Ok(Outcome::Followed(ended))) => {
                self.followed(ended);
                self.left_out(left_out);
            }
            (_, Ok(Outcome::Cancelled(cancelled))) => self.cancelled(cancelled),
            (_, Err(error)) => self.failed(error),
        }
    }

    fn started(&self, started: &StartedAction) {
        let count = started.endpoints_count.map_or(String::new(), |n| format!(" for {}", endpoints(n)));
        self.say(&format!("Accepted as action {}{count}", started.action_id));
    }

    fn polled(&mut self, standing: Standing) {
        self.pace.note(&standing);
        match &self.mode {
            Mode::Live(bar) => {
                bar.set_length(standing.expected);
                bar.set_position(standing.settled);
                bar.set_message(bar_lines(&standing, &self.pace, width()));
            }
            _ if self.shown.as_ref().is_some_and(|shown| shown.says_the_same_as(&standing)) => {}
            _ => self.say(&plain_line(&standing, &self.pace)),
        }
        self.shown = Some(standing);
    }

    fn followed(&self, ended: &ActionReport) {
        let (done, all) = (ended.counts().successful(), ended.expected());
        let how_many = match done == all {
            true => format!("all {} completed", endpoints(all)),
            false => format!("{} completed, {} did not", endpoints(done), number(all - done)),
        };
        let after = self.shown.as_ref().map_or(String::new(), |s| format!(" after {}", clock(s.elapsed)));
        self.say(&format!("Action {} has ended{after}: {how_many}", ended.action_id));
        self.block(&report(ended, width()));
    }

    fn cancelled(&self, ended: &Cancelled) {
        let part = |count: usize, what: &str| match count {
            0 => String::new(),
            count => format!("; {} {what}", number(count as u64)),
        };
        let (count, id) = (endpoints(ended.endpoints as u64), &ended.action_id);
        let parts = [
            part(ended.settled, "had settled already"),
            part(ended.refused, "not cancelled, for the tenant found nothing to cancel there"),
            part(ended.left, "not asked for, because it was stopped first"),
        ];
        self.say(&format!("{count} of action {id} cancelled{}", parts.concat()));
        self.hint(id);
    }

    fn left_out(&self, ids: &[EndpointId]) {
        if !ids.is_empty() {
            let count = endpoints(ids.len() as u64);
            self.block(&format!("Asked for and left out by the tenant without a reason, {count}:\n"));
            ids.iter().for_each(|id| self.say(&id.to_string()));
        }
    }

    fn failed(&self, error: &Error) {
        if let Error::Wait(ended) = error
            && let Some(last) = &ended.last
        {
            self.say(&format!("How action {} stood when the tenant last said so:", ended.action_id));
            self.block(&report(last, width()));
        }
        complain(&format!("error: {error}"));
        if let Error::Wait(ended) = error
            && !matches!(ended.why, WaitEnd::UnknownAction)
        {
            self.hint(&ended.action_id);
        }
    }

    /// How to come back to an action.
    fn hint(&self, id: &ActionId) {
        match &self.again {
            Some(again) => self.block(&format!("To follow it:\n  {again} {id}\n")),
            None => {
                self.say(&format!("This tenant ends with the program; on a real one: --live --resume {id}"));
            }
        }
    }

    /// A line; broken between words where that helps somebody, not in a log.
    fn say(&self, line: &str) {
        match &self.mode {
            Mode::Live(bar) => bar.suspend(|| write_text(&format!("{}\n", wrap(line, width())))),
            _ => write_text(&format!("{line}\n")),
        }
    }

    /// Lines that are in shape already, set apart.
    fn block(&self, text: &str) {
        match &self.mode {
            Mode::Live(bar) => bar.suspend(|| write_text(&format!("\n{text}"))),
            _ => write_text(&format!("\n{text}")),
        }
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template(TEMPLATE).expect("the template is a constant");
    ProgressBar::new(0).with_style(style.progress_chars("━╸─")).with_message("  waiting for the first answer")
}

/// One column less than there are: some terminals break a line that fills the last one.
fn width() -> usize {
    Term::stdout()
        .size_checked()
        .map_or(PLAIN_WIDTH, |(_rows, columns)| usize::from(columns).saturating_sub(1))
}

fn write_text(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

pub(crate) fn write_json(event: &impl serde::Serialize) {
    let mut line = serde_json::to_vec(event).unwrap_or_default();
    line.push(b'\n');
    let mut out = io::stdout().lock();
    let _ = out.write_all(&line).and_then(|()| out.flush());
}

/// Tells what is wrong, apart from the results.
pub(crate) fn complain(message: &str) {
    let wrapped = match io::stderr().is_terminal() {
        true => wrap(message, width()),
        false => message.to_owned(),
    };
    let _ = writeln!(io::stderr(), "{wrapped}");
}

/// Tells what kept a run from beginning.
pub(crate) fn refuse(message: &str, exit_code: u8, json: bool) {
    if json {
        write_json(&events::usage(message, exit_code));
    }
    complain(&format!("error: {message}\n\nFor more information, try '--help'."));
}
