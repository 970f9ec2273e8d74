//! Calls an operation of the API that the library does not implement.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]
use xdr_blocking::Client;
use xdr_blocking::model::{Credentials, Invalid, Operation, Replay, Tenant};

#[derive(serde::Serialize)]
struct GetPolicy {
    endpoint_id: &'static str,
}

impl Operation for GetPolicy {
    const NAME: &'static str = "get_policy";
    const PATH: &'static str = "/public_api/v1/endpoints/get_policy";
    const REPLAY: Replay = Replay::Safe;
    type Reply = serde_json::Value;
    fn validate(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let simulator = xdr_sim::Server::start(xdr_sim::Config::new())?;
    simulator.sim().fault(xdr_sim::Fault::on("get_policy").answer_json(200, r#"{"reply":{"name":"p"}}"#));
    let (tenant, credentials) = (Tenant::loopback(&simulator.url())?, Credentials::standard("1", "demo")?);
    // let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com")?; // for a real tenant
    // let credentials = Credentials::advanced("7", &std::env::var("XDR_API_KEY")?)?;
    println!("{}", Client::new(tenant, credentials)?.send(&GetPolicy { endpoint_id: "e1" })?);
    Ok(())
}
