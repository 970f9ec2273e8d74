//! The commands that continue with an action or with batches. No other module writes them.

use std::path::Path;

use serde_json::Value;
use xdr_model::ActionId;

use crate::next_step::NextStep;
use crate::target::Target;
use crate::text::is_shown_as_it_is;

/// The commands that continue with an action at the same tenant, for a POSIX shell. They hold no key.
#[derive(Debug, Clone)]
pub struct Commands {
    program: String,
    /// `None` if the tenant exists only inside this program.
    options: Option<String>,
    /// The state file, which holds more about the action than its id.
    state: Option<String>,
    json: bool,
}

impl Commands {
    /// The commands of this program for this tenant. They have `--json` if this run has it.
    pub fn new(program: &Path, target: &Target, json: bool) -> Self {
        Self { program: program.to_string_lossy().into_owned(), options: target.options(), state: None, json }
    }

    /// The same commands with this state file.
    #[must_use]
    pub fn with_state(self, path: Option<&Path>) -> Self {
        Self { state: path.map(|path| path.to_string_lossy().into_owned()), ..self }
    }

    /// The complete command. `None` if the tenant exists only inside this program, or if the path of the program or of
    /// the state file has characters that are not safe to show or that no shell accepts.
    pub fn line(&self, step: NextStep, id: &ActionId) -> Option<String> {
        self.with(self.options.as_deref()?, step, id, "")
    }

    /// The command that lists every endpoint of an action. It starts nothing and follows the action for at most 30
    /// seconds. Its output goes to a pipe, so the list is not cut.
    pub fn list(&self, id: &ActionId) -> Option<String> {
        let line = self.with(self.options.as_deref()?, NextStep::Follow, id, " --deadline=30s")?;
        Some(format!("{line} | cat"))
    }

    /// The displayed path of the state file.
    pub(crate) fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The command that resumes the batches in the state file, under the conditions of [`line`](Self::line).
    pub(crate) fn resume(&self) -> Option<String> {
        self.resume_with("")
    }

    fn resume_with(&self, more: &str) -> Option<String> {
        let file = self.state.as_ref()?;
        let end_of_options = if file.starts_with('-') { " --" } else { "" };
        let more = format!("{more}{end_of_options}");
        self.whole("resume", self.options.as_deref()?, &more, &shlex::try_quote(file).ok()?)
    }

    /// The command that reads which endpoints of the batches in doubt are being scanned.
    pub(crate) fn reconcile(&self) -> Option<String> {
        let file = shlex::try_quote(self.state.as_ref()?).ok()?;
        self.whole("reconcile", self.options.as_deref()?, "", &format!("--state={file}"))
    }

    /// The command that lists every endpoint of the batches. It starts nothing if no batch is left to send.
    pub(crate) fn list_batches(&self) -> Option<String> {
        self.resume_with(" --deadline=30s").map(|line| format!("{line} | cat"))
    }

    /// Tells a person how to resume the batches in the state file.
    pub(crate) fn hint_to_resume(&self) -> String {
        match self.resume() {
            Some(line) => format!("To resume the scan:\n  {line}\n"),
            None if self.state.is_none() => String::new(),
            None => "To resume the scan: use `xdr resume` with the state file\n".to_owned(),
        }
    }

    /// Tells a person each step with its command.
    pub fn hint(&self, next_steps: &[NextStep], id: &ActionId) -> String {
        let (preface, options) = match &self.options {
            Some(options) => ("", &**options),
            None if next_steps.is_empty() => return String::new(),
            None => ("This simulated tenant ends with xdr. At a tenant of your own:\n\n", ""),
        };
        let line = |step: &NextStep| match self.with(options, *step, id, "") {
            Some(line) => format!("{}:\n  {line}\n", step.title()),
            None => format!("{}: use `xdr {}` with the id {}\n", step.title(), step.command(), word(id)),
        };
        format!("{preface}{}", next_steps.iter().map(line).collect::<String>())
    }

    /// The command with `more` options.
    fn with(&self, options: &str, step: NextStep, id: &ActionId, more: &str) -> Option<String> {
        let state = match &self.state {
            Some(path) => format!(" --state={}", shlex::try_quote(path).ok()?),
            None => String::new(),
        };
        let id = word(id);
        let end_of_options = if id.starts_with('-') { " --" } else { "" };
        let id = shlex::try_quote(&id).ok()?;
        let more = format!("{state}{more}{end_of_options}");
        self.whole(step.command(), options, &more, &id)
    }

    /// The whole command: these options, then `more`, then the id or the file.
    fn whole(&self, command: &str, options: &str, more: &str, what: &str) -> Option<String> {
        let program = shlex::try_quote(&self.program).ok()?;
        let before = if options.is_empty() { "" } else { " " };
        let json = if self.json { " --json" } else { "" };
        let line = format!("{program} {command}{before}{options}{json}{more} {what}");
        // Control characters cannot be quoted for every shell, and could control the terminal.
        line.chars().all(is_shown_as_it_is).then_some(line)
    }
}

/// Writes an id in a form that the command line accepts: as plain text if possible, otherwise as JSON text.
fn word(id: &ActionId) -> String {
    let id = id.as_str();
    if !id.starts_with('"') && id.chars().all(is_shown_as_it_is) && id.parse::<ActionId>().is_ok() {
        return id.to_owned();
    }
    let mut word = String::new();
    for c in Value::from(id).to_string().chars() {
        if is_shown_as_it_is(c) {
            word.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| word.push_str(&format!("\\u{unit:04x}")));
        }
    }
    word
}
