//! Scans a long list of endpoints in batches. After a crash, run the saved batches again.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::{error::Error, fs, time::Duration};

use xdr_blocking::Client;
use xdr_blocking::model::{Credentials, Filter, Scan, ScanBatches, Tenant};
use xdr_sim::{Config, Server};

fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Server::start(Config::new().with_time_scale(300.0).with_endpoints(2500))?;
    let tenant = Tenant::loopback(&simulator.url())?;
    let credentials = Credentials::standard("1", "demo")?;
    // That tenant is simulated. For a real one:
    // let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?;
    // let credentials = Credentials::advanced("7", &std::env::var("XDR_API_KEY")?)?;
    let ids: Vec<_> = simulator.sim().endpoints().iter().map(|endpoint| endpoint.id.clone()).collect();
    let client = Client::new(tenant, credentials)?;
    let batches = ScanBatches::split(Scan::matching([Filter::endpoint_ids(ids)]), ScanBatches::SIZE)?;
    let file = std::env::temp_dir().join(format!("batches-{}.json", std::process::id()));
    let mut run = client.run_batches(batches, Duration::from_secs(7200))?;
    for progress in &mut run {
        fs::write(file.with_extension("new"), serde_json::to_string(progress.batches())?)?;
        fs::rename(file.with_extension("new"), &file)?;
    }
    let batches = run.finish()?;
    println!("{} of {} settled in {} batches", batches.settled(), batches.endpoints(), batches.len());
    Ok(fs::remove_file(&file)?)
}
