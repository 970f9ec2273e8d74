//! Cancels a scan on exactly those of its endpoints that have not settled.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::error::Error;

use xdr_async::Client;
use xdr_async::model::{Credentials, Scan, Tenant};
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
    let action_id = client.send(&Scan::all()).await?.action_id;
    let cancelled = client.cancel_action(action_id).await?;
    println!("{} endpoints cancelled, {} had settled", cancelled.endpoints, cancelled.settled);
    Ok(())
}
