//! One run, from its arguments to its exit code.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use clap::Parser;
use xdr_blocking::{Client, Stop};
use xdr_model::error::{Violation, WaitEnd};
use xdr_model::flow::Reconcile;
use xdr_model::{
    ActionId, ActionReport, EpochMillis, Error, Invalid, Polling, Preview, ScanBatches, ScanPlan, Session,
    Settings,
};

use crate::args::Arguments;
use crate::batches::BatchesOutcome;
use crate::exit_code::{DryRun, NOTHING_DONE, Outcome, exit_code};
use crate::found::Found;
use crate::interrupt::Interrupt;
use crate::job::Job;
use crate::logging;
use crate::machine::last_line;
use crate::names::{MOST_NAMED, Names};
use crate::next_step::Commands;
use crate::output::{Output, tell_problem, write_json};
use crate::reporter::Reporter;
use crate::state_file::StateFile;
use crate::state_lock::StateLock;
use crate::target::Target;
use crate::text::{endpoints, number};
use crate::tracker::Tracker;

/// A run that is ready to send.
pub struct Run {
    job: Job,
    target: Target,
    polling: Polling,
    reporter: Reporter,
    interrupt: Interrupt,
    /// This is the last field, so it is dropped after the state was saved.
    _lock: Option<StateLock>,
}

impl Run {
    /// Reads the command line and the environment variables that it needs. Nothing is sent yet.
    ///
    /// # Errors
    /// The exit code, if there is nothing to do: the user asked for help, or an argument is missing or wrong. The help
    /// or the message has already been printed.
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
        // The first search also finds `--json` after `--`, where it is an id. Only the parsed value is correct.
        let json = arguments.json;
        let refused = |message: String| refuse(&message, json, arguments.action());
        // The lock is taken before the file is read. Otherwise, this run could overwrite what another run saves later.
        let lock = arguments.state().map(StateLock::take).transpose().map_err(refused)?.flatten();
        let job = arguments.job(SystemTime::now()).map_err(refused)?;
        let target = Target::new(&arguments, variable).map_err(refused)?;
        let state = arguments.state().map(|path| StateFile::open(path, &job)).transpose().map_err(refused)?;
        let (tracker, output) = (Tracker::of(&job), Output::new(json, target.secrets()));
        let commands = Commands::new(Path::new(&program), &target, json);
        let commands = commands.with_state(state.as_ref().map(StateFile::path));
        let mut reporter = Reporter::new(output.clone(), tracker.clone(), commands.clone(), state);
        reporter.begin(&target, &job);
        let interrupt = Interrupt::new(tracker, output, commands);
        Ok(Self { job, target, polling: arguments.polling(), reporter, interrupt, _lock: lock })
    }

    /// Does the job, tells the user how it ended, and returns the exit code.
    pub fn finish(mut self) -> ExitCode {
        let stop = Stop::new();
        self.stop_at_ctrl_c(&stop);
        let session = Session::new(self.target.tenant.clone(), self.target.credentials.clone());
        let client = Client::with_settings(session, &Settings::default().with_proxy_from_environment());
        let (end, names) = match client.map(|client| client.until(&stop)) {
            Ok(client) => {
                let end = self.execute(&client).map_err(by_option);
                self.reporter.record_end(&end, exit_code(&end));
                let names = if stop.is_stopped() { Names::default() } else { self.names(&client, &end) };
                (end, names)
            }
            Err(error) => (Err(error), Names::default()),
        };
        let code = match end {
            // A demonstration shows failing endpoints on purpose.
            Ok(_) if self.target.is_simulated() => 0,
            _ => exit_code(&end),
        };
        self.reporter.end(&end, &names, code);
        ExitCode::from(code)
    }

    fn execute(&mut self, client: &Client) -> Result<Outcome, Error> {
        let Self { job, polling, reporter, .. } = self;
        match job {
            Job::Scan(plan) => {
                let plan = match plan.lists_first() {
                    true => plan.apply(&preview(client, plan, *polling, reporter)?)?.into(),
                    false => plan.clone(),
                };
                reporter.sending();
                let run = client.session().scan_and_wait(plan, *polling)?;
                client.drive(run, |p| reporter.progress(p)).map(Outcome::Followed)
            }
            Job::ScanInBatches(plan, size) => {
                let planned = match plan.lists_first() {
                    true => plan.apply(&preview(client, plan, *polling, reporter)?)?,
                    false => plan.scan().into(),
                };
                match ScanBatches::split(planned.clone(), *size)? {
                    // The conditions of the plan can leave a single batch.
                    batches if batches.len() == 1 => {
                        reporter.sending();
                        let run = client.session().scan_and_wait(planned, *polling)?;
                        client.drive(run, |p| reporter.progress(p)).map(Outcome::Followed)
                    }
                    batches => {
                        if !reporter.has_state() {
                            Invalid::check(vec![Violation::new("--state", no_state(&batches))])?;
                        }
                        in_batches(client, &batches, *polling, reporter)
                    }
                }
            }
            Job::Resume(batches) => in_batches(client, batches, *polling, reporter),
            Job::DryRun(plan) => {
                let preview = preview(client, plan, *polling, reporter)?;
                let planned = plan.apply(&preview).map_err(|invalid| options_of(&invalid));
                Ok(Outcome::Previewed(DryRun { preview, planned }))
            }
            Job::Reconcile(scan, at) => {
                reconcile(client, client.session().reconcile(scan)?, *at, *polling, reporter)
            }
            Job::ReconcileBatches(batches, at) => {
                reconcile(client, client.session().reconcile_batches(batches)?, *at, *polling, reporter)
            }
            Job::List(request) => {
                let list = client.session().list_endpoints(request)?.within(polling.deadline());
                let mut found = Found::new(request);
                let list = client.drive(list, |page| {
                    found.add(&page);
                    reporter.page(page)
                })?;
                Ok(Outcome::Listed(found.end(list)))
            }
            Job::Follow(report) => {
                let wait = client.session().wait(report.clone(), *polling);
                client.drive(wait, |p| reporter.progress(p)).map(Outcome::Followed)
            }
            Job::Cancel(report) => {
                let cancel = client.session().cancel_action(report.clone());
                client.drive(cancel, |p| reporter.cancelling(p)).map(Outcome::Cancelled)
            }
        }
    }

    /// Reads the names of the endpoints that need attention. If that takes too long, the report is shown without names.
    fn names(&mut self, client: &Client, end: &Result<Outcome, Error>) -> Names {
        let reports = to_name(end);
        match reports.iter().flat_map(|report| report.needs_attention()).take(MOST_NAMED + 1).count() {
            0 => Names::default(),
            count if count > MOST_NAMED => Names::without(format!(
                "not read, because more than {} endpoints need attention. To look them up, use `xdr endpoints`",
                number(MOST_NAMED as u64)
            )),
            _ => {
                self.reporter.naming(end);
                let (begin, mut named) = (Instant::now(), Vec::new());
                for report in reports {
                    let left = TIME_TO_NAME.saturating_sub(begin.elapsed());
                    match client.start(client.session().name_endpoints(report).within(left)).finish() {
                        Ok(some) => named.extend(some),
                        Err(error) => return Names::without(format!("not read: {error}")),
                    }
                }
                Names::new(named, SystemTime::now())
            }
        }
    }

    fn stop_at_ctrl_c(&self, stop: &Stop) {
        let (interrupt, stop) = (self.interrupt.clone(), stop.clone());
        // If no handler can be set, Ctrl-C ends the program at once.
        let _ = ctrlc::set_handler(move || interrupt.handle(Instant::now(), || stop.stop()));
    }
}

/// The error if the listed endpoints need batches and there is no state file.
fn no_state(batches: &ScanBatches) -> String {
    format!(
        "must name a file: {} need {} batches, and `xdr resume FILE` can resume an interrupted run",
        endpoints(batches.endpoints()),
        number(batches.len() as u64)
    )
}

/// Reads which endpoints of an attempt are being scanned.
fn reconcile(
    client: &Client,
    flow: Reconcile,
    attempted_at: Option<EpochMillis>,
    polling: Polling,
    reporter: &mut Reporter,
) -> Result<Outcome, Error> {
    let flow = flow.within(polling.deadline());
    let flow = match attempted_at {
        Some(time) => flow.attempted_at(time)?,
        None => flow,
    };
    client.drive(flow, |endpoints| reporter.listing(endpoints)).map(Outcome::Reconciled)
}

/// Sends the batches that were not sent, and follows all batches.
fn in_batches(
    client: &Client,
    batches: &ScanBatches,
    polling: Polling,
    reporter: &mut Reporter,
) -> Result<Outcome, Error> {
    let run = client.session().run_batches(batches.clone(), polling)?;
    reporter.announce(batches);
    let mut is_saved = true;
    let ended = client.drive(run, |p| {
        let go_on = reporter.batches(&p);
        is_saved = go_on.is_continue();
        go_on
    });
    let not_saved = if is_saved { None } else { reporter.not_saved() };
    Ok(Outcome::InBatches(BatchesOutcome { ended, not_saved }))
}

/// Replaces the places in the errors of a plan with the names of the options.
fn by_option(error: Error) -> Error {
    match error {
        Error::Invalid(invalid) => options_of(&invalid).into(),
        other => other,
    }
}

fn options_of(invalid: &Invalid) -> Invalid {
    let mut violations = invalid.violations().to_vec();
    for violation in &mut violations {
        match &*violation.pointer {
            "/at_most" => violation.pointer = "--max".to_owned(),
            "/filters" => violation.pointer = "the selection".to_owned(),
            _ => {}
        }
    }
    Invalid::check(violations).err().unwrap_or_else(|| invalid.clone())
}

/// The reports whose endpoints get names: those of a run that reached its end or its deadline.
fn to_name(end: &Result<Outcome, Error>) -> Vec<&ActionReport> {
    let is_late =
        |error: &Error| matches!(error, Error::Wait(ended) if matches!(ended.why, WaitEnd::Deadline { .. }));
    match end {
        Ok(Outcome::Followed(report)) => vec![report],
        Ok(Outcome::InBatches(outcome)) if outcome.ended.is_ok() || outcome.why().is_some_and(is_late) => {
            outcome.batches().reports().filter(|report| report.needs_attention().next().is_some()).collect()
        }
        Err(error @ Error::Wait(ended)) if is_late(error) => vec![&ended.report],
        _ => Vec::new(),
    }
}

/// The maximum time to read the names of endpoints.
const TIME_TO_NAME: Duration = Duration::from_secs(10);

/// Lists the endpoints that a plan would reach. Nothing is started.
fn preview(
    client: &Client,
    plan: &ScanPlan,
    polling: Polling,
    reporter: &mut Reporter,
) -> Result<Preview, Error> {
    let preview = client.session().preview(plan.scan())?.within(polling.deadline());
    client.drive(preview, |endpoints| reporter.listing(endpoints))
}

/// Prints the help, the version or a usage error. The exit code of a usage error is that of "nothing was done". clap
/// uses 2, but here 2 means that endpoints failed.
fn not_parsed(error: &clap::Error, json: bool) -> ExitCode {
    if json && error.use_stderr() {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        write_json(&last_line::usage(first.trim_start_matches("error: "), NOTHING_DONE, None));
    }
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { NOTHING_DONE } else { 0 })
}

/// Prints the reason why the run does not begin.
fn refuse(message: &str, json: bool, action: Option<&ActionId>) -> ExitCode {
    if json {
        write_json(&last_line::usage(message, NOTHING_DONE, action));
    }
    tell_problem(&format!("error: {message}\n\nFor more information, try '--help'."));
    ExitCode::from(NOTHING_DONE)
}
