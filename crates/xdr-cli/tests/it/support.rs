//! Flows played without a network, and the command as a process.

use std::ffi::OsString;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use serde_json::Value;
use xdr_cli::Arguments;
use xdr_model::bytes::Bytes;
use xdr_model::http::Response;
use xdr_model::{
    Credentials, Session, Tenant,
    transport::{Context, Event, Flow, Step, TransportError},
};
use xdr_sim::Server;

pub(crate) type Received = Result<Response<Bytes>, TransportError>;

pub(crate) fn session() -> Session {
    let tenant = Tenant::new("acme.xdr.us.paloaltonetworks.com").unwrap();
    Session::new(tenant, Credentials::standard("7", "s3cret").unwrap())
}

pub(crate) fn answer(status: u16, body: &str) -> Received {
    Ok(Response::builder().status(status).body(Bytes::from(body.to_owned())).unwrap())
}

/// The reply that names these statuses.
pub(crate) fn statuses(data: &Value) -> Received {
    answer(200, &serde_json::json!({ "reply": { "data": data } }).to_string())
}

/// Plays the answers; when there are no more, the flow is stopped. Time passes as the flow says.
pub(crate) fn play<F: Flow>(mut flow: F, answers: impl IntoIterator<Item = Received>) -> F::Output {
    let mut answers = answers.into_iter();
    let (mut now, mut event) = (Instant::now(), Event::Resume);
    loop {
        let context = Context { now, unix_ms: 1_760_000_000_000, entropy: &|| [128; 32] };
        event = match flow.step(&context, event) {
            Step::Send(_) => match answers.next() {
                Some(answer) => Event::Received(answer),
                None => return flow.stop(),
            },
            Step::Wait(pause) => {
                now += pause.max(Duration::from_millis(1));
                Event::Resume
            }
            Step::Progress(_) => Event::Resume,
            Step::Done(output) => return output,
        };
    }
}

/// The command line, or the text that refuses it.
pub(crate) fn parse(line: &str) -> Result<Arguments, String> {
    let words = std::iter::once("xdr").chain(line.split_whitespace());
    parse_words(&words.map(str::to_owned).collect::<Vec<_>>())
}

pub(crate) fn parse_words(words: &[String]) -> Result<Arguments, String> {
    Arguments::try_parse_from(words).map_err(|error| error.to_string())
}

/// The environment of a tenant that is none.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    VARIABLES.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
}

const VARIABLES: [(&str, &str); 4] = [
    ("XDR_FQDN", "tenant.invalid"),
    ("XDR_API_KEY_ID", "7"),
    ("XDR_API_KEY", "s3cret"),
    ("XDR_KEY_KIND", "advanced"),
];

/// The command, with an environment that would lead it to no tenant.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xdr"));
    for proxy in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"] {
        command.env_remove(proxy);
    }
    command.envs(VARIABLES).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs one of its commands against this simulated tenant.
pub(crate) fn run_at(server: &Server, command: &str, arguments: &[&str]) -> Ran {
    Ran::of(program().args([command, "--url", &server.url()]).args(arguments))
}

/// What a program left behind.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// Every line of the standard output as JSON.
    pub(crate) fn events(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}
