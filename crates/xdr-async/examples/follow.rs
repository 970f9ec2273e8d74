//! Follows a scan with the report that another program has saved.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::{error::Error, time::Duration};

use xdr_async::Client;
use xdr_async::model::{ActionReport, Credentials, Scan, Tenant};
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
    let scan = Scan::all();
    let saved = serde_json::to_string(&ActionReport::of(&scan, &client.send(&scan).await?))?;
    let report = client.wait(ActionReport::from_json(&saved)?, Duration::from_secs(7200)).await?;
    println!("{} of {} endpoints completed", report.counts().successful(), report.expected());
    Ok(())
}
