//! `cargo xtask costs` measures the costs of reading replies, of many clients, and of scans in batches.
//!
//! Each measurement runs in its own process, so its peak memory contains nothing else.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people")]

use std::env;
use std::error::Error;
use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use xdr_conformance::Kind;
use xdr_sim::{Config, Outcomes};
use xdr_workspace::succeed;

mod batches;
mod clients;
mod process;
mod reading;
mod replies;
mod server;

use replies::{Call, Reply};
use server::Server;

/// Measures the clients and prints tables
///
/// Runs on Linux only. No limit applies to the results: compare them yourself.
#[derive(Parser)]
#[command(name = "cargo xtask costs", bin_name = "cargo xtask costs")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measures the memory and time to read each expensive reply
    ///
    /// 1 MB is a million bytes. "peak MB" and "kept MB" do not include the memory in use before the call. "kept MB" is
    /// measured after the call, while the result is alive. It includes memory that the allocator does not give back.
    /// "CPU ms" covers all requests of the call. "held ms" is the longest delay of another task on the only thread of
    /// the runtime, accurate to about 2 ms.
    Replies(Replies),
    /// Measures the memory and time per client
    Clients {
        /// The maximum number of clients. The steps are 1, 100 and 1000
        #[arg(long, default_value_t = 1000)]
        most: usize,
    },
    /// Measures the time and memory to scan a long list of endpoints in batches, on a simulated tenant on this machine
    ///
    /// All batches are saved to a file before and after each batch is sent. "peak MB" covers the whole process of the
    /// client. The rate limit is 10 requests a second, as for a real tenant.
    Batches {
        /// The number of endpoints of the tenant
        #[arg(long, default_value_t = 100_000)]
        endpoints: usize,
    },
    #[command(hide = true)]
    Run {
        url: String,
        ids: PathBuf,
        #[arg(value_parser = kind)]
        client: Kind,
    },
    #[command(hide = true)]
    Read {
        url: String,
        bytes: usize,
        call: Call,
        #[arg(value_parser = kind)]
        client: Kind,
    },
    #[command(hide = true)]
    Make {
        most: usize,
        #[arg(value_parser = kind)]
        client: Kind,
        #[arg(long)]
        mozilla: bool,
    },
}

#[derive(Args)]
struct Replies {
    /// Measure only the replies with this text in their names
    #[arg(long, default_value = "")]
    only: String,
    /// The size of a large reply in bytes. A client accepts at most 16 MiB
    #[arg(long, default_value_t = (16 << 20) - 1024)]
    large: usize,
    /// The size of a small reply in bytes. A client searches replies of up to 1 MiB for an error object
    #[arg(long, default_value_t = (1 << 20) - 16)]
    small: usize,
}

const KINDS: [Kind; 2] = [Kind::Blocking, Kind::Async];

fn kind(name: &str) -> Result<Kind, String> {
    KINDS.into_iter().find(|kind| format!("{kind:?}") == name).ok_or_else(|| "no such client".to_owned())
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Replies(Replies { only, large, small }) => {
            row("reply", "status", "bytes", "requests", reading::COLUMNS);
            let all = replies::all(large, small).into_iter();
            all.filter(|reply| reply.name.contains(&only)).try_for_each(|reply| read(&reply))
        }
        Task::Clients { most } => {
            println!("{}", clients::COLUMNS);
            KINDS.into_iter().try_for_each(|client| make(client, most))
        }
        Task::Batches { endpoints } => {
            println!("{}  requests", batches::COLUMNS);
            KINDS.into_iter().try_for_each(|client| run(client, endpoints))
        }
        Task::Run { url, ids, client } => batches::measure(&url, &ids, client),
        Task::Read { url, bytes, call, client } => {
            reading::measure(&url, bytes, call, client).map(|row| println!("{row}"))
        }
        Task::Make { most, client, mozilla } => clients::measure(client, mozilla, most),
    };
    done.map_or_else(
        |error: Box<dyn Error>| {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}

fn row(name: &str, status: impl Display, bytes: impl Display, requests: impl Display, measured: &str) {
    println!("{name:<42} {status:>6} {bytes:>9} {requests:>8}  {measured}");
}

/// Prints a row for each call that can receive the reply.
fn read(reply: &Reply) -> Result<(), Box<dyn Error>> {
    let body: Arc<str> = reply.body().into();
    for call in reply.calls {
        for client in KINDS {
            let server = Server::start(reply.status, body.clone())?;
            let mut command = Command::new(env::current_exe()?);
            command.args(["read", &server.url(), &body.len().to_string()]);
            command.args([format!("{call:?}").to_lowercase(), format!("{client:?}")]);
            // If the reply crashes the client, the row shows the error.
            let measured = succeed(&mut command).unwrap_or_else(|error| error.to_string());
            row(reply.name, reply.status, body.len(), server.requests(), measured.trim_end());
        }
    }
    Ok(())
}

/// Prints the rows for clients that trust the roots of this machine, and for clients that trust Mozilla's roots.
fn make(client: Kind, most: usize) -> Result<(), Box<dyn Error>> {
    for roots in [None, Some("--mozilla")] {
        let mut command = Command::new(env::current_exe()?);
        command.args(["make", &most.to_string(), &format!("{client:?}")]).args(roots);
        print!("{}", succeed(&mut command)?);
    }
    Ok(())
}

/// Prints a row for a run in which all endpoints complete.
fn run(client: Kind, endpoints: usize) -> Result<(), Box<dyn Error>> {
    let config = Config::new().with_endpoints(endpoints).with_outcomes(Outcomes::all_completed());
    let server = xdr_sim::Server::start(config.with_time_scale(3000.0))?;
    let ids: Vec<_> = server.sim().endpoints().iter().map(|endpoint| endpoint.id.clone()).collect();
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(ids.join("\n").as_bytes())?;
    let mut command = Command::new(env::current_exe()?);
    command.args(["run", &server.url()]).arg(file.path()).arg(format!("{client:?}"));
    let row = succeed(&mut command)?;
    println!("{}  {:>8}", row.trim_end(), server.sim().requests().len());
    Ok(())
}
