//! Scans endpoints and waits until every one of them has settled.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::{error::Error, time::Duration};

use xdr_async::Client;
use xdr_async::model::{Credentials, Filter, Platform, Scan, Tenant};
use xdr_sim::{Config, Server};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Server::start(Config::new().with_time_scale(300.0))?;
    let tenant = Tenant::loopback(&simulator.url())?;
    let credentials = Credentials::standard("1", "demo")?;
    // That tenant is simulated. For a real one:
    // let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    // let credentials = Credentials::advanced("7", &std::env::var("XDR_API_KEY")?)?;

    let client = Client::new(tenant, credentials)?;
    let scan = Scan::matching([Filter::platform([Platform::Linux, Platform::MacOs])]);
    let mut run = client.run(&scan, Duration::from_secs(7200))?;
    while let Some(progress) = run.next().await {
        // Save the first one: with it, any program can follow the scan or cancel it.
        println!("{} endpoints settled", progress.report().counts().settled());
    }
    let report = run.finish().await?;
    let completed = report.counts().successful();
    println!("{completed} of {} completed, success: {}", report.expected(), report.is_success());
    Ok(())
}
