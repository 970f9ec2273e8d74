//! Lists the endpoints that a scan would reach. Then scans the connected ones, if there are at most 500.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::{error::Error, time::Duration};

use xdr_async::Client;
use xdr_async::model::{Credentials, Filter, Scan, ScanPlan, Tenant};
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
    let scan = Scan::matching([Filter::group_name(["Servers"])]);
    println!("{:?}", client.preview(&scan).await?.by_platform());
    let plan = ScanPlan::from(&scan).at_most(500).skip_disconnected();
    let report = client.scan_and_wait(plan, Duration::from_secs(7200)).await?;
    println!("{} endpoints settled, {} skipped", report.counts().settled(), report.skipped().len());
    Ok(())
}
