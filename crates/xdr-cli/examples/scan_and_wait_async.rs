//! Scans endpoints and waits until all have settled, with the async client.
//!
//! `cargo run --example scan_and_wait_async` needs nothing: it brings a simulated tenant. `-- --help` says what else it
//! can do, for example `-- --live --group Servers` at your own tenant.

use std::process::ExitCode;
use std::time::Instant;

use xdr_async::model::Error;
use xdr_async::{Client, Stop};
use xdr_examples::{Job, Outcome, Run};

// Ctrl-C has a thread of its own: it is heard while a reader keeps the run from writing.
#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() -> ExitCode {
    match Run::begin() {
        Ok(mut run) => {
            let end = execute(&mut run).await;
            run.end(&end)
        }
        Err(code) => code,
    }
}

async fn execute(run: &mut Run) -> Result<Outcome, Error> {
    let stop = Stop::new();
    stop_at_ctrl_c(run, &stop);
    let client = Client::new(run.target.tenant.clone(), run.target.credentials.clone())?.until(&stop);
    let Run { job, cadence, screen, .. } = run;
    match job {
        Job::Scan(scan) => {
            client.scan_and_wait(scan, *cadence, |p| screen.progress(p)).await.map(Outcome::Followed)
        }
        Job::Resume(known) => {
            client.wait(known.clone(), *cadence, |p| screen.progress(p)).await.map(Outcome::Followed)
        }
        Job::Cancel(known) => {
            client.cancel_action(known.clone(), |p| screen.cancelling(p)).await.map(Outcome::Cancelled)
        }
    }
}

fn stop_at_ctrl_c(run: &Run, stop: &Stop) {
    let (interrupt, stop) = (run.interrupt.clone(), stop.clone());
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            interrupt.pressed(Instant::now(), || stop.stop());
        }
    });
}
