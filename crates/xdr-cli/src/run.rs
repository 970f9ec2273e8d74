//! One run, from its arguments to its exit code.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use clap::Parser;
use xdr_model::{ActionId, Cadence, Error};

use crate::args::{Arguments, Job};
use crate::exit_code::{NOTHING_DONE, Outcome, exit_code};
use crate::human::Screen;
use crate::interrupt::Interrupt;
use crate::logging;
use crate::machine::last_line;
use crate::next_step::Commands;
use crate::output::{Output, tell_problem, write_json};
use crate::state_file::StateFile;
use crate::target::Target;
use crate::tracker::Tracker;

/// All that a client needs to do what the command line says.
pub struct Run {
    /// What to do.
    pub job: Job,
    /// At which tenant.
    pub target: Target,
    /// How often to ask, and for how long.
    pub cadence: Cadence,
    /// Whom to tell.
    pub screen: Screen,
    /// What Ctrl-C does.
    pub interrupt: Interrupt,
}

impl Run {
    /// Reads the command line and, if it says so, the environment. Nothing is sent yet.
    ///
    /// # Errors
    /// The exit code, when there is nothing to do: help was asked for, or something is missing or wrong. The user
    /// has been told.
    pub fn begin() -> Result<Self, ExitCode> {
        logging::begin();
        Self::read(std::env::args_os(), |name| std::env::var_os(name))
    }

    fn read(
        arguments: impl IntoIterator<Item = OsString>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ExitCode> {
        let arguments: Vec<_> = arguments.into_iter().collect();
        let program = arguments.first().cloned().unwrap_or_default();
        let json = arguments.iter().any(|argument| argument == "--json");
        let arguments = Arguments::try_parse_from(arguments).map_err(|error| not_parsed(&error, json))?;
        let refused = |message: String| refuse(&message, json, arguments.action());
        let job = arguments.job(SystemTime::now()).map_err(refused)?;
        let target = Target::new(&arguments, variable).map_err(refused)?;
        let (state, job) = match &arguments.state {
            None => (None, job),
            Some(path) => {
                StateFile::open(path, job).map(|(state, job)| (Some(state), job)).map_err(refused)?
            }
        };
        let (tracker, output) = (Tracker::of(&job), Output::new(json));
        let commands = Commands::new(Path::new(&program), &target, json);
        let commands = commands.with_state(state.as_ref().map(StateFile::path));
        let mut screen = Screen::new(output.clone(), tracker.clone(), commands.clone(), state);
        screen.begin(&target, &job);
        let interrupt = Interrupt::new(tracker, output, commands);
        Ok(Self { job, target, cadence: arguments.cadence(), screen, interrupt })
    }

    /// Tells the user how it ended, and gives the exit code.
    pub fn end(mut self, end: &Result<Outcome, Error>) -> ExitCode {
        let code = exit_code(end);
        self.screen.end(end, code);
        ExitCode::from(code)
    }
}

/// Help and version are no errors. Usage errors end with the code of "nothing was done", not with clap's own 2, which
/// here means that endpoints failed.
fn not_parsed(error: &clap::Error, json: bool) -> ExitCode {
    if json && error.use_stderr() {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        write_json(&last_line::usage(first.trim_start_matches("error: "), NOTHING_DONE, None));
    }
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { NOTHING_DONE } else { 0 })
}

/// Tells what kept a run from beginning.
fn refuse(message: &str, json: bool, action: Option<&ActionId>) -> ExitCode {
    if json {
        write_json(&last_line::usage(message, NOTHING_DONE, action));
    }
    tell_problem(&format!("error: {message}\n\nFor more information, try '--help'."));
    ExitCode::from(NOTHING_DONE)
}
