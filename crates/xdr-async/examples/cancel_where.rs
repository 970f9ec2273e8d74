//! Cancels all scans on a group of endpoints, whoever started them.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::error::Error;

use xdr_async::Client;
use xdr_async::model::{Credentials, Filter, Filters, Scan, Tenant};
use xdr_sim::{Config, Server};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Server::start(Config::new())?;
    let tenant = Tenant::loopback(&simulator.url())?;
    let credentials = Credentials::standard("1", "demo")?;
    // That tenant is simulated. For a real one:
    // let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    // let credentials = Credentials::advanced("7", &std::env::var("XDR_API_KEY")?)?;

    let client = Client::new(tenant, credentials)?;
    client.send(&Scan::all()).await?;
    let servers = Filters::Matching(vec![Filter::group_name(["Servers"])]);
    let cancelled = client.cancel_where(servers).await?;
    println!("cancellation accepted for {} of {} endpoints", cancelled.endpoints, cancelled.running.len());
    Ok(())
}
