//! Serves a simulated tenant until the process is killed.
//!
//! `xdr-sim --listen 127.0.0.1:8080 --endpoints 673 --key-id 1 --key demo --offline 5% --time-scale 60`
//!
//! The first line on standard output is `listening on http://ADDRESS`. With port 0, it names the port that was chosen.
//!
//! `xdr-sim --list` lists the machines that the other options generate, one per line, and exits.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use xdr_sim::{Config, Fault, Ids, KeyKind, Limits, PATHS, Server, Sim, Spelling};

mod list;

/// A simulated Cortex XDR tenant, for trying client programs without a real one.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Address and port to listen on; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Number of managed machines
    #[arg(long, default_value_t = 673)]
    endpoints: usize,
    /// Id of the API key that the tenant accepts
    #[arg(long, default_value = "1")]
    key_id: String,
    /// API key that the tenant accepts
    #[arg(long, default_value = "demo")]
    key: String,
    /// Treat the key as an advanced key: requests must be signed
    #[arg(long)]
    advanced: bool,
    /// Seed for the generated machines and for the outcomes of their scans
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// List the machines instead of serving them: id, host name, platform, connection, last seen, groups
    #[arg(long)]
    list: bool,
    /// Percentage of machines that are offline, such as 5% or 2.5%
    #[arg(long, default_value = "0%", value_parser = share)]
    offline: f64,
    /// How many times faster than real time scans progress; 0 stops them
    #[arg(long, default_value_t = 1.0, value_parser = time_scale)]
    time_scale: f64,
    /// Write ids and counts as integers instead of strings
    #[arg(long)]
    integer_ids: bool,
    /// Answer a started action with 201 instead of 200
    #[arg(long)]
    created: bool,
    /// Answer as if the licence of the tenant did not cover the API (402)
    #[arg(long)]
    no_license: bool,
    /// Answer as if the role of the key lacked the permission (403)
    #[arg(long)]
    no_permission: bool,
    /// Answer as if the role of the key lacked the permission for this operation only (403); repeatable
    #[arg(long, value_name = "OPERATION", value_parser = ["scan", "abort_scan", "get_action_status", "get_endpoint"])]
    no_permission_for: Vec<String>,
    /// Silently leave the machine with this id out of scans; repeatable
    #[arg(long, value_name = "ID")]
    omit: Vec<String>,
    /// Number of machines that disappear after each page of get_endpoint; they return after the next page
    #[arg(long, default_value_t = 0)]
    turnover: usize,
    /// Omit the total count from the pages of get_endpoint
    #[arg(long)]
    no_total_count: bool,
    /// Spell the words in the pages of get_endpoint as in filters
    #[arg(long)]
    filter_words: bool,
    /// Requests accepted per second; the others get a 429; 0 turns the limit off
    #[arg(long, default_value_t = 10)]
    rate_limit: u32,
    /// Answer every call as if the tenant had an outage (500)
    #[arg(long)]
    outage: bool,
    /// Maximum size of a request body in bytes; a larger body gets a 413
    #[arg(long, default_value_t = Limits::default().body_bytes)]
    max_body: usize,
    /// Maximum number of connections served at a time; the others wait
    #[arg(long, default_value_t = Limits::default().connections)]
    max_connections: usize,
    /// Number of ended actions to remember, the latest ones
    #[arg(long, default_value_t = Limits::default().ended_actions)]
    max_history: usize,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = if args.list { list::list(&Sim::new(config(args))) } else { serve(args) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn serve(args: Args) -> io::Result<()> {
    let addr = args.listen;
    if !addr.ip().is_loopback() {
        complain(&format!(
            "warning: other computers may be able to reach {addr}, and requests are not encrypted"
        ));
    }
    let cannot_listen =
        |error: io::Error| io::Error::new(error.kind(), format!("cannot listen on {addr}: {error}"));
    let (outage, omit) = (args.outage, args.omit.clone());
    let server = Server::bind(addr, config(args)).map_err(cannot_listen)?;
    omit_from_scans(&server, &omit)?;
    if outage {
        break_down(&server);
    }
    let mut out = io::stdout();
    writeln!(out, "listening on {}", server.url())?;
    out.flush()?;
    loop {
        std::thread::park();
    }
}

fn config(args: Args) -> Config {
    let limits = Limits {
        body_bytes: args.max_body,
        connections: args.max_connections,
        ended_actions: args.max_history,
        // The program has no way to read recorded requests.
        recorded_requests: 0,
        ..Limits::default()
    };
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let config = Config::new()
        .with_start(since_epoch.as_millis() as u64)
        .with_endpoints(args.endpoints)
        .with_key(args.key_id, args.key, if args.advanced { KeyKind::Advanced } else { KeyKind::Standard })
        .with_seed(args.seed)
        .with_offline(args.offline)
        .with_time_scale(args.time_scale)
        .with_ids(if args.integer_ids { Ids::Integer } else { Ids::Text })
        .with_created(args.created)
        .with_license(!args.no_license)
        .with_permission(!args.no_permission)
        .with_rate_limit((args.rate_limit > 0).then_some(args.rate_limit))
        .with_spelling(if args.filter_words { Spelling::Filters } else { Spelling::Replies })
        .with_total_count(!args.no_total_count)
        .with_turnover(args.turnover)
        .with_limits(limits);
    args.no_permission_for.into_iter().fold(config, Config::without_permission_for)
}

fn omit_from_scans(server: &Server, ids: &[String]) -> io::Result<()> {
    let mut sim = server.sim();
    for id in ids {
        if sim.scan_status(id).is_none() {
            let problem = format!("no machine has the id `{id}`; --list shows them");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
        sim.omit_from_scans(id);
    }
    Ok(())
}

fn break_down(server: &Server) {
    let body = r#"{"reply":{"err_code":500,"err_msg":"An internal error occurred","err_extra":null}}"#;
    for operation in PATHS.iter().filter_map(|path| path.rsplit('/').next()) {
        server.sim().fault(Fault::on(operation).times(usize::MAX).answer_json(500, body));
    }
}

fn share(text: &str) -> Result<f64, String> {
    let percent = text.strip_suffix('%').and_then(|number| number.parse().ok());
    let share = percent.filter(|percent| (0.0..=100.0).contains(percent)).map(|percent: f64| percent / 100.0);
    share.ok_or_else(|| "must be a percentage from 0% to 100%, such as 5%".to_owned())
}

fn time_scale(text: &str) -> Result<f64, String> {
    let scale = text.parse().ok().filter(|scale: &f64| scale.is_finite() && *scale >= 0.0);
    scale.ok_or_else(|| "must be 0 or a positive number, such as 60".to_owned())
}

#[allow(clippy::print_stderr, reason = "a program tells its user what is wrong")]
fn complain(message: &str) {
    eprintln!("{message}");
}
