//! The option `--list`: the machines of a tenant, one per line.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::time::{Duration, UNIX_EPOCH};

use xdr_sim::{Endpoint, Sim};

/// Writes the machines to standard output. A reader that closes the pipe early is not an error.
pub(crate) fn list(sim: &Sim) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = sim.endpoints().iter().try_for_each(|endpoint| writeln!(out, "{}", line(endpoint)));
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Formats the columns with fixed widths. The groups come last, because their names contain spaces.
fn line(endpoint: &Endpoint) -> String {
    let Endpoint { id, hostname, platform, .. } = endpoint;
    let seen = humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_millis(endpoint.last_seen));
    let (connection, groups) = (endpoint.connection.word(), endpoint.group_names.join(", "));
    format!("{id}  {hostname:<18}  {platform:<7}  {connection:<12}  {seen}  {groups}")
}
