//! Measures the cost of many clients.

use std::error::Error;

use xdr_conformance::Kind;
use xdr_model::{Credentials, Error as XdrError, Session, Settings, Tenant};

use super::process::Usage;

/// The headers of the printed columns.
pub(crate) const COLUMNS: &str = "client    roots     clients    kB per client    CPU ms per client";

/// Makes 1, 100 and 1000 clients, but at most `most`. Prints the cost per client for each step.
///
/// # Errors
/// If the system cannot be measured.
pub(crate) fn measure(kind: Kind, mozilla: bool, most: usize) -> Result<(), Box<dyn Error>> {
    let settings = Settings::default();
    let settings = if mozilla { settings.with_mozilla_roots() } else { settings };
    match kind {
        Kind::Blocking => make(kind, &settings, most, xdr_blocking::Client::with_settings),
        Kind::Async => make(kind, &settings, most, xdr_async::Client::with_settings),
    }
}

fn make<C>(
    kind: Kind,
    settings: &Settings,
    most: usize,
    new: impl Fn(Session, &Settings) -> Result<C, XdrError>,
) -> Result<(), Box<dyn Error>> {
    let mut clients = Vec::with_capacity(most);
    for count in [1, 100, 1000].into_iter().filter(|count| *count <= most) {
        let (before, first) = (Usage::now()?, clients.len() + 1);
        while clients.len() < count {
            let tenant = Tenant::new(&format!("acme-{}.xdr.us.paloaltonetworks.com", clients.len()))?;
            let session = Session::new(tenant, Credentials::standard("1", "demo")?);
            clients.push(new(session, settings)?);
        }
        let after = Usage::now()?;
        let made = (count - first + 1) as f64;
        let kilobytes = after.resident.saturating_sub(before.resident) as f64 / 1e3 / made;
        let millis = (after.cpu - before.cpu).as_secs_f64() * 1e3 / made;
        let (kind, roots) = (format!("{kind:?}").to_lowercase(), format!("{:?}", settings.roots));
        let clients = format!("{first}-{count}");
        println!("{kind:<9} {roots:<9} {clients:<10} {kilobytes:>13.1} {millis:>20.3}");
    }
    Ok(())
}
