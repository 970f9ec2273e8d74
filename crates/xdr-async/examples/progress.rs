//! Prints the progress of a scan.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::{error::Error, time::Duration};

use xdr_async::Client;
use xdr_async::model::{Credentials, Progress, Scan, Tenant};
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
    let mut run = client.run(Scan::all(), Duration::from_secs(7200))?;
    while let Some(progress) = run.next().await {
        match progress {
            Progress::Started { report } => println!("started action {}", report.action_id()),
            Progress::Polled { report, .. } => println!("{:?}", report.counts()),
            trouble => println!("{trouble:?}"),
        }
    }
    println!("success: {}", run.finish().await?.is_success());
    Ok(())
}
