//! Scans endpoints and waits until all have settled, with the blocking client.
//!
//! `cargo run --example scan_and_wait` needs nothing: it brings a simulated tenant. `-- --help` says what else it can
//! do, for example `-- --live --group Servers` at your own tenant.

use std::process::ExitCode;
use std::time::Instant;

use xdr_blocking::model::Error;
use xdr_blocking::{Client, Stop};
use xdr_examples::{Job, Outcome, Run};

fn main() -> ExitCode {
    match Run::begin() {
        Ok(mut run) => {
            let end = execute(&mut run);
            run.end(&end)
        }
        Err(code) => code,
    }
}

fn execute(run: &mut Run) -> Result<Outcome, Error> {
    let stop = Stop::new();
    stop_at_ctrl_c(run, &stop);
    let client = Client::new(run.target.tenant.clone(), run.target.credentials.clone())?.until(&stop);
    let Run { job, cadence, screen, .. } = run;
    match job {
        Job::Scan(scan) => {
            client.scan_and_wait(scan, *cadence, |p| screen.progress(p)).map(Outcome::Followed)
        }
        Job::Resume(known) => {
            client.wait(known.clone(), *cadence, |p| screen.progress(p)).map(Outcome::Followed)
        }
        Job::Cancel(known) => {
            client.cancel_action(known.clone(), |p| screen.cancelling(p)).map(Outcome::Cancelled)
        }
    }
}

fn stop_at_ctrl_c(run: &Run, stop: &Stop) {
    let (interrupt, stop) = (run.interrupt.clone(), stop.clone());
    // Without a handler Ctrl-C ends the program as it always does.
    let _ = ctrlc::set_handler(move || interrupt.pressed(Instant::now(), || stop.stop()));
}
