//! Scans endpoints and waits until every one of them has settled.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::{error::Error, ops::ControlFlow, time::Duration};

use xdr_blocking::Client;
use xdr_blocking::model::{Credentials, Filter, Platform, Polling, Progress, Scan, Tenant};
use xdr_sim::{Config, Server};

fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Server::start(Config::new().with_time_scale(300.0))?;
    let tenant = Tenant::loopback(&simulator.url())?;
    let credentials = Credentials::standard("1", "demo")?;
    // That tenant is simulated. For a real one:
    // let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    // let credentials = Credentials::advanced("7", &std::env::var("XDR_API_KEY")?)?;

    let client = Client::new(tenant, credentials)?;
    let scan = Scan::matching([Filter::platform([Platform::Linux, Platform::MacOs])]);
    let two_hours = Polling::within(Duration::from_secs(7200));
    let show = |progress: Progress| {
        println!("{} endpoints settled", progress.report().counts().settled());
        ControlFlow::Continue(())
    };
    let report = client.scan_and_wait(&scan, two_hours, show)?;
    let completed = report.counts().successful();
    println!("{completed} of {} completed, success: {}", report.expected(), report.is_success());
    Ok(())
}
