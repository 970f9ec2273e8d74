//! Reads which endpoints are being scanned after the answer to a scan was lost. This starts nothing.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::error::Error;

use xdr_blocking::Client;
use xdr_blocking::model::{Credentials, EndpointActivity, Filter, Scan, Tenant};
use xdr_sim::{Config, Fault, Server};

fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Server::start(Config::new())?;
    simulator.sim().fault(Fault::on("scan").after_executing().hang_up());
    let tenant = Tenant::loopback(&simulator.url())?;
    let credentials = Credentials::standard("1", "demo")?;
    // That tenant is simulated, and its first answer is lost. For a real one:
    // let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    // let credentials = Credentials::advanced("7", &std::env::var("XDR_API_KEY")?)?;

    let client = Client::new(tenant, credentials)?;
    let scan = Scan::matching([Filter::group_name(["Servers"])]);
    let Err(error) = client.send(&scan) else { return Ok(()) };
    if !error.may_have_taken_effect() {
        return Err(error.into());
    }
    let now = client.reconcile(&scan)?;
    let running = now.count(EndpointActivity::BeingScanned);
    println!("{running} of {} endpoints are being scanned", now.endpoints.len());
    Ok(())
}
