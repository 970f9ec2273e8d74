//! The arguments of `xdr endpoints`.

use std::time::SystemTime;

use clap::Args;
use xdr_model::{ConnectionStatus, EndpointFilter, GetEndpoints, filter::IpAddress};

use super::selection::{Selection, WHICH};
use super::shared::TenantArguments;
use super::values::{List, values};

/// Which endpoints to list.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct EndpointsArguments {
    #[command(flatten)]
    pub(crate) tenant: TenantArguments,

    /// Connection of the endpoint to the tenant: connected, disconnected, lost, uninstalled
    #[arg(long, value_name = "WORDS", value_parser = values::<ConnectionStatus>, help_heading = WHICH)]
    connection: Vec<List<ConnectionStatus>>,
    /// Public IP address, version 4 or 6
    #[arg(long, value_name = "ADDRESSES", value_parser = values::<IpAddress>, help_heading = WHICH)]
    public_ip: Vec<List<IpAddress>>,
    #[command(flatten)]
    selection: Selection,
}

const AFTER_HELP: &str = "\
Without a filter, every endpoint is listed. Nothing is started.

An option takes several values, and an endpoint matches if one of them matches.
Separate the values with commas (--hostname a,b), or repeat the option. Write \\,
for a comma inside a value.

Examples:
  xdr endpoints --hostname web-1,web-2
  xdr endpoints --group Servers --connection disconnected,lost
  xdr endpoints --scan-status in_progress --json
  xdr endpoints --endpoint-id @ids.txt

`xdr --help` lists the environment variables and the exit codes.";

impl EndpointsArguments {
    /// The request for the endpoints that match.
    ///
    /// # Errors
    /// When a value breaks a rule.
    pub(crate) fn request(&self, now: SystemTime) -> Result<GetEndpoints, String> {
        let shared = self.selection.filters(now)?.into_iter().map(EndpointFilter::from);
        let own = [
            some(List::join(&self.connection), EndpointFilter::connection),
            some(List::join(&self.public_ip), EndpointFilter::public_ip_addresses),
        ];
        Ok(GetEndpoints::matching(shared.chain(own.into_iter().flatten())))
    }
}

/// Returns a filter, if there are values. Their types have already checked them.
fn some<T>(values: Vec<T>, filter: impl FnOnce(Vec<T>) -> EndpointFilter) -> Option<EndpointFilter> {
    (!values.is_empty()).then(|| filter(values))
}
