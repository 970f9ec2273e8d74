//! Starts a scan in one process and finishes it in another: what is known of it is kept in a file.
//!
//! ```sh
//! cargo run -p xdr-sim -- --listen 127.0.0.1:8080 --endpoints 673 --key-id 1 --key demo --time-scale 60
//! cargo run --example start_and_finish_async -- http://127.0.0.1:8080 action.json # starts
//! cargo run --example start_and_finish_async -- http://127.0.0.1:8080 action.json # finishes
//! ```

#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::{env, error::Error, fs, fs::File, ops::ControlFlow, time::Duration};

use xdr_async::Client;
use xdr_async::model::{ActionReport, Cadence, Credentials, Filter, Platform, Scan, Tenant};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let [_, url, file] = &env::args().collect::<Vec<_>>()[..] else {
        return Err("give a URL and a file".into());
    };
    let client = Client::new(Tenant::loopback(url)?, Credentials::standard("1", "demo")?)?;
    // Made before anything is sent: a scan whose id cannot be kept must not be started.
    if let Ok(file) = File::create_new(file) {
        let scan = Scan::matching([Filter::platform([Platform::Linux, Platform::MacOs])]);
        let known = ActionReport::of(&scan, &client.send(&scan).await?);
        println!("action {}", known.action_id());
        return Ok(serde_json::to_writer(file, &known)?);
    }
    let known = ActionReport::from_json(&fs::read_to_string(file)?)?;
    let two_hours = Cadence::within(Duration::from_secs(7200));
    let report = client.wait(known, two_hours, |_| ControlFlow::Continue(())).await?;
    println!("{} of {}, success: {}", report.counts().successful(), report.expected(), report.is_success());
    Ok(fs::write(file, serde_json::to_string(&report)?)?)
}
